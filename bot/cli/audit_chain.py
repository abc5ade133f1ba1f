"""Commands for auditors about the chains of events: whether they are whole, their heads, a copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from bot import app
from bot.cli import show
from bot.core.chain_files import Followed, NotFollowed, follow, lines
from bot.core.chains import chain_name
from bot.core.model import SettingsError
from bot.ledger import BrokenEvent, Ledger

HASH: Final = re.compile(r"[0-9a-f]{12,64}")
LEDGER: Final = "ledger"
"""What the chain of events that concern no force is called on a command line."""


@click.command(
    epilog="Examples:  .venv/bin/bot audit verify     .venv/bin/bot audit verify "
    "--head 3f5a0c9e1b7d     .venv/bin/bot audit verify kent.jsonl"
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--head", metavar="HASH", help="A head noted earlier: nothing up to it may be gone.")
def verify(file: Path | None, head: str | None) -> None:
    """Check the whole history: that every event is as it was written, and none is missing.

    It prints the head, a hash that stands for all events so far. Keep it elsewhere: with --head it
    shows later that the end was not cut off. A force's own head (audit head) does as well.

    With FILE, a chain that audit export --what events wrote is checked instead, also one without
    names. That needs no ledger.
    """
    wanted = None if head is None else head.strip().lower()
    if wanted is not None and not HASH.fullmatch(wanted):
        raise click.UsageError("--head takes a hash as verify prints it, or its first 12 letters.")
    if file is None:
        _verify_ledger(wanted)
    else:
        _verify_file(file, wanted)


def _verify_ledger(head: str | None) -> None:
    ledger = _opened()
    try:
        found = ledger.verify()
        count, last = ledger.head()
        known = head is None or ledger.holds_event(head)
    finally:
        ledger.close()
    if isinstance(found, BrokenEvent):
        click.echo(f"NOT WHOLE: {found.sentence}")
        click.echo("What came before it is as it was written. Keep this file, and look into it.")
        raise click.exceptions.Exit(1)
    if not known:
        _no_such_head(head)
    click.echo(f"Whole: {show.counted(count, 'event')}, each as it was written.")
    click.echo(f"Head: {last}")


def _verify_file(file: Path, head: str | None) -> None:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            found = follow(opened)
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    if isinstance(found, NotFollowed):
        click.echo(f"NOT WHOLE: {file}:{found.line}: {found.sentence}")
        click.echo("The lines before it are as they were written.")
        raise click.exceptions.Exit(1)
    if head is not None and not any(one.startswith(head) for one in found.hashes):
        _no_such_head(head)
    for line in _said(found):
        click.echo(line)


def _said(found: Followed) -> list[str]:
    whose = "every chain" if found.force is None else f"the chain of {chain_name(found.force)}"
    said = [f"Whole: {show.counted(found.events, 'event')} of {whose}, each as it was written."]
    if found.withheld:
        said.append(
            f"But of {show.counted(found.withheld, 'event')} by an older version only the place was"
            " checked: what they say is left out, because they cannot be checked without names."
        )
    said.append(f"Names are in {found.named} of them.")
    said.append(f"Head: {found.head}")
    said.append("A file can be cut off at its end: compare the head, or give one kept by --head.")
    return said


def _no_such_head(head: str | None) -> None:
    click.echo(f"NOT WHOLE: no event has the hash {head}.")
    click.echo("The end was cut off, an older copy stands here, or this is another ledger.")
    raise click.exceptions.Exit(1)


# --- heads ------------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot audit head     .venv/bin/bot audit head --force kent"
)
@click.option("--force", metavar="NAME", help=f"Only this force; {LEDGER}: the ledger's own chain.")
def head(force: str | None) -> None:
    """List where each force's chain of events ends: its number of events, and its head.

    Keep them elsewhere: audit verify --head shows by one of them that nothing before it is gone.
    A running bot writes them to its log once a day, as audit-head.
    """
    ledger = _opened()
    try:
        found = ledger.heads()
        count, last = ledger.head()
    finally:
        ledger.close()
    for name in sorted(found) if force is None else [_chain(found, force)]:
        events, its_head = found[name]
        click.echo(f"{name or LEDGER}  {show.counted(events, 'event')}  {its_head}")
    if force is None:
        click.echo(f"all together  {show.counted(count, 'event')}  {last}")


# --- the chain itself -------------------------------------------------------------------------


def write_chain(ledger: Ledger, force: str | None, *, with_names: bool) -> None:
    """Print the chain of this force, or every chain, as a file that verify FILE follows."""
    chain = None if force is None else _chain(ledger.heads(), force)
    records = ledger.chain_records(chain)
    for line in lines(
        records, ledger=ledger.id, mode=ledger.mode, force=chain, with_names=with_names
    ):
        click.echo(line, nl=False)


def _chain(found: Mapping[str, object], name: str) -> str:
    """The chain of this name. Raises SettingsError where the ledger has none."""
    return app.chosen("force", name, {one or LEDGER: one for one in found})


def _opened() -> Ledger:
    env = app.read_environment()
    return app.open_ledger(env, now=app.SystemClocks(env.now).now(), create=False)
