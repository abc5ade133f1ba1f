"""What staff are to be told: the ledger's events by cause, one message for a cause.

Pure: events and times come in, messages go out. Nothing here sends or remembers anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.model import LONDON, PostKey
from bot.ledger import Event

GATHER: Final = timedelta(seconds=30)
"""How long more of one cause is waited for before anybody is told."""

GATHER_UNSETTLED: Final = timedelta(seconds=90)
"""The same for a post that may be public: by then its page was looked at once."""

GAP: Final = timedelta(minutes=10)
"""The least time between two messages of one cause to the same people."""

NAMED: Final = 5  # accounts, before the others are counted


class Cause(StrEnum):
    """Why staff are told. One message tells of one cause."""

    REFUSED = "refused"
    UNSETTLED = "unsettled"  # may or may not be public
    MISSED = "missed"
    HELD = "held"
    RELEASED = "released"
    STOPPED = "stopped"  # the platform refuses an account: its keys, permission, suspension
    CREDIT = "credit"
    CLOCK = "clock"  # it jumped: nothing is sent
    PLAN = "plan"  # no new plan can be made
    CREDENTIALS = "credentials"  # missing
    LOST = "lost"  # approvals: what was approved was changed, and is not sent as it is now
    RECALLED = "recalled"  # a message: what was not public is stopped, what is must be removed
    CARRIED = "carried"  # approvals: what was approved was changed, and goes out all the same


ACTIONS: Final[Mapping[str, Cause]] = {
    "refused": Cause.REFUSED,
    "unknown": Cause.UNSETTLED,
    "expired": Cause.UNSETTLED,  # where the post became unknown by it
    "missed": Cause.MISSED,
    "held": Cause.HELD,
    "released": Cause.RELEASED,
    "account-stopped": Cause.STOPPED,
    "approval-lost": Cause.LOST,
    "recalled": Cause.RECALLED,
}
"""The events of the ledger that staff are told of."""

OUT_OF_CREDIT: Final = ("Buy credit in X's developer console", "Raise the limit in X's developer")
"""What our own sentences say where an account was stopped for want of money."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened. `sender` is whose it is; None: everybody's."""

    cause: Cause
    seq: int
    at: datetime
    about: str  # an account, or what was held
    sender: str | None
    key: PostKey | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that is so for a while: told when it begins, not while it lasts."""

    cause: Cause
    sentence: str
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is said of one cause. `last` is the newest event in it."""

    cause: Cause
    title: str
    body: str
    last: int = 0


def news_of(events: Iterable[Event], sender_of: Callable[[str], str | None]) -> tuple[News, ...]:
    """The events that staff are told of, each with the sender it belongs to.

    A refusal that stopped its account is told as the stop alone: they are one cause.
    """
    found = [one for event in events if (one := _news(event, sender_of)) is not None]
    stops = {(one.about, one.sentence) for one in found if one.cause in _STOPS}
    return tuple(
        one
        for one in found
        if one.cause is not Cause.REFUSED or (one.about, one.sentence) not in stops
    )


_STOPS: Final = (Cause.STOPPED, Cause.CREDIT)


_TOLD_OTHERWISE: Final = ("hold", "recalled", "approved_by_rule")
"""Why an approval was lost that nobody must be told of beside: what took it is told by itself, and
the word of a rule nobody gave."""


def _news(event: Event, sender_of: Callable[[str], str | None]) -> News | None:
    cause = ACTIONS.get(event.action)
    if cause is None or (event.action == "expired" and event.facts.get("to") != "unknown"):
        return None
    if cause is Cause.LOST and event.facts.get("carried"):
        cause = Cause.CARRIED
    elif cause is Cause.LOST and any(event.facts.get(why) for why in _TOLD_OTHERWISE):
        return None
    if cause is Cause.STOPPED and any(words in event.sentence for words in OUT_OF_CREDIT):
        cause = Cause.CREDIT
    scope = str(event.facts.get("scope", ""))
    kind, _, name = scope.partition(" ")
    account = event.key.account if event.key else str(event.facts.get("account", ""))
    if kind == "account":
        account = name
    sender = name if kind == "force" else sender_of(account) if account else None
    return News(cause, event.seq, event.at, scope or account, sender, event.key, event.sentence)


def concerns(news: News | Standing, sender: str | None) -> bool:
    """Whether the staff of this sender are told of it; those of None are told everything."""
    return sender is None or news.sender is None or news.sender == sender


def is_ripe(cause: Cause, since: datetime, told: datetime | None, now: datetime) -> bool:
    """Whether to tell now what began then, and was told of last at `told`.

    Times that lie ahead of `now` come from a clock that was set back, and hold nothing up.
    """
    gather = GATHER_UNSETTLED if cause is Cause.UNSETTLED else GATHER
    gathers = timedelta() <= now - since < gather
    return not gathers and not (told is not None and timedelta() <= now - told < GAP)


