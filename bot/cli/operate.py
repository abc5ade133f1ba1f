"""Commands for running the bot: run, status, db."""

from __future__ import annotations

import signal
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click
import structlog

from bot import app
from bot.cli import show
from bot.cli.content import FORMAT
from bot.core.model import LONDON, Mode, PostKey, SettingsError, State
from bot.core.reading import written
from bot.core.source import Severity, did_you_mean
from bot.ledger import Ledger, LedgerPost

DISPATCH_SECONDS: Final = 2.0
SWEEP_SECONDS: Final = 15.0
PLAN_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
"""How long a post in hand may take to end after SIGTERM; hosts kill after 30."""

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

    def once(self) -> None:
        self._must_plan()
        self.bot.ledger.heartbeat(now=self.bot.clocks.now())
        self.bot.delivery.sweep()
        for key in self.bot.ledger.due(now=self.bot.clocks.now()):
            self._deliver(key)
        self.bot.delivery.settle()

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
            now = self.bot.clocks.now()
            self.bot.ledger.heartbeat(now=now)
            carrier.submit(self.bot.ledger.due(now=now))

        def sweep() -> None:
            self.bot.delivery.sweep()
            self.bot.delivery.settle()

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
        log.info("stopped", finished=finished)
        return code

    def _must_plan(self) -> None:
        self.bot.plan_ahead()
        self._files = app.fingerprint(self.bot.env)
        self._day = str(app.today(self.bot.clocks.now()))
        _check_forces(self.bot)
        for account in sorted({post.key.account for post in self.bot.ledger.posts()}):
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
            log.info(
                "planned",
                new=len(adoption.new),
                changed=len(adoption.changed),
                withdrawn=len(adoption.gone),
            )
            errors = [p for p in self.bot.problems if p.severity is Severity.ERROR]
            for problem in errors[:5]:
                log.error("problem", where=str(problem.place), what=problem.message)
        self._warn()

    def _warn(self) -> None:
        for post in unapproved_soon(self.bot):
            if post.key not in self._warned:
                self._warned.add(post.key)
                log.warning("not-approved", key=str(post.key), due=show.local_moment(post.due))

    def _deliver(self, key: PostKey) -> None:
        state = self.bot.delivery.deliver(key)
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
    return [
        post
        for post in bot.ledger.posts()
        if post.state is State.PLANNED and not post.approved_by and post.due <= now + warn
    ]


def _greet(bot: app.Bot) -> None:
    """Today's posts, or those of the next day that has any; and what comes next."""
    now = bot.clocks.now()
    click.echo(
        "DRY RUN: nothing is sent."
        if bot.env.mode is Mode.DRY
        else "LIVE: posts are published from the accounts marked live: yes."
    )
    posts = [post for post in bot.ledger.posts() if post.state is not State.WITHDRAWN]
    days = sorted({post.due.astimezone(LONDON).date() for post in posts})
    today = app.today(now)
    day = next((day for day in days if day >= today), None)
    if day is None:
        click.echo("No posts in the days ahead. Runs stand in config/campaigns.yaml.")
        return
    of_day = [post for post in posts if post.due.astimezone(LONDON).date() == day]
    if day != today:
        click.echo(f"No posts today, {written(today)}. The next are on {written(day)}:")
    else:
        click.echo(f"Today, {written(today)}:")
    for post in sorted(of_day, key=lambda post: post.due):
        _one_line(bot, post)
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


# --- status -----------------------------------------------------------------------------------


@click.command(epilog="Example:  .venv/bin/bot status --format json")
@FORMAT
def status(form: str) -> None:
    """Say how things stand: today's posts, what comes next, holds, and what needs a person."""
    env = app.read_environment()
    clocks = app.SystemClocks(env.now)
    now = clocks.now()
    if not app.ledger_exists(env):
        if env.mode is Mode.LIVE:
            raise SettingsError(
                "there is no live ledger yet. Make it: .venv/bin/bot db create --live"
            )
        click.echo("{}" if form == "json" else "Nothing has run yet. Start with: make run")
        return
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        found = _standing_of_all(env, ledger, now)
    finally:
        ledger.close()
    if form == "json":
        show.as_json(found)
        return
    _status_in_words(found)


