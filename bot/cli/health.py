"""The command for monitors: whether all is well, in one exit code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from bot import app, watching
from bot.cli import holds, show
from bot.cli.filters import FORMAT
from bot.cli.missed import since, sorted_missed
from bot.core.model import BotError, Mode
from bot.ledger import Ledger
from bot.watching import Finding, Kind


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

    For a monitor or a supervisor: it changes nothing and makes nothing, and ends within about ten
    seconds, whatever hangs.
    """
    found = _findings(timedelta(minutes=minutes))
    sorted_found = {kind: [one for one in found if one.kind is kind] for kind in Kind}
    wrong, notes = sorted_found[Kind.WRONG], sorted_found[Kind.NOTE]
    if form == "json":
        show.as_json(
            {
                "well": not wrong,
                "wrong": [{"code": one.code, "sentence": one.sentence} for one in wrong],
                "notes": [{"code": one.code, "sentence": one.sentence} for one in notes],
            }
        )
    else:
        for kind, prefix in ((Kind.WRONG, "NOT WELL"), (Kind.NOTE, "note"), (Kind.WELL, "well")):
            for one in sorted_found[kind]:
                click.echo(f"{prefix}: {one.sentence}")
    raise click.exceptions.Exit(1 if wrong else 0)


def _findings(silence: timedelta) -> tuple[Finding, ...]:
    try:
        env = app.read_environment()
        name = "LIVE" if env.mode is Mode.LIVE else "dry run"
        return watching.look(env, silence=silence, also=lambda *asked: _notes(name, *asked))
    except BotError as error:
        return (watching.wrong("unusable", str(error)),)


def _notes(name: str, ledger: Ledger, now: datetime) -> Iterator[Finding]:
    for hold in ledger.holds():
        lines = ". ".join(holds.in_words(holds.record(hold, now)))
        yield watching.note("held", f"{name}: {hold.scope} is on hold: {lines}")
    missed = len(sorted_missed(ledger, since=since(None, now)).for_a_person)
    if missed:
        counted = f"{show.counted(missed, 'missed post')} {'waits' if missed == 1 else 'wait'}"
        said = f"{name}: {counted} for a person to decide on: .venv/bin/bot missed"
        yield watching.note("missed", said)
