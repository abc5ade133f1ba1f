"""`bot hold` and `bot release`: the act that stops everything, and the one that ends it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

import click

from bot import app
from bot.cli import holds, show
from bot.cli.missed import Moment, instant
from bot.cli.scopes import (
    HOLDING,
    RELEASING,
    FileReader,
    as_typed,
    covers_in_words,
    read_once,
    say_for_a_run,
    scope_of,
)
from bot.core.model import (
    LONDON,
    Mode,
    State,
)
from bot.ledger import (
    SECOND_WORD_WITHIN,
    Hold,
    HoldKind,
    Ledger,
    Phase,
    Scope,
    ScopeKind,
)
from bot.platforms import REQUEST_DEADLINE_SECONDS

NOT_SAID: Final = "not said yet"
BY = click.option("--by", metavar="NAME", help="Who decides: your name. It is recorded.")


@click.command(
    epilog="Examples:  .venv/bin/bot hold     .venv/bin/bot hold kent --by Gold "
    '--reason "major incident"     .venv/bin/bot hold "South East"     '
    '.venv/bin/bot hold --kind mourning --until "2026-11-29 09:00"'
)
@click.argument("scope", nargs=-1)
@BY
@click.option("--reason", metavar="WORDS", help="Why. It is recorded and shown to everybody.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in HoldKind]),
    default=HoldKind.HOLD.value,
    show_default=True,
    help="hold: nothing leaves. mourning: only messages marked essential. crisis: only the crisis "
    "pack and free posts.",
)
@click.option(
    "--until", type=Moment(), help="When a running bot ends it by itself: 18:00, or with a date."
)
@click.option("--routine", is_flag=True, help="Not for an incident: approvals stand after it.")
def hold(
    scope: tuple[str, ...],
    by: str | None,
    reason: str | None,
    kind: str,
    until: Any,
    routine: bool,
) -> None:
    """Stop everything here, at once; or one force, region, account, platform, campaign or theme.

    When this command returns, nothing it covers can leave any more. With nothing after it, it
    holds everything first and asks for the reason and your name after. When the hold ends, what
    was approved before it must be approved again (bot approve --reaffirm), unless it was --routine.
    """
    env = app.read_environment()
    ends = _end(env, until)
    modes = app.modes_here(env)
    sources = read_once(env)
    covers = partial(covers_in_words, env, sources)
    placed: list[tuple[Mode, int]] = []
    wanted = Scope.everything()
    for mode in modes or (Mode.DRY,):
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            wanted = scope_of(sources, ledger, " ".join(scope), HOLDING)
            one = ledger.hold(
                wanted,
                by=by or NOT_SAID,
                reason=reason or NOT_SAID,
                now=now,
                kind=HoldKind(kind),
                until=ends,
                routine=routine,
            )
            placed += [(mode, one.id)] if NOT_SAID in (one.by, one.reason) else []
            click.echo(click.style(f"HELD, {_spoken(mode)}: {covers(wanted)}", bold=True))
            for line in holds.limits(holds.record(one, now)):
                click.echo(line)
            if one.until != ends:
                click.echo("A hold that stands for longer covers this already: it stays.")
            say_for_a_run(" ".join(scope), wanted, HOLDING)
            _wait_for_flights(ledger, wanted)
    if not modes:
        click.echo("No bot has run with this data folder. If one is running, stop its process.")
    if not (by and reason) and sys.stdin.isatty():
        reason = reason or click.prompt("Why")
        by = by or click.prompt("Your name")
    for mode, hold_id in placed if by and reason else ():
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            ledger.explain_hold(hold_id, by=str(by), reason=str(reason), now=now)
    if not (by and reason):
        click.echo("No name and reason are recorded yet: give the command again with both:")
        more = _options_again(kind, ends, routine)
        click.echo(f"  .venv/bin/bot hold{as_typed(wanted)}{more} --by NAME --reason WORDS")
    _say_what_stands(env, modes, wanted, covers)
    click.echo("What falls due under the hold is missed: nothing catches up by itself. To end it:")
    click.echo(f"  .venv/bin/bot release{as_typed(wanted)} --by NAME --reason WORDS")


def _end(env: app.Environment, until: Any) -> datetime | None:
    """The instant at which a hold shall end. Raises UsageError where it has passed."""
    if until is None:
        return None
    now = app.SystemClocks(env.now).now()
    ends = instant(until, app.today(now))
    if ends <= now:
        raise click.UsageError(
            f"NOTHING IS HELD: {show.local_moment(ends)} has passed. Write the day too: "
            '--until "tomorrow 09:00". To hold now, leave --until out.'
        )
    return ends


def _options_again(kind: str, ends: datetime | None, routine: bool) -> str:
    """What must be typed again for the command to mean the hold that stands."""
    until = f' --until "{ends.astimezone(LONDON):%Y-%m-%d %H:%M}"' if ends else ""
    return (f" --kind {kind}" if kind != HoldKind.HOLD else "") + until + " --routine" * routine


def _say_what_stands(
    env: app.Environment,
    modes: Collection[Mode],
    scope: Scope,
    covers: Callable[[Scope], str],
) -> None:
    """The end of a hold's report: what is covered, and what the public has seen of it lately."""
    for mode in modes:
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            click.echo(f"\nOn hold, {_spoken(mode)}: {covers(scope)}")
            if mode is Mode.LIVE or Mode.LIVE not in modes:
                holds.say_public(ledger, scope, now)
    click.echo()


