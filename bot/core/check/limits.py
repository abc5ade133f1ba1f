"""Whom messages and wordings are only for: names that nobody has, and limits that reach nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.check.lines import error
from bot.core.config import Config
from bot.core.config.forces import REGIONS
from bot.core.model import PlatformName, SenderKind
from bot.core.packs import LocalPack, Message, NationalPack, is_for
from bot.core.source import Place, Problem, did_you_mean, listed, shortened

Limit = tuple[Place, str, tuple[str, ...]]  # where, what is limited, and to whom


def national_limits(pack: NationalPack, config: Config) -> Iterator[Problem]:
    """What is wrong with whom a national pack says its messages and wordings are for."""
    for limit in _of_messages(pack.messages.values()):
        yield from _problems(limit, config, set(config.senders), "")


def overlay_limits(local: LocalPack, config: Config, senders: Iterable[str]) -> Iterator[Problem]:
    """The same of an overlay, whose limits must reach one of its own senders."""
    limits = [*_of_messages(local.add.values())]
    limits += [
        (wording.place, f"{name}/{wording.name}", limit)
        for name, wordings in local.change.items()
        for wording in wordings.values()
        for limit in wording.only_for
    ]
    limits += [(local.places["only_for", name], name, to) for name, to in local.only_for.items()]
    whose = set(senders)
    for one in limits:
        yield from _problems(one, config, whose, f" of {listed(sorted(whose)[:3])}")


def _of_messages(messages: Iterable[Message]) -> Iterator[Limit]:
    for message in messages:
        yield from ((message.place, message.name, limit) for limit in message.only_for)
        for wording in message.wordings.values():
            name = f"{message.name}/{wording.name}"
            yield from ((wording.place, name, limit) for limit in wording.only_for)


def _problems(limit: Limit, config: Config, whose: set[str], of: str) -> Iterator[Problem]:
    place, what, names = limit
    known = {*config.senders, *config.broken_senders, *config.accounts}
    known |= {*map(str.lower, REGIONS), *PlatformName, *SenderKind}
    unknown = [name for name in names if name.lower() not in known]
    for name in unknown:
        yield error(
            place,
            "unknown-sender",
            f'{what} is only for "{shortened(name)}", and nothing has that name.',
            did_you_mean(name, {*config.senders, *config.accounts, *REGIONS, *PlatformName}),
        )
    accounts = [
        (sender, account)
        for sender in config.senders.values()
        if sender.id in whose
        for account in sender.accounts
    ]
    reached = any(is_for((names,), sender, account) for sender, account in accounts)
    if accounts and not unknown and not reached:
        yield error(
            place,
            "for-nobody",
            f"{what} is only for {listed(names, 'or')}, which no account{of} is.",
            "Name one of its accounts or platforms, such as x, or withdraw it.",
        )
