"""What a plan has that another folder's does not: `bot plan --against FOLDER`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from bot import app
from bot.app.planning import windows_of
from bot.cli import show
from bot.cli.filters import Asked, Filters
from bot.core.config import Config
from bot.core.difference import Difference, Turn, differences
from bot.core.model import Post, PostKey, SettingsError
from bot.core.plan import Window

NAMED: Final = 6  # accounts that are named; the rest are counted


def show_difference(asked: Asked, folder: Path, form: str) -> None:
    """Prints what the plan here has that the one of `folder` does not, and the other way round.

    `folder` holds messages/ and config/. Neither ledger is asked: it is what new plans would be.
    Raises SettingsError where one of the two cannot be read.
    """
    for name in ("messages", "config"):
        if not (folder / name).is_dir():
            raise SettingsError(
                f'"{folder}" has no folder {name} in it: name one with messages and config.'
            )
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    there = replace(env, messages=folder / "messages", config=folder / "config")
    here = app.load(env)
    filters = asked.settled(here.config, here.usable.packs, app.today(now))
    days = filters.window if filters.dated or asked.campaign else None
    after = _posts(here, days, filters, now)
    before = _posts(app.load(there), days, filters, now)
    found = differences(before.values(), after.values())
    if form == "json":
        show.as_json([_record(one, here.config) for one in found])
        return
    for one in found:
        for line in _lines(one):
            click.echo(line)
    click.echo(_totals(found, len(after)))


def _posts(
    loaded: app.Loaded, days: Window | None, filters: Filters, now: datetime
) -> dict[PostKey, Post]:
    """The posts of the days asked for; of every dated run and the next two weeks where none are."""
    windows = [days] if days else list(windows_of(loaded.usable, app.today(now)))
    found: dict[PostKey, Post] = {}
    for window in dict.fromkeys(windows):
        planned = app.make_plan(loaded, window, {}, now=now, watch=show.watched("Planning"))
        found |= {p.key: p for p in planned.plan.posts if filters.is_about(p)}
    return found


def _totals(found: Sequence[Difference], posts: int) -> str:
    counts = {turn: sum(len(one.pairs) for one in found if one.turn is turn) for turn in Turn}
    parts = ", ".join(f"{number:,} {turn}" for turn, number in counts.items() if number)
    same = posts - sum(counts[turn] for turn in Turn if turn is not Turn.GONE)
    return f"{parts or 'No difference'}; {show.counted(same, 'post')} the same."


def _lines(one: Difference) -> Iterator[str]:
    """The first post in the form of a patch, whose lines begin with - and +; then whom else."""
    before, after = one.pairs[0]
    first = one.posts[0]
    yield f"\n{one.turn.upper()}: {show.local_moment(first.due)}, {first.key}"
    if one.turn is Turn.MOVED and before:
        yield f"  before, {show.local_moment(before.due)}"
    else:
        yield from _patch("-", before, after)
        yield from _patch("+", after, before)
    if one.posts[1:]:
        yield f"  The same for {show.counted(len(one.posts) - 1, 'more post')}: {_accounts(one)}"


def _patch(sign: str, post: Post | None, other: Post | None) -> Iterator[str]:
    if post is None:
        return
    pick = post.rendering.pick
    yield f"{sign} {post.campaign}, {post.theme}: {pick.message} / {pick.wording}"
    if other and (post.rendering.text, post.due) == (other.rendering.text, other.due):
        noun = "video" if post.rendering.video else "picture"
        yield from (f"{sign} {noun}: {one.file}, {one.alt}" for one in post.rendering.shown)
        yield from _beside(sign, post, other)
        return
    if other and post.due != other.due:
        yield f"{sign} {show.local_moment(post.due)}"
    yield from (f"{sign} {line}" for line in post.rendering.text.split("\n"))


def _beside(sign: str, post: Post, other: Post) -> Iterator[str]:
    """What else the public sees of it, where that is what differs."""
    card = post.rendering.card
    if card and card != other.rendering.card:
        picture = f", {card.picture.file}" if card.picture else ""
        yield f"{sign} its link shows: {card.title}: {card.about}{picture}"
    if post.rendering.reposts and post.rendering.reposts != other.rendering.reposts:
        yield f"{sign} reposts {post.rendering.reposts}"


def _accounts(one: Difference) -> str:
    names = list(dict.fromkeys(post.key.account for post in one.posts[1:]))
    more = f" and {len(names) - NAMED} more" if names[NAMED:] else ""
    return ", ".join(names[:NAMED]) + more


def _record(one: Difference, config: Config) -> dict[str, Any]:
    return {
        "turn": one.turn.value,
        "posts": [
            {
                "before": show.post_record(before, config) if before else None,
                "after": show.post_record(after, config) if after else None,
            }
            for before, after in one.pairs
        ],
    }
