"""Named conditions: names that are taken, facts that nobody has, and conditions nobody meets."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.check.limits import accounts, is_met
from bot.core.check.lines import error, warning
from bot.core.config import Config
from bot.core.config.forces import REGIONS
from bot.core.model import Language, Nation, PlatformName, SenderKind
from bot.core.packs import Condition, NationalPack
from bot.core.packs.conditions import FACTS
from bot.core.packs.limits import names_of
from bot.core.source import Problem, did_you_mean, shortened


def condition_problems(pack: NationalPack, config: Config) -> Iterator[Problem]:
    """What is wrong with the conditions of a national pack, whoever meets them."""
    taken = {*map(str.lower, (*REGIONS, *Nation)), *PlatformName, *SenderKind, *config.senders}
    taken |= config.sectors
    taken = taken.union(*(names_of(*one) for one in accounts(config)))
    for condition in pack.conditions.values():
        if condition.name in taken:
            said = f'"{condition.name}" has a meaning already, so no condition can be called so.'
            yield error(condition.place, "two-names", said, "Give the condition another name.")
        unknown = list(_unknown(condition, config))
        yield from unknown
        if not unknown and "sector" not in condition.facts and not is_met(condition, config):
            yield warning(
                condition.place,
                "nobody-meets",
                f"no account meets the condition {condition.name}: {condition}.",
                "All of its facts must hold at once. Take one out, or let it be until somebody "
                "does.",
            )


def _unknown(condition: Condition, config: Config) -> Iterator[Problem]:
    """Facts that are what nobody can be, each by its name."""
    for fact, wanted in condition.facts.items():
        known = {one.lower(): one for one in _known(fact, config)}
        for name in wanted if fact in FACTS else ():
            if name.lower() in known:
                continue
            said = f'there is no {fact} called "{shortened(name)}".'
            advice = did_you_mean(name, known.values())
            yield error(condition.places[fact], "unknown-name", said, advice)


def _known(fact: str, config: Config) -> set[str]:
    return {
        "force": {*config.senders, *config.broken_senders},
        "kind": {*SenderKind},
        "sector": {*config.sectors},
        "region": {*REGIONS},
        "nation": {*Nation},
        "language": {*Language, *(language.label for language in Language)},
        "platform": {*PlatformName},
    }.get(fact, set())
