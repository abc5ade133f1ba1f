"""Editions of a national pack: the one that stands here, and those that stood here before.

An older one is looked for where it was kept: in the ledgers, which keep every text that anything
was planned from; in data/packs/, where `bot receive` puts what it replaces; and in git.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from bot.app import exchange
from bot.app.environment import Environment
from bot.app.files import Loaded, load
from bot.app.ledgers import modes_here, open_ledger
from bot.core.model import LedgerError, PackFile, SettingsError
from bot.core.packs import NationalPack
from bot.core.source import Scalar, Severity, listed, read

if TYPE_CHECKING:
    from bot.ledger import KeptPack

GIT_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Edition:
    """The files of a national pack as they stood once, by their names in its folder."""

    campaign: str
    version: int | None  # None where campaign.yaml does not say
    files: Mapping[str, bytes]
    source: str  # where they were found: "the ledger", "git 3f5a0c9"


def edition(env: Environment, campaign: str, said: str, *, now: datetime) -> Edition:
    """What a person named: a version's number, a folder or a zip. Raises SettingsError."""
    path = Path(said).expanduser()
    if said.strip().isdigit() and not path.exists():
        return of_version(env, campaign, int(said), now=now)
    if path.is_file():
        return _in_zip(path, campaign)
    if path.is_dir():
        return _in_folder(path, campaign)
    raise SettingsError(
        f'there is no folder or zip "{said}". Name one, or a version by its number: --against 1'
    )


def of_version(env: Environment, campaign: str, version: int, *, now: datetime) -> Edition:
    """The text of a version, wherever it was kept. Raises SettingsError where it was not."""
    seen: set[int] = set()
    for one in _kept(env, campaign, now):
        if one.version == version:
            return one
        seen |= {one.version} if one.version is not None else set()
    known = f"Known: {listed(str(number) for number in sorted(seen))}. " if seen else ""
    raise SettingsError(
        f"version {version} of {campaign} was kept nowhere: not in a ledger, not in "
        f"{env.data / 'packs'} and not in git. {known}Name a folder or a zip that holds it."
    )


def planned_from(
    env: Environment,
    campaign: str,
    version: int,
    *,
    now: datetime,
    beside: PackFile | None = None,
) -> list[Edition]:
    """The different texts of a version that anything was planned from, the newest first.

    There are several where somebody changed the words and left the number. With `beside` only
    those that stood beside this local pack, word for word.
    """
    found: list[Edition] = []
    for one in _in_ledgers(env, campaign, now, beside=beside):
        if one.version == version and all(one.files != other.files for other in found):
            found.append(one)
    return found


def first_planned(
    env: Environment, campaign: str, version: int, *, now: datetime
) -> Edition | None:
    """The text of a version that the first plan was made from; where both know one, live.

    None where no ledger here knows any.
    """
    for found in _by_ledger(env, campaign, now):
        if texts := [one for one in found if one.version == version]:
            return texts[-1]
    return None


def _kept(env: Environment, campaign: str, now: datetime) -> Iterator[Edition]:
    """All that can be found, the surest first; of several texts of a version the newest first."""
    here = _read_here(env, campaign)
    yield from _in_ledgers(env, campaign, now)
    yield from _received(env, campaign)
    yield from _in_git(env, campaign)
    if here is not None:
        yield here


def _read_here(env: Environment, campaign: str) -> Edition | None:
    files = exchange.files_here(env.messages / "national" / campaign)
    return _edition(campaign, files, "messages/") if files else None


def _in_ledgers(
    env: Environment, campaign: str, now: datetime, *, beside: PackFile | None = None
) -> Iterator[Edition]:
    """Those that anything was planned from, the newest first; `beside` a local pack, or any."""
    for found in _by_ledger(env, campaign, now, beside=beside):
        yield from found


def _by_ledger(
    env: Environment, campaign: str, now: datetime, *, beside: PackFile | None = None
) -> Iterator[list[Edition]]:
    """Those of each ledger here, live first. A ledger that cannot be asked knows none."""
    try:
        modes = modes_here(env)
    except (LedgerError, SettingsError):
        return
    for mode in modes:
        try:
            ledger = open_ledger(replace(env, mode=mode), now=now, create=False)
        except (LedgerError, SettingsError):
            continue
        try:
            yield [
                Edition(campaign, one.version, files_of(kept), "the ledger")
                for one in reversed(ledger.editions(campaign, beside=beside))
                if (kept := ledger.pack(one.digest)) is not None
            ]
        finally:
            ledger.close()