def _standing_of_all(env: app.Environment, ledger: Ledger, now: datetime) -> dict[str, Any]:
    today = app.today(now)
    posts = ledger.posts()
    of_today = [post for post in posts if post.due.astimezone(LONDON).date() == today]
    ahead = sorted(
        (post for post in posts if post.state is State.PLANNED and post.due > now),
        key=lambda post: post.due,
    )
    beat = ledger.last_heartbeat()
    loaded = app.load(env)
    errors = [p for p in loaded.problems if p.severity is Severity.ERROR]
    return {
        "mode": env.mode.value,
        "last_tick": beat.isoformat() if beat else None,
        "today": dict(Counter(post.state.value for post in of_today)),
        "waiting": len(ahead),
        "next": show.ledger_record(ahead[0]) if ahead else None,
        "not_approved": len([post for post in ahead if not post.approved_by]),
        "holds": [
            {"scope": str(one.scope), "by": one.by, "reason": one.reason, "at": one.at.isoformat()}
            for one in ledger.holds()
        ],
        "stopped_accounts": [
            {"account": one.account, "why": one.sentence} for one in ledger.stopped_accounts()
        ],
        "unsettled": [str(one.key) for one in ledger.unknown()],
        "missed_today": [
            {"key": str(post.key), "why": post.why}
            for post in of_today
            if post.state is State.MISSED
        ],
        "errors_in_files": len(errors),
    }


def _status_in_words(found: Mapping[str, Any]) -> None:
    click.echo("DRY RUN: nothing is sent." if found["mode"] == "dry" else "LIVE.")
    beat = found["last_tick"]
    when = show.local_moment(datetime.fromisoformat(beat)) if beat else "never"
    click.echo(f"The clock last ticked: {when}.")
    today = ", ".join(f"{number} {state}" for state, number in sorted(found["today"].items()))
    click.echo(f"Today: {today or 'no posts'}.")
    if found["next"]:
        due = show.local_moment(datetime.fromisoformat(found["next"]["due"]))
        click.echo(f"Next: {found['next']['account']}, {due}. {found['waiting']:,} posts waiting.")
    if found["not_approved"]:
        click.echo(f"Not approved yet: {show.counted(found['not_approved'], 'post')}.")
    for one in found["holds"]:
        click.echo(f"HELD: {one['scope']} by {one['by']}: {one['reason']}")
    for one in found["stopped_accounts"]:
        click.echo(f"STOPPED: {one['account']}: {one['why']}")
        click.echo(
            f"  When mended: .venv/bin/bot release {one['account']} --by NAME --reason WORDS"
        )
    if found["unsettled"]:
        click.echo(
            f"UNSETTLED: {show.counted(len(found['unsettled']), 'post')}; see bot unsettled."
        )
    missed = Counter(one["why"] for one in found["missed_today"])
    for why, number in missed.most_common():
        click.echo(f"Missed today: {show.counted(number, 'post')}: {why}")
    if found["errors_in_files"]:
        click.echo(
            f"{show.counted(found['errors_in_files'], 'error')} in the files; see bot check. What "
            "they touch keeps its last good plan."
        )


# --- db ---------------------------------------------------------------------------------------


@click.group()
def db() -> None:
    """The ledger's database."""


@db.command(epilog="Example:  .venv/bin/bot db create --live")
@click.option("--live", is_flag=True, help="A ledger for live publishing. It stays live for ever.")
def create(live: bool) -> None:
    """Make a new, empty ledger. A live one is never made by itself."""
    env = replace(app.read_environment(), mode=Mode.LIVE if live else Mode.DRY)
    now = app.SystemClocks(env.now).now()
    url = env.ledger_url
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    ledger = Ledger.create(url, env.mode, now=now)
    ledger.close()
    click.echo(f"A {env.mode} ledger was made. Before an account's first post its page is read.")
