"""Local packs that were written for an older national one, and what lies between."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.app.editions import Edition, edition, of_version, planned_from, read_edition
from bot.app.environment import Environment, today
from bot.app.files import Loaded
from bot.app.packs_read import kept_file
from bot.app.regions import FOLDERS, region_file
from bot.app.saving import save
from bot.core.changes import to_fill_in
from bot.core.check import local_problems
from bot.core.config import Config
from bot.core.model import Language, PackFile, Sender, SettingsError
from bot.core.packs import LocalPack, NationalPack, overlay, read_local, read_region
from bot.core.reading import written
from bot.core.source import Problem, Severity
from bot.core.three_way import ThreeWay, carried, three_way, with_accounts


@dataclass(frozen=True, slots=True)
class OfForce:
    """Whose a local pack is: a force's, with what its region lays below it."""

    sender: Sender
    region: LocalPack | None

    @property
    def name(self) -> str:
        return self.sender.name(Language.EN)

    @property
    def id(self) -> str:
        return self.sender.id

    @property
    def languages(self) -> tuple[Language, ...]:
        return self.sender.every_language

    def read(self, file: str, content: bytes, campaign: str) -> tuple[LocalPack, list[Problem]]:
        return read_local(file, content, sender=self.sender.id, campaign=campaign)

    def between(self, was: NationalPack, new: NationalPack, local: LocalPack) -> ThreeWay:
        """Its words, and its accounts', each between what lay below them and what lies there."""
        old, now = (_below(one, self.sender, self.region) for one in (was, new))
        found = three_way(old, now, local, self.languages)
        old, now = (_below(one, self.sender, self.region, local) for one in (was, new))
        languages = {one.id: one.languages for one in self.sender.accounts}
        of_accounts = {
            name: three_way(old, now, own, languages.get(name, self.languages))
            for name, own in local.accounts.items()
        }
        return with_accounts(found, of_accounts)

    def to_do(self, new: NationalPack, local: LocalPack) -> tuple[str, ...]:
        """What only the force can put right: phrases that are asked for now."""
        now = _below(new, self.sender, self.region)
        phrases = {**(self.region.fill_in if self.region else {}), **self.sender.values}
        return tuple(to_fill_in(now, local, replace(self.sender, values=phrases)))

    def wrong(self, new: NationalPack, local: LocalPack, config: Config) -> Iterator[Problem]:
        yield from local_problems(local, new, config)
        yield from overlay(new, self.sender, local, config.retired, region=self.region)[1]


@dataclass(frozen=True, slots=True)
class OfRegion:
    """Whose a region's pack is, and the forces for which it counts."""

    region: str
    forces: tuple[Sender, ...]

    @property
    def name(self) -> str:
        return self.region

    @property
    def id(self) -> str:
        return self.region

    @property
    def languages(self) -> tuple[Language, ...]:
        spoken = {language for force in self.forces for language in force.every_language}
        return tuple(language for language in Language if language in spoken)

    def read(self, file: str, content: bytes, campaign: str) -> tuple[LocalPack, list[Problem]]:
        return read_region(file, content, region=self.region, campaign=campaign)

    def between(self, was: NationalPack, new: NationalPack, local: LocalPack) -> ThreeWay:
        return three_way(was, new, local, self.languages)

    def to_do(self, _new: NationalPack, _local: LocalPack) -> tuple[str, ...]:
        """Nothing: a region need not fill in what its forces can."""
        return ()

    def wrong(self, new: NationalPack, local: LocalPack, config: Config) -> Iterator[Problem]:
        yield from local_problems(local, new, config)
        for force in self.forces[:1]:
            yield from overlay(new, force, None, config.retired, region=local)[1]


Owner = OfForce | OfRegion


@dataclass(frozen=True, slots=True)
class Behind:
    """A local pack, the national text it was written for, and the one there is now."""

    owner: Owner
    local: LocalPack
    base: Edition
    was: NationalPack  # the base, as it is read now
    new: NationalPack
    path: Path
    content: bytes
    found: ThreeWay

    @property
    def file(self) -> str:
        return self.local.place.file

    @property
    def to_do(self) -> tuple[str, ...]:
        """What only its owner can put right."""
        return self.owner.to_do(self.new, self.local)


def _owners(loaded: Loaded, campaign: str, forces: Collection[str] | None) -> Iterator[Owner]:
    """Whose packs there may be for a campaign: of these forces; of all, and of every region."""
    senders = loaded.usable.config.senders
    for region in FOLDERS.values() if forces is None else ():
        members = tuple(one for one in senders.values() if one.region == region)
        yield OfRegion(region, members)
    for force in senders if forces is None else forces:
        yield OfForce(senders[force], _region(loaded, senders[force], campaign))


def behind(
    env: Environment,
    loaded: Loaded,
    pack: NationalPack,
    forces: Collection[str] | None,
    base: str | None,
    *,
    now: datetime,
) -> tuple[list[Behind], list[Problem]]:
    """The packs of these forces that were written for an older version of a national one.

    Without forces those of all, and of regions. And the first error of each that cannot be read.
    `base` is the folder, zip or version to start from, where a person named it; else each begins
    with the version that it names itself. Raises SettingsError where that was kept nowhere.
    """
    bases = _Bases(env, pack.id, base, now)
    found: list[Behind] = []
    unread: list[Problem] = []
    for owner in _owners(loaded, pack.id, forces):
        local = _local(loaded, owner, pack.id)
        if isinstance(local, Problem):
            unread.append(local)
            continue
        if local is None or local.written_for_version >= pack.version:
            continue
        file = local.place.file
        content = loaded.texts[file]
        one, was = bases.of(local.written_for_version, kept_file(file, content))
        between = owner.between(was, pack, local)
        path = env.messages / file.removeprefix("messages/")
        found.append(Behind(owner, local, one, was, pack, path, content, between))
    return found, unread


