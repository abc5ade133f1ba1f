"""Tells staff, through apprise: by email, Teams, Slack and whatever else it knows.

What happened is read from the ledger's history, and what was told is written there, so nothing is
told twice by a bot that starts again, and nothing forgotten between two starts from cron. Each of
those to be told has a thread of its own while something is sent: nobody's mail server delays a
post, or another's message. apprise is imported only when something is sent. It takes 0.6 seconds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import structlog

from bot import app
from bot.app.environment import TELL, TELL_SENDER
from bot.core.model import LedgerError, Mode, State
from bot.ledger import LedgerPost
from bot.news import (
    ACTIONS,
    Cause,
    Message,
    News,
    Standing,
    concerns,
    is_ripe,
    message_of,
    news_of,
    standing_message,
)

SEND_SECONDS: Final = 30.0
"""How long sending may take before it counts as failed. It is left to its thread after that."""

RETRY_SECONDS: Final = 60.0
BEHIND: Final = 5_000
"""After so many events without anything to tell, it is noted that they were read."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Memory:
    """What was told. `upto`: every event up to it was told, or concerns nobody."""

    upto: int
    noted: int  # the `upto` that the ledger knows
    people: dict[str, _Told] = field(default_factory=dict)

    def facts(self) -> dict[str, object]:
        return {
            "upto": self.upto,
            "people": {name: one.facts() for name, one in self.people.items()},
        }


@dataclass(slots=True)
class _Told:
    """What those at one address were told: up to which event, when, and what stands."""

    first: int  # events up to this one are not theirs
    last: dict[str, int] = field(default_factory=dict)  # by cause
    at: dict[str, str] = field(default_factory=dict)  # by cause
    standing: dict[str, str] = field(default_factory=dict)  # by cause

    def facts(self) -> dict[str, object]:
        return {"first": self.first, "last": self.last, "at": self.at, "standing": self.standing}

    def told_at(self, cause: Cause) -> datetime | None:
        at = self.at.get(cause)
        return None if at is None else datetime.fromisoformat(at)


class Telling:
    """Tells those whom BOT_TELL and BOT_TELL_<SENDER> name. For one thread at a time."""

    def __init__(self, bot: app.Bot) -> None:
        self._bot = bot
        people = [_Person(*one) for one in addresses(bot.env)]
        self._people = {person.name: person for person in people}
        self._prefix = "" if bot.env.mode is Mode.LIVE else "dry run: "
        self._memory: _Memory | None = None
        self._senders: dict[str, str | None] = {}  # by account

    @classmethod
    def wanted(cls, bot: app.Bot) -> Telling | None:
        """None where nobody is to be told: in a dry run, unless BOT_TELL_DRY says so."""
        is_told = bot.env.mode is Mode.LIVE or bot.env.tells_dry
        return cls(bot) if bot.env.tell and is_told else None

    def begin(self) -> None:
        """Takes up what the ledger remembers; in one that remembers nothing, news begin now."""
        ledger = self._bot.ledger
        facts = ledger.told()
        self._memory = _remembered(facts) if facts else None
        head, _ = ledger.head()
        if self._memory is None:
            self._memory = _Memory(upto=head, noted=head)
        for name in self._people:
            self._memory.people.setdefault(name, _Told(first=head))
        if facts != self._memory.facts():
            self._note("Staff are told of what happens from here on.")

    def turn(self, standing: Sequence[Standing]) -> None:
        """Notes what was told meanwhile, and begins to tell what there is. Waits for nobody.

        Raises LedgerError where the ledger does not answer.
        """
        if self._memory is None:
            self.begin()
        self._collect()
        memory, now = self._remembering(), self._bot.clocks.now()
        head, _ = self._bot.ledger.head()
        news = self._news(memory.upto)
        waiting: list[int] = []
        for person in self._people.values():
            told = memory.people[person.name]
            theirs = [
                one
                for one in news
                if concerns(one, person.sender)
                and one.seq > max(told.first, told.last.get(one.cause, 0))
            ]
            waiting += [one.seq for one in theirs]
            messages = list(_ripe(theirs, told, now, self._prefix))
            messages += self._ripe_standing(standing, person, told, now)
            person.tell(messages, now=now, boot=self._bot.clocks.boot())
        memory.upto = min(waiting) - 1 if waiting else head
        if memory.upto - memory.noted > BEHIND:
            self._note("Nothing was left to tell.")

    def finish(self) -> None:
        """Waits for what is being sent, for a process that ends, and notes it."""
        for person in self._people.values():
            person.wait()
        self._collect()

    def _news(self, after: int) -> list[News]:
        """What happened since, but for what is settled or decided by now."""
        ledger = self._bot.ledger
        found = news_of(ledger.events_of(tuple(ACTIONS), after=after), self._sender_of)
        posts = ledger.posts_of([one.key for one in found if one.key and one.cause in _PASSING])
        return [
            one
            for one in found
            if one.cause not in _PASSING or one.key is None or _still(one, posts.get(one.key))
        ]

    def _ripe_standing(
        self, standing: Iterable[Standing], person: _Person, told: _Told, now: datetime
    ) -> list[Message]:
        theirs: dict[Cause, list[Standing]] = {}
        for one in standing:
            if concerns(one, person.sender):
                theirs.setdefault(one.cause, []).append(one)
        over = [cause for cause in told.standing if Cause(cause) not in theirs]
        for cause in over:
            del told.standing[cause]
        if over:  # else it would not be told when it comes again after a new start
            self._note(f"It is over: {', '.join(over)}.")
        made = [standing_message(ones, prefix=self._prefix) for ones in theirs.values()]
        return [
            one
            for one in made
            if told.standing.get(one.cause) != one.body
            and is_ripe(
                one.cause, datetime.fromtimestamp(0, now.tzinfo), told.told_at(one.cause), now
            )
        ]

    def _collect(self) -> None:
        """Writes down what was told since the last turn."""
        memory = self._remembering()
        done = [(person, one) for person in self._people.values() for one in person.taken()]
        for person, (message, at) in done:
            told = memory.people[person.name]
            told.at[message.cause] = at.isoformat()
            if message.last:
                told.last[message.cause] = message.last
            else:
                told.standing[message.cause] = message.body
        if done:
            said = "; ".join(f"{person.name}: {one.title}" for person, (one, _) in done)
            self._note(f"Staff were told. {said}.")
            log.info("told", messages=len(done), so=said)

    def _note(self, sentence: str) -> None:
        memory = self._remembering()
        self._bot.ledger.note_told(sentence, memory.facts(), now=self._bot.clocks.now())
        memory.noted = memory.upto

    def _remembering(self) -> _Memory:
        if self._memory is None:
            raise LedgerError("Telling has not begun.")
        return self._memory

    def _sender_of(self, account: str) -> str | None:
        if account not in self._senders:
            posts = self._bot.ledger.posts(accounts=[account], limit=1)
            self._senders[account] = posts[0].sender if posts else None
        return self._senders[account]


