"""Commands for auditors: whether the history is whole, and what was public."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import click

from bot import app
from bot.app.saving import save_new
from bot.cli import reads, show
from bot.cli.audit_chain import HASH, head, verify, write_chain
from bot.cli.filters import FORMAT, Day
from bot.core.chain_files import NOTE, note
from bot.core.model import LONDON, Card, Mode, PostKey, SettingsError, State
from bot.core.reading import to_utc
from bot.ledger import Approval, KeptPack, Ledger, LedgerPost

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@click.group()
def audit() -> None:
    """For auditors: whether the ledger's history is whole, and what was public."""


audit.add_command(verify)
audit.add_command(head)


# --- export -----------------------------------------------------------------------------------


@audit.command(
    epilog="Examples:  .venv/bin/bot audit export --from 2015-11-23 --to 2015-11-27     "
    ".venv/bin/bot audit export --format csv > public.csv     "
    ".venv/bin/bot audit export --what events --force kent > kent.jsonl"
)
@click.option(
    "--what",
    type=click.Choice(["public", "events"]),
    default="public",
    show_default=True,
    help="What was public; or the chain of events, as audit verify FILE takes it.",
)
@click.option("--force", metavar="NAME", help="Only this force.")
@click.option("--from", "start", type=Day(), help="From this day on.")
@click.option("--to", "end", type=Day(), help="Up to this day, itself included.")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
@click.option("--with-names", is_flag=True, help="With the names of staff.")
@click.option("--dry", is_flag=True, help="Of the dry run instead; every row says so.")
def export(
    what: str,
    force: str | None,
    start: Any,
    end: Any,
    form: str,
    with_names: bool,
    dry: bool,
) -> None:
    """Write exactly what was public, when, from which account, and on whose approval.

    One line a post, in the order in which they went out. A post that may be public and that nobody
    has settled is there too, and says so. Staff are not named unless --with-names is given. `pack`
    names the pack as it was: audit pack prints it. `pictures` and `video` name what was shown with
    it by hash, kind and alt text: audit picture writes one into a file. `card` is what a link
    showed on Bluesky. `reposts` is the key of the national post that was passed on, whose words and
    pictures these are.

    With --what events, the history itself: every event, or with --force those of one force. The
    file can be followed by audit verify FILE without the ledger, also without names.

    The first line is a note, in CSV on the standard error: posts made elsewhere are not covered,
    and names given on a command line are claimed, not proven.
    """
    if what == "events" and (form == "csv" or start is not None or end is not None):
        raise click.UsageError("--what events is a whole chain, as JSON Lines: no days, no CSV.")
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
        if what == "events":
            write_chain(ledger, force, with_names=with_names)
            return
        rows = _rows(ledger, force, first, last, dry, with_names)
    finally:
        ledger.close()
    if form == "csv":
        click.echo(NOTE, err=True)
    click.echo(as_csv(rows) if form == "csv" else _as_lines(rows), nl=False)


def _rows(
    ledger: Ledger, force: str | None, first: datetime, last: datetime, dry: bool, with_names: bool
) -> list[dict[str, str]]:
    found = ledger.posts(states=[State.PUBLISHED, State.UNKNOWN], due_before=last)
    if force is not None:
        known = {*ledger.heads(), *(post.sender for post in found)} - {""}
        app.chosen("force", force, dict.fromkeys(known))
    posts = [post for post in found if first <= post.since < last and force in (None, post.sender)]
    approvals = {
        (one.key, one.digest): one for one in ledger.approvals([post.key for post in posts])
    }
    packs = ledger.packs_of([post.rendering.digest for post in posts])
    return [
        _row(
            ledger,
            post,
            approvals.get((post.key, post.rendering.digest)),
            packs.get(post.rendering.digest),
            dry,
        )
        | (_names(approvals.get((post.key, post.rendering.digest))) if with_names else {})
        for post in sorted(posts, key=lambda post: (post.since, str(post.key)))
    ]


def _names(approval: Approval | None) -> dict[str, str]:
    return {"approved_by": approval.by if approval else ""}


def _instants(start: Any, end: Any, today: date) -> tuple[datetime, datetime]:
    named = {"today": today, "tomorrow": today + timedelta(days=1)}
    first = named.get(start, start) or date(2000, 1, 1)
    last = named.get(end, end) or today + timedelta(days=1)
    if last < first:
        raise SettingsError(f"--to {last} is before --from {first}.")
    return to_utc(first, time(0)), to_utc(last + timedelta(days=1), time(0))


