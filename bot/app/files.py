"""messages/ and config/ -> everything in them: all that packs and configuration say is read here.

The pictures, videos and captions that packs name are read in `media`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Final, Self, TypeAlias, TypeVar

from bot.app.environment import PROJECT, Environment
from bot.app.media import with_files
from bot.app.regions import FOLDERS, region_in
from bot.core import check
from bot.core.config import FILES as CONFIG_FILES
from bot.core.config import REGISTERS, Config, read_config
from bot.core.model import Mode, SettingsError
from bot.core.packs import (
    LocalPack,
    NationalPack,
    read_local,
    read_national,
    read_region,
    recalled_in,
)
from bot.core.packs.signatures import FILE as SIGNATURES
from bot.core.packs.signatures import read_own_signatures
from bot.core.plan import Sources, Window, occurrences
from bot.core.reading import NAME
from bot.core.source import MAX_FILE_BYTES, Place, Problem, Severity, did_you_mean

T = TypeVar("T")

PATIENCE_SECONDS: Final = 5.0
"""How long a reader waits for files to be at rest; git needs less for any pack there is."""

LEFTOVERS: Final = re.compile(
    r"^(~\$|#).*|.*(~|\.bak|\.orig|\.rej|\.sw[a-p]|\.tmp)$", re.IGNORECASE
)
"""What editors, git and offices leave beside the file that somebody works on."""

OVERLAYS: Final = ("messages/local/", "messages/regions/")

FIXED_NAMES: Final = (
    "campaign.yaml",
    SIGNATURES,
    "words.yaml",
    *(f"{name}.yaml" for name in (*CONFIG_FILES, *REGISTERS)),
)

RULES: Final = ("constants.yaml", "calendar.yaml", *(f"{name}.yaml" for name in REGISTERS))
"""The files of config/ that say what may be said now, and when nothing is."""


Recalls: TypeAlias = Mapping[tuple[str, str], str]
"""Messages that are recalled, by campaign and name, each with the reason."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything read from messages/ and config/. `sources` is None where config cannot be used."""

    sources: Sources | None
    problems: tuple[Problem, ...]
    elsewhere: tuple[str, ...] = ()  # "messages/ is /srv/packs/messages": what shown paths mean
    whole: bool = True  # False: only what may have something to say in the days asked for
    texts: Mapping[str, bytes] = field(default_factory=dict)  # the packs' files, by their names
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # as they go out, by their SHA-256
    recalls: Recalls = field(default_factory=dict)  # whatever else is wrong with their packs

    @property
    def config(self) -> Config:
        """The configuration. Raises SettingsError where it cannot be used."""
        return self.usable.config

    @property
    def usable(self) -> Sources:
        if self.sources is None:
            errors = [p for p in self.problems if p.severity is Severity.ERROR]
            errors.sort(key=lambda problem: not problem.place.file.startswith("config"))
            more = f"\n… and {len(errors) - 3} more: .venv/bin/bot check" if errors[3:] else ""
            raise SettingsError(
                "the configuration cannot be used until this is mended:\n"
                + "\n".join([str(problem) for problem in errors[:3]] + list(self.elsewhere))
                + more
            )
        return self.sources


