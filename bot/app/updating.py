"""Local packs that were written for an older national one, and what lies between."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.app.editions import Edition, edition, of_version, read_edition
from bot.app.environment import Environment, today
from bot.app.files import Loaded
from bot.app.saving import save
from bot.core.changes import to_fill_in
from bot.core.check import local_problems
from bot.core.config import Config
from bot.core.model import Sender, SettingsError
from bot.core.packs import LocalPack, NationalPack, overlay, read_local
from bot.core.reading import written
from bot.core.source import Problem, Severity
from bot.core.three_way import ThreeWay, carried, three_way, with_accounts


@dataclass(frozen=True, slots=True)
class Behind:
    """A local pack, the national text it was written for, and the one there is now."""

    sender: Sender
    local: LocalPack
    base: Edition
    was: NationalPack  # the base, as it is read now
    new: NationalPack
    path: Path
    content: bytes
    found: ThreeWay
    region: LocalPack | None  # what the sender's region lays below its local pack

    @property
    def file(self) -> str:
        return self.local.place.file

    @property
    def to_do(self) -> tuple[str, ...]:
        """What only the force can put right: phrases that are asked for now."""
        new = _below(self.new, self.sender, self.region)
        phrases = {**(self.region.fill_in if self.region else {}), **self.sender.values}
        return tuple(to_fill_in(new, self.local, replace(self.sender, values=phrases)))


def behind(
    env: Environment,
    loaded: Loaded,
    pack: NationalPack,
    forces: Collection[str],
    base: str | None,
    *,
    now: datetime,
) -> tuple[list[Behind], list[Problem]]:
    """The local packs of these forces that were written for an older version of a pack.

    And the first error of each that cannot be read. `base` is the folder, zip or version to start
    from, where a person named it; else each begins with the version that its local pack names.
    Raises SettingsError where that was kept nowhere.
    """
    read: dict[int, tuple[Edition, NationalPack]] = {}
    found: list[Behind] = []
    unread: list[Problem] = []
    for force in forces:
        local = _local(loaded, force, pack.id)
        if isinstance(local, Problem):
            unread.append(local)
            continue
        if local is None or local.written_for_version >= pack.version:
            continue
        version = local.written_for_version
        if version not in read:
            one = (
                edition(env, pack.id, base, now=now)
                if base
                else of_version(env, pack.id, version, now=now)
            )
            read[version] = one, read_edition(env, one)
        sender = loaded.usable.config.senders[force]
        path = env.messages / "local" / force / f"{pack.id}.yaml"
        region = _region(loaded, sender, pack.id)
        between = _between(read[version][1], pack, sender, local, region)
        content = loaded.texts[local.place.file]
        found.append(Behind(sender, local, *read[version], pack, path, content, between, region))
    return found, unread


def _local(loaded: Loaded, force: str, campaign: str) -> LocalPack | Problem | None:
    """A force's local pack as it is read alone, whatever is wrong between it and the new pack."""
    file = f"messages/local/{force}/{campaign}.yaml"
    if file not in loaded.texts:
        return None
    local, problems = read_local(file, loaded.texts[file], sender=force, campaign=campaign)
    return next((one for one in problems if one.severity is Severity.ERROR), local)


def _region(loaded: Loaded, sender: Sender, campaign: str) -> LocalPack | None:
    region = loaded.usable.region_of(sender, campaign)
    return region if region is not None and region.ok else None


def _between(
    was: NationalPack,
    new: NationalPack,
    sender: Sender,
    local: LocalPack,
    region: LocalPack | None,
) -> ThreeWay:
    """A force's words, and its accounts', each between what lay below them and what lies there."""
    old, now = (_below(one, sender, region) for one in (was, new))
    found = three_way(old, now, local, sender.every_language)
    old, now = (_below(one, sender, region, local) for one in (was, new))
    languages = {one.id: one.languages for one in sender.accounts}
    of_accounts = {
        name: three_way(old, now, own, languages.get(name, sender.every_language))
        for name, own in local.accounts.items()
    }
    return with_accounts(found, of_accounts)


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
    return replace(national, messages=pack.messages, slots=pack.slots)


def carry(one: Behind, theirs: Collection[str], now: datetime) -> bytes:
    """The file as it is to be, written for the new version. Raises SettingsError.

    It is read again before anything is written: a file that would say something else is refused.
    """
    when = written(today(now), weekday=False)
    content = carried(one.content, one.found, theirs, one.new.version, when=when)
    local, problems = read_local(
        one.file, content, sender=one.sender.id, campaign=one.local.campaign
    )
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
    local, problems = read_local(
        one.file, content, sender=one.sender.id, campaign=one.local.campaign
    )
    found = [*problems, *local_problems(local, one.new, config)]
    found += overlay(one.new, one.sender, local, config.retired, region=one.region)[1]
    return [problem for problem in found if problem.severity is Severity.ERROR]
