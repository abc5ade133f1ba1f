"""The rows of a planning sheet -> one entry for each text, and every cell not understood."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from bot.core.config import Fact
from bot.core.model import Language
from bot.core.packs import Audience
from bot.core.pictures import name_fault
from bot.core.reading import with_plain_spaces
from bot.core.sheets.cells import Cell, Row, Sheet, cell_name, in_words
from bot.core.sheets.headings import Column, Headings, find_headings
from bot.core.sheets.tokens import before_hashtags, hashtags_in, link_named, with_tokens
from bot.core.sheets.when import Cells, Days
from bot.core.source import Place, Problem, Severity, listed, shortened

WORDS: Final = {Language.EN: Column.TEXT, Language.CY: Column.TEXT_CY}
SHOWS: Final = {Language.EN: Column.ALT, Language.CY: Column.ALT_CY}
WHEN: Final = {Column.DATE, Column.DAY}
MAY_BE_NONE: Final = {Column.ALT, Column.ALT_CY, Column.LINK, Column.HASHTAGS, Column.IMAGE}

AUDIENCES: Final = {
    **dict.fromkeys(("public", "the public", "external", "everyone", "all"), Audience.PUBLIC),
    **dict.fromkeys(("partner", "partners", "partners only"), Audience.PARTNER),
    **dict.fromkeys(("staff", "internal", "colleagues", "officers and staff"), Audience.STAFF),
}
"""Whom a text is for, as a cell says it in small letters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a plan: a text, when it was meant for, and what goes with it."""

    place: Place  # of the cell with its words
    row: int
    words: Mapping[Language, str]
    places: Mapping[Language, Place]
    day: date | None
    at: time | None
    at_place: Place | None
    theme: str  # as it is written; empty where nobody says
    theme_place: Place | None
    tags: tuple[str, ...]  # of its words and of its own column, without #
    picture: str | None
    shows: Mapping[Language, str]
    audience: Audience = Audience.PUBLIC


def entries_of(
    sheet: Sheet, facts: Mapping[str, Fact], starts: date | None
) -> tuple[list[Entry], list[Problem]]:
    """Every row of a sheet that has words, and what was not understood, from the top down.

    `starts` is a day of the campaign, for dates that name no year and rows that name a weekday.
    """
    headings, problems = find_headings(sheet)
    if headings is None:
        return [], problems
    reading = _Reading(headings, facts, Days(sheet.epoch, starts, problems))
    for number, row in enumerate(sheet.rows[headings.row :], start=headings.row + 1):
        if row:
            reading.take(number, row)
    problems += reading.taken_from_above(sheet)
    if not reading.entries and not problems:
        problems.append(_no_rows(sheet, headings))
    return reading.entries, problems


def _no_rows(sheet: Sheet, headings: Headings) -> Problem:
    return Problem(
        sheet.place,
        "no-rows",
        f"below the headings, which are in row {headings.row}, there is no row with words.",
        "Write each post in a row of its own, or leave it, if this is no plan.",
        Severity.WARNING,
    )


@dataclass
class _Reading:
    """What was read of a sheet so far. Its problems are those of its days."""

    headings: Headings
    facts: Mapping[str, Fact]
    days: Days
    entries: list[Entry] = field(default_factory=list)
    theme: str = ""
    theme_place: Place | None = None
    above: dict[Column, tuple[int, Row]] = field(default_factory=dict)  # rows above their posts
    without_day: list[int] = field(default_factory=list)  # rows that have that of the row above

    def take(self, number: int, row: Row) -> None:
        cells = {
            name: row[at]
            for name, at in self.headings.columns.items()
            if at in row and not (name in MAY_BE_NONE and _says_none(row[at]))
        }
        self.days.problems += (_computed(cell) for cell in row.values() if cell.is_computed)
        day_above, known = self.days.day, len(self.days.problems)
        moment = self.days.of(cells)
        spoken = {lang: cells[column] for lang, column in WORDS.items() if column in cells}
        if not spoken and self.days.problems[known:]:  # Total, or a note, and not a post's date
            del self.days.problems[known:]
            self.days.problems.append(_no_text(number, row))
            return
        if moment.day != day_above:
            self.theme, self.theme_place = "", None
        if Column.THEME in cells:
            self.theme = " ".join(cells[Column.THEME].text.split())
            self.theme_place = cells[Column.THEME].place
        if not spoken:
            if not cells or not cells.keys() <= {*WHEN, Column.THEME}:
                self.days.problems.append(_no_text(number, row))
            else:
                self._stands_above(number, row, cells.keys())
            return
        self.above = {}
        if day_above and not WHEN & cells.keys() and WHEN & self.headings.columns.keys():
            self.without_day.append(number)
        words = {
            lang: with_tokens(with_plain_spaces(cell.text), lang, self.facts)
            for lang, cell in spoken.items()
        }
        words = self._with_link(words, cells.get(Column.LINK))
        picture, shows = self._picture(cells)
        first = next(iter(spoken.values()))
        entry = Entry(
            place=first.place,
            row=number,
            words=words,
            places={lang: cell.place for lang, cell in spoken.items()},
            day=moment.day,
            at=moment.at,
            at_place=cells[Column.TIME].place if Column.TIME in cells else None,
            theme=self.theme,
            theme_place=self.theme_place,
            tags=(*hashtags_in(next(iter(words.values()))), *_own_tags(cells)),
            picture=picture,
            shows=shows,
            audience=self._audience(number, cells, first),
        )
        self.entries.append(entry)

    def _stands_above(self, number: int, row: Row, columns: Collection[Column]) -> None:
        """Notes a day or a theme above its posts; one that came before, and has none, is said."""
        for column in columns:
            if (earlier := self.above.pop(column, None)) is not None:
                self.days.problems.append(_no_text(*earlier))
            self.above[column] = number, row

    def _with_link(self, words: Mapping[Language, str], cell: Cell | None) -> dict[Language, str]:
        """The words with the link of its own column behind them, where they do not show it."""
        if cell is None:
            return dict(words)
        found = {}
        for language, text in words.items():
            name = link_named(cell.text, language, self.facts)
            link = f"{{{{ {name} }}}}" if name else ""
            found[language] = before_hashtags(text, link) if link and link not in text else text
        if not any(link_named(cell.text, language, self.facts) for language in words):
            self._problem(
                cell,
                "unknown-link",
                f'the link "{shortened(cell.text)}" is not in config/constants.yaml, so it was '
                "not taken.",
                "Add it there with a name, its source and dates, and write {{ its_name }} in the "
                "pack.",
            )
        return found

    def _picture(self, cells: Cells) -> tuple[str | None, dict[Language, str]]:
        shows = {lang: cells[column].text for lang, column in SHOWS.items() if column in cells}
        cell = cells.get(Column.IMAGE)
        if cell and "://" in cell.text:
            self._problem(
                cell,
                "picture-address",
                "this is an address, and pictures are files.",
                "Save the picture beside the sheet, and write the name of its file here.",
            )
        elif cell and (fault := name_fault(cell.text, "pictures")):
            self._problem(cell, fault.code, fault.message, fault.advice)
        elif cell:
            return cell.text, shows
        elif shows:
            alt = cells.get(Column.ALT) or cells[Column.ALT_CY]
            self._problem(
                alt,
                "no-picture",
                "this says what a picture shows, and its row names none.",
                "Write the picture's file in a column Image. The words stand as a note in the pack "
                "until then.",
            )
        return None, shows

    def _audience(self, number: int, cells: Cells, words: Cell) -> Audience:
        """Whom a row is for. Where its column does not say it, the public is not shown it.

        Only the first of merged cells holds a word, so an empty one may well belong to staff.
        """
        if Column.AUDIENCE not in self.headings.columns:
            return Audience.PUBLIC
        cell = cells.get(Column.AUDIENCE)
        said = AUDIENCES.get(" ".join(cell.text.casefold().split())) if cell else None
        if said is None:
            found = f'"{shortened(cell.text)}" is no audience' if cell else "nothing says it"
            self._problem(
                cell or words,
                "audience",
                f"for whom is row {number}? {found}, so it was taken for staff.",
                f"Write {listed(Audience, 'or')} in its column {Column.AUDIENCE}: what is for "
                "staff is never published.",
            )
        return said or Audience.STAFF

    def _problem(self, cell: Cell, code: str, message: str, advice: str) -> None:
        self.days.problems.append(Problem(cell.place, code, message, advice))

    def taken_from_above(self, sheet: Sheet) -> Iterator[Problem]:
        yield from (_no_text(*row) for row in dict(self.above.values()).items())
        rows = [str(number) for number in self.without_day]
        if rows:
            shown = listed(rows if len(rows) < 9 else [*rows[:7], f"{len(rows) - 7} more"])
            yield Problem(
                sheet.place,
                "day-above",
                f"no date of its own in row {shown}: the one above was taken.",
                "So it is where cells are merged. If not, write the date in each row.",
                Severity.WARNING,
            )


def _says_none(cell: Cell) -> bool:
    return cell.text.strip(" .").casefold() in ("n/a", "na", "none", "no", "nil", "-", "–", "—")


def _own_tags(cells: Cells) -> tuple[str, ...]:
    cell = cells.get(Column.HASHTAGS)
    parts = cell.text.replace(",", " ").replace(";", " ").split() if cell else []
    return tuple(part.lstrip("#") for part in parts if part.lstrip("#"))


def _no_text(number: int, row: Row) -> Problem:
    """A title, a total, a note; or a post whose words somebody forgot."""
    filled = [row[at] for at in sorted(row)]
    return Problem(
        filled[0].place,
        "no-text",
        f"row {number} has no text, so nothing was made of it: {in_words(filled)}.",
        "If it is a post, write its words in it, in a cell that is not merged with others.",
        Severity.WARNING,
    )


def _computed(cell: Cell) -> Problem:
    return Problem(
        cell.place,
        "formula",
        f"{cell_name(cell)} holds a formula: its last saved value was taken, "
        f'"{shortened(cell.text)}".',
        "Look whether it is right. A value in its place is safer.",
        Severity.WARNING,
    )