_PASSING: Final = {
    Cause.UNSETTLED: State.UNKNOWN,
    Cause.MISSED: State.MISSED,
    Cause.LOST: State.PLANNED,
}
"""What is told only while the post is in this state."""


def _still(one: News, post: LedgerPost | None) -> bool:
    """Whether what is told of a post is still so; of an approval, that nobody gave it again."""
    if post is None or post.state is not _PASSING[one.cause]:
        return False
    return one.cause is not Cause.LOST or post.approved_by is None


def _ripe(news: Iterable[News], told: _Told, now: datetime, prefix: str) -> Iterable[Message]:
    by_cause: dict[Cause, list[News]] = {}
    for one in news:
        by_cause.setdefault(one.cause, []).append(one)
    for cause, ones in by_cause.items():
        at = told.told_at(cause)
        if is_ripe(cause, ones[0].at, at, now):
            yield message_of(ones, at, prefix=prefix)


def _remembered(facts: Mapping[str, Any]) -> _Memory:
    people = {name: _Told(**one) for name, one in facts["people"].items()}
    return _Memory(facts["upto"], facts["upto"], people)


class _Person:
    """Those at one address: what is being sent to them, in one thread at a time."""

    def __init__(self, name: str, sender: str | None, url: str) -> None:
        self.name, self.sender, self._url = name, sender, url
        self._thread: threading.Thread | None = None
        self._began = 0.0
        self._lock = threading.Lock()
        self._taken: list[tuple[Message, datetime]] = []
        self._failed_at: float | None = None
        self._failure: str | None = None

    def tell(self, messages: Sequence[Message], *, now: datetime, boot: float) -> None:
        """Begins to send these, unless something is being sent, or just failed."""
        if self._thread is not None and self._thread.is_alive():
            if boot - self._began > SEND_SECONDS:
                self._failed("it takes too long")
            return
        waits = self._failed_at is not None and boot - self._failed_at < RETRY_SECONDS
        if not messages or waits:
            return
        self._began = boot

        def send_all() -> None:
            for message in messages:
                why = send(self._url, message.title, message.body)
                if why is not None:
                    self._failed_at = boot
                    self._failed(why)
                    return
                self._failed_at = self._failure = None
                with self._lock:
                    self._taken.append((message, now))

        self._thread = threading.Thread(target=send_all, name="telling", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        if self._thread is not None:
            self._thread.join(SEND_SECONDS)
            if self._thread.is_alive():
                self._failed("it takes too long")

    def taken(self) -> list[tuple[Message, datetime]]:
        """What was sent since this was asked last, and when that began."""
        with self._lock:
            taken, self._taken = self._taken, []
        return taken

    def _failed(self, why: str) -> None:
        if why != self._failure:
            self._failure = why
            so = "it is tried again. .venv/bin/bot tell --test tries each address"
            log.error("not-told", who=self.name, why=why, so=so)


def addresses(env: app.Environment) -> list[tuple[str, str | None, str]]:
    """Every address to be told: a name that may be shown, whose staff it is, and the address.

    The name is the setting, and the number of the address in it. BOT_TELL_KENT is for those of the
    sender kent; None is for those who are told everything.
    """
    return [
        (f"{name} {number}", sender_named(name), url)
        for name, urls in sorted(env.tell.items())
        for number, url in enumerate(urls, 1)
    ]


def sender_named(name: str) -> str | None:
    """The id of the sender whose staff a setting names; None where it names everybody's."""
    return None if name == TELL else name.removeprefix(TELL_SENDER).lower().replace("_", "-")


def send(url: str, title: str, body: str) -> str | None:
    """Sends this to an address; None where it was taken, else why not, without the address.

    Never raises: whatever apprise does must not touch the bot, and its words may hold a password.
    """
    import apprise

    # Its own lines, and those of the library below it, show whole addresses.
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        one = apprise.Apprise()
        if not one.add(url):
            return "apprise does not understand this address"
        return None if one.notify(title=title, body=body) else "it was not taken"
    except Exception as error:
        return f"it could not be sent ({type(error).__name__})"
