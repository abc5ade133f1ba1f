"""The command that says what has gone out, and everything that ever happened to one post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final

import click

from bot import app
from bot.cli import show
from bot.cli.filters import FORMAT, Asked, Filters, filter_options
from bot.core.model import LONDON, Mode, PostKey, SettingsError, State
from bot.core.reading import to_utc
from bot.ledger import Event, Hold, HoldKind, Ledger, LedgerPost

DAYS: Final = 7
"""What went out longer ago is not listed unless days are named."""


@click.command(
    epilog="Examples:  .venv/bin/bot history --force kent     .venv/bin/bot history "
    "ct-awareness-week@2015/kent-x/d1.morning/en"
)
@click.argument("key", required=False)
@filter_options
@FORMAT
def history(key: str | None, asked: Asked, form: str) -> None:
    """List what has gone out, the newest first; or say all that ever happened to one post.

    Of the last seven days unless days are named: those on which the posts were due.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    if key is not None and asked != Asked((), None, None, None, None):
        raise click.UsageError("Name one post by its key, or filters: not both.")
    filters = None if key is not None else _filters(env, asked, now)
    if not app.ledger_exists(env):
        show.as_json([]) if form == "json" else click.echo("Nothing has run here yet.")
        return
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        if filters is None:
            _of_one(ledger, _key(str(key)), form)
        else:
            _of_all(env, ledger, filters, form)
    finally:
        ledger.close()


# --- what has gone out ------------------------------------------------------------------------


def _filters(env: app.Environment, asked: Asked, now: datetime) -> Filters:
    sources = app.load(env).usable
    today = app.today(now)
    if asked.start is None and asked.end is None and asked.campaign not in sources.config.runs:
        asked = replace(asked, start=today - timedelta(days=DAYS - 1), end=today)
    return asked.settled(sources.config, sources.packs, today)


def _of_all(env: app.Environment, ledger: Ledger, filters: Filters, form: str) -> None:
    found = ledger.posts(
        states=[State.PUBLISHED],
        due_from=to_utc(filters.first, time(0)),
        due_before=to_utc(filters.last + timedelta(days=1), time(0)),
    )
    gone_out = sorted(
        (post for post in found if filters.wants(post)),
        key=lambda post: (post.since, str(post.key)),
        reverse=True,
    )
    if form == "json":
        show.as_json([_record(post) for post in gone_out])
        return
    dry = env.mode is Mode.DRY
    for post in gone_out:
        first_line = post.rendering.text.split("\n")[0]
        link = "dry run: nothing was sent" if dry else post.remote_url or str(post.remote_id)
        if post.removed_at:
            link += f"  ·  taken down by hand, {_moment(post.removed_at)}"
        if post.rendering.reposts:
            link += f"  ·  repost of {post.rendering.reposts}"
        if post.essential:
            link += f"  ·  essential: {post.essential}"
        click.echo(
            f"{_moment(post.since)}  {click.style(post.key.account, bold=True)}  {post.theme}"
        )
        click.echo(f"    {first_line}")
        click.echo(f"    {link}  ·  {post.key}")
    days = f"{filters.first} to {filters.last}"
    click.echo(f"{show.counted(len(gone_out), 'post')} went out, {days}.")


def _record(post: LedgerPost) -> dict[str, Any]:
    return show.ledger_record(post) | {"went_out": post.since.isoformat()}


# --- one post ---------------------------------------------------------------------------------


def _key(said: str) -> PostKey:
    try:
        return PostKey.parse(said)
    except ValueError as error:
        raise SettingsError(
            f'"{said}" is not a post\'s key. bot plan --format json and bot history show them.'
        ) from error


def _of_one(ledger: Ledger, key: PostKey, form: str) -> None:
    post = ledger.post(key)
    if post is None:
        raise SettingsError(f"the ledger knows no post {key}.")
    lines = _in_order([*_events(ledger, key)], _holds(ledger, key))
    if form == "json":
        happened = [
            {"at": at.isoformat(), "action": action, "by": by, "sentence": sentence}
            for at, action, by, sentence in lines
        ]
        show.as_json(_record(post) | {"happened": happened})
        return
    click.echo(f"{click.style(str(key), bold=True)}: {post.state}")
    whose = f", a repost of {post.rendering.reposts}" if post.rendering.reposts else ""
    click.echo(f"Due on {show.local_moment(post.due)}. As it now stands{whose}:")
    for line in post.rendering.text.split("\n"):
        click.echo(f"    | {line}")
    for at, _, by, sentence in lines:
        said = "" if by in sentence else f"  ({by})"
        click.echo(f"{_moment(at, seconds=True)}  {sentence}{said}")


Line = tuple[datetime, str, str, str]  # when, the action, by whom, in words


def _in_order(events: Sequence[Line], holds: Iterable[Line]) -> list[Line]:
    """Events in the order they were written, whatever the clock said, and holds between them."""
    lines = list(events)
    for hold in holds:
        later = (index for index, line in enumerate(lines) if line[0] > hold[0])
        lines.insert(next(later, len(lines)), hold)
    return lines


def _events(ledger: Ledger, key: PostKey) -> Iterator[Line]:
    for event in ledger.events(key=key):
        yield event.at, event.action, _who(event.by), _in_words(event)


def _in_words(event: Event) -> str:
    """The event's own sentence, without the parts of a worker's name that mean nothing here."""
    sentence = event.sentence.replace(event.by, _who(event.by))
    due = event.facts.get("due")
    if isinstance(due, str):
        sentence = f"{_who(event.by)} gave it a new time: {_moment(datetime.fromisoformat(due))}."
    return sentence


def _who(by: str) -> str:
    """A person's name as it is; of a worker its machine and the number of its process."""
    parts = by.split("|")
    return f"the bot on {parts[0]}, process {parts[3]}" if len(parts) == 5 else by


def _holds(ledger: Ledger, key: PostKey) -> Iterator[Line]:
    """When it was put on hold and released: those events name a scope, not the post."""
    for one in ledger.holds_over(key):
        kind = "" if one.kind is HoldKind.HOLD else f" ({one.kind})"
        yield one.at, "held", one.by, f"Put on hold{kind}, {one.scope}, by {one.by}: {one.reason}"
        if one.released_at is not None:
            yield one.released_at, "released", str(one.released_by), _released(one)


def _released(one: Hold) -> str:
    return f"The hold on {one.scope} was ended by {one.released_by}: {one.release_reason}"


def _moment(instant: datetime, *, seconds: bool = False) -> str:
    """`Mon 23 Nov 2015 09:07` on London's clocks."""
    local = instant.astimezone(LONDON)
    return f"{local:%a %d %b %Y %H:%M:%S}" if seconds else f"{local:%a %d %b %Y %H:%M}"
