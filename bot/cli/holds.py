"""What holds there are, in words and for programs; and what was public of late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import click

from bot import app
from bot.cli import show
from bot.cli.filters import FORMAT
from bot.core.model import Mode
from bot.ledger import Hold, HoldKind, Ledger, Scope

PUBLIC: Final = timedelta(hours=24)
SHOWN: Final = 20
"""Of how long, and how many, published posts somebody who holds is shown."""


@click.command(epilog="Example:  .venv/bin/bot holds --format json")
@FORMAT
def holds(form: str) -> None:
    """List what is on hold here, live and dry: since when, until when, by whom and why."""
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    found = []
    for mode in app.modes_here(env):
        ledger = app.open_ledger(replace(env, mode=mode), now=now, create=False)
        try:
            found += [{"mode": mode.value, **record(one, now)} for one in ledger.holds()]
        finally:
            ledger.close()
    if form == "json":
        show.as_json(found)
        return
    for one in found:
        click.echo(click.style(f"{_spoken(one['mode'])}: {one['scope']}", bold=True))
        for line in in_words(one):
            click.echo(f"  {line}")
    if not found:
        click.echo("Nothing is on hold.")


def record(one: Hold, now: datetime) -> dict[str, Any]:
    """A hold for programs. Times are UTC; `waits_for_second` is the first person's word."""
    waits = one.waits_for_second(now)
    asked = {"by": one.asked_by, "at": _iso(one.asked_at), "reason": one.asked_reason}
    return {
        "id": one.id,
        "kind": one.kind.value,
        "scope": str(one.scope),
        "by": one.by,
        "reason": one.reason,
        "at": one.at.isoformat(),
        "until": _iso(one.until),
        "past_its_end": one.until is not None and one.until <= now,
        "routine": one.routine,
        "waits_for_second": asked if waits else None,
    }


def in_words(one: Mapping[str, Any]) -> Iterator[str]:
    """The lines that say what a hold's record says, but for its scope."""
    kind = HoldKind(one["kind"])
    since = show.local_moment(datetime.fromisoformat(one["at"]))
    yield f"{kind}, by {one['by']}, since {since}: {one['reason']}"
    yield from limits(one)


def limits(one: Mapping[str, Any]) -> Iterator[str]:
    """What a hold lets pass, when it ends, and whose word it waits for."""
    kind = HoldKind(one["kind"])
    if kind is not HoldKind.HOLD:
        yield kind.passing
    if one["until"]:
        ends = show.local_moment(datetime.fromisoformat(one["until"]))
        passed = " That has passed: it holds until a running bot ends it." * one["past_its_end"]
        yield f"Until {ends}.{passed}"
    if one["waits_for_second"]:
        asked = one["waits_for_second"]
        at = show.local_time(datetime.fromisoformat(asked["at"]))
        yield f"{asked['by']} asked at {at} to release it: it waits for a second person."


def say_public(ledger: Ledger, scope: Scope, now: datetime) -> None:
    """What went out of the scope in the last 24 hours: somebody may want to take it down."""
    posts = ledger.published_since(now - PUBLIC, scope)
    dry = ledger.mode is Mode.DRY
    hours = int(PUBLIC / timedelta(hours=1))
    heading = "went through the dry run" if dry else "were published"
    counted = show.counted(len(posts), "post")
    newest = f"; the newest {SHOWN}" if len(posts) > SHOWN else ""
    click.echo(f"{counted} {heading} in the last {hours} hours{newest}{':' if posts else '.'}")
    for post in posts[:SHOWN]:
        where = "nothing was sent" if dry else post.remote_url or str(post.remote_id)
        gone = "  taken down by hand" if post.removed_at else ""
        click.echo(f"  {show.local_time(post.since)}  {post.key.account}  {where}{gone}")
    if posts and not dry:
        click.echo("  One taken down by hand:  .venv/bin/bot settle KEY --removed --by NAME")
        click.echo("  Their keys and words:    .venv/bin/bot history")


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _spoken(mode: str) -> str:
    return "LIVE" if mode == Mode.LIVE else "dry run"
