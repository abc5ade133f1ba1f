"""Packs that travel as a zip: national ones to a force, local ones to the national team.

Nothing of a zip is trusted: its names, its sizes and its kinds of files are looked at first, it is
read within limits into memory, and it is tried in a copy of messages/ and config/. Only then is
anything written here.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from bot.app.environment import Environment, today
from bot.app.files import Loaded, load
from bot.app.planning import make_plan
from bot.app.saving import cannot_write, save
from bot.core.check import check_posts, gathered
from bot.core.insertion import lines_of, with_lines
from bot.core.model import Mode, SettingsError
from bot.core.packs import Never, named_files, read_local
from bot.core.pictures import PICTURES, Kind
from bot.core.plan import Watch, Window, days_of, read_ready
from bot.core.reading import NAME
from bot.core.source import MAX_FILE_BYTES, Fields, Problem, Scalar, Severity, read
from bot.core.videos import CAPTIONS, MAX_CAPTIONS_BYTES, VIDEOS
from bot.core.videos import MAX_FILE_BYTES as MAX_VIDEO_BYTES
from bot.pictures import MAX_FILE_BYTES as MAX_PICTURE_BYTES

MAX_ZIP_BYTES: Final = 230_000_000
MAX_FILES: Final = 500
MAX_UNPACKED_BYTES: Final = 40_000_000  # without its videos
MAX_VIDEOS_BYTES: Final = 200_000_000
LIMITS: Final[tuple[tuple[Kind, int], ...]] = (
    (PICTURES, MAX_PICTURE_BYTES), (VIDEOS, MAX_VIDEO_BYTES), (CAPTIONS, MAX_CAPTIONS_BYTES),
)  # fmt: skip
"""What stands beside a pack's words, and how big one of it may be."""

SUFFIXES: Final = tuple(suffix for kind, _ in LIMITS for suffix in kind.suffixes)
MANIFEST: Final = "manifest.yaml"
MADE_BY_SYSTEMS: Final = re.compile(r"(^|/)(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$")
NOT_ON_WINDOWS: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can hold: the same files, the same zip


@dataclass(frozen=True, slots=True)
class NationalParcel:
    """A national pack as it was sent: its folder's name, and its files by their names in it."""

    campaign: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class LocalParcel:
    """A force's local pack as it was sent, and what its manifest says of it."""

    force: str
    campaign: str
    content: bytes
    manifest: Mapping[str, str]
    beside: Mapping[str, bytes] = field(default_factory=dict)  # pictures, videos: pictures/a.png


@dataclass(frozen=True, slots=True)
class Tried:
    """How everything would be read with a parcel in its place."""

    loaded: Loaded
    problems: tuple[Problem, ...]

    def errors_in(self, folder: str) -> list[Problem]:
        """Errors in the files below a folder, or in one file."""
        return [p for p in self._errors if p.place.file.startswith(folder)]

    def errors_of(self, force: str, file: str) -> list[Problem]:
        """Errors in a force's file, or elsewhere that touch the force."""
        return [p for p in self._errors if p.place.file == file or force in p.forces]

    @property
    def _errors(self) -> list[Problem]:
        return [p for p in self.problems if p.severity is Severity.ERROR]


# --- reading a zip ----------------------------------------------------------------------------


def unpacked(path: Path) -> NationalParcel | LocalParcel:
    """What a zip holds. Raises SettingsError, in one sentence, where it is no pack."""
    files = _files_of(path)
    campaigns = [name for name in files if PurePosixPath(name).name == "campaign.yaml"]
    if len(campaigns) > 1:
        raise SettingsError(
            f"{_label(path)} holds more than one campaign: {', '.join(campaigns)}. "
            "Send one campaign in each zip."
        )
    return _national(path, files, campaigns[0]) if campaigns else _local(path, files)


def _label(path: Path) -> str:
    return f'"{path.name}"'  # in quotes, so that a sentence that begins with it keeps its letters


def _files_of(path: Path) -> dict[str, bytes]:
    try:
        if path.stat().st_size > MAX_ZIP_BYTES:
            raise SettingsError(f"{_label(path)} is bigger than {MAX_ZIP_BYTES // 1_000_000} MB.")
        with zipfile.ZipFile(path) as zipped_files:
            return _read(_label(path), zipped_files)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise SettingsError(
            f"{_label(path)} is no zip, or it is broken. Ask for it to be sent again."
        ) from error
    except RuntimeError as error:  # what zipfile raises for a file that wants a password
        raise SettingsError(
            f"{_label(path)} is locked with a password: send it without."
        ) from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}.") from error


