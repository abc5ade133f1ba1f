"""Commands that say how things stand, and that make the ledger: status, db."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import click

from bot import app
from bot.cli import holds, reads, show
from bot.cli.filters import FORMAT
from bot.cli.missed import sorted_missed
from bot.core.model import Language, Mode, PostKey, SettingsError, State
from bot.core.reading import to_utc, written
from bot.core.source import Severity, listed
from bot.ledger import Ledger, backup

MISSED_SHOWN: Final = timedelta(days=14)
SILENCE: Final = timedelta(minutes=2)
"""After so long without a tick the bot is said not to run: cron starts it each minute."""

NAMED: Final = 3
"""How many accounts a line names before it only counts them."""


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
    of_today = ledger.posts(
        due_from=to_utc(today, time(0)), due_before=to_utc(today + timedelta(days=1), time(0))
    )
    planned, later = [State.PLANNED], now + timedelta(microseconds=1)
    ahead = ledger.posts(states=planned, due_from=later, limit=1)
    beat = ledger.last_heartbeat()
    jump = app.noted_jump(env)
    loaded = app.load(env)
    errors = [p for p in loaded.problems if p.severity is Severity.ERROR]
    overdue = ledger.posts(states=planned, due_before=later)
    missed = sorted_missed(ledger, since=now - MISSED_SHOWN)
    early = {post.key for post in missed.before_first_run}
    silent = beat is not None and now - beat > SILENCE
    return {
        "mode": env.mode.value,
        "last_tick": beat.isoformat() if beat else None,
        "running": beat is not None and not silent,
        "clock_jumped": jump.sentence if jump else None,
        "today": dict(Counter(post.state.value for post in of_today)),
        "waiting": ledger.count(states=planned, due_from=later),
        "next": show.ledger_record(ahead[0]) if ahead else None,
        "overdue": [show.ledger_record(post) for post in overdue],
        "not_approved": ledger.count(states=planned, due_from=later, approved=False),
        "holds": [holds.record(one, now) for one in ledger.holds()],
        "to_reaffirm": len(ledger.lost_by_release()),
        "removed": [
            {"key": str(post.key), "at": post.removed_at.isoformat()}
            for post in ledger.removed_since(now - MISSED_SHOWN)
            if post.removed_at
        ],
        "recalled_and_public": [
            {"key": str(post.key), "state": post.state.value, "url": post.remote_url}
            for post in (ledger.copies(loaded.recalls) if env.mode is Mode.LIVE else ())
        ],
        "stopped_accounts": [
            {"account": one.account, "why": one.sentence} for one in ledger.stopped_accounts()
        ],
        "unsettled": [str(one.key) for one in ledger.unknown()],
        "reads": reads.reads_record(ledger, loaded, now),
        "missed_today": [
            {"key": str(post.key), "why": post.why}
            for post in of_today
            if post.state is State.MISSED and post.key not in early
        ],
        "missed": len(missed.for_a_person),
        "before_first_run": sum(app.today(post.due) == today for post in missed.before_first_run),
        "errors_in_files": len(errors),
        "live_is_here": env.mode is Mode.DRY and Mode.LIVE in app.modes_here(env),
    }


def _status_in_words(found: Mapping[str, Any]) -> None:
    beat = found["last_tick"]
    when = show.local_moment(datetime.fromisoformat(beat)) if beat else "never"
    stands_still = beat and not found["running"]
    if stands_still:
        click.echo(f"The bot is not running: the clock last ticked on {when}.")
    click.echo("DRY RUN: nothing is sent." if found["mode"] == "dry" else "LIVE.")
    if found["live_is_here"]:
        click.echo("There is a live ledger here too: BOT_MODE=live .venv/bin/bot status")
    if not stands_still:
        click.echo(f"The clock last ticked: {when}.")
    if found["clock_jumped"]:
        click.echo(f"NOTHING IS SENT NOW: {found['clock_jumped']}")
    today = ", ".join(f"{number} {state}" for state, number in sorted(found["today"].items()))
    click.echo(f"Today: {today or 'no posts'}.")
    if found["next"]:
        due = show.local_moment(datetime.fromisoformat(found["next"]["due"]))
        held = f", held: {found['next']['held']}" if found["next"]["held"] else ""
        waiting = show.counted(found["waiting"], "post")
        click.echo(f"Next: {found['next']['account']}, {due}{held}. {waiting} waiting.")
    for line in _overdue_in_words(found["overdue"]):
        click.echo(line)
    if found["not_approved"]:
        click.echo(f"Not approved yet: {show.counted(found['not_approved'], 'post')}.")
    for one in found["holds"]:
        kind = "" if one["kind"] == "hold" else f" ({one['kind']})"
        click.echo(f"HELD{kind}: {one['scope']} by {one['by']}: {one['reason']}")
        for line in holds.limits(one):
            click.echo(f"  {line}")
    if found["to_reaffirm"]:
        lost = show.counted(found["to_reaffirm"], "post")
        click.echo(f"{lost} approved before a hold: .venv/bin/bot approve --reaffirm --by NAME")
    for one in found["removed"]:
        at = show.local_moment(datetime.fromisoformat(one["at"]))
        click.echo(f"Taken down by hand on {at}: {one['key']}")
    if found["recalled_and_public"]:
        copies = show.counted(len(found["recalled_and_public"]), "post")
        click.echo(f"RECALLED AND PUBLIC: {copies}. Links: .venv/bin/bot recall")
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
    if found["before_first_run"]:
        early = show.counted(found["before_first_run"], "post")
        was = "was" if found["before_first_run"] == 1 else "were"
        click.echo(f"{early} of today {was} due before the bot first ran here.")
    if found["missed"]:
        waiting = show.counted(found["missed"], "missed post")
        click.echo(f"{waiting} for a person to decide on: .venv/bin/bot missed")
    if found["reads"]["last_30_days"]["posts"]:
        click.echo(reads.in_words(found["reads"]))
    if found["errors_in_files"]:
        errors = show.counted(found["errors_in_files"], "error")
        click.echo(f"{errors} in the files; see .venv/bin/bot check. What is touched keeps its")
        click.echo("last good plan.")


def _overdue_in_words(overdue: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One line for each reason: how many wait for it, since when, and whose the first are."""
    of_place: dict[tuple[str, str, str], set[Language]] = defaultdict(set)
    by_reason: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in overdue:
        key = PostKey.parse(one["key"])
        of_place[key.run, key.account, key.slot].add(key.language)
        by_reason[_why_overdue(one)].append(one)
    for why, posts in by_reason.items():
        names = [_named(PostKey.parse(one["key"]), of_place) for one in posts]
        yield (
            f"OVERDUE since {_span([datetime.fromisoformat(one['due']) for one in posts])}: "
            f"{show.counted(len(posts), 'post')}: {listed(_first_few(names))}: {why}"
        )