def load(env: Environment, around: Window | None = None) -> Loaded:
    """Reads messages/ and config/, and everything in them. Never raises for what a file holds.

    With `around`, only the runs that may have something to say in those days, and their packs:
    nobody who looks at one day waits for the words of other years.
    """
    elsewhere = tuple(_elsewhere(env))
    messages, settings = _at_rest(env)
    problems = [*messages.problems, *settings.problems, *_git_at_work(env), *_open_to_all(env)]
    config = _read_config(settings, problems)
    if not messages.usable:
        return Loaded(None, tuple(problems), elsewhere)  # each run would only say the same again
    national = _by_pack(messages.files)
    recalls = _recalls(national)
    if around is not None and config is not None:
        config, national = _only_around(config, national, around)
        messages.files = {
            path: content
            for path, content in messages.files.items()
            if not path.startswith(OVERLAYS)
            or {PurePath(path).stem, path.split("/")[-1]} & {*national, SIGNATURES}
        }
    packs: dict[str, NationalPack | None] = {}
    for name, of_pack in national.items():
        pack, found = read_national(name, of_pack)
        packs[name] = pack
        problems += found
    local = _local_packs(messages.files, packs, config, problems)
    local |= _unreadable_packs(messages.unreadable, packs)
    regions = _region_packs(messages.files, packs, problems)
    regions |= _unreadable_regions(messages.unreadable, packs)
    packs, local, regions, pictures = with_files(env, packs, local, regions, problems)
    if config is None:
        return Loaded(None, tuple(problems), elsewhere, recalls=recalls)
    if around is None:
        problems += check.window_problems(config, packs)
    for pack in packs.values():
        if pack is not None:
            problems += check.national_problems(pack, config)
    for one in (*local.values(), *regions.values()):
        of = packs.get(one.campaign)
        if of is not None and one.ok:
            problems += check.local_problems(one, of, config)
    accepted = check.acceptances(packs.values(), (*local.values(), *regions.values()))
    problems = accepted.marked([*problems, *check.acceptance_problems(accepted)])
    wrong = {p.place.file for p in problems if p.severity is Severity.ERROR}
    sources = Sources(
        config,
        _sound_packs(packs, wrong),
        _sound_overlays(local, wrong),
        env.mode is Mode.LIVE,
        regions=_sound_overlays(regions, wrong),
        forces=env.forces,
    )
    whole = around is None
    return Loaded(
        sources,
        tuple(problems),
        elsewhere,
        whole=whole,
        texts=messages.files,
        pictures=pictures,
        recalls=recalls,
    )


def _recalls(national: Mapping[str, Mapping[str, bytes]]) -> Recalls:
    return {
        (campaign, message): reason
        for campaign, files in national.items()
        for message, reason in recalled_in(files).items()
    }


def _only_around(
    config: Config, national: dict[str, dict[str, bytes]], around: Window
) -> tuple[Config, dict[str, dict[str, bytes]]]:
    """The runs that may speak in those days, and their packs. What cannot be told is kept."""
    heads = {
        name: read_national(name, {path: content for path, content in files.items()
                                   if path.endswith("/campaign.yaml")})[0]
        for name, files in national.items()
    }  # fmt: skip
    runs = {
        name: run
        for name, run in config.runs.items()
        if (head := heads.get(run.pack)) is None or occurrences(run, head, around)
    }
    named = {run.pack for run in runs.values()}
    return replace(config, runs=runs), {n: files for n, files in national.items() if n in named}


