"""Whom messages and wordings are for: names that nobody has, and limits that reach nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.check.lines import error
from bot.core.config import Config
from bot.core.config.forces import REGIONS
from bot.core.model import Account, Nation, PlatformName, Sender, SenderKind
from bot.core.packs import Condition, LocalPack, Message, NationalPack, Wording, is_for
from bot.core.packs.conditions import FACTS, may_hold
from bot.core.packs.limits import names_of
from bot.core.source import Place, Problem, did_you_mean, listed, shortened


@dataclass(frozen=True, slots=True)
class Limit:
    """Where something is limited, what it is, and to whom, or to all but whom."""

    place: Place
    what: str
    names: tuple[str, ...]
    excludes: bool = False


def national_limits(pack: NationalPack, config: Config) -> Iterator[Problem]:
    """What is wrong with whom a national pack says its messages and wordings are for."""
    for limit in _of_messages(pack.messages.values()):
        yield from _problems(limit, pack, config, set(config.senders), "")


def overlay_limits(
    local: LocalPack, pack: NationalPack, config: Config, senders: Iterable[str]
) -> Iterator[Problem]:
    """The same of an overlay, whose limits must reach one of its own senders."""
    limits = [*_of_messages(local.add.values())]
    limits += [
        limit
        for name, wordings in local.change.items()
        for wording in wordings.values()
        for limit in _of(wording, f"{name}/{wording.name}")
    ]
    own = local.only_for.items()
    limits += [Limit(local.places["only_for", name], name, names) for name, names in own]
    whose = set(senders)
    for one in limits:
        yield from _problems(one, pack, config, whose, f" of {listed(sorted(whose)[:3])}")


def _of_messages(messages: Iterable[Message]) -> Iterator[Limit]:
    for message in messages:
        yield from _of(message, message.name)
        for wording in message.wordings.values():
            yield from _of(wording, f"{message.name}/{wording.name}")


def _of(limited: Message | Wording, what: str) -> Iterator[Limit]:
    yield from (Limit(limited.place, what, names) for names in limited.only_for)
    if limited.not_for:
        yield Limit(limited.place, what, limited.not_for, excludes=True)


def _problems(
    limit: Limit, pack: NationalPack, config: Config, whose: set[str], of: str
) -> Iterator[Problem]:
    known = {*pack.conditions, *config.senders, *config.accounts, *REGIONS, *Nation}
    known |= {*PlatformName, *SenderKind, *config.sectors}
    lower = {name.lower() for name in (*known, *config.broken_senders)}
    unknown = [name for name in limit.names if name.lower() not in lower]
    for name in unknown:
        yield error(
            limit.place,
            "unknown-sender",
            f'{limit.what} is {"not" if limit.excludes else "only"} for "{shortened(name)}", and '
            "nothing has that name.",
            did_you_mean(name, known - {*SenderKind, *Nation} | {*pack.conditions}),
        )
    if not unknown and not _reaches(limit, pack, config, whose):
        others = "all but " if limit.excludes else ""
        yield error(
            limit.place,
            "for-nobody",
            f"{limit.what} is only for {others}{listed(limit.names, 'or')}, which no account{of} "
            "is.",
            "Name one of its accounts or platforms, such as x, or withdraw it.",
        )


def _reaches(limit: Limit, pack: NationalPack, config: Config, whose: set[str]) -> bool:
    """Whether somebody is left if each force fills in what suits."""
    named = [one for name in limit.names if (one := pack.conditions.get(name.lower()))]
    if not all(is_met(one, config) for one in named):
        return True  # that is said where the condition stands
    if not config.sectors.isdisjoint(map(str.lower, limit.names)):
        return True  # of that trade there may be a partner tomorrow
    mine = [(sender, account) for sender, account in accounts(config) if sender.id in whose]
    if limit.excludes:
        named = [one for one in named if set(one.facts) <= set(FACTS)]
        return not mine or any(is_for((), limit.names, _names(named, *one)) for one in mine)
    return not mine or any(is_for((limit.names,), (), _names(named, *one)) for one in mine)


def _names(conditions: Iterable[Condition], sender: Sender, account: Account) -> frozenset[str]:
    met = (one.name for one in conditions if may_hold(one, sender, account))
    return names_of(sender, account).union(met)


def is_met(condition: Condition, config: Config) -> bool:
    """Whether an account meets a condition, or would if its force filled something in."""
    return any(may_hold(condition, sender, account) for sender, account in accounts(config))


def accounts(config: Config) -> Iterator[tuple[Sender, Account]]:
    """Every account, with its sender."""
    for sender in config.senders.values():
        yield from ((sender, account) for account in sender.accounts)
