"""Which message and which of its wordings fill the places of one theme, for one account.

Picks do not wander: they depend on the run, the sender's own pack, the account's id, the theme and
the place's ordinal within it, and on nothing else. So adding a force changes no other force's
posts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.core.model import Account, Pick
from bot.core.packs import Message, Pack, Theme, Wording, is_for, names_in
from bot.core.picks import assign, once_each, rank, settled, turns_of

if TYPE_CHECKING:
    from bot.core.plan.voices import Voice

Pool = Mapping[str, tuple[Wording, ...]]
"""A theme's messages in an account's order, each with the wordings it may use, in its order.

A message that is withdrawn, moved elsewhere or only for others keeps its rank and has no wordings,
so only its own places change.
"""

Choice = tuple[str, Wording] | None  # a message by its name, and one of its wordings

May = Callable[[int, str, Wording], bool]
"""Whether a place, by its number, may be filled with a wording of a message."""


def pool_of(pack: Pack, voice: Voice, theme: Theme, ranks: str) -> Pool:
    """What a voice can say on a theme; `ranks` is the run's id, by which it is ordered.

    What an overlay moved out of the theme keeps its rank there, like what is withdrawn.
    """
    account = voice.as_one
    ordered = sorted(
        (one for one in pack.messages.values() if theme.name in (one.theme, one.moved_from)),
        key=lambda message: rank(ranks, account.id, theme.name, message.name),
    )
    suited = {message.name: suited_wordings(pack, account, message, ranks) for message in ordered}
    return {
        message.name: tuple(
            wording
            for wording in suited[message.name]
            if message.theme == theme.name and voice.may_say(pack, message, wording)
        )
        for message in ordered
        if suited[message.name]
    }


def may_say(pack: Pack, account: Account, message: Message, wording: Wording) -> bool:
    """Whether a wording is said by this account: neither withdrawn, nor for others only."""
    return not message.withdrawn_as(wording) and _is_for(pack, account, message, wording)


def left_with_nothing(pool: Pool, pack: Pack, account: Account, theme: Theme) -> bool:
    """Whether the national pack has nothing on a theme for an account, recalled or not.

    What the account's own force takes out or limits is its own choice.
    """
    if not pool or any(pool.values()):
        return not pool
    national = (one for one in pack.national.messages.values() if one.theme == theme.name)
    return not any(
        suits(wording, pack, account) and _is_for(pack, account, message, wording)
        for message in national
        if message.audience.suits(pack.sender.kind)
        for wording in message.wordings.values()
    )


def is_meant_for(pack: Pack, account: Account, message: Message, wording: Wording) -> bool:
    """Whether the national pack lets an account say a wording, whatever overlays make of it."""
    own = pack.national.messages.get(message.name, message)
    return _is_for(pack, account, own, own.wordings.get(wording.name, wording))


def _is_for(pack: Pack, account: Account, message: Message, wording: Wording) -> bool:
    """Whether no limit of a message or its wording leaves the account out."""
    limits = (*message.only_for, *wording.only_for)
    not_for = (*message.not_for, *wording.not_for)
    if not (limits or not_for):
        return True
    return is_for(limits, not_for, names_in(pack, account))


def suited_wordings(
    pack: Pack, account: Account, message: Message, ranks: str
) -> tuple[Wording, ...]:
    """The wordings that suit an account, in its order: all its languages, what its force has."""
    return tuple(
        sorted(
            (one for one in message.wordings.values() if suits(one, pack, account)),
            key=lambda wording: rank(ranks, account.id, message.name, wording.name),
        )
    )


def suits(wording: Wording, pack: Pack, account: Account) -> bool:
    """Whether an account may use a wording: it has all its languages, for what its force has."""
    for language in account.languages:
        if language not in wording.words:
            return False

    def filled_in(name: str) -> bool:
        return pack.has(name, account.languages)

    return all(map(filled_in, wording.forces_with)) and not any(
        map(filled_in, wording.forces_without)
    )


def choose(pool: Pool, kept: Sequence[Pick | None]) -> list[Choice]:
    """What fills each place of a theme in a run with an end; `kept` is what must stay, by place."""
    order = [name for name, wordings in pool.items() if wordings]
    return _with_wordings(pool, assign(len(kept), list(pool), order), kept, 0)


def choose_cycle(pool: Pool, kept: Sequence[Pick | None], cycle: int) -> list[Choice]:
    """What fills the next places of a theme that goes on for ever: as many as its messages.

    Each message comes once, in every cycle at the same place, and with its next wording.
    """
    order = [name for name, wordings in pool.items() if wordings]
    return _with_wordings(pool, once_each(list(pool), order), kept, cycle)


def refilled(
    pool: Pool, choices: Sequence[Choice], holes: Collection[int], may: May
) -> list[Choice]:
    """The choices with other words in some places, and in no others; None where there are none.

    Another wording of the same message comes first, then the message used least.
    """
    found = list(choices)
    for index in holes:
        found[index] = None
    uses = Counter(choice[0] for choice in found if choice)
    said = Counter((choice[0], choice[1].name) for choice in found if choice)
    for index in sorted(holes):
        usable = {
            name: [one for one in wordings if may(index, name, one)]
            for name, wordings in pool.items()
        }
        was = choices[index]
        own = [was[0]] if was and usable[was[0]] else []
        names = own or sorted((name for name in usable if usable[name]), key=lambda n: uses[n])
        if not names:
            continue
        name = names[0]
        wording = min(usable[name], key=lambda one: said[name, one.name])
        found[index] = name, wording
        uses[name] += 1
        said[name, wording.name] += 1
    return found


def _with_wordings(
    pool: Pool, natural: Sequence[tuple[str, int]], kept: Sequence[Pick | None], turned: int
) -> list[Choice]:
    """The messages with what is kept in its places, and a wording for each by its turn."""
    if not natural:
        return [None] * len(kept)
    order = [name for name, wordings in pool.items() if wordings]
    messages = settled(
        [name for name, _ in natural], [pick.message if pick else None for pick in kept], order
    )
    turns = turns_of(natural, messages)
    picks: dict[int, Choice] = {}
    for name in dict.fromkeys(messages):
        usable = {wording.name: wording for wording in pool[name]}
        names = list(usable)
        mine = [index for index, message in enumerate(messages) if message == name]
        wordings = settled(
            [names[(turned + turns[index]) % len(names)] for index in mine],
            [pick.wording if (pick := kept[n]) and pick.wording in usable else None for n in mine],
            names,
        )
        for index, wording in zip(mine, wordings, strict=True):
            picks[index] = name, usable[wording]
    return [picks[index] for index in range(len(kept))]
