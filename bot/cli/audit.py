"""Commands for auditors: whether the history is whole, and what was public."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import click

from bot import app
from bot.cli import reads, show
from bot.cli.filters import FORMAT, Day
from bot.core.model import LONDON, Mode, PostKey, SettingsError, State
from bot.core.reading import to_utc
from bot.ledger import Approval, BrokenEvent, Ledger, LedgerPost

HASH: Final = re.compile(r"[0-9a-f]{12,64}")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@click.group()
def audit() -> None:
    """For auditors: whether the ledger's history is whole, and what was public."""


# --- verify -----------------------------------------------------------------------------------


@audit.command(
    epilog="Examples:  .venv/bin/bot audit verify     .venv/bin/bot audit verify "
    "--head 3f5a0c9e1b7d"
)
@click.option("--head", metavar="HASH", help="A head noted earlier: nothing up to it may be gone.")
def verify(head: str | None) -> None:
    """Check the whole history: that every event is as it was written, and none is missing.

    It prints the head, a hash that stands for all events so far. Keep it elsewhere: with --head it
    shows later that the end was not cut off.
    """
    if head is not None and not HASH.fullmatch(head.strip().lower()):
        raise click.UsageError("--head takes a hash as verify prints it, or its first 12 letters.")
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        found = ledger.verify()
        count, last = ledger.head()
        known = head is None or ledger.holds_event(head.strip().lower())
    finally:
        ledger.close()
    if isinstance(found, BrokenEvent):
        click.echo(f"NOT WHOLE: {found.sentence}")
        click.echo("What came before it is as it was written. Keep this file, and look into it.")
        raise click.exceptions.Exit(1)
    if not known:
        click.echo(f"NOT WHOLE: no event has the hash {head}.")
        click.echo("The end was cut off, an older copy stands here, or this is another ledger.")
        raise click.exceptions.Exit(1)
    click.echo(f"Whole: {show.counted(count, 'event')}, each as it was written.")
    click.echo(f"Head: {last}")


# --- export -----------------------------------------------------------------------------------


@audit.command(
    epilog="Examples:  .venv/bin/bot audit export --from 2015-11-23 --to 2015-11-27     "
    ".venv/bin/bot audit export --format csv > public.csv"
)
@click.option("--from", "start", type=Day(), help="From this day on.")
@click.option("--to", "end", type=Day(), help="Up to this day, itself included.")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
@click.option("--with-names", is_flag=True, help="With the names of those who approved.")
@click.option("--dry", is_flag=True, help="Of the dry run instead; every row says so.")
def export(start: Any, end: Any, form: str, with_names: bool, dry: bool) -> None:
    """Write exactly what was public, when, from which account, and on whose approval.

    One line a post, in the order in which they went out. A post that may be public and that nobody
    has settled is there too, and says so. Staff are not named unless --with-names is given.
    """
    env = app.read_environment()
    if env.mode is Mode.DRY and not dry:
        raise SettingsError(
            "nothing of a dry run was public. Set BOT_MODE=live, or give --dry to see the form."
        )
    env = replace(env, mode=Mode.DRY) if dry else env
    now = app.SystemClocks(env.now).now()
    first, last = _instants(start, end, app.today(now))
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        posts = [
            post
            for post in ledger.posts(states=[State.PUBLISHED, State.UNKNOWN], due_before=last)
            if first <= post.since < last
        ]
        approvals = {
            (one.key, one.digest): one for one in ledger.approvals([post.key for post in posts])
        }
        rows = [
            _row(ledger, post, approvals.get((post.key, post.rendering.digest)), dry, with_names)
            for post in sorted(posts, key=lambda post: (post.since, str(post.key)))
        ]
    finally:
        ledger.close()
    click.echo(_as_csv(rows) if form == "csv" else _as_lines(rows), nl=False)


def _instants(start: Any, end: Any, today: date) -> tuple[datetime, datetime]:
    named = {"today": today, "tomorrow": today + timedelta(days=1)}
    first = named.get(start, start) or date(2000, 1, 1)
    last = named.get(end, end) or today + timedelta(days=1)
    if last < first:
        raise SettingsError(f"--to {last} is before --from {first}.")
    return to_utc(first, time(0)), to_utc(last + timedelta(days=1), time(0))


def _row(
    ledger: Ledger, post: LedgerPost, approval: Approval | None, dry: bool, with_names: bool
) -> dict[str, str]:
    """One post as it was public. Every value is text, so that both forms say the same."""
    is_unknown = post.state is State.UNKNOWN
    row = {
        "public": "no: dry run" if dry else "not known" if is_unknown else "yes",
        "recorded": post.since.astimezone(LONDON).isoformat(timespec="seconds"),
        "sent": _sent(ledger, post.key),
        "removed": _when(post.removed_at),
        "force": post.sender,
        "account": post.key.account,
        "platform": post.platform.value,
        "language": post.rendering.language.value,
        "text": post.rendering.text,
        "url": post.remote_url or "",
        "remote_id": post.remote_id or "",
        "campaign": post.campaign,
        "run": post.key.run,
        "theme": post.theme,
        "message": post.rendering.pick.message,
        "wording": post.rendering.pick.wording,
        "words_from": post.place,
        "due": post.due.astimezone(LONDON).isoformat(timespec="seconds"),
        "approved": _approved(approval),
        "approved_at": approval.at.astimezone(LONDON).isoformat("T", "seconds") if approval else "",
        "essential": post.essential or "",
        "key": str(post.key),
        "digest": post.rendering.digest,
    }
    if with_names:
        row["approved_by"] = approval.by if approval else ""
    return row


def _approved(approval: Approval | None) -> str:
    if approval is None:
        return "no"
    return "by a rule" if approval.automatic else "by a person"


def _sent(ledger: Ledger, key: PostKey) -> str:
    """When the attempt began that made it public; empty where it was found without one."""
    attempts = ledger.attempts(key)
    return attempts[-1].at.astimezone(LONDON).isoformat("T", "seconds") if attempts else ""


def _when(instant: datetime | None) -> str:
    return instant.astimezone(LONDON).isoformat("T", "seconds") if instant else ""


def _as_lines(rows: Iterable[dict[str, str]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _as_csv(rows: list[dict[str, str]]) -> str:
    if not rows:
        return ""
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return made.getvalue()


def _cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value


# --- reads ------------------------------------------------------------------------------------


@audit.command("reads", epilog="Example:  .venv/bin/bot audit reads")
@FORMAT
def read_posts(form: str) -> None:
    """Say what reading accounts' pages cost: today and in the last 30 days, for each account.

    A page is read before an account's first post, and for a post that may be public. The price is
    the most it can be: X asks once a day for a post that is read twice.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    loaded = app.load(env)
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        whole = reads.reads_record(ledger, loaded, now)
        month = reads.totals(ledger, now, days=reads.DAYS)
    finally:
        ledger.close()
    if form == "json":
        accounts = {one.account: {"readings": one.readings, "posts": one.posts} for one in month}
        show.as_json({**whole, "accounts_last_30_days": accounts})
        return
    for one in month:
        times = show.counted(one.readings, "reading")
        click.echo(f"{one.account}: {times}, {show.counted(one.posts, 'post')}")
    click.echo(reads.in_words(whole))