def _read(zip_name: str, zipped_files: zipfile.ZipFile) -> dict[str, bytes]:
    entries = zipped_files.infolist()
    if len(entries) > MAX_FILES:
        raise SettingsError(f"{zip_name} holds more than {MAX_FILES} files, which no pack does.")
    files: dict[str, bytes] = {}
    room = {False: MAX_UNPACKED_BYTES, True: MAX_VIDEOS_BYTES}
    for entry in entries:
        name = _name(zip_name, entry)
        if name is None:
            continue
        if name.lower() in map(str.lower, files):
            raise SettingsError(f'{zip_name} holds "{name}" twice.')
        limit = _limit(name)
        # The size that a zip states is a claim: no more than the limit is ever unpacked.
        with zipped_files.open(entry) as file:
            content = file.read(limit + 1)
        is_video = name.lower().endswith(VIDEOS.suffixes)
        room[is_video] -= len(content)
        if max(len(content), entry.file_size) > limit:
            raise SettingsError(f'{zip_name}: "{name}" is bigger than {limit // 1_000_000} MB.')
        if room[is_video] < 0:
            size = (MAX_VIDEOS_BYTES if is_video else MAX_UNPACKED_BYTES) // 1_000_000
            raise SettingsError(f"{zip_name} unpacks to more than {size} MB, which no pack does.")
        files[name] = content
    return files


def _name(zip_name: str, entry: zipfile.ZipInfo) -> str | None:
    """The name of a file that may be unpacked; None for a folder, or what systems leave behind."""
    name = entry.filename.replace("\\", "/")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise SettingsError(f'{zip_name}: "{name}" is a link, and a pack has none.')
    if name.startswith("/") or ".." in name.split("/") or NOT_ON_WINDOWS.search(name):
        raise SettingsError(f"{zip_name} holds a name that points out of its folder: {name!r}.")
    if entry.is_dir() or name.endswith("/") or MADE_BY_SYSTEMS.search(name):
        return None
    if not name.endswith(".yaml") and not name.lower().endswith(SUFFIXES):
        raise SettingsError(
            f'{zip_name}: "{name}" does not belong in a pack. It holds .yaml files, and pictures, '
            f"videos and captions as {', '.join(SUFFIXES)}."
        )
    return name


def _limit(name: str) -> int:
    kinds = (limit for kind, limit in LIMITS if name.lower().endswith(kind.suffixes))
    return next(kinds, MAX_FILE_BYTES)


def _national(path: Path, files: Mapping[str, bytes], main: str) -> NationalParcel:
    folder = PurePosixPath(main).parent
    campaign = folder.name or path.stem
    if not NAME.fullmatch(campaign):
        raise SettingsError(
            f'{_label(path)}: "{campaign}" cannot be the name of a campaign. Put its files into a '
            "folder in the zip, named in small letters and hyphens."
        )
    inside = "" if str(folder) == "." else f"{folder}/"
    for name in files:
        within = name.removeprefix(inside)
        if not name.startswith(inside) or (name.endswith(".yaml") and "/" in within):
            raise SettingsError(f'{_label(path)}: "{name}" stands outside the campaign\'s folder.')
    return NationalParcel(campaign, {n.removeprefix(inside): files[n] for n in sorted(files)})


def _local(path: Path, files: Mapping[str, bytes]) -> LocalParcel:
    packs = {}
    manifest: dict[str, str] = {}
    for name, content in files.items():
        facts = _facts(name, content) if name.endswith(".yaml") else {}
        if PurePosixPath(name).name == MANIFEST:
            manifest = facts
        elif {"force", "campaign"} <= facts.keys():
            packs[name] = facts
    if len(packs) != 1:
        found = "more than one local pack" if packs else "no campaign.yaml, and no local pack"
        raise SettingsError(f"{_label(path)} holds {found}.")
    name, facts = next(iter(packs.items()))
    beside = _beside(path, name, files)
    parcel = LocalParcel(facts["force"], facts["campaign"], files[name], manifest, beside)
    for what, value in (("force", parcel.force), ("campaign", parcel.campaign)):
        if not NAME.fullmatch(value):
            raise SettingsError(f'{_label(path)}: "{value}" cannot be the name of a {what}.')
        if manifest.get(what, value) != value:
            raise SettingsError(
                f"{_label(path)}: its manifest says {what} {manifest[what]}, its pack {value}. "
                "Ask for it to be submitted again."
            )
    return parcel


