"""Whether all is well: findings, each with a code for programs and a sentence for people.

`look` asks everything at once, and nothing that hangs holds it up. The command `health` shows what
it gives back; a page could do the same. It changes nothing and makes nothing.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from bot import app
from bot.core.model import LONDON, BotError, Mode, State
from bot.core.reading import written
from bot.core.source import Severity

if TYPE_CHECKING:
    from bot.ledger import Ledger, LedgerPost

OVERDUE: Final = timedelta(minutes=3)
"""How long after its time a post still waits before anybody is told: cron starts each minute."""

SILENCE: Final = timedelta(minutes=3)
"""How long the clock may be silent, unless somebody says otherwise."""

LEAST_FREE_BYTES: Final = 100 * 1000 * 1000
DEADLINE_SECONDS: Final = 10.0
"""For all looks together: monitors give up after that, or soon."""

RECENT: Final = timedelta(days=1)
TRIED: Final = (State.PLANNED, State.SENDING, State.PUBLISHED, State.REFUSED, State.UNKNOWN)
"""States whose beginning, once a post is due, says that somebody tried to send it."""


class Kind(StrEnum):
    WELL = "well"
    WRONG = "wrong"
    NOTE = "note"  # nothing is wrong, but see to it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: `code` for programs, and a sentence."""

    kind: Kind
    code: str
    sentence: str


wrong: Final = partial(Finding, Kind.WRONG)
note: Final = partial(Finding, Kind.NOTE)

