"""The command that runs the bot."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import timedelta
from typing import Any, Final

import click
import structlog

from bot import app
from bot.cli import show
from bot.core.model import Mode, PostKey, SettingsError, State, london_day
from bot.core.reading import written
from bot.core.source import Severity, did_you_mean
from bot.ledger import Hold, LedgerPost

DISPATCH_SECONDS: Final = 2.0
SWEEP_SECONDS: Final = 15.0
PLAN_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
"""How long a post in hand may take to end after SIGTERM; hosts kill after 30."""

AS_MANY_AS_FIT: Final = 12
FIRST_FEW: Final = 5
"""How many posts the greeting shows where a day has more than fit on a screen."""

log = structlog.get_logger()


# --- run --------------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot run     .venv/bin/bot run --once     "
    "BOT_MODE=live .venv/bin/bot run"
)
@click.option("--once", is_flag=True, help="Do what is due now and end: for cron, every minute.")
def run(once: bool) -> None:
    """Publish what is due, when it is due, until stopped. Dry run unless BOT_MODE=live.

    SIGTERM (or Ctrl-C) finishes the post in hand and ends.
    """
    env = app.read_environment()
    _log_for_people_or_programs()
    clocks = app.SystemClocks(env.now)
    ledger = app.open_ledger(env, now=clocks.now(), create=True)
    try:
        bot = app.Bot(env, ledger, clocks)
        running = _Running(bot)
        if once:
            running.once()
            return
        code = running.until_stopped()
    finally:
        ledger.close()
    raise click.exceptions.Exit(code)


class _Running:
    """The clock's ticks over one bot."""

    def __init__(self, bot: app.Bot) -> None:
        self.bot = bot
        self._files: object = None
        self._day = ""
        self._warned: set[PostKey] = set()
        self._holds: dict[int, Hold] = {one.id: one for one in bot.ledger.holds()}

    def once(self) -> None:
        self._must_plan()
        self.bot.ledger.heartbeat(now=self.bot.clocks.now())
        self._sweep()
        for key in self.bot.ledger.due(now=self.bot.clocks.now()):
            self._deliver(key)
        self._settle()

    def until_stopped(self) -> int:
        """Runs until a signal comes; the exit code."""
        from bot.carrier import Carrier
        from bot.clock import Clock, Tick

        stopped = threading.Event()
        code = 0

        def stop(number: int, _frame: Any) -> None:
            nonlocal code
            code = 130 if number == signal.SIGINT else 0
            stopped.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        self._must_plan()
        _greet(self.bot)
        carrier = Carrier(self._deliver)

        def dispatch() -> None:
            nonlocal code
            if not app.ledger_exists(self.bot.env):
                log.error("ledger-gone", so="the bot stops; nothing more is sent")
                code = 1
                stopped.set()
                return
            now = self.bot.clocks.now()
            self.bot.ledger.heartbeat(now=now)
            self._tell_holds()
            carrier.submit(self.bot.ledger.due(now=now))

        def sweep() -> None:
            self._sweep()
            self._settle()

        clock = Clock(
            {
                "dispatch": Tick(dispatch, every_seconds=DISPATCH_SECONDS),
                "sweep": Tick(sweep, every_seconds=SWEEP_SECONDS),
                "plan": Tick(self._plan, every_seconds=PLAN_SECONDS),
            }
        )
        clock.start()
        while not stopped.wait(0.5):
            pass
        clock.stop()
        finished = carrier.drain(STOP_SECONDS - 2)
        if finished:
            click.echo("Stopped. Nothing was left in hand.")
        else:
            click.echo("Stopped with a post in hand: .venv/bin/bot unsettled will name it.")
        return code

    def _must_plan(self) -> None:
        self.bot.plan_ahead()
        self._files = app.fingerprint(self.bot.env)
        self._day = str(app.today(self.bot.clocks.now()))
        _check_forces(self.bot)
        waiting = self.bot.ledger.posts(states=[State.PLANNED])
        for account in sorted({post.key.account for post in waiting}):
            try:
                self.bot.platform_for(account)
            except SettingsError as error:  # the other accounts go on
                log.error("no-credentials", account=account, why=str(error))
        self._warn()

    def _plan(self) -> None:
        """Plans again where a file or the date has changed. A broken file changes nothing."""
        files, day = app.fingerprint(self.bot.env), str(app.today(self.bot.clocks.now()))
        if (files, day) != (self._files, self._day):
            self._files, self._day = files, day
            try:
                adoption = self.bot.plan_ahead()
            except SettingsError as error:
                log.error("plan-failed", why=str(error), so="the last good plan stands")
                return
            done = {
                "new": len(adoption.new),
                "changed": len(adoption.changed),
                "withdrawn": len(adoption.gone),
            }
            if any(done.values()):
                log.info("planned", **done)
            errors = [p for p in self.bot.problems if p.severity is Severity.ERROR]
            for problem in errors[:5]:
                log.error("problem", where=str(problem.place), what=problem.message)
        self._warn()

    def _warn(self) -> None:
        for post in unapproved_soon(self.bot):
            if post.key not in self._warned:
                self._warned.add(post.key)
                log.warning("not-approved", key=str(post.key), due=show.local_moment(post.due))

    def _sweep(self) -> None:
        for key in self.bot.delivery.sweep().missed:
            post = self.bot.ledger.post(key)
            log.warning("missed", key=str(key), why=post.why if post else "")

    def _settle(self) -> None:
        for look in self.bot.delivery.settle():
            log.info("looked", key=str(look.key), state=str(look.state), seen=look.sentence)

    def _tell_holds(self) -> None:
        holds = {one.id: one for one in self.bot.ledger.holds()}
        for number in holds.keys() - self._holds.keys():
            one = holds[number]
            log.warning("held", scope=str(one.scope), by=one.by, reason=one.reason)
        for number in self._holds.keys() - holds.keys():
            log.warning("released", scope=str(self._holds[number].scope))
        self._holds = holds

    def _deliver(self, key: PostKey) -> None:
        state = self.bot.delivery.deliver(key)
        if state is State.PLANNED:
            post = self.bot.ledger.post(key)
            log.warning("not-sent-yet", key=str(key), why=post.why if post else "")
        if state in (State.PUBLISHED, State.REFUSED, State.UNKNOWN):
            dry = self.bot.env.mode is Mode.DRY
            log.info("dry-run-" * dry + str(state), key=str(key))