@dataclass(frozen=True, slots=True)
class _Bases:
    """The national texts that local packs of a campaign were written for, each read once."""

    env: Environment
    campaign: str
    said: str | None  # the folder, zip or version that a person named
    now: datetime
    _texts: dict[int, list[Edition]] = field(default_factory=dict)  # by version, the newest first
    _read: list[tuple[Edition, NationalPack]] = field(default_factory=list)

    def of(self, version: int, local: PackFile) -> tuple[Edition, NationalPack]:
        """What this local pack was written for, and how it is read now. Raises SettingsError."""
        one = self._edition(version, local)
        for known in self._read:
            if known[0].files == one.files:
                return known
        self._read.append((one, read_edition(self.env, one)))
        return self._read[-1]

    def _edition(self, version: int, local: PackFile) -> Edition:
        """Of several texts with one number the first that the local pack stood beside.

        From a later one it would not be seen that both have changed the same words.
        """
        if version not in self._texts:
            self._texts[version] = self._all(version)
        texts = self._texts[version]
        if len(texts) > 1:
            beside = planned_from(self.env, self.campaign, version, now=self.now, beside=local)
            return (beside or texts[:1])[-1]
        return texts[0]

    def _all(self, version: int) -> list[Edition]:
        if self.said:
            return [edition(self.env, self.campaign, self.said, now=self.now)]
        found = planned_from(self.env, self.campaign, version, now=self.now)
        return found or [of_version(self.env, self.campaign, version, now=self.now)]


def _local(loaded: Loaded, owner: Owner, campaign: str) -> LocalPack | Problem | None:
    """An owner's pack as it is read alone, whatever is wrong between it and the new pack."""
    file = (
        f"messages/local/{owner.id}/{campaign}.yaml"
        if isinstance(owner, OfForce)
        else region_file(owner.region, campaign)
    )
    if file not in loaded.texts:
        return None
    local, problems = owner.read(file, loaded.texts[file], campaign)
    return next((one for one in problems if one.severity is Severity.ERROR), local)


def _region(loaded: Loaded, sender: Sender, campaign: str) -> LocalPack | None:
    region = loaded.usable.region_of(sender, campaign)
    return region if region is not None and region.ok else None


def _below(
    national: NationalPack,
    sender: Sender,
    region: LocalPack | None,
    local: LocalPack | None = None,
) -> NationalPack:
    """A national pack with what the region, and then the force, says in place of it."""
    if region is None and local is None:
        return national
    pack, _ = overlay(national, sender, local, region=region)
    return replace(
        national, messages=pack.messages, slots=pack.slots, more_hashtags=pack.more_hashtags
    )


def carry(one: Behind, theirs: Collection[str], now: datetime) -> bytes:
    """The file as it is to be, written for the new version. Raises SettingsError.

    It is read again before anything is written: a file that would say something else is refused.
    """
    when = written(today(now), weekday=False)
    content = carried(one.content, one.found, theirs, one.new.version, when=when)
    local, problems = one.owner.read(one.file, content, one.local.campaign)
    gone = {name for taken in one.found.collisions if taken.name in theirs for name in taken.paths}
    if (
        not local.ok
        or local.written_for_version != one.new.version
        or any(_stands(local, path) for path in gone)
    ):
        first = f"\n{problems[0]}" if problems else ""
        raise SettingsError(
            f"{one.file} cannot be changed safely, and nothing is written in it. Change it by "
            f"hand.{first}"
        )
    return content


def _stands(local: LocalPack, path: tuple[str, ...]) -> bool:
    match path:
        case ("accounts", name, *rest):
            return name in local.accounts and _stands(local.accounts[name], tuple(rest))
        case ("change", message, ("picture" | "picture_shows")):
            return message in local.pictures
        case ("change", message, ("video" | "video_shows" | "captions")):
            return message in local.videos
        case ("change", message, wording):
            return wording in local.change.get(message, {})
        case ("change", message):
            return message in {**local.change, **local.pictures, **local.videos}
        case ("more_hashtags",):
            return local.more_hashtags is not None
        case (part, name):
            return name in {"withdraw": local.withdraw, "add": local.add, "times": local.times}.get(
                part, {}
            )
    return False


def write(one: Behind, content: bytes) -> None:
    """Puts the file in its place. Raises SettingsError where somebody changed it meanwhile."""
    if one.path.read_bytes() != one.content:
        raise SettingsError(f"{one.file} was changed meanwhile, and nothing is written in it.")
    save(one.path, content)


def still_wrong(one: Behind, content: bytes, config: Config) -> list[Problem]:
    """Errors that a file has against the new pack all the same."""
    local, problems = one.owner.read(one.file, content, one.local.campaign)
    found = [*problems, *one.owner.wrong(one.new, local, config)]
    return [problem for problem in found if problem.severity is Severity.ERROR]