def _beside(path: Path, pack: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What stands beside a local pack in a zip, by its names there."""
    folder = PurePosixPath(pack).parent
    found = {}
    for name in sorted(name for name in files if not name.endswith(".yaml")):
        kind = next(kind for kind, _ in LIMITS if name.lower().endswith(kind.suffixes))
        if PurePosixPath(name).parent != folder / kind.folder:
            where = folder / kind.folder
            said = f'"{name}" stands outside {where}, where {kind.folder} belong.'
            raise SettingsError(f"{_label(path)}: {said}")
        found[f"{kind.folder}/{PurePosixPath(name).name}"] = files[name]
    return found


def _facts(name: str, content: bytes) -> dict[str, str]:
    top, _ = read(name, content)
    entries = top.entries if isinstance(top, Fields) else {}
    return {field: node.value for field, node in entries.items() if isinstance(node, Scalar)}


# --- trying it --------------------------------------------------------------------------------


def tried(
    env: Environment,
    parcel: NationalParcel | LocalParcel,
    *,
    now: datetime,
    watch: Watch = iter,
) -> Tried:
    """How everything would be read with the parcel in its place; nothing here is changed.

    The posts of the campaign's days are made and checked too, for every sender. Raises
    SettingsError where the configuration itself cannot be used.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = replace(
            env, mode=Mode.DRY, messages=Path(folder) / "messages", config=Path(folder) / "config"
        )
        _copy_packs(env.messages, copy.messages)
        _copy_packs(env.config, copy.config)
        if isinstance(parcel, NationalParcel):
            target = copy.messages / "national" / parcel.campaign
            shutil.rmtree(target, ignore_errors=True)
            _write_all(target, parcel.files)
        else:
            _write_all(
                copy.messages / "local" / parcel.force,
                {**parcel.beside, f"{parcel.campaign}.yaml": parcel.content},
            )
        _give_it_a_run(copy, parcel.campaign)
        loaded = load(copy)
        of_posts = _problems_of_posts(loaded, parcel.campaign, now, watch)
        problems = [*loaded.problems, *of_posts]
    return Tried(loaded, tuple(gathered(problems)))


def _copy_packs(source: Path, target: Path) -> None:
    try:
        shutil.copytree(source, target, ignore=_of_no_pack, ignore_dangling_symlinks=True)
    except (OSError, shutil.Error) as error:
        raise SettingsError(f"{source} cannot be read as a whole: {error}.") from error


def _of_no_pack(folder: str, names: list[str]) -> Collection[str]:
    kept = (".yaml", *SUFFIXES)
    return [n for n in names if not n.lower().endswith(kept) and not (Path(folder) / n).is_dir()]


def _give_it_a_run(copy: Environment, campaign: str) -> None:
    """A pack that no run uses yet is tried on the days it was written for."""
    sources = load(copy).usable
    pack = sources.packs.get(campaign)
    has_run = any(r.pack == campaign and not r.practice for r in sources.config.runs.values())
    if pack is None or has_run or isinstance(pack.schedule, Never):
        return
    path = copy.config / "campaigns.yaml"
    content = path.read_bytes()
    entry = [f"{campaign}@received-on-trial:", f"  pack: {campaign}", "  who: everyone"]
    path.write_bytes(with_lines(content, len(lines_of(content)), ["", *entry]))


def _problems_of_posts(
    loaded: Loaded, campaign: str, now: datetime, watch: Watch
) -> Iterator[Problem]:
    """What is wrong with the posts of a campaign, on all of its days or in all of its wordings."""
    sources = loaded.usable
    pack = sources.packs.get(campaign)
    if pack is None:
        return
    if isinstance(pack.schedule, Never):
        ready = read_ready(sources, pack, now)
        yield from ready.problems
        yield from check_posts(ready.posts, sources.packs, sources.config).problems
        return
    first = today(now)
    next_weeks = Window(first, first + timedelta(days=13))
    runs = [run for run in sources.config.runs.values() if run.pack == campaign]
    for window in dict.fromkeys(days_of(run, pack) or next_weeks for run in runs):
        planned = make_plan(loaded, window, {}, now=now, watch=watch, lifted=[campaign])
        yield from planned.problems


# --- writing ----------------------------------------------------------------------------------


def files_here(folder: Path) -> dict[str, bytes]:
    """Every file of a pack's folder by its name in it; empty where there is no folder."""
    try:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
    except OSError as error:
        raise SettingsError(f"{folder} cannot be read: {error.strerror or error}.") from error


def put_national(env: Environment, parcel: NationalParcel, *, kept_as: str | None) -> Path | None:
    """Puts a national pack in its place, the whole folder at once; where the old one was kept.

    `kept_as` names the zip of the old folder in data/packs/, None where there was none.
    """
    folder = (env.messages / "national" / parcel.campaign).resolve()
    kept = None
    if kept_as is not None:
        old = {f"{parcel.campaign}/{name}": c for name, c in files_here(folder).items()}
        kept = _keep(env, kept_as, old)
    fresh = folder.with_name(f".{folder.name}.new")
    aside = folder.with_name(f".{folder.name}.old")
    try:
        for left_over in (fresh, aside):
            shutil.rmtree(left_over, ignore_errors=True)
        _write_all(fresh, parcel.files)
        if folder.exists():
            folder.rename(aside)
        fresh.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return kept


def put_local(env: Environment, parcel: LocalParcel, *, kept_as: str | None) -> Path | None:
    """Puts a local pack in its place; where the old one was kept, as `put_national` does."""
    folder = env.messages / "local" / parcel.force
    path = folder / f"{parcel.campaign}.yaml"
    kept = None
    if kept_as is not None:
        old = {f"{parcel.force}/{path.name}": path.read_bytes()}
        for name in parcel.beside:
            if (folder / name).is_file():
                old[f"{parcel.force}/{name}"] = (folder / name).read_bytes()
        kept = _keep(env, kept_as, old)
    for name, content in parcel.beside.items():  # first, so that no pack names what is not there
        save(folder / name, content)
    save(path, parcel.content)
    return kept


def is_here(env: Environment, parcel: LocalParcel) -> bool:
    """Whether a local pack stands here just so, with all that it names."""
    folder = env.messages / "local" / parcel.force
    files = {**parcel.beside, f"{parcel.campaign}.yaml": parcel.content}
    return all(
        (folder / name).is_file() and (folder / name).read_bytes() == content
        for name, content in files.items()
    )


def _keep(env: Environment, name: str, files: Mapping[str, bytes]) -> Path:
    folder = env.data / "packs"
    names = [f"{name}.zip", *(f"{name}-{number}.zip" for number in range(2, 1000))]
    path = next(folder / one for one in names if not (folder / one).exists())
    save(path, zipped(files))
    return path


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


# --- making a zip -----------------------------------------------------------------------------


def parcel_of(env: Environment, force: str, campaign: str) -> LocalParcel:
    """A force's local pack as it stands here, with the files that it names, as far as it can."""
    folder = env.messages / "local" / force
    content = (folder / f"{campaign}.yaml").read_bytes()
    local, _ = read_local(f"{campaign}.yaml", content, sender=force, campaign=campaign)
    names = sorted({"/".join(PurePosixPath(one.file).parts[-2:]) for one in named_files(local)})
    found = {name: folder / name for name in names}
    beside = {name: path.read_bytes() for name, path in found.items() if path.is_file()}
    return LocalParcel(force, campaign, content, {}, beside)


def submission(env: Environment, parcel: LocalParcel, version: int) -> bytes:
    """The zip of a force's local pack: the same pack against the same national one, same bytes."""
    lines = {
        "force": parcel.force,
        "campaign": parcel.campaign,
        "written_for_version": str(version),
        "national_pack_sha256": fingerprint_of(env, parcel.campaign),
    }
    manifest = "".join(f"{name}: {value}\n" for name, value in lines.items())
    files = {f"{parcel.campaign}.yaml": parcel.content, **parcel.beside}
    own = {f"{parcel.force}/{name}": content for name, content in files.items()}
    return zipped({MANIFEST: manifest.encode(), **own})


def fingerprint_of(env: Environment, campaign: str) -> str:
    """SHA-256 (hex) over the national pack's .yaml files, whatever their line endings."""
    total = hashlib.sha256()
    for name, content in files_here(env.messages / "national" / campaign).items():
        if name.endswith(".yaml"):
            text = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
            total.update(f"{name}\n{len(text)}\n".encode() + text)
    return total.hexdigest()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip whose bytes depend on nothing but the files: sorted, and all of one date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            target.writestr(entry, files[name])
    return out.getvalue()


def kept_name(what: str, version: int | None, now: datetime) -> str:
    """`winter-version-3-2026-11-22`: what an old pack is kept as."""
    said = "unread" if version is None else f"version-{version}"
    return f"{what}-{said}-{today(now).isoformat()}"