Also: TypeAlias = "Callable[[Ledger, datetime], Iterable[Finding]]"


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to be looked at. `parts` finds what is not well; where nothing is, `otherwise`."""

    what: str  # as in: the disk has not answered
    parts: Callable[[], Iterable[Finding]]
    otherwise: str

    def findings(self) -> tuple[Finding, ...]:
        """What the look finds. What stops it is a finding itself."""
        try:
            found = tuple(self.parts())
        except BotError as error:
            found = (wrong("unusable", " ".join(str(error).split())),)
        if any(one.kind is Kind.WRONG for one in found):
            return found
        return (*found, Finding(Kind.WELL, "well", self.otherwise))


def look(
    env: app.Environment,
    *,
    silence: timedelta = SILENCE,
    also: Also | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> tuple[Finding, ...]:
    """All findings about one deployment, within the deadline.

    `also` looks further into the ledger while it is open. A disk or a database that does not
    answer in time is a finding: its look is left behind in a thread that ends with the process.
    """
    now = app.SystemClocks(env.now).now()
    return _ask(tuple(_looks(env, now, silence, also)), deadline_seconds)


def not_working(env: app.Environment, ledger: Ledger, now: datetime) -> tuple[Finding, ...]:
    """What keeps a bot at work from sending anything, as its own ticks can find it.

    A post that waits for an approval, or an account that X refuses, is for people, and no reason
    to think that the bot has died. Raises LedgerError where the ledger does not answer.
    """
    jumped = tuple(_jumped(env))
    return (*_disk(env), *jumped, *(() if jumped else _stuck(ledger, now)))


def _looks(
    env: app.Environment, now: datetime, silence: timedelta, also: Also | None
) -> Iterator[Look]:
    name = "LIVE" if env.mode is Mode.LIVE else "dry run"
    yield Look("the disk", lambda: _disk(env), "there is room on the disk.")
    yield Look("the folders with the files", lambda: _files(env), "the files have no errors.")
    yield Look(
        "the ledger's database",
        lambda: _ledger(env, now, silence, also),
        f"{name}: the clock ticks, and nothing is overdue, stopped or unsettled.",
    )
    if env.mode is Mode.DRY and not env.database_url:
        live = replace(env, mode=Mode.LIVE)
        if app.ledger_exists(live):
            yield Look(
                "the live ledger's database",
                lambda: _live_beside(live, now, silence),
                "the live bot's clock ticks.",
            )


def _ask(looks: Sequence[Look], deadline_seconds: float) -> tuple[Finding, ...]:
    """What these looks find, side by side, each in a thread that nobody waits for at the end."""
    answers: dict[Look, tuple[Finding, ...]] = {}
    failures: list[Exception] = []

    def ask(one: Look) -> None:
        try:
            answers[one] = one.findings()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(one,), daemon=True) for one in looks]
    for thread in threads:
        thread.start()
    end = time.monotonic() + deadline_seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    if failures:
        raise failures[0]  # a fault of ours is no finding
    return tuple(
        found for one in looks for found in answers.get(one) or (_silent(one, deadline_seconds),)
    )


def _silent(one: Look, seconds: float) -> Finding:
    said = (
        f"{one.what} did not answer within {seconds:g} seconds. Is it reachable, or does another "
        "program hold it?"
    )
    return wrong("no-answer", said)


# --- the looks --------------------------------------------------------------------------------


def _disk(env: app.Environment) -> Iterator[Finding]:
    folder = env.data
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield wrong("disk", f"the disk with {env.data} does not answer: {error.strerror}.")
        return
    if free < LEAST_FREE_BYTES:
        yield wrong("disk", f"only {free // 1_000_000} MB are free where {env.data} is. Make room.")


def _files(env: app.Environment) -> Iterator[Finding]:
    loaded = app.load(env)
    errors = [one for one in loaded.problems if one.severity is Severity.ERROR]
    if errors:
        counted = _counted(len(errors), "error")
        yield wrong("files", f"{counted} in messages and config; .venv/bin/bot check names them.")
    for problem in app.credential_problems(env, loaded):
        yield wrong("credentials", problem.message)


def _ledger(
    env: app.Environment, now: datetime, silence: timedelta, also: Also | None
) -> Iterator[Finding]:
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        stands_still = [*_clock(ledger, now, silence, "the clock"), *_jumped(env)]
        yield from stands_still
        if not stands_still:  # else it is known why nothing is tried
            yield from _stuck(ledger, now)
        for post in _overdue(ledger, now, limit=20):
            due = _local_moment(post.due)
            yield wrong("overdue", f"{post.key} was due on {due} and waits: {post.why}")
        for one in ledger.stopped_accounts():
            yield wrong("stopped-account", f"the account {one.account} is stopped: {one.sentence}")
        unsettled = len(ledger.unknown())
        if unsettled:
            counted = _counted(unsettled, "post")
            said = f"{counted} may or may not be public; see .venv/bin/bot unsettled."
            yield wrong("unsettled", said)
        if also is not None:
            yield from also(ledger, now)
    finally:
        ledger.close()


def _clock(ledger: Ledger, now: datetime, silence: timedelta, whose: str) -> Iterator[Finding]:
    beat = ledger.last_heartbeat()
    if beat is None:
        yield wrong("clock", f"{whose} has never ticked. Start the bot: .venv/bin/bot run")
    elif now - beat > silence:
        minutes = f"{(now - beat) // timedelta(minutes=1)} minutes"
        yield wrong("clock", f"{whose} has not ticked for {minutes}. Is the bot running?")
    elif beat - now > silence:
        ahead = f"{(beat - now) // timedelta(minutes=1)} minutes"
        said = f"{whose} last ticked {ahead} from now. Was this computer's clock set back?"
        yield wrong("clock", said)


def _jumped(env: app.Environment) -> Iterator[Finding]:
    jump = app.noted_jump(env)
    if jump is not None:
        yield wrong("clock-jumped", jump.sentence)


def _stuck(ledger: Ledger, now: datetime) -> Iterator[Finding]:
    """Posts that could go out, while the clock ticks and nobody tries; and one held for ever."""
    stopped = {one.account for one in ledger.stopped_accounts()}
    waiting = [one for one in _overdue(ledger, now) if _could_go(one, stopped, now)]
    last = _last_tried(ledger, now) if waiting else None
    if waiting and (last is None or now - last > OVERDUE):
        counted = f"{_counted(len(waiting), 'post')} {'is' if len(waiting) == 1 else 'are'}"
        yield wrong(
            "nothing-tried",
            f"{counted} due and approved, and nothing was tried for "
            f"{(now - (last or waiting[0].due)) // timedelta(minutes=1)} minutes, although the "
            f"clock ticks. Start the bot again. The first is {waiting[0].key}.",
        )
    from bot.ledger import LEASE_SECONDS

    longest = timedelta(seconds=LEASE_SECONDS) + OVERDUE
    for one in ledger.posts(states=[State.SENDING], due_from=now - RECENT, due_before=now):
        if now - one.since > longest:
            since = _local_moment(one.since)
            said = f"{one.key} has been on its way since {since}. Start the bot again."
            yield wrong("stuck", said)


def _last_tried(ledger: Ledger, now: datetime) -> datetime | None:
    recent = ledger.posts(states=TRIED, due_from=now - RECENT, due_before=now)
    return max((one.since for one in recent if one.since >= one.due), default=None)


def _overdue(ledger: Ledger, now: datetime, *, limit: int | None = None) -> tuple[LedgerPost, ...]:
    return ledger.posts(states=[State.PLANNED], due_before=now - OVERDUE, limit=limit)


def _could_go(post: LedgerPost, stopped: set[str], now: datetime) -> bool:
    """Whether nothing that a person decides stands in its way, and it need not wait."""
    waits = post.not_before is not None and post.not_before > now - OVERDUE
    is_late = now - post.due > timedelta(seconds=post.grace_seconds)
    free = post.approved_by is not None and post.held_by is None
    return free and post.rendering.account not in stopped and not waits and not is_late


def _live_beside(env: app.Environment, now: datetime, silence: timedelta) -> Iterator[Finding]:
    """A live ledger is here too, so somebody meant to publish."""
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        yield from _clock(ledger, now, silence, "there is a live ledger here, and its clock")
        yield from _jumped(env)
    finally:
        ledger.close()


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _local_moment(instant: datetime) -> str:
    local = instant.astimezone(LONDON)
    return f"{written(local.date())} at {local:%H:%M}"