def message_of(news: Sequence[News], told: datetime | None, *, prefix: str) -> Message:
    """One message for news of one cause, of which there is at least one."""
    first, words = news[0], _WORDS[news[0].cause]
    count = len(news)
    title = f"{prefix}{words.one if count == 1 else words.many.format(count=count)}"
    where = _names([one.about for one in news])
    lines = [f"{words.about} {where}."]
    if told is not None:
        local = told.astimezone(LONDON)
        lines.append(f"That is since the last message of this kind, at {local:%H:%M on %d %B}.")
    begins = "" if count == 1 else "The first: "
    lines.append(f"{begins}{first.key}: {first.sentence}" if first.key else first.sentence)
    lines.append(f"What to do: {words.cure}")
    return Message(first.cause, title, "\n".join(lines), news[-1].seq)


def standing_message(standing: Sequence[Standing], *, prefix: str) -> Message:
    """One message for what stands of one cause, of which there is at least one."""
    words = _WORDS[standing[0].cause]
    count = len(standing)
    title = f"{prefix}{words.one if count == 1 else words.many.format(count=count)}"
    said = [one.sentence for one in standing[:NAMED]]
    if count > NAMED:
        said.append(f"And {count - NAMED} more.")
    return Message(standing[0].cause, title, "\n".join([*said, f"What to do: {words.cure}"]))


def _names(names: Collection[str]) -> str:
    """`kent-x (2), gwent-x and 4 more`."""
    counted = dict.fromkeys(names, 0)
    for name in names:
        counted[name] += 1
    each = [name if times == 1 else f"{name} ({times})" for name, times in counted.items()]
    if len(each) > NAMED:
        return f"{', '.join(each[:NAMED])} and {len(each) - NAMED} more"
    return " and ".join([", ".join(each[:-1]), each[-1]] if each[1:] else each)


@dataclass(frozen=True, slots=True)
class _Words:
    one: str
    many: str
    about: str
    cure: str


_WORDS: Final[Mapping[Cause, _Words]] = {
    Cause.REFUSED: _Words(
        "a post was refused", "{count} posts were refused", "The platform did not take posts of",
        "look at the words: .venv/bin/bot history KEY says what was tried.",
    ),
    Cause.UNSETTLED: _Words(
        "a post may or may not be public", "{count} posts may or may not be public",
        "Nobody can tell yet whether posts are public of",
        "the bot goes on looking for ten minutes. After that, look at the account's page and say "
        "what you see: .venv/bin/bot unsettled",
    ),
    Cause.MISSED: _Words(
        "a post was missed", "{count} posts were missed", "Their time passed unsent, of",
        "keep, move or drop what was missed: .venv/bin/bot missed",
    ),
    Cause.HELD: _Words(
        "a hold began", "{count} holds began", "Nothing leaves any more within:",
        ".venv/bin/bot status says what is held; .venv/bin/bot release ends it.",
    ),
    Cause.RELEASED: _Words(
        "a hold ended", "{count} holds ended", "What is due goes out again within:",
        "what fell due under the hold was missed: .venv/bin/bot missed",
    ),
    Cause.STOPPED: _Words(
        "an account was stopped", "{count} accounts were stopped",
        "The platform refuses, so nothing more is sent from",
        "mend the reason, then .venv/bin/bot release ACCOUNT",
    ),
    Cause.CREDIT: _Words(
        "an account is out of credit", "{count} accounts are out of credit",
        "Nothing more is sent from",
        "buy credit or raise the limit, then .venv/bin/bot release ACCOUNT",
    ),
    Cause.CLOCK: _Words(
        "nothing is sent: the clock jumped", "nothing is sent: the clock jumped", "",
        "look at the clock of that computer: timedatectl",
    ),
    Cause.PLAN: _Words(
        "no new plan can be made", "no new plan can be made", "",
        "the last good plan stands. .venv/bin/bot check names each line.",
    ),
    Cause.LOST: _Words(
        "a post must be approved again", "{count} posts must be approved again",
        "What was approved has changed, and is not sent until somebody approves it again, of",
        ".venv/bin/bot update lists what changed, who had approved it, and by when; its code "
        "approves all of it.",
    ),
    Cause.RECALLED: _Words(
        "a post was recalled", "{count} posts were recalled",
        "The national team recalled a message, and nothing more of it is sent from",
        ".venv/bin/bot recall lists the copies that are public already: take them down by hand.",
    ),
    Cause.CARRIED: _Words(
        "an approved post has corrected words", "{count} approved posts have corrected words",
        "Only the national team changed the words, and the force trusts its corrections, of",
        "they go out as they now stand. To look at them: .venv/bin/bot preview. To stop them: "
        ".venv/bin/bot hold",
    ),
    Cause.CREDENTIALS: _Words(
        "an account has no credentials", "{count} accounts have no credentials", "",
        "set them in .env or in the environment, and start the bot again.",
    ),
}  # fmt: skip
