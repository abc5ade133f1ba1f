"""One page to print or send to partners without accounts: texts to copy, pictures, days.

Like the preview it is a single file that loads nothing; and it has no script at all. A text is its
rendering's text, character for character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.core.model import LONDON, Picture, Post, Video, london_day
from bot.core.source import listed
from bot.desk.preview import data_address, exact, long_day


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page says: the posts of one sender, in the order in which they go out."""

    title: str  # of the campaign
    sender_name: str
    posts: Sequence[Post]
    unapproved: int  # posts that no person has approved
    made_at: datetime
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # as they go out, by SHA-256
    handling: Sequence[str] = ()  # how it is to be handled, as its pack says it


@dataclass(frozen=True, slots=True)
class _Text:
    """One text, once, however many of the sender's accounts say it."""

    at: datetime  # of the first of them, in London
    platforms: str  # X and Bluesky
    post: Post
    picture: _Shown | None


@dataclass(frozen=True, slots=True)
class _Shown:
    picture: Picture | Video
    noun: str  # Picture or Video
    name: str  # its file's
    data: str | None  # a data: address; None where the page shows the same one further up
    first: str  # the id of where it stands first


@dataclass(frozen=True, slots=True)
class _Day:
    date: date
    themes: str
    texts: tuple[_Text, ...]


def page(sheet: Sheet) -> str:
    """The whole page as HTML text, to be written as UTF-8."""
    days = tuple(_days(sheet))
    platforms = {post.rendering.platform for post in sheet.posts}
    return _template().render(
        sheet=sheet,
        days=days,
        several_platforms=len(platforms) > 1,
        languages=sorted({post.key.language for post in sheet.posts}, key=lambda one: one.rank),
        has_pictures=any(text.picture for day in days for text in day.texts),
    )


def _days(sheet: Sheet) -> Iterator[_Day]:
    shown: dict[str, str] = {}  # where each picture stands first
    by_due = sorted(sheet.posts, key=lambda post: (post.due, str(post.key)))
    for day, posts in groupby(by_due, key=lambda post: london_day(post.due)):
        own = list(posts)
        themes = dict.fromkeys(post.theme.replace("-", " ") for post in own)
        texts = tuple(_text(same, sheet, shown) for same in _by_text(own))
        yield _Day(day, listed(themes), texts)


def _by_text(posts: Iterable[Post]) -> list[list[Post]]:
    """The posts of a day that say the same in the same place, for other accounts."""
    groups: dict[tuple[str, str, str], list[Post]] = {}
    for post in posts:
        key = (post.key.slot, post.key.language.value, post.rendering.text)
        groups.setdefault(key, []).append(post)
    return list(groups.values())


def _text(posts: Sequence[Post], sheet: Sheet, shown: dict[str, str]) -> _Text:
    first = posts[0]
    platforms = dict.fromkeys(post.rendering.platform.label for post in posts)
    media = first.rendering.shown
    medium = _shown(first, media[0], sheet, shown) if media else None
    return _Text(first.due.astimezone(LONDON), listed(platforms), first, medium)


def _shown(post: Post, medium: Picture | Video, sheet: Sheet, shown: dict[str, str]) -> _Shown:
    here = f"text-{post.key}"
    first = shown.setdefault(medium.file or medium.sha256, here)
    data = None
    if isinstance(medium, Picture) and first == here:
        content = sheet.pictures.get(medium.sha256)
        data = data_address(medium, content) if content else None
    noun = "Video" if isinstance(medium, Video) else "Picture"
    return _Shown(medium, noun, medium.file.rpartition("/")[2], data, first)


def _in_london(instant: datetime) -> str:
    local = instant.astimezone(LONDON)
    return f"{long_day(local.date())} at {local:%H:%M}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(exact=exact, in_london=_in_london, long_day=long_day)
    return environment.get_template("share.html")
