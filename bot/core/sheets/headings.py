"""The row of headings of a planning sheet: which column holds what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from bot.core.sheets.cells import Cell, Row, Sheet, cell_name, letters
from bot.core.source import Problem, Severity, nearest, shortened

LOOKED_AT: Final = 20  # rows from the top in which headings are looked for


class Column(StrEnum):
    """What a column may hold, by the heading that we write ourselves."""

    DATE = "Date"
    DAY = "Day"
    TIME = "Time"
    THEME = "Theme"
    TEXT = "Text"
    TEXT_CY = "Text (Welsh)"
    ALT = "Alt text"
    ALT_CY = "Alt text (Welsh)"
    LINK = "Link"
    HASHTAGS = "Hashtags"
    IMAGE = "Image"
    AUDIENCE = "Audience"


NAMES: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.DATE: (
        "date", "dates", "date and time", "date time", "post date", "posting date", "publish date",
        "publication date", "go live date", "scheduled date", "scheduled for", "when",
    ),
    Column.DAY: ("day", "weekday", "day of week", "day of the week"),
    Column.TIME: (
        "time", "times", "post time", "posting time", "publish time", "publication time",
        "go live time", "scheduled time", "time of day", "time of post",
    ),
    Column.THEME: (
        "theme", "themes", "topic", "subject", "strand", "pillar", "focus", "theme of the day",
        "daily theme",
    ),
    Column.TEXT: (
        "text", "copy", "post", "posts", "post text", "post copy", "text of post", "message",
        "messages", "tweet", "tweets", "caption", "wording", "words", "content", "post content",
        "suggested copy", "suggested post", "suggested text", "suggested tweet", "social copy",
        "social media copy", "social post", "english", "english text", "english copy",
        "text english", "copy english", "post english", "text en", "draft copy", "final copy",
    ),
    Column.TEXT_CY: (
        "welsh", "cymraeg", "welsh text", "welsh copy", "welsh post", "welsh translation",
        "text welsh", "copy welsh", "post welsh", "text cy", "text cymraeg", "testun",
    ),
    Column.ALT: (
        "alt text", "alt", "alttext", "alt tag", "alternative text", "image description",
        "picture description", "description of image", "alt text english", "image alt text",
    ),
    Column.ALT_CY: (
        "alt text welsh", "welsh alt text", "alt text cymraeg", "alt text cy", "alt welsh",
    ),
    Column.LINK: (
        "link", "links", "url", "urls", "web link", "weblink", "hyperlink", "website",
        "web address", "landing page", "link in post", "call to action link", "cta link",
    ),
    Column.HASHTAGS: ("hashtag", "hashtags", "hash tag", "hash tags", "tag", "tags"),
    Column.IMAGE: (
        "image", "images", "picture", "pictures", "photo", "asset", "assets", "image file",
        "image name", "picture file", "visual", "graphic", "media", "file", "file name", "filename",
    ),
    Column.AUDIENCE: (
        "audience", "audiences", "for", "for whom", "who for", "who is it for", "intended for",
        "internal or external",
    ),
}  # fmt: skip
"""Headings as they are met, in small letters and without their signs."""

_MEANS: Final = {name: column for column, names in NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class Headings:
    """Where each column stands, and under which row its cells begin."""

    row: int  # counted from 1
    columns: Mapping[Column, int]


def find_headings(sheet: Sheet) -> tuple[Headings | None, list[Problem]]:
    """The headings of a sheet, None where it has none for the words; and what is not taken."""
    number, known = _richest_row(sheet)
    if len(known) < 2:
        return None, [_no_headings(sheet)]
    row = sheet.rows[number - 1]
    columns: dict[Column, int] = {}
    problems = list(_above(sheet.rows[: number - 1]))
    for at, cell in sorted(row.items()):
        column = known.get(at)
        if column is None:
            problems.append(_unknown(sheet, number, at, cell))
        elif column in columns:
            problems.append(_twice(sheet, number, at, cell, columns[column]))
        else:
            columns[column] = at
    problems += _without_heading(sheet, number)
    if Column.TEXT not in columns:
        problems.append(_no_words(sheet, row))
        return None, problems
    return Headings(number, columns), problems


def meaning(heading: str) -> Column | None:
    """What a heading says its column holds; None for one that nobody knows."""
    return _MEANS.get(_plain(heading))


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"\w+", heading.casefold().replace("_", " ")))


def _richest_row(sheet: Sheet) -> tuple[int, dict[int, Column]]:
    """The first of the rows with the most known headings, and those headings by column."""
    best: tuple[int, dict[int, Column]] = (0, {})
    for number, row in enumerate(islice(sheet.rows, LOOKED_AT), start=1):
        known = {
            at: column
            for at, cell in row.items()
            if isinstance(cell.value, str) and (column := meaning(cell.value))
        }
        if len(set(known.values())) > len(set(best[1].values())):
            best = number, known
    return best


# --- what is not taken ------------------------------------------------------------------------


def _no_headings(sheet: Sheet) -> Problem:
    filled = sum(len(row) for row in sheet.rows)
    if not filled:
        return Problem(sheet.place, "empty", "this sheet is empty.", severity=Severity.WARNING)
    return Problem(
        sheet.place,
        "no-headings",
        f"no row of headings was found here, so none of its {_cells(filled)} was read.",
        f"Write one above the rows, such as Date, Time, Theme, Text, in the first {LOOKED_AT} "
        "rows; or leave it, if this is no plan.",
        Severity.WARNING,
    )


def _no_words(sheet: Sheet, row: Row) -> Problem:
    first = min(row.items())[1]
    near = next((cell for cell in row.values() if _near(cell) is Column.TEXT), None)
    hint = f'Is it {cell_name(near)}, "{shortened(near.text)}"? ' if near else ""
    return Problem(
        first.place,
        "no-words",
        "none of these headings says where the words of the posts stand.",
        f"{hint}Write Text above them.",
    )


def _above(rows: tuple[Row, ...]) -> list[Problem]:
    """What stands above the headings: a title, most often."""
    return [
        Problem(
            cell.place,
            "above-headings",
            f'"{shortened(cell.text)}" stands above the headings, and was not read.',
            "A title needs no place in a pack. What matters of it goes into campaign.yaml.",
            severity=Severity.WARNING,
        )
        for row in rows
        for _, cell in sorted(row.items())
    ]


def _unknown(sheet: Sheet, number: int, at: int, cell: Cell) -> Problem:
    near = _near(cell)
    hint = f"Did you mean {near}? Then rename it. " if near else ""
    return Problem(
        cell.place,
        "unknown-heading",
        f'no column called "{shortened(cell.text)}" is known: {_below(sheet, number, at)}.',
        f"{hint}Known: {', '.join(Column)}.",
        Severity.ERROR if near else Severity.WARNING,
    )


def _near(cell: Cell) -> Column | None:
    name = nearest(_plain(cell.text), _MEANS)
    return _MEANS[name] if name else None


def _twice(sheet: Sheet, number: int, at: int, cell: Cell, first: int) -> Problem:
    return Problem(
        cell.place,
        "two-headings",
        f'"{shortened(cell.text)}" means the same as {letters(first)}{number}: '
        f"{_below(sheet, number, at)}.",
        "Keep one of the two columns, or rename the other.",
    )


def _without_heading(sheet: Sheet, number: int) -> list[Problem]:
    """Columns that have cells, and nothing above them."""
    named = sheet.rows[number - 1].keys()
    rest = {at for row in sheet.rows[number:] for at in row} - named
    found = []
    for at in sorted(rest):
        first = next(row[at] for row in sheet.rows[number:] if at in row)
        found.append(
            Problem(
                first.place,
                "no-heading",
                f"column {letters(at)} has no heading: {_below(sheet, number, at)}.",
                f'The first says "{shortened(first.text)}". Write a heading above it, if it '
                "belongs to the posts.",
                Severity.WARNING,
            )
        )
    return found


def _below(sheet: Sheet, number: int, at: int) -> str:
    filled = [row[at] for row in sheet.rows[number:] if at in row]
    if not filled:
        return "it is empty"
    where = cell_name(filled[0])
    if filled[1:]:
        where = f"{where} to {cell_name(filled[-1])}"
    return f"its {_cells(len(filled))} ({where}) {'were' if filled[1:] else 'was'} not read"


def _cells(number: int) -> str:
    return f"{number:,} {'cell' if number == 1 else 'cells'}"
