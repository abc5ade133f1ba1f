"""How far a campaign has come with each force, and what its posts are there to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.model import Post, PostKey, Sender
from bot.core.packs import LocalPack, Message, NationalPack, Purpose, Setting


class Answer(StrEnum):
    """What a sender has answered a national pack: nobody is ever taken to have said yes."""

    YES = "yes"
    NO = "no"
    NOT_SAID = "not said"
    NO_PACK = "no local pack"
    BROKEN = "local pack has errors"


def answer(local: LocalPack | None) -> Answer:
    """What a sender's local pack says, None where it has none."""
    if local is None:
        return Answer.NO_PACK
    if not local.ok:
        return Answer.BROKEN
    if local.takes_part is None:
        return Answer.NOT_SAID
    return Answer.YES if local.takes_part else Answer.NO


@dataclass(frozen=True, slots=True)
class Coverage:
    """One sender in one campaign."""

    sender: Sender
    answer: Answer
    why_not: str  # where it takes no part
    own_messages: int  # that it says its own way, adds, moves or withdraws
    values: int  # that it filled in, for every campaign or this one
    is_behind: bool  # its pack was written for an older version
    posts: int
    approved: int
    out: int  # published; in a dry run, as if

    @property
    def is_to_be_asked(self) -> bool:
        """Whether somebody has to ask it for its answer, or to mend it."""
        return self.answer not in (Answer.YES, Answer.NO)


def coverage(
    pack: NationalPack,
    senders: Iterable[Sender],
    local: Mapping[str, LocalPack],
    posts: Sequence[Post],
    *,
    approved: Collection[PostKey],
    out: Collection[PostKey],
) -> tuple[Coverage, ...]:
    """How each of the senders stands in a campaign; `local` are their packs for it, by sender."""
    every, good, gone = (
        Counter(post.sender for post in posts if keys is None or post.key in keys)
        for keys in (None, approved, out)
    )
    return tuple(
        Coverage(
            sender=one,
            answer=answer(own),
            why_not=own.why_not if own is not None and own.takes_part is False else "",
            own_messages=len(_own_messages(own)) if own else 0,
            values=len({*one.values, *(own.fill_in if own else ())} & pack.values.keys()),
            is_behind=own is not None and own.ok and own.written_for_version < pack.version,
            posts=every[one.id],
            approved=good[one.id],
            out=gone[one.id],
        )
        for one in senders
        for own in [local.get(one.id)]
    )


def _own_messages(own: LocalPack) -> set[str]:
    names = {*own.change, *own.add, *own.pictures, *own.videos, *own.moves, *own.withdraw}
    of_accounts = (_own_messages(one) for one in own.accounts.values())
    return {name.partition("/")[0] for name in names}.union(*of_accounts)


@dataclass(frozen=True, slots=True)
class Balance:
    """How many posts do what, and how many are about people where; None: nobody said."""

    purposes: Mapping[Purpose | None, int]
    settings: Mapping[Setting | None, int]


def balance(pack: NationalPack, local: Mapping[str, LocalPack], posts: Iterable[Post]) -> Balance:
    """What the posts of a campaign are there to do. A post in two settings counts in both."""
    purposes: Counter[Purpose | None] = Counter()
    settings: Counter[Setting | None] = Counter()
    for post in posts:
        said = _message(pack, local.get(post.sender), post.rendering.pick.message)
        purposes[said.purpose if said else None] += 1
        settings.update((said.settings if said else ()) or (None,))
    return Balance(purposes, settings)


def _message(pack: NationalPack, own: LocalPack | None, name: str) -> Message | None:
    return pack.messages.get(name) or (own.add.get(name) if own else None)
