"""One page on which staff read posts exactly as the public will, before they approve them.

The page is a single file: it loads nothing, links nowhere but to itself, and says the same with
scripts switched off. What a post says is its rendering's text, character for character.
"""

from __future__ import annotations

import base64
import hashlib
import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from bot.core.captions import Cue, read_captions
from bot.core.model import LONDON, Language, Mode, Picture, PlatformName, Post
from bot.core.side_by_side import Comparison, compare, in_columns
from bot.core.source import Place, Problem, Severity, listed
from bot.core.text.parsed import Span
from bot.core.text.rules import Rules
from bot.core.videos import spoken_length

CALENDAR_POSTS: Final = 4
"""A day may stand as a column of a calendar while no slot of it holds more posts than this."""

LINKS_PER_PROBLEM: Final = 6
"""A problem in a national pack can touch hundreds of posts; the page links to the first few."""

AVATAR_COLOURS: Final = (
    *("#1d4f91", "#00594f", "#6a2c70", "#8a3a12", "#2f5d1e", "#7a1f3d"),
    *("#37474f", "#4a3f8f", "#6b4f00", "#005f73", "#85324c", "#3d5a40"),
)
"""White initials on each of these have a contrast of at least 4.5 (WCAG 2.2, 1.4.3)."""

SMALL_WORDS: Final = frozenset({"a", "ac", "and", "for", "of", "on", "the", "y", "yr"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One post on the page."""

    post: Post
    sender_name: str  # in the post's language
    handle: str | None  # without @; None until somebody has verified it
    spans: tuple[Span, ...]
    problems: tuple[Problem, ...]
    standing: str  # plain words: planned, approved by A. Smith, held, missed
    cost_usd: Decimal
    rules: Rules  # its account's
    reposts: str | None = None  # whose post it passes on: name and handle

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(found for found in self.problems if found.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A place in the calendar that no post fills, and why."""

    sender_name: str
    slot: str  # as staff would say it: d2.evening, or Tuesday evening
    reason: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything the page says. `problems` may repeat what `shown` holds: each is counted once."""

    title: str
    filters: str  # plain words: Kent Police, Monday 23 to Friday 27 November 2015
    made_at: datetime
    mode: Mode
    shown: tuple[Shown, ...]
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]
    code: str  # what `bot approve --preview` takes: K7QF-2M9D
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # as they go out, by SHA-256
    handling: tuple[str, ...] = ()  # how the packs say that they are to be handled


def page(preview: Preview) -> str:
    """The whole page as HTML text, to be written as UTF-8."""
    weeks = _weeks(preview.shown)
    return _template().render(
        preview=preview,
        weeks=weeks,
        is_calendar=_fits_a_calendar(weeks),
        totals=_totals(preview),
        complaints=_complaints(preview),
        senders=_senders(preview.shown),
        languages=sorted(
            {shown.post.key.language for shown in preview.shown}, key=lambda language: language.rank
        ),
        pictures=_drawn(preview),
        captions=_captions(preview),
        platforms=_platforms(preview.shown),
    )


# --- pictures -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A picture as the page holds it: once, however many posts show it."""

    id: str
    width: int
    height: int
    data: str  # a data: address


def _drawn(preview: Preview) -> tuple[_Drawn, ...]:
    files = (one for post in preview.shown for one in post.post.rendering.files)
    shown = {one.sha256: one for one in files if isinstance(one, Picture)}
    return tuple(
        _Drawn(picture_id(one), one.width, one.height, data_address(one, preview.pictures[sha256]))
        for sha256, one in sorted(shown.items())
        if sha256 in preview.pictures
    )


def _captions(preview: Preview) -> dict[str, tuple[Cue, ...]]:
    """What is said in the videos, by the hash of their captions. No video is in the page: one of
    a few megabytes would stand there once for each account.
    """
    videos = (post.post.rendering.video for post in preview.shown)
    known = {one.sha256 for video in videos if video for one in video.captions}
    return {
        sha256: read_captions("", preview.pictures[sha256])[0] if sha256 in preview.pictures else ()
        for sha256 in known
    }


def data_address(picture: Picture, content: bytes) -> str:
    """A picture as an address that holds all of it, for a page that loads nothing."""
    return f"data:{picture.media_type};base64,{base64.b64encode(content).decode()}"


def picture_id(picture: Picture) -> str:
    """The name of a picture within the page."""
    return f"picture-{picture.sha256[:16]}"


# --- the week, laid out -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """A sender's posts for one slot in one language: a column for each account."""

    columns: tuple[tuple[Shown, ...], ...]  # more than one post where an account sends a thread
    comparison: Comparison | None  # None where there is one column

    @property
    def first(self) -> Shown:
        return self.columns[0][0]

    @property
    def due(self) -> datetime:
        """When the first of them goes out: a repost comes later than the rest."""
        return min(one.post.due for column in self.columns for one in column)


@dataclass(frozen=True, slots=True)
class _Cell:
    """One slot of one day: a sender's posts stand together, so its languages can be compared."""

    id: str
    row: int  # from 1, the same for this slot on every day of the week
    title: str
    hours: str
    senders: tuple[tuple[_Row, ...], ...]
    count: int
    errors: int  # posts with at least one
    warnings: int  # posts with warnings only


@dataclass(frozen=True, slots=True)
class _Day:
    id: str
    date: date
    themes: tuple[str, ...]
    count: int
    cells: tuple[_Cell, ...]


@dataclass(frozen=True, slots=True)
class _Week:
    days: tuple[_Day, ...]
    rows: int  # the most slots a day can have


def _weeks(shown: Sequence[Shown]) -> tuple[_Week, ...]:
    names = _sender_names(shown)
    by_week: dict[tuple[int, int], list[Shown]] = defaultdict(list)
    for one in sorted(shown, key=lambda one: one.post.due):
        by_week[_local(one.post.due).isocalendar()[:2]].append(one)
    return tuple(_week(posts, names) for posts in by_week.values())


def _week(shown: Sequence[Shown], names: dict[str, str]) -> _Week:
    rows = tuple(_by_time_of_day(shown))
    by_day: dict[date, list[Shown]] = defaultdict(list)
    for one in shown:
        by_day[_local(one.post.due).date()].append(one)
    days = tuple(_day(day, posts, rows, names) for day, posts in by_day.items())
    return _Week(days, len(rows))


def _day(day: date, shown: Sequence[Shown], rows: Sequence[str], names: dict[str, str]) -> _Day:
    by_slot: dict[str, list[Shown]] = defaultdict(list)
    for one in shown:
        by_slot[_slot(one)].append(one)
    cells = tuple(
        _cell(day, row, slot, by_slot[slot], names)
        for row, slot in enumerate(rows, start=1)
        if slot in by_slot
    )
    themes = dict.fromkeys(_spoken(one.post.theme) for one in shown)
    return _Day(f"day-{day}", day, tuple(themes), len(shown), cells)


def _cell(day: date, row: int, slot: str, shown: Sequence[Shown], names: dict[str, str]) -> _Cell:
    by_sender: dict[str, list[Shown]] = defaultdict(list)
    for one in shown:
        by_sender[one.post.sender].append(one)
    senders = tuple(
        _rows(by_sender[sender])
        for sender in sorted(by_sender, key=lambda sender: (names[sender].casefold(), sender))
    )
    errors = sum(1 for one in shown if one.errors)
    return _Cell(
        id=f"day-{day}-{row}",
        row=row,
        title=_spoken(slot),
        hours=_hours(shown),
        senders=senders,
        count=len(shown),
        errors=errors,
        warnings=sum(1 for one in shown if one.problems) - errors,
    )


def _rows(shown: Iterable[Shown]) -> tuple[_Row, ...]:
    ordered = sorted(shown, key=_order_within_sender)
    return tuple(_row(columns) for columns in in_columns(ordered, lambda one: one.post))


def _row(columns: Sequence[Sequence[Shown]]) -> _Row:
    kept = tuple(map(tuple, columns))
    if len(kept) == 1:
        return _Row(kept, None)
    posts = [[one.post for one in column] for column in kept]
    rules = {one.post.key.account: one.rules for column in kept for one in column}
    return _Row(kept, compare(posts, rules))


def _fits_a_calendar(weeks: Iterable[_Week]) -> bool:
    """Columns of days have no room for columns of platforms."""
    cells = [cell for week in weeks for day in week.days for cell in day.cells]
    rows = (row for cell in cells for sender in cell.senders for row in sender)
    few = all(cell.count <= CALENDAR_POSTS for cell in cells)
    return few and all(row.comparison is None for row in rows)


def _slot(shown: Shown) -> str:
    """The part of a slot's name that comes back every day: morning, of d1.morning."""
    return shown.post.key.slot.rpartition(".")[2]


def _by_time_of_day(shown: Iterable[Shown]) -> list[str]:
    earliest: dict[str, str] = {}
    for one in shown:
        slot, clock = _slot(one), _clock(one.post.due)
        earliest[slot] = min(clock, earliest.get(slot, clock))
    return sorted(earliest, key=lambda slot: (earliest[slot], slot))


def _order_within_sender(shown: Shown) -> tuple[int, datetime, str, str, int]:
    key = shown.post.key
    return key.language.rank, shown.post.due, key.run, key.account, key.part


def _platforms(shown: Iterable[Shown]) -> list[PlatformName]:
    there = {one.post.rendering.platform for one in shown}
    return [platform for platform in PlatformName if platform in there]


def _sender_names(shown: Iterable[Shown]) -> dict[str, str]:
    """Each sender's name by its id: in English where one of its posts is."""
    names: dict[str, str] = {}
    for one in shown:
        if one.post.key.language is Language.EN or one.post.sender not in names:
            names[one.post.sender] = one.sender_name
    return names


def _senders(shown: Iterable[Shown]) -> list[tuple[str, str]]:
    return sorted(_sender_names(shown).items(), key=lambda sender: sender[1].casefold())


# --- totals and problems ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Totals:
    posts: int
    accounts: int
    days: int
    cost_usd: Decimal
    errors: int
    warnings: int
    cannot_be_approved: int

    @property
    def can_be_approved(self) -> int:
        return self.posts - self.cannot_be_approved


@dataclass(frozen=True, slots=True)
class _Complaint:
    """One problem, once, with the posts it touches."""

    problem: Problem
    linked: tuple[Shown, ...]
    unlinked: int


def _totals(preview: Preview) -> _Totals:
    severities = [found.severity for found in _distinct_problems(preview)]
    return _Totals(
        posts=len(preview.shown),
        accounts=len({one.post.key.account for one in preview.shown}),
        days=len({_local(one.post.due).date() for one in preview.shown}),
        cost_usd=sum((one.cost_usd for one in preview.shown), Decimal(0)),
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        cannot_be_approved=sum(1 for one in preview.shown if one.errors),
    )


def _distinct_problems(preview: Preview) -> dict[Problem, list[Shown]]:
    touched: dict[Problem, list[Shown]] = {found: [] for found in preview.problems}
    for one in sorted(preview.shown, key=lambda one: (one.post.due, one.post.key)):
        for found in dict.fromkeys(one.problems):
            touched.setdefault(found, []).append(one)
    return touched


def _complaints(preview: Preview) -> dict[Severity, list[_Complaint]]:
    found: dict[Severity, list[_Complaint]] = {severity: [] for severity in Severity}
    for problem, shown in sorted(
        _distinct_problems(preview).items(), key=lambda pair: (pair[0].place, pair[0].message)
    ):
        linked = tuple(shown[:LINKS_PER_PROBLEM])
        found[problem.severity].append(_Complaint(problem, linked, len(shown) - len(linked)))
    return found


# --- words and figures ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    kind: str | None = None


def _pieces(shown: Shown) -> Iterator[_Piece]:
    """The text cut at its spans. Joined again it is the rendering's text, whatever the spans."""
    text, at = shown.post.rendering.text, 0
    for span in sorted(shown.spans, key=lambda span: span.start):
        start, end = span.start, min(span.end, len(text))
        if at <= start < end:  # of spans that overlap, the app shows the one that starts first
            yield _Piece(text[at:start])
            yield _Piece(text[start:end], span.kind.value)
            at = end
    yield _Piece(text[at:])


def exact(text: str) -> Markup:
    """`text` escaped so that a browser reads back every character of it.

    A bare carriage return would be read as a line feed (HTML, 13.2.3.5).
    """
    return Markup.escape(text).replace("\r", Markup("&#13;"))


def _spans_in_words(shown: Shown) -> str:
    kinds = [span.kind.value for span in shown.spans]
    return ", ".join(_counted(kinds.count(kind), kind) for kind in dict.fromkeys(kinds))


def _initials(name: str) -> str:
    words = [word for word in name.split() if word.casefold() not in SMALL_WORDS]
    return "".join(word[0] for word in words[:2]).upper()


def _avatar(sender: str) -> int:
    return zlib.crc32(sender.encode()) % len(AVATAR_COLOURS)


def _spoken(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _local(instant: datetime) -> datetime:
    return instant.astimezone(LONDON)


def _clock(instant: datetime) -> str:
    return f"{_local(instant):%H:%M}"


def _hours(shown: Iterable[Shown]) -> str:
    clocks = sorted({_clock(one.post.due) for one in shown})
    return clocks[0] if len(clocks) == 1 else f"{clocks[0]} to {clocks[-1]}"


def long_day(day: date) -> str:
    """`Monday 23 November 2015`."""
    return f"{day:%A} {_day_month_year(day)}"


def _day_month_year(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _short_day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _dollars(amount: Decimal) -> str:
    """US$0.20 and US$0.015: tenths of a cent only below a dollar, and where there are any."""
    figures = f"{amount:,.3f}" if amount < 1 else f"{amount:,.2f}0"
    return f"US${figures.removesuffix('0')}"


def _file_size(number: int) -> str:
    """24 kB, 1.3 MB."""
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{math.ceil(number / 1e3)} kB"


def _file_line(place: Place) -> str:
    return str(Place(place.file, place.line))


def _breakable(path: object) -> Markup:
    """A path that may go on in the next line after each of its slashes."""
    return Markup("/<wbr>").join(str(path).split("/"))


def _sha256(text: str) -> str:
    """A Content-Security-Policy source expression that allows exactly this script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _template() -> Template:
    return pages().get_template("preview.html")


@cache
def pages() -> Environment:
    """What the pages of the desk are made with: they share their look and their words."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        avatar=_avatar,
        breakable=_breakable,
        clock=_clock,
        counted=_counted,
        day_month_year=_day_month_year,
        dollars=_dollars,
        exact=exact,
        file_line=_file_line,
        file_size=_file_size,
        initials=_initials,
        listed=listed,
        local=_local,
        long_day=long_day,
        picture_id=picture_id,
        pieces=_pieces,
        sha256=_sha256,
        short_day=_short_day,
        spans_in_words=_spans_in_words,
        spoken_length=spoken_length,
    )
    environment.globals.update(AVATAR_COLOURS=AVATAR_COLOURS, Mode=Mode, Severity=Severity)
    return environment