def _row(
    ledger: Ledger,
    post: LedgerPost,
    approval: Approval | None,
    pack: KeptPack | None,
    dry: bool,
) -> dict[str, str]:
    """One post as it was public. Every value is text, so that both forms say the same."""
    is_unknown = post.state is State.UNKNOWN
    return {
        "public": "no: dry run" if dry else "not known" if is_unknown else "yes",
        "recorded": post.since.astimezone(LONDON).isoformat(timespec="seconds"),
        "sent": _sent(ledger, post.key),
        "removed": _when(post.removed_at),
        "force": post.sender,
        "account": post.key.account,
        "platform": post.platform.value,
        "language": post.rendering.language.value,
        "text": post.rendering.text,
        "pictures": _pictures(post),
        "card": _card(post.rendering.card),
        "video": _video(post),
        "visibility": post.rendering.visibility,
        "reposts": show.repost_record(post.rendering) or "",
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
        "pack_version": str(pack.version) if pack else "",
        "pack": pack.digest if pack else "",
    }


def _pictures(post: LedgerPost) -> str:
    """What was shown beside the words, as JSON; empty where nothing was."""
    shown = [
        {"sha256": one.sha256, "type": one.media_type, "alt": one.alt}
        for one in post.rendering.pictures
    ]
    return json.dumps(shown, ensure_ascii=False) if shown else ""


def _card(card: Card | None) -> str:
    """What the link showed on Bluesky, as JSON; empty where the bot gave it nothing to show."""
    return json.dumps(show.card_record(card), ensure_ascii=False) if card else ""


def _video(post: LedgerPost) -> str:
    """The video that was shown with the words and its captions, as JSON; empty without one."""
    video = show.video_record(post.rendering.video)
    named = ("sha256", "type", "alt", "captions", "uncaptioned")
    return json.dumps({one: video[one] for one in named}, ensure_ascii=False) if video else ""


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
    posts = ({"kind": "post", **row} for row in rows)
    return note() + "".join(json.dumps(post, ensure_ascii=False) + "\n" for post in posts)


def as_csv(rows: list[dict[str, str]]) -> str:
    if not rows:
        return ""
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return made.getvalue()


def _cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula; some skip spaces to find one."""
    begins = value.startswith(FORMULA) or value.lstrip().startswith(FORMULA)
    return f"'{value}" if begins else value


# --- pack -------------------------------------------------------------------------------------


@audit.command(epilog="Example:  .venv/bin/bot audit pack 3f5a0c9e1b7d")
@click.argument("digest")
@click.option("--dry", is_flag=True, help="Of the dry run's ledger.")
def pack(digest: str, dry: bool) -> None:
    """Print a pack as it was when posts were planned from it: every file, whole.

    DIGEST is what audit export says in `pack`, or its first 12 letters or more. Each file stands
    below its name and the SHA-256 of its text.
    """
    env = app.read_environment()
    env = replace(env, mode=Mode.DRY) if dry else env
    ledger = app.open_ledger(env, now=app.SystemClocks(env.now).now(), create=False)
    try:
        found = ledger.pack(digest.strip().lower()) if HASH.fullmatch(digest.strip()) else None
    finally:
        ledger.close()
    if found is None:
        raise SettingsError(
            f'the ledger has no pack "{digest}". Take it from "pack" in: .venv/bin/bot audit export'
        )
    for file in found.files:
        click.echo(f"# === {file.name}  {file.sha256}")
        click.echo(file.text, nl=not file.text.endswith("\n"))


# --- picture ----------------------------------------------------------------------------------


@audit.command(epilog="Example:  .venv/bin/bot audit picture 3f5a0c9e1b7d… --to-file shown.png")
@click.argument("sha256")
@click.option(
    "--to-file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where it is written; never over a file that is there.",
)
@click.option("--dry", is_flag=True, help="Of the dry run's ledger.")
def picture(sha256: str, to_file: Path, dry: bool) -> None:
    """Write a picture, a video or captions into a file, byte for byte as it is kept.

    SHA256 is what audit export says in `pictures` or `video`.
    """
    env = app.read_environment()
    env = replace(env, mode=Mode.DRY) if dry else env
    ledger = app.open_ledger(env, now=app.SystemClocks(env.now).now(), create=False)
    try:
        content = ledger.picture_bytes(sha256.strip().lower())
    finally:
        ledger.close()
    save_new(to_file, content)
    click.echo(f"Written: {to_file}")


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
