"""Posts in words, as a day's running order: what a sender says on each platform side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import click

from bot.cli.lines import INDENT, broken, room, room_beside, side_by_side, text_lines
from bot.cli.show import local_time
from bot.core.config import Config
from bot.core.model import Post, PostKey, Rendering, Video, london_day
from bot.core.reading import written
from bot.core.side_by_side import compare, in_columns
from bot.core.source import Problem, Severity, listed
from bot.core.videos import spoken_length

Row = Sequence[Sequence[Post]]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of posts beside what the public will see."""

    config: Config
    standing: Callable[[Post], str]
    problems: Mapping[PostKey, Iterable[Problem]]

    def handle(self, post: Post) -> str:
        account = self.config.accounts[post.key.account]
        return f"@{account.handle}" if account.handle else account.id

    def speaks_one_language(self, post: Post) -> bool:
        return len(self.config.accounts[post.key.account].languages) == 1


def posts_in_words(
    posts: Iterable[Post],
    config: Config,
    standing: Callable[[Post], str],
    problems: Mapping[PostKey, Iterable[Problem]],
) -> None:
    """Prints each post as the public will see it, and how it stands.

    What a sender says on several platforms stands together: side by side where there is room.
    """
    known, day = _Known(config, standing, problems), ""
    for row in in_columns(posts, lambda post: post):
        first = row[0][0]
        local = written(london_day(first.due))
        if local != day:
            day = local
            click.echo(f"\n{click.style(day, bold=True)} - {first.theme}")
        for line in _together(row, known) if len(row) > 1 else _alone(row[0], known):
            click.echo(line)


def _alone(posts: Iterable[Post], known: _Known) -> Iterator[str]:
    for post in posts:
        language = "" if known.speaks_one_language(post) else f", {post.key.language.label}"
        platform = post.rendering.platform.label
        yield f"\n{_speaker(post, known)} {known.handle(post)} on {platform}{language}"
        for block in _blocks(post, known, room()):
            yield from (f"{INDENT}{line}" for line in block)


def _together(row: Row, known: _Known) -> Iterator[str]:
    first = min((posts[0] for posts in row), key=lambda post: post.due)  # reposts come later
    yield f"\n{_speaker(first, known)}, {first.key.language.label}"
    yield from _remarks(row, known)
    width = room_beside(len(row))
    yield from _beside(row, known, width) if width else _stacked(row, known)


def _speaker(post: Post, known: _Known) -> str:
    name = known.config.senders[post.sender].name(post.key.language)
    return f"{local_time(post.due)}  {click.style(name, bold=True)}"


def _remarks(row: Row, known: _Known) -> Iterator[str]:
    """How the columns differ. What is the same is marked, so that it is seen at a glance."""
    accounts = [known.config.accounts[posts[0].key.account] for posts in row]
    comparison = compare(row, {account.id: account.rules for account in accounts})
    signs = "=" if comparison.same_words else "≠"
    for sign, remark in zip_longest(signs, comparison.remarks, fillvalue="≠"):
        begin, *more = broken(f"{sign} {remark}", room())
        yield f"{INDENT}{click.style(begin, bold=sign == '=')}"
        yield from (f"{INDENT}  {line}" for line in more)


def _beside(row: Row, known: _Known, width: int) -> Iterator[str]:
    """What is to be compared begins in one line; the parts of a thread stand below each other."""
    for parts in zip_longest(*row):
        yield ""
        columns = [_column(post, known, width) if post else [] for post in parts]
        for blocks in zip_longest(*columns, fillvalue=()):
            yield from (f"{INDENT}{line}".rstrip() for line in side_by_side(blocks, width))


def _column(post: Post, known: _Known, width: int) -> list[list[str]]:
    return [_account_lines(post, known, width), *_blocks(post, known, width, column=True)]


def _stacked(row: Row, known: _Known) -> Iterator[str]:
    for post in (post for posts in row for post in posts):
        yield ""
        for block in [_account_lines(post, known, room()), *_blocks(post, known, room())]:
            yield from (f"{INDENT}{line}" for line in block)


# --- one post -----------------------------------------------------------------------------------


def _account_lines(post: Post, known: _Known, width: int | None) -> list[str]:
    label = f"{post.rendering.platform.label}  {known.handle(post)}"
    return [click.style(line, bold=True) for line in broken(label, width, anywhere=True)]


def _blocks(
    post: Post, known: _Known, width: int | None, *, column: bool = False
) -> list[list[str]]:
    """Whose post it reposts; its words; what it shows beside them; its facts; its problems."""

    facts = [fact for fact in _facts(post, known.standing(post)) if fact]

    def lines(text: str, **style: Any) -> Iterator[str]:
        for line in text.split("\n"):
            for part in broken(line, width, anywhere=column):
                yield click.style(part, **style)

    original = post.rendering.reposts
    whose = original and known.config.speaker(original.account, original.language)
    return [
        [*lines(f"Repost of {whose} at {local_time(post.due)}:", bold=True)] if whose else [],
        [*text_lines(post.rendering, width, anywhere=column)],
        [line for text, style in _media(post.rendering) for line in lines(text, **style)],
        [*lines(("\n" if column else "  ·  ").join(facts), dim=True)],
        [
            line
            for problem in known.problems.get(post.key, ())
            for line in lines(f"{problem.severity}: {problem.message}", fg=_colour(problem))
        ],
    ]


def _media(rendering: Rendering) -> Iterator[tuple[str, dict[str, Any]]]:
    """All that a post shows beside its words, each with its style."""
    for shown in rendering.shown:
        file = shown.file.rpartition("/")[2]
        size = f"{shown.width:,} by {shown.height:,}, {math.ceil(shown.size / 1000):,} kB"
        runs = f"{_runs(shown)}, " if isinstance(shown, Video) else ""
        yield f"[{file}: {runs}{size}]", {"fg": "magenta"}
        yield f"Alt text: {shown.alt}", {}
    if card := rendering.card:
        file = card.picture.file.rpartition("/")[2] if card.picture else ""
        parts = " | ".join(one for one in (card.title, card.address, file) if one)
        yield f"[{parts}]", {"fg": "magenta"}
        yield card.about, {}


def _runs(video: Video) -> str:
    """`1:02, captions in English`."""
    if video.captions:
        said = f"captions in {listed(one.language.label for one in video.captions)}"
    else:
        said = f"captions: {video.uncaptioned}" if video.uncaptioned else "no captions"
    return f"{spoken_length(video.milliseconds)}, {said}"


def _facts(post: Post, standing: str) -> list[str]:
    rendering, pick = post.rendering, post.rendering.pick
    return [
        f"{rendering.length} of {rendering.limit}",
        f"{pick.message} / {pick.wording}",
        standing,
        f"visibility: {rendering.visibility}" if rendering.visibility != "public" else "",
        f"essential: {post.essential}" if post.essential else "",
    ]


def _colour(problem: Problem) -> str:
    return "red" if problem.severity is Severity.ERROR else "yellow"
