"""Packs held ready and never scheduled, as somebody asked to read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from bot import app
from bot.cli import show
from bot.cli.filters import Asked, Filters, lifted
from bot.cli.rows import posts_in_words
from bot.core import check as checks
from bot.core.model import Post, SettingsError
from bot.core.packs import NationalPack
from bot.core.plan import Ready, read_ready, ready_packs
from bot.core.source import Problem, listed

MARK = "held ready, never scheduled"


@dataclass(frozen=True, slots=True)
class _Read:
    """A pack held ready, and everything that is wrong with it."""

    ready: Ready
    checked: checks.Checked

    @property
    def problems(self) -> list[Problem]:
        return checks.gathered([*self.ready.problems, *self.checked.problems])


def _read(loaded: app.Loaded, pack: NationalPack, now: datetime) -> _Read:
    sources = loaded.usable
    ready = read_ready(sources, pack, now)
    accepted = checks.acceptances(sources.packs.values(), sources.overlays)
    checked = accepted.marked_posts(checks.check_posts(ready.posts, sources.packs, sources.config))
    return _Read(ready, checked)


def ready_problems(loaded: app.Loaded, now: datetime) -> Iterator[Problem]:
    """What is wrong with any wording, for any account, of the packs that are never scheduled."""
    for pack in ready_packs(loaded.usable):
        yield from _read(loaded, pack, now).problems


def asked_for_ready(asked: Asked, loaded: app.Loaded) -> NationalPack | None:
    """The pack held ready that --campaign names, if it names one."""
    packs = {pack.id: pack for pack in ready_packs(loaded.usable)}
    return packs.get(asked.campaign or "")


def show_ready(
    asked: Asked,
    loaded: app.Loaded,
    pack: NationalPack,
    *,
    now: datetime,
    form: str,
    reader: str | None = None,
) -> None:
    """Prints every wording of a pack as it would read now.

    Raises SettingsError for a day, and for a pack under embargo that `reader` may not see.
    """
    if asked.start or asked.end:
        raise SettingsError(f"{pack.id} is {MARK}: it has no days. Leave the days out.")
    if (
        pack.embargo is not None
        and pack.id
        in loaded.usable.at(now, lifted=lifted(loaded.usable.packs, reader, now)).embargoed
    ):
        until = show.local_moment(pack.embargo)
        raise SettingsError(
            f"{pack.id} is under embargo until {until}. Those whom it names see it with "
            "--embargoed --as NAME."
        )
    config = loaded.usable.config
    filters = asked.settled(config, loaded.usable.packs, app.today(now))
    read = _read(loaded, pack, now)
    posts = [post for post in read.ready.posts if filters.is_about(post)]
    left = [one for one in read.ready.left_out if filters.wants_left(one, config)]
    if form == "json":
        records: list[dict[str, Any]] = [
            {**show.post_record(post, config), "standing": _standing(post, read)} for post in posts
        ]
        show.as_json({"ready": pack.id, "posts": records})
        return
    for line in show.handling(posts, loaded.usable.packs, now):
        click.echo(click.style(line, bold=True))
    for theme in pack.themes.values():
        of_theme = [post for post in posts if post.theme == theme.name]
        posts_in_words(of_theme, config, lambda post: _standing(post, read), read.checked.by_post)
    click.echo()
    show.problems_in_words(p for p in read.problems if _touches(p, filters, posts))
    for one in left:
        click.echo(f"{one.sender}: {one.reason}")
    accounts = show.counted(len({post.key.account for post in posts}), "account")
    wordings = show.counted(len(posts), "wording")
    click.echo(f"{pack.title}: {MARK}. {wordings} for {accounts}, as they would read now.")


def _standing(post: Post, read: _Read) -> str:
    if post.key in read.checked.stopped:
        return "has an error"
    missing = read.ready.with_examples.get(post.key)
    return f"{MARK}; the example stands for {listed(missing)}" if missing else MARK


def _touches(problem: Problem, filters: Filters, posts: list[Post]) -> bool:
    senders = {post.sender for post in posts} | set(filters.forces)
    return not problem.forces or bool(senders & set(problem.forces))