@contextmanager
def _ledger(env: app.Environment, mode: Mode) -> Iterator[Ledger]:
    env = replace(env, mode=mode)
    ledger = app.open_ledger(env, now=app.SystemClocks(env.now).now(), create=True)
    try:
        yield ledger
    finally:
        ledger.close()


def _spoken(mode: Mode) -> str:
    return "LIVE" if mode is Mode.LIVE else "dry run"


@click.command(epilog='Example:  .venv/bin/bot release kent --by Gold --reason "incident over"')
@click.argument("scope", nargs=-1)
@click.option("--by", metavar="NAME", required=True, help="Who decides: your name.")
@click.option("--reason", metavar="WORDS", required=True, help="Why the hold ends.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in HoldKind]),
    help="End only holds of this kind. Default: all kinds.",
)
def release(scope: tuple[str, ...], by: str, reason: str, kind: str | None) -> None:
    """End a hold. Nothing catches up: posts whose time passed under it stay missed.

    A live hold on everything takes two people within two hours, unless settings.yaml says
    release_takes_two: no. What was approved before the hold must be approved again, unless it was
    --routine: bot approve --reaffirm.

    An account that the bot itself stopped (out of credit, suspended) is started again by its name.
    """
    if not by.strip():
        raise click.UsageError("--by needs a name.")
    env = app.read_environment()
    sources = read_once(env)
    covers = partial(covers_in_words, env, sources)
    done = False
    again = False
    for mode in app.modes_here(env):
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            wanted = scope_of(sources, ledger, " ".join(scope), RELEASING)
            before = {one.id: one.asked_at for one in ledger.holds()}
            touched = ledger.release(
                wanted,
                by=by.strip(),
                reason=reason,
                now=now,
                kind=HoldKind(kind) if kind else None,
                takes_two=_takes_two(sources),
            )
            ended = [one for one in touched if one.released_at is not None]
            waiting = [one for one in touched if one.released_at is None]
            started = wanted.kind is ScopeKind.ACCOUNT and ledger.start_account(
                str(wanted.name), by=by, now=now
            )
            done = done or bool(touched) or started
            for one in waiting:
                same = before.get(one.id) == one.asked_at
                again = again or same
                _say_it_takes_two(one, same=same, kind=kind)
            if started:
                click.echo(f"Started again, {_spoken(mode)}: the account {wanted.name}.")
            for one in ended:
                since = show.local_moment(one.at)
                click.echo(f"Released, {_spoken(mode)}: {covers(one.scope)} Held since {since}.")
                say_for_a_run(" ".join(scope), wanted, RELEASING)
            if any(not one.routine for one in ended):
                _say_what_lost_its_approval(ledger)
            for one in ledger.holds():
                by_whom = f"Held by {one.by}: {one.reason}."
                click.echo(f"Still held, {_spoken(mode)}: {covers(one.scope)} {by_whom}")
    if not done:
        click.echo("NOTHING IS RELEASED: there is no such hold here.")
    raise click.exceptions.Exit(0 if done and not again else 1)


def _takes_two(sources: FileReader) -> bool:
    """What the settings say; where they cannot be read, the safe answer."""
    found = sources()
    return found is None or found.config.settings.release_takes_two


def _say_it_takes_two(one: Hold, *, same: bool, kind: str | None) -> None:
    """That the first of two people has spoken, and what the second must type."""
    click.echo(
        click.style("STILL HELD, LIVE: it takes two people to release everything.", bold=True)
    )
    if same:
        click.echo(f"{one.asked_by} has said so already: it takes somebody else's word now.")
    until = show.local_time((one.asked_at or one.at) + SECOND_WORD_WITHIN)
    which = f" --kind {kind}" if kind else ""
    click.echo(f"Until {until} a second person ends it with:")
    click.echo(f"  .venv/bin/bot release{which} --by NAME --reason WORDS")


def _say_what_lost_its_approval(ledger: Ledger) -> None:
    lost = len(ledger.lost_by_release())
    if lost:
        click.echo(
            f"{show.counted(lost, 'post')} approved before the hold must be approved again: "
            ".venv/bin/bot approve --reaffirm --by NAME"
        )


def _wait_for_flights(ledger: Ledger, scope: Scope) -> None:
    """Names what had passed the last check before the hold, and waits to see how it ends."""
    past = [one for one in ledger.in_flight(scope) if one.phase is Phase.INTENT]
    if not past:
        click.echo("Nothing was on its way out.")
        return
    for one in past:
        click.echo(f"On its way out already: {one.key} - waiting for its end …")
    ends = time.monotonic() + REQUEST_DEADLINE_SECONDS + 5
    keys = {one.key for one in past}
    while time.monotonic() < ends and keys & {one.key for one in ledger.in_flight(scope)}:
        time.sleep(0.2)
    for key in sorted(keys):
        post = ledger.post(key)
        if post is None or post.state is State.SENDING:
            click.echo(f"  {key}: MAY STILL LEAVE: its process has not answered.")
        else:
            click.echo(f"  {key}: {post.state} {post.remote_url or ''}".rstrip())