def _named(key: PostKey, of_place: Mapping[tuple[str, str, str], set[Language]]) -> str:
    """The account; with the language, where both of a place's languages wait."""
    both = len(of_place[key.run, key.account, key.slot]) > 1
    return f"{key.account} ({key.language.label})" if both else key.account


def _first_few(names: Iterable[str]) -> list[str]:
    different = list(dict.fromkeys(names))
    more = len(different) - NAMED
    return [*different[:NAMED], f"{more} more"] if more > 0 else different


def _span(due: Sequence[datetime]) -> str:
    """`09:00 on Monday 23 November 2015, the last on Tuesday 24 November 2015 at 09:00`."""
    first, last = min(due), max(due)
    since = f"{show.local_time(first)} on {written(app.today(first))}"
    return since if first == last else f"{since}, the last on {show.local_moment(last)}"


def _why_overdue(post: Mapping[str, Any]) -> str:
    if post["held"]:
        return f"held: {post['held']}"
    if not post["approved_by"]:
        return "nobody has approved it."
    return "approved, and not sent yet." if post["why"] == "Planned." else str(post["why"])


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
    app.must_last(env)
    ledger = Ledger.create(env.ledger_url, env.mode, now=now)
    ledger.close()
    click.echo(f"A {env.mode} ledger was made.")
    click.echo("What each account's page shows is read before its first post.")


@db.command("backup", epilog="Example:  .venv/bin/bot db backup /mnt/backups/ledger-friday.sqlite3")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def back_up(file: Path | None) -> None:
    """Copy the whole ledger into one file, while the bot runs. No file is ever overwritten.

    Without a name it goes to backups/ in the data folder. Keep the head that is printed somewhere
    else: bot audit verify --head shows by it that nothing was cut off.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    backup.file_of(env.ledger_url)  # first: a database server's ledger is copied by its own tools
    if file is None:
        name = f"{'live' if env.mode is Mode.LIVE else 'dry-run'}-{now:%Y%m%dT%H%M%S}Z.sqlite3"
        file = env.data / "backups" / name
        file.parent.mkdir(parents=True, exist_ok=True)
    made = backup.copy(env.ledger_url, file)
    click.echo(f"Copied: {made.path}")
    click.echo(f"{made.size:,} bytes, {show.counted(made.posts, 'post')}, {made.mode} mode.")
    click.echo(f"Head: {made.head}")


@db.command(epilog="Example:  .venv/bin/bot db restore /mnt/backups/ledger-friday.sqlite3 --by Ann")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", metavar="NAME", default="the administrator", help="Who restores it.")
def restore(file: Path, by: str) -> None:
    """Put a copy in the ledger's place, with the bot stopped. The present file is moved aside.

    What went out after the copy was made is found on the accounts' own pages before anything of
    theirs is sent again. Active holds are carried over.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    done = backup.restore(env.ledger_url, env.mode, file, by=by, now=now)
    if done.aside is not None:
        click.echo(f"The file that was there is now {done.aside}")
    posts = show.counted(done.copy.posts, "post")
    click.echo(f"Restored: {done.copy.path}, {posts}, {done.copy.mode} mode.")
    click.echo(f"Head: {done.copy.head}")
    for one in done.holds:
        click.echo(f"Still held: {one.scope} by {one.by}: {one.reason}")
    if not done.readable:
        click.echo("The file that was there could not be read. If anything was on hold, hold it")
        click.echo("again before the bot starts: .venv/bin/bot hold")
    click.echo("What each account's page shows is read before its next post. Start the bot now.")


@db.command(epilog="Example:  .venv/bin/bot db restored --by Ann")
@click.option("--by", metavar="NAME", default="the administrator", help="Who restored it.")
def restored(by: str) -> None:
    """Say that the ledger was restored by other means, such as pg_restore, with the bot stopped.

    Every account's page is then read before its next post, and what it shows is not sent again.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        ledger.mark_restored(why="It was put back by other means.", by=by, now=now)
    finally:
        ledger.close()
    click.echo("Noted. What each account's page shows is read before its next post.")