def files_read(loaded: Loaded, campaign: str) -> dict[str, bytes]:
    """The national files of a campaign as they were read, in the form that a ledger keeps."""
    under = f"messages/national/{campaign}/"
    return {
        name.removeprefix(under): text.decode("utf-8", errors="replace").encode()
        for name, text in loaded.texts.items()
        if name.startswith(under)
    }


def files_of(kept: KeptPack) -> dict[str, bytes]:
    """The national files of a pack that a ledger keeps, by their names in the pack's folder."""
    under = f"messages/national/{kept.campaign}/"
    return {
        file.name.removeprefix(under): file.text.encode()
        for file in kept.files
        if file.name.startswith(under)
    }


def _received(env: Environment, campaign: str) -> Iterator[Edition]:
    """What `bot receive` replaced, the newest first."""
    found = list((env.data / "packs").glob(f"{campaign}-version-*.zip"))
    for path in sorted(found, key=lambda one: one.stat().st_mtime, reverse=True):
        try:
            yield _in_zip(path, campaign)
        except SettingsError:
            continue


def _in_zip(path: Path, campaign: str) -> Edition:
    parcel = exchange.unpacked(path)
    if not isinstance(parcel, exchange.NationalParcel) or parcel.campaign != campaign:
        raise SettingsError(f"{path} does not hold the national pack {campaign}.")
    return _edition(campaign, parcel.files, path.name)


def _in_folder(path: Path, campaign: str) -> Edition:
    """A pack's own folder, a messages folder, or one that holds a messages folder."""
    for inner in (".", f"national/{campaign}", f"messages/national/{campaign}"):
        if (path / inner / "campaign.yaml").is_file():
            return _edition(campaign, exchange.files_here(path / inner), str(path))
    raise SettingsError(
        f"{path} does not hold {campaign}: there is no campaign.yaml in it, nor in its folder "
        f"national/{campaign}."
    )


def _edition(campaign: str, files: Mapping[str, bytes], source: str) -> Edition:
    return Edition(campaign, _version(files.get("campaign.yaml", b"")), files, source)


def _version(content: bytes) -> int | None:
    top, _ = read("campaign.yaml", content)
    node = top.entries.get("version") if top is not None else None
    said = node.value.strip() if isinstance(node, Scalar) else "1" if top is not None else ""
    return int(said) if said.isdigit() else None


# --- git ----------------------------------------------------------------------------------------


def _in_git(env: Environment, campaign: str) -> Iterator[Edition]:
    """Every text that was committed, the newest first; none where there is no git."""
    folder = env.messages / "national" / campaign
    commits = _git(folder, "log", "--format=%h", "--", ".") if folder.is_dir() else None
    for commit in (commits or b"").decode().split():
        names = _git(folder, "ls-tree", "-r", "--name-only", commit, "--", ".")
        files = {}
        for name in (names or b"").decode().splitlines():
            content = _git(folder, "show", f"{commit}:./{name}")
            if content is not None and PurePosixPath(name).suffix == ".yaml":
                files[name] = content
        if "campaign.yaml" in files:
            yield _edition(campaign, files, f"git {commit}")


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None where it is not there, or knows nothing of it."""
    try:
        done = subprocess.run(  # noqa: S603  # names of our own files, and no shell
            ["git", "--no-pager", *arguments],  # noqa: S607  # wherever this machine has it
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


# --- what it would say ----------------------------------------------------------------------------


def read_edition(env: Environment, one: Edition) -> NationalPack:
    """An edition as it is read now, with what it shows. Raises SettingsError where it cannot be.

    Texts are kept without pictures and videos: those that are missing are taken from the pack
    here.
    """
    here = exchange.files_here(env.messages / "national" / one.campaign)
    beside = {
        name: content for name, content in here.items() if name.lower().endswith(exchange.SUFFIXES)
    }
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "messages"
        for name, content in {**beside, **one.files}.items():
            path = folder / "national" / one.campaign / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        loaded = load(replace(env, messages=folder))
    pack = loaded.usable.packs.get(one.campaign)
    if pack is None:
        under = f"messages/national/{one.campaign}/"
        wrong = [
            problem
            for problem in loaded.problems
            if problem.severity is Severity.ERROR and problem.place.file.startswith(under)
        ]
        first = f"\n{wrong[0]}" if wrong else ""
        raise SettingsError(f"{one.campaign} from {one.source} cannot be read today.{first}")
    return pack


def with_edition(loaded: Loaded, pack: NationalPack) -> Loaded:
    """What was read, with another edition in the place of the one that stands here."""
    sources = loaded.usable
    return replace(
        loaded, sources=replace(sources, packs={**sources.packs, pack.id: pack}), problems=()
    )
