"""A plan as files for other programs: a table for Excel, a calendar for Outlook."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.core.config import Config
from bot.core.model import LONDON, Post

BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel reads UTF-8 as its own old code page
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run by a spreadsheet
SHOWN_FOR: Final = timedelta(minutes=5)  # how long a post is in a calendar
FIRST_WORDS: Final = 60  # characters in a calendar's heading

NO_HANDLING: Final[Mapping[str, str]] = MappingProxyType({})

COLUMNS: Final = (
    "date", "London time", "UTC", "account", "sender", "campaign", "theme", "language", "text",
    "length", "state", "picture", "alt text", "handling",
)  # fmt: skip


def table(
    posts: Iterable[Post],
    config: Config,
    standing: Callable[[Post], str],
    handling: Mapping[str, str] = NO_HANDLING,
) -> list[tuple[str, ...]]:
    """One row a post, under `COLUMNS`, with its exact text.

    `handling` is how each campaign is to be handled, by its name, where its pack says so.
    """
    return [
        (*_row(post, config, standing(post)), handling.get(post.campaign, "")) for post in posts
    ]


def _row(post: Post, config: Config, standing: str) -> tuple[str, ...]:
    local = post.due.astimezone(LONDON)
    rendering = post.rendering
    shown = rendering.shown[0] if rendering.shown else None
    return (
        f"{local:%Y-%m-%d}",
        f"{local:%H:%M}",
        f"{post.due:%Y-%m-%d %H:%M}",
        post.key.account,
        config.senders[post.sender].name(rendering.language),
        post.key.run,
        post.theme,
        rendering.language.value,
        rendering.text,
        str(rendering.length),
        f"repost of {rendering.reposts}; {standing}" if rendering.reposts else standing,
        shown.file if shown else "",
        shown.alt if shown else "",
    )


def as_csv(
    posts: Iterable[Post],
    config: Config,
    standing: Callable[[Post], str],
    handling: Mapping[str, str] = NO_HANDLING,
) -> bytes:
    """The table with a byte order mark and CRLF, so that Excel opens it by double click.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in table(posts, config, standing, handling):
        writer.writerow([_harmless(cell) for cell in row])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_ics(posts: Iterable[Post], config: Config, *, now: datetime) -> bytes:
    """iCalendar (RFC 5545): one event a post, with its exact text, that blocks nobody's time.

    An event's UID is its post's key, so a calendar that reads a newer file updates its entries.
    `now` is written as the time of making; the same posts at the same `now` give the same bytes.
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//campaign-bot//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for post in posts:
        event = Event()
        event.add("uid", str(post.key))
        event.add("dtstamp", now.replace(microsecond=0))
        event.add("dtstart", post.due)
        event.add("duration", SHOWN_FOR)
        event.add("summary", _heading(post, config))
        event.add("description", post.rendering.text)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _heading(post: Post, config: Config) -> str:
    """`09:07 Kent Police: Would you know where to turn if …`"""
    name = config.senders[post.sender].name(post.rendering.language)
    first = post.rendering.text.split("\n")[0]
    if len(first) > FIRST_WORDS:
        first = first[:FIRST_WORDS].rsplit(" ", 1)[0] + " …"
    says = f"{name} reposts" if post.rendering.reposts else name
    return f"{post.due.astimezone(LONDON):%H:%M} {says}: {first}"
