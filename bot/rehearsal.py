"""A campaign's whole life in seconds: the real path, a simulated clock, a ledger of its own."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from bot import app
from bot.app.environment import is_loopback
from bot.app.wiring import address
from bot.core.config import Run
from bot.core.model import Mode, SettingsError, State
from bot.core.packs import Dated, EveryWeek, Never
from bot.core.plan import Sources, Window, days_of, occurrences
from bot.core.reading import to_utc
from bot.core.source import Place, Problem
from bot.ledger import Ledger, LedgerPost
from bot.platforms import CannotLook

Watch = Callable[[Sequence[datetime]], Iterable[datetime]]
AFTERWARDS: Final = (timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=15))
"""Looks after the last post: time for what is unknown to be found, and for what is late to end."""


class SimulatedClocks:
    """Both clocks moved by hand, together."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._now = start

    def now(self) -> datetime:
        return self._now

    def boot(self) -> float:
        return (self._now - self._start).total_seconds()

    def move_to(self, now: datetime) -> None:
        self._now = max(self._now, now)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How every post of the campaign ended."""

    run: Run
    first: date
    last: date
    posts: tuple[LedgerPost, ...]
    counts: dict[str, int]
    problems: tuple[Problem, ...]  # why posts that a reader may expect were not planned


def find_run(loaded: app.Loaded, name: str) -> Run:
    """The run called `name`, or the first run of the pack called `name`. Raises SettingsError."""
    sources = loaded.usable
    runs = sources.config.runs
    if name in runs:
        return runs[name]
    of_pack = [run for run in runs.values() if run.pack == name]
    of_pack.sort(key=lambda run: run.practice)
    if of_pack:
        return of_pack[0]
    if name in sources.packs:
        return Run(f"{name}@rehearsal", name, None, None, (), True, Place("config/campaigns.yaml"))
    return app.chosen("campaign", name, dict(runs))


def rehearse(
    env: app.Environment,
    name: str,
    *,
    start: date | None = None,
    end: date | None = None,
    to_loopback: bool = False,
    senders: Sequence[str] = (),
    watch: Watch = iter,
) -> Rehearsed:
    """Plans, approves, claims and publishes a whole run, instant by instant, without waiting.

    `end` is the last day of a standing campaign, which has none of its own: without it, one week.
    Dry-run adapters unless `to_loopback`, which publishes through the real ones and is refused
    unless every platform's URL is on this machine. Raises SettingsError and LedgerError.
    """
    if to_loopback and not env.is_loopback:
        raise SettingsError(
            "--to-loopback publishes for real, so it wants a server on this machine: set "
            "BOT_X_URL=http://127.0.0.1:PORT."
        )
    loaded = app.load(env)
    if to_loopback:
        _must_be_here(env, loaded)
    for sender in senders:
        app.chosen("force", sender, loaded.config.senders)
    run = find_run(loaded, name)
    today = app.today(app.SystemClocks(env.now).now())
    run, days = _with_days(loaded.usable, run, start, end, today)
    first, last = days.first, days.last
    clocks = SimulatedClocks(to_utc(first - timedelta(days=1), time(8)))
    mode = Mode.LIVE if to_loopback else Mode.DRY
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        url = f"sqlite:///{Path(folder) / 'rehearsal.sqlite3'}"
        ledger = Ledger.create(url, mode, now=clocks.now())
        try:
            bot = _RehearsalBot(
                replace(env, values={}, mode=mode, forces=tuple(senders)), ledger, clocks, run
            )
            _live_through(bot, clocks, first, last, watch)
            posts = ledger.posts()
        finally:
            ledger.close()
    states = Counter(post.state for post in posts)
    counts = {"planned": len(posts)} | {
        state.value: states[state]
        for state in (
            State.PUBLISHED,
            State.MISSED,
            State.REFUSED,
            State.UNKNOWN,
            State.WITHDRAWN,
        )
    }
    return Rehearsed(run, first, last, posts, counts, bot.problems)


def _must_be_here(env: app.Environment, loaded: app.Loaded) -> None:
    for account in loaded.config.accounts.values():
        if not is_loopback(address(env, account)):
            raise SettingsError(
                f"--to-loopback publishes for real, and {account.id} is on a server elsewhere: set "
                f"BOT_{account.platform.upper()}_URL=http://127.0.0.1:PORT."
            )


def _with_days(
    sources: Sources, run: Run, start: date | None, end: date | None, today: date
) -> tuple[Run, Window]:
    """The run as it is rehearsed, and all its days."""
    pack = sources.packs.get(run.pack)
    if pack is None:
        raise SettingsError(f"the pack {run.pack} cannot be used. Run `bot check`.")
    match pack.schedule:
        case Never():
            raise SettingsError(
                f"{run.pack} is held ready and never scheduled, so there is nothing to rehearse. "
                f"To read it: .venv/bin/bot preview --campaign {run.pack}"
            )
        case EveryWeek():
            first = start or run.starts or today
            last = end or first + timedelta(days=6)
            if last < first:
                raise SettingsError(f"--to {last} is before the first day, {first}.")
            if (last - first).days > 400:
                raise SettingsError("that is more than a year: rehearse fewer days.")
            return replace(run, starts=first, ends=last), Window(first, last)
        case Dated(written_for):
            if end is not None:
                raise SettingsError(f"{run.pack} has a length of its own: leave --to out.")
            run = replace(run, starts=start or run.starts, weekly=None if start else run.weekly)
            days = days_of(run, pack)
            if days is None:
                # Any week will do; the one in which the pack was written is as good as another.
                week = Window(written_for, written_for + timedelta(days=6))
                one = occurrences(run, pack, week)[-1]
                days = Window(one.starts, one.last)
            return run, days


class _RehearsalBot(app.Bot):
    """A bot that knows one run only, approves for itself, and never sends beyond this machine."""

    def __init__(
        self, env: app.Environment, ledger: Ledger, clocks: SimulatedClocks, run: Run
    ) -> None:
        super().__init__(env, ledger, clocks)
        self._run = run

    def load(self) -> app.Loaded:
        loaded = app.load(replace(self.env, mode=Mode.DRY))
        config = replace(loaded.config, runs={self._run.id: self._run})
        return replace(loaded, sources=replace(loaded.usable, config=config))

    @property
    def approves_itself(self) -> bool:
        return True

    def begin(self) -> None:
        """Plans, and takes a timeline that a test server does not serve to be empty.

        A real ledger never does: without its account's timeline it publishes nothing.
        """
        self.plan_ahead()
        if self.env.mode is Mode.DRY:
            return
        for account in sorted({post.key.account for post in self.ledger.posts()}):
            if isinstance(self.platform_for(account).recent(), CannotLook):
                self.ledger.note_timeline(account, [], now=self.clocks.now())


def _live_through(
    bot: _RehearsalBot,
    clocks: SimulatedClocks,
    first: date,
    last: date,
    watch: Watch,
) -> None:
    ahead = bot.load().config.settings.plan_ahead
    day = first
    bot.begin()
    while day <= last:
        until = min(last, day + ahead / 2)
        end = to_utc(until + timedelta(days=1), time(0))
        instants = sorted(
            {post.due for post in bot.ledger.posts() if clocks.now() < post.due < end}
        )
        for instant in watch(instants):
            clocks.move_to(instant)
            bot.ledger.heartbeat(now=instant, unbroken=True)
            for key in bot.ledger.due(now=instant):
                bot.delivery.deliver(key)
            bot.delivery.sweep()
        clocks.move_to(end)
        bot.delivery.sweep()
        bot.plan_ahead()
        day = until + timedelta(days=1)
    for wait in AFTERWARDS:
        clocks.move_to(clocks.now() + wait)
        bot.delivery.sweep()
        bot.delivery.settle()
