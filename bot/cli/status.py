"""Commands that say how things stand, and that make the ledger: status, db."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot import app
from bot.cli import show
from bot.cli.content import FORMAT
from bot.core.model import Mode, SettingsError, State, london_day
from bot.core.source import Severity
from bot.ledger import Ledger

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
        live = "There is a live ledger here: BOT_MODE=live .venv/bin/bot status"
        nothing = live if app.modes_here(env) else "Nothing has run yet. Start with: make run"
        click.echo("{}" if form == "json" else nothing)
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
    of_today = [post for post in posts if london_day(post.due) == today]
    ahead = sorted(
        (post for post in posts if post.state is State.PLANNED and post.due > now),
        key=lambda post: post.due,
    )
    beat = ledger.last_heartbeat()
    loaded = app.load(env)
    errors = [p for p in loaded.problems if p.severity is Severity.ERROR]
    overdue = [post for post in posts if post.state is State.PLANNED and post.due <= now]
    return {
        "mode": env.mode.value,
        "last_tick": beat.isoformat() if beat else None,
        "today": dict(Counter(post.state.value for post in of_today)),
        "waiting": len(ahead),
        "next": show.ledger_record(ahead[0]) if ahead else None,
        "overdue": [show.ledger_record(post) for post in overdue],
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
        "live_is_here": env.mode is Mode.DRY and Mode.LIVE in app.modes_here(env),
    }


def _status_in_words(found: Mapping[str, Any]) -> None:
    click.echo("DRY RUN: nothing is sent." if found["mode"] == "dry" else "LIVE.")
    if found["live_is_here"]:
        click.echo("There is a live ledger here too: BOT_MODE=live .venv/bin/bot status")
    beat = found["last_tick"]
    when = show.local_moment(datetime.fromisoformat(beat)) if beat else "never"
    click.echo(f"The clock last ticked: {when}.")
    today = ", ".join(f"{number} {state}" for state, number in sorted(found["today"].items()))
    click.echo(f"Today: {today or 'no posts'}.")
    if found["next"]:
        due = show.local_moment(datetime.fromisoformat(found["next"]["due"]))
        held = f", held: {found['next']['held']}" if found["next"]["held"] else ""
        waiting = show.counted(found["waiting"], "post")
        click.echo(f"Next: {found['next']['account']}, {due}{held}. {waiting} waiting.")
    for one in found["overdue"]:
        since = show.local_time(datetime.fromisoformat(one["due"]))
        click.echo(f"OVERDUE since {since}: {one['account']}: {_why_overdue(one)}")
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
        unsettled = show.counted(len(found["unsettled"]), "post")
        click.echo(f"UNSETTLED: {unsettled}; see .venv/bin/bot unsettled.")
    missed = Counter(one["why"] for one in found["missed_today"])
    for why, number in missed.most_common():
        click.echo(f"Missed today: {show.counted(number, 'post')}: {why}")
    if found["errors_in_files"]:
        errors = show.counted(found["errors_in_files"], "error")
        click.echo(f"{errors} in the files; see .venv/bin/bot check. What is touched keeps its")
        click.echo("last good plan.")


def _why_overdue(post: Mapping[str, Any]) -> str:
    if post["held"]:
        return f"held: {post['held']}"
    if not post["approved_by"]:
        return "nobody has approved it."
    return str(post["why"])


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
    click.echo(f"A {env.mode} ledger was made.")
    click.echo("What each account's page shows is read before its first post.")