def _by_pack(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The files of each national pack, by the pack's folder. What stands deeper is nobody's."""
    found: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        parts = path.split("/")
        if parts[1] == "national" and len(parts) == 4:
            found.setdefault(parts[2], {})[path] = content
    return found


def _read_config(settings: _Folder, problems: list[Problem]) -> Config | None:
    if not settings.usable:
        return None
    config, found = read_config(settings.files)
    problems += [one for one in found if one.place.file not in settings.unreadable]
    return config


def _sound_packs(
    packs: Mapping[str, NationalPack | None], wrong: Collection[str]
) -> dict[str, NationalPack | None]:
    """A pack whose words have an error is not planned from: its last good plan stands."""
    return {
        name: None if any(f.startswith(f"messages/national/{name}/") for f in wrong) else pack
        for name, pack in packs.items()
    }


def _sound_overlays(
    overlays: Mapping[tuple[str, str], LocalPack], wrong: Collection[str]
) -> dict[tuple[str, str], LocalPack]:
    """The same of overlays, which say of themselves whether they are."""

    def is_sound(one: LocalPack) -> bool:
        signatures = PurePath(one.place.file).with_name(SIGNATURES).as_posix()
        return one.ok and not {one.place.file, signatures} & set(wrong)

    return {key: replace(one, ok=is_sound(one)) for key, one in overlays.items()}


@dataclass(slots=True)
class _Folder:
    """What stands in messages/ or in config/, by the paths a person would name it with."""

    shown: str
    usable: bool = True
    files: dict[str, bytes] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, at: str | Place, code: str, message: str, advice: str) -> None:
        place = at if isinstance(at, Place) else Place(at)
        self.problems.append(Problem(place, code, message, advice))

    def unusable(self, code: str, message: str, advice: str) -> Self:
        self.usable = False
        self.problem(self.shown, code, message, advice)
        return self

    def take(self, name: str, content: bytes) -> None:
        """Keeps what a file holds, unless git left it for a person to put together."""
        if mark := re.search(rb"^<<<<<<< ", content, re.MULTILINE):
            self.unreadable.append(name)
            line = content[: mark.start()].count(b"\n") + 1
            self.problem(
                Place(name, line),
                "merge",
                "git found two versions of these lines, and put both here.",
                "Keep one, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
            )
        else:
            self.files[name] = content

    def no_file(self, name: str, sentence: str, advice: str) -> None:
        self.unreadable.append(name)
        self.problem(name, "unreadable", sentence, advice)

    def cannot_be_read(self, name: str, error: OSError, what: str = "file") -> None:
        self.unreadable.append(name)
        self.problem(
            name,
            "unreadable",
            f"this {what} is there, but may not or cannot be read.",
            f"Ask whoever looks after the computer; it says: {error.strerror}.",
        )


def _at_rest(env: Environment) -> tuple[_Folder, _Folder]:
    """messages/ and config/, read while nobody wrote there; after a while, as they stand.

    A pull replaces file after file, and between two of them a force has no pack.
    """
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        before = fingerprint(env)
        found = _messages(env.messages), _settings(env.config)
        at_rest = fingerprint(env) == before and not _git_locks(env)
        if at_rest or time.monotonic() > ends:
            return found
        time.sleep(0.1)


def _messages(path: Path) -> _Folder:
    folder = _read(path, "messages", "BOT_MESSAGES")
    if folder.usable and not (path / "national").is_dir():
        advice = f"Looked in {path}. BOT_MESSAGES names the folder that holds national and local."
        return folder.unusable("no-packs", "there is no folder national in it.", advice)
    return folder


def _settings(path: Path) -> _Folder:
    folder = _read(path, "config", "BOT_CONFIG")
    if folder.usable and not any(name.count("/") == 1 for name in folder.files):
        advice = f"Looked in {path}. config/README.md says what each holds."
        return folder.unusable("no-settings", "none of its files is here.", advice)
    return folder


def _read(path: Path, shown: str, setting: str) -> _Folder:
    """Every .yaml file below a folder."""
    folder = _Folder(shown)
    if not path.is_dir():
        advice = f"Looked in {path}. Another place is named by {setting}."
        return folder.unusable("no-folder", "this folder is missing.", advice)
    if (path / shown).is_dir():
        advice = f"It is {path / shown}: name that by {setting}."
        return folder.unusable("no-folder", "this folder is one further in.", advice)

    def refused(error: OSError) -> None:
        name = Path(error.filename).relative_to(path).as_posix()
        folder.cannot_be_read(f"{shown}/{name}", error, "folder")
        # Which packs stand in it nobody knows: those of a force are its own, all else is everyone's
        own = re.fullmatch(r"(local|national|regions)/[^/]+", name) is not None
        folder.usable = folder.usable and own

    for wrong, sentence, advice in _no_folders(path):
        folder.no_file(f"{shown}/{wrong}", sentence, advice)
    for file in sorted(_walk(path, refused)):
        name = f"{shown}/{file.relative_to(path).as_posix()}"
        if file.suffix != ".yaml":
            if re.search(r"\.ya?ml", file.name, re.IGNORECASE):  # a.yml; Notepad's a.yaml.txt
                sentence = "the bot reads only files whose names end in .yaml."
                folder.problem(name, "not-yaml", sentence, "Rename it.")
            continue
        if file.name.lower() in FIXED_NAMES and file.name != file.name.lower():
            sentence = f"this name is written in small letters: {file.name.lower()}."
            folder.problem(name, "capitals", sentence, "Rename it.")
        if file.exists() and not file.is_file():
            # To open a pipe would wait for ever.
            sentence = "this is no ordinary file, so there is nothing to read in it."
            folder.no_file(name, sentence, "Put the file itself here, or remove this.")
            continue
        try:
            with file.open("rb") as opened:
                folder.take(name, opened.read(MAX_FILE_BYTES + 1))
        except FileNotFoundError as error:
            if file.is_symlink():
                folder.cannot_be_read(name, error)
        except OSError as error:
            folder.cannot_be_read(name, error)
    folder.problems += _alike(folder.files)
    return folder


def _walk(folder: Path, refused: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Every file that somebody put there: no .git, nothing hidden, nothing an editor left."""
    for at, folders, names in os.walk(folder, onerror=refused):
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        for name in names:
            if not name.startswith(".") and not LEFTOVERS.match(name):
                yield Path(at, name)


def _no_folders(path: Path) -> Iterator[tuple[str, str, str]]:
    """Folders that stand where a file is read or lead elsewhere, and files in a folder's place."""
    for at, folders, names in os.walk(path):
        below = Path(at).relative_to(path).as_posix()
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in folders:
            shown = name if below == "." else f"{below}/{name}"
            if Path(at, name).is_symlink():
                advice = "Put the folder itself here: links to folders are not followed."
                yield shown, "this is a link to a folder, so nothing in it is read.", advice
            elif name in FIXED_NAMES or re.fullmatch(r"(local|regions)/[^/]+/[^/]+\.yaml", shown):
                yield shown, "this is a folder, where a file should be.", "Put the file here."
        for name in names if below in (".", "local", "regions") else ():
            if re.fullmatch(r"local|regions" if below == "." else NAME, name):
                shown = name if below == "." else f"{below}/{name}"
                yield shown, "this is a file, where a folder should be.", "Put the folder here."


def _alike(files: Iterable[str]) -> Iterator[Problem]:
    """Names that are one file on Windows and on a Mac: there, one would be read and one lost.

    Of two local ones, one has a name that nobody knows, and that is said already.
    """
    seen: dict[str, str] = {}
    for name in files:
        if name.startswith(OVERLAYS):
            continue
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield Problem(
                Place(name),
                "same-name",
                f"this and {other} have the same name but for capitals.",
                "Windows takes them for one file. Keep one, or rename it.",
                Severity.WARNING,
            )


def fingerprint(env: Environment) -> frozenset[tuple[str, int, int]]:
    """Every pack and configuration file, with when it was saved (ns) and its size (bytes)."""
    found = set()
    for folder in (env.messages, env.config):
        for path in _walk(folder):
            try:
                stat = path.stat()
            except OSError:
                continue  # an editor replaces a file by deleting it first
            found.add((str(path), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


def rules_fingerprint(env: Environment) -> tuple[tuple[int, int, int] | None, ...]:
    """Which rules stand there: for each file when saved (ns), size (bytes) and number.

    A system call for each, so that it can be asked before every post. None for one not there.
    """
    found: list[tuple[int, int, int] | None] = []
    for name in RULES:
        try:
            stat = os.stat(f"{env.config}/{name}")
        except OSError:
            found.append(None)  # an editor replaces a file by deleting it first
            continue
        found.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)


def _git_locks(env: Environment) -> dict[str, Path]:
    """The marks of a git that is changing a folder now, by the folder's name."""
    found = {}
    for shown, folder in (("messages", env.messages), ("config", env.config)):
        checkout = next((at for at in (folder, *folder.parents) if (at / ".git").is_dir()), None)
        if checkout and (lock := checkout / ".git" / "index.lock").exists():
            found[shown] = lock
    return found


def _git_at_work(env: Environment) -> Iterator[Problem]:
    for shown, lock in _git_locks(env).items():
        yield Problem(
            Place(shown),
            "git-at-work",
            "git has been changing this folder for a while, so some files may be half new.",
            f"If no git runs any more, remove {lock}.",
            Severity.WARNING,
        )


def _elsewhere(env: Environment) -> Iterator[str]:
    """What the paths in sentences mean, where packs and configuration come from outside."""
    for shown, folder in (("messages", env.messages), ("config", env.config)):
        if folder != PROJECT / shown:
            yield f"{shown}/ is {folder}"


def _open_to_all(env: Environment) -> Iterator[Problem]:
    """A file of credentials that everybody on the machine may read. Windows has no such marks."""
    if env.mode is Mode.LIVE and env.file and os.name == "posix" and env.file.stat().st_mode & 0o4:
        yield Problem(
            Place(env.file.name),
            "open-to-all",
            "everybody on this machine may read the credentials.",
            f"Close it: chmod 600 {env.file}",
            Severity.WARNING,
        )


def _unreadable_packs(
    names: Iterable[str], packs: Mapping[str, NationalPack | None]
) -> dict[tuple[str, str], LocalPack]:
    """The local packs that are there but cannot be read: their last good plan stands."""
    found = {}
    for name in names:
        _, where, sender, *rest = [*name.split("/"), "", ""]
        if where != "local":
            continue
        file = rest[0].removesuffix(".yaml")
        for campaign in [file] if file and rest[0] != SIGNATURES else packs:
            found[sender, campaign], _ = read_local(name, b"", sender=sender, campaign=campaign)
    return found


def _local_packs(
    files: Mapping[str, bytes],
    packs: Mapping[str, NationalPack | None],
    config: Config | None,
    problems: list[Problem],
) -> dict[tuple[str, str], LocalPack]:
    local = {}
    for path, content in files.items():
        parts = path.split("/")
        if parts[1] not in ("local", "national", "regions") or len(parts) != 4:
            problems.append(_misplaced(path))
        if parts[1] != "local" or len(parts) != 4:
            continue
        sender, campaign = parts[2], parts[3].removesuffix(".yaml")
        if config is not None and sender not in {*config.senders, *config.broken_senders}:
            problems.append(
                Problem(
                    Place(path),
                    "unknown-sender",
                    f'there is no force called "{sender}" in config/forces.yaml.',
                    did_you_mean(sender, config.senders, what="Forces"),
                )
            )
        elif parts[3] == SIGNATURES:
            continue  # what is signed, and no pack
        elif campaign not in packs:
            problems.append(_no_campaign(path, campaign, packs))
        else:
            local[sender, campaign], found = read_local(
                path, content, sender=sender, campaign=campaign
            )
            problems += found
    return _signed(local, packs, files, problems)


def _signed(
    local: Mapping[tuple[str, str], LocalPack],
    packs: Collection[str],
    files: Mapping[str, bytes],
    problems: list[Problem],
) -> dict[tuple[str, str], LocalPack]:
    """The local packs, with what translators signed of the forces' own words."""
    found = dict(local)
    for path, content in files.items():
        _, where, sender, *rest = path.split("/")
        if where != "local" or rest != [SIGNATURES]:
            continue
        by_campaign, wrong = read_own_signatures(path, content)
        problems += [replace(one, forces=(sender,)) for one in wrong]
        for campaign, signatures in by_campaign.items():
            if campaign not in packs:
                left_over = _no_campaign(path, campaign, packs)
                problems.append(replace(left_over, severity=Severity.WARNING))
            elif own := found.get((sender, campaign)):
                found[sender, campaign] = replace(own, signatures=signatures)
    return found


def _no_campaign(path: str, campaign: str, packs: Iterable[str]) -> Problem:
    return Problem(
        Place(path),
        "unknown-campaign",
        f'there is no campaign called "{campaign}" in messages/national.',
        did_you_mean(campaign, packs, what="Campaigns"),
    )


def _region_packs(
    files: Mapping[str, bytes],
    packs: Mapping[str, NationalPack | None],
    problems: list[Problem],
) -> dict[tuple[str, str], LocalPack]:
    """What regions lay over packs, by region and campaign."""
    regions = {}
    for path, content in files.items():
        parts = path.split("/")
        if parts[1] != "regions" or len(parts) != 4:
            continue
        region, campaign = region_in(path), parts[3].removesuffix(".yaml")
        if region is None:
            said = f'there is no region with the folder "{parts[2]}".'
            advice = did_you_mean(parts[2], FOLDERS, what="Folders")
            problems.append(Problem(Place(path), "unknown-region", said, advice))
        elif campaign not in packs:
            problems.append(_no_campaign(path, campaign, packs))
        else:
            regions[region, campaign], found = read_region(
                path, content, region=region, campaign=campaign
            )
            problems += found
    return regions


def _unreadable_regions(
    names: Iterable[str], packs: Iterable[str]
) -> dict[tuple[str, str], LocalPack]:
    """Those of regions that are there but cannot be read: their forces' last good plan stands."""
    found = {}
    for name in names:
        _, where, folder, *rest = [*name.split("/"), "", ""]
        region = FOLDERS.get(folder)
        if where != "regions" or region is None:
            continue
        file = rest[0].removesuffix(".yaml")
        for campaign in [file] if file else packs:
            found[region, campaign], _ = read_region(name, b"", region=region, campaign=campaign)
    return found


def _misplaced(path: str) -> Problem:
    return Problem(
        Place(path),
        "misplaced",
        "no pack stands here.",
        "National packs stand in messages/national/CAMPAIGN/, local ones in "
        "messages/local/FORCE/CAMPAIGN.yaml, a region's in messages/regions/REGION/CAMPAIGN.yaml.",
        Severity.WARNING,
    )


def chosen(what: str, name: str, known: Mapping[str, T]) -> T:
    """The one that a person named. Raises SettingsError, with the nearest name there is."""
    if name not in known:
        hint = did_you_mean(name, known, what=f"{what.capitalize()}s")
        raise SettingsError(f'there is no {what} called "{name}". {hint}')
    return known[name]