def _check_forces(bot: app.Bot) -> None:
    senders = bot.last_good.config.senders if bot.last_good else {}
    for force in bot.env.forces:
        if force not in senders:
            raise SettingsError(
                f'BOT_FORCES names "{force}", which is not in config/forces.yaml. '
                + did_you_mean(force, senders, what="Forces")
            )


def unapproved_soon(bot: app.Bot) -> list[LedgerPost]:
    """Posts due within the warning time that nobody has approved."""
    now = bot.clocks.now()
    warn = bot.last_good.config.settings.warn_unapproved if bot.last_good else timedelta(days=1)
    soon = bot.ledger.posts(states=[State.PLANNED], due_before=now + warn)
    return [post for post in soon if not post.approved_by]


def _greet(bot: app.Bot) -> None:
    """Today's posts, or those of the next day that has any; and what comes next."""
    now = bot.clocks.now()
    click.echo(
        "DRY RUN: nothing is sent."
        if bot.env.mode is Mode.DRY
        else "LIVE: posts are published from the accounts marked live: yes."
    )
    posts = [post for post in bot.ledger.posts() if post.state is not State.WITHDRAWN]
    days = sorted({london_day(post.due) for post in posts})
    today = app.today(now)
    day = next((day for day in days if day >= today), None)
    if day is None:
        click.echo("No posts in the days ahead. Runs stand in config/campaigns.yaml.")
        return
    of_day = [post for post in posts if london_day(post.due) == day]
    if day != today:
        click.echo(f"No posts today, {written(today)}. The next are on {written(day)}:")
    else:
        click.echo(f"Today, {written(today)}:")
    of_day.sort(key=lambda post: (post.due, post.key.account, post.key.language.rank))
    shown = of_day if len(of_day) <= AS_MANY_AS_FIT else of_day[:FIRST_FEW]
    for post in shown:
        _one_line(bot, post)
    if len(of_day) > len(shown):
        when = "today" if day == today else "that day"
        click.echo(f"\nand {len(of_day) - len(shown):,} more {when}: .venv/bin/bot plan --on {day}")
    waiting = [post for post in posts if post.state is State.PLANNED and post.due > now]
    if waiting:
        first = min(waiting, key=lambda post: post.due)
        click.echo(
            f"\nNext: {first.key.account} on {show.local_moment(first.due)}. "
            f"{show.counted(len(waiting), 'post')} waiting in the days ahead."
        )
    for problem in [p for p in bot.problems if p.severity is Severity.ERROR][:5]:
        click.echo(f"{problem.place}: {problem.message}")
    click.echo("Ctrl-C stops the bot. Holds: .venv/bin/bot hold")


def _one_line(bot: app.Bot, post: LedgerPost) -> None:
    senders = bot.last_good.config.senders if bot.last_good else {}
    language = post.rendering.language
    name = senders[post.sender].name(language) if post.sender in senders else post.sender
    click.echo(
        f"\n{show.local_time(post.due)}  {click.style(name, bold=True)}  {post.key.account}  "
        f"{post.state if post.state is not State.PLANNED else _standing(post)}"
    )
    for line in show.text_lines(post.rendering.text):
        click.echo(line)


def _standing(post: LedgerPost) -> str:
    if post.held_by:
        return f"held: {post.held_by.reason}"
    return "waiting" if post.approved_by else "not approved yet"


def _log_for_people_or_programs() -> None:
    """One structured line an event: coloured on a terminal, JSON where a program reads it."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("action"),
            renderer,
        ]
        if not sys.stderr.isatty()
        else [
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
