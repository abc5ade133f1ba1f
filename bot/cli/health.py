"""The command for monitors: whether all is well, in one exit code."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import click

from bot import app
from bot.cli import holds, show
from bot.cli.filters import FORMAT
from bot.cli.missed import since, sorted_missed
from bot.core.model import BotError, Mode, State
from bot.core.source import Severity
from bot.ledger import Ledger

OVERDUE: Final = timedelta(minutes=3)
"""How long after its time a post still waits before anybody is told: cron starts each minute."""

LEAST_FREE_BYTES: Final = 100 * 1000 * 1000


@dataclass(slots=True)
class _Findings:
    """What is well and what is not, each with a code for programs and a sentence."""

    well: list[str] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # nothing is wrong, but see to it

    def look(self, parts: Callable[[], Iterator[tuple[str, str]]], otherwise: str) -> None:
        """Add what one look finds. What stops the look is a finding itself."""
        try:
            found = list(parts())
        except BotError as error:
            found = [("unusable", " ".join(str(error).split()))]
        self.wrong += found
        if not found:
            self.well.append(otherwise)


@click.command(epilog="Example:  .venv/bin/bot health || echo somebody must look")
@click.option(
    "--minutes",
    type=click.IntRange(1, 1440),
    default=3,
    show_default=True,
    help="How long the clock may be silent.",
)
@FORMAT
def health(minutes: int, form: str) -> None:
    """Exit with 0 when all is well, and with 1 and a sentence for each thing that is not.

    For a monitor or a supervisor: it changes nothing and makes nothing.
    """
    found = _Findings()
    env: app.Environment | None = None
    try:
        env = app.read_environment()
    except BotError as error:
        found.wrong.append(("unusable", str(error)))
    if env is not None:
        _look(env, found, timedelta(minutes=minutes))
    if form == "json":
        show.as_json(
            {
                "well": not found.wrong,
                "wrong": [{"code": code, "sentence": said} for code, said in found.wrong],
                "notes": [{"code": code, "sentence": said} for code, said in found.notes],
            }
        )
    else:
        for _, said in found.wrong:
            click.echo(f"NOT WELL: {said}")
        for _, said in found.notes:
            click.echo(f"note: {said}")
        for said in found.well:
            click.echo(f"well: {said}")
    raise click.exceptions.Exit(1 if found.wrong else 0)


def _look(env: app.Environment, found: _Findings, silence: timedelta) -> None:
    now = app.SystemClocks(env.now).now()
    name = "LIVE" if env.mode is Mode.LIVE else "dry run"
    found.look(lambda: _disk(env), "there is room on the disk.")
    found.look(lambda: _files(env), "the files have no errors.")
    found.look(
        lambda: _ledger(env, now, silence, found, name),
        f"{name}: the clock ticks, and nothing is overdue, stopped or unsettled.",
    )
    if env.mode is Mode.DRY and not env.database_url:
        live = replace(env, mode=Mode.LIVE)
        if app.ledger_exists(live):
            found.look(lambda: _live_beside(live, now, silence), "the live bot's clock ticks.")


def _disk(env: app.Environment) -> Iterator[tuple[str, str]]:
    folder = env.data
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield "disk", f"only {free // 1_000_000} MB are free where {env.data} is. Make room."


def _files(env: app.Environment) -> Iterator[tuple[str, str]]:
    loaded = app.load(env)
    errors = [one for one in loaded.problems if one.severity is Severity.ERROR]
    if errors:
        counted = show.counted(len(errors), "error")
        yield "files", f"{counted} in messages and config; .venv/bin/bot check names them."
    for problem in app.credential_problems(env, loaded):
        yield "credentials", problem.message


def _ledger(
    env: app.Environment, now: datetime, silence: timedelta, found: _Findings, name: str
) -> Iterator[tuple[str, str]]:
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        yield from _clock(ledger, now, silence, "the clock")
        yield from _jumped(env)
        for post in ledger.posts(states=[State.PLANNED], due_before=now - OVERDUE, limit=20):
            due = show.local_moment(post.due)
            yield "overdue", f"{post.key} was due on {due} and waits: {post.why}"
        for one in ledger.stopped_accounts():
            yield "stopped-account", f"the account {one.account} is stopped: {one.sentence}"
        unsettled = len(ledger.unknown())
        if unsettled:
            counted = show.counted(unsettled, "post")
            yield "unsettled", f"{counted} may or may not be public; see .venv/bin/bot unsettled."
        for hold in ledger.holds():
            lines = holds.in_words(holds.record(hold, now))
            said = f"{name}: {hold.scope} is on hold: {'. '.join(lines)}"
            found.notes.append(("held", said))
        missed = len(sorted_missed(ledger, since=since(None, now)).for_a_person)
        if missed:
            counted = f"{show.counted(missed, 'missed post')} {'waits' if missed == 1 else 'wait'}"
            said = f"{name}: {counted} for a person to decide on: .venv/bin/bot missed"
            found.notes.append(("missed", said))
    finally:
        ledger.close()


def _clock(
    ledger: Ledger, now: datetime, silence: timedelta, whose: str
) -> Iterator[tuple[str, str]]:
    beat = ledger.last_heartbeat()
    if beat is None:
        yield "clock", f"{whose} has never ticked. Start the bot: .venv/bin/bot run"
    elif now - beat > silence:
        minutes = f"{(now - beat) // timedelta(minutes=1)} minutes"
        yield "clock", f"{whose} has not ticked for {minutes}. Is the bot running?"
    elif beat - now > silence:
        ahead = f"{(beat - now) // timedelta(minutes=1)} minutes"
        yield "clock", f"{whose} last ticked {ahead} from now. Was this computer's clock set back?"


def _jumped(env: app.Environment) -> Iterator[tuple[str, str]]:
    jump = app.noted_jump(env)
    if jump is not None:
        yield "clock-jumped", jump.sentence


def _live_beside(
    env: app.Environment, now: datetime, silence: timedelta
) -> Iterator[tuple[str, str]]:
    """A live ledger is here too, so somebody meant to publish."""
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        yield from _clock(ledger, now, silence, "there is a live ledger here, and its clock")
        yield from _jumped(env)
    finally:
        ledger.close()
