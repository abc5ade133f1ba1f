"""When each row of a planning sheet is meant for, going down the sheet once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, TypeVar

from bot.core.reading import WEEKDAYS, Reader, written
from bot.core.sheets.cells import Cell
from bot.core.sheets.headings import Column
from bot.core.sheets.moments import Moment, NoMomentError, clock_of, day_of
from bot.core.source import Problem, shortened

T = TypeVar("T")
Cells = Mapping[Column, Cell]

NUMBERED: Final = re.compile(r"(?:day\s*)?(\d{1,3})", re.IGNORECASE)  # Day 3, or 3


@dataclass
class Days:
    """The day of each row. One that names none, as in merged cells, has that of the row above."""

    epoch: date
    starts: date | None  # the campaign's first day, where somebody said
    problems: list[Problem] = field(default_factory=list)
    day: date | None = None  # of the last row that named one

    def of(self, cells: Cells) -> Moment:
        """The day and time of a row; a Problem for each cell that says neither."""
        dated = self._read(cells.get(Column.DATE), self._date) or Moment()
        named = self._read(cells.get(Column.DAY), self._date_or_number) or Moment()
        at = self._read(cells.get(Column.TIME), lambda cell: Moment(at=clock_of(cell.value)))
        weekday = named.weekday if dated.weekday is None else dated.weekday
        day = dated.day or named.day
        if day and weekday is not None:
            self._must_agree(day, weekday, cells)
        elif weekday is not None:
            day = self._next(weekday)
        if day is None and not dated.day and self._names_a_day(cells, weekday, named):
            self._no_date(cells)
        if day or not {Column.DATE, Column.DAY} & cells.keys():
            self.day = day = day or self.day
        return Moment(day, weekday, at.at if at else dated.at or named.at)

    def _names_a_day(self, cells: Cells, weekday: int | None, named: Moment) -> bool:
        numbered = Column.DAY in cells and NUMBERED.fullmatch(cells[Column.DAY].text)
        return weekday is not None or bool(numbered and named == Moment())

    def _date(self, cell: Cell) -> Moment:
        return day_of(cell.value, epoch=self.epoch, near=self._near)

    def _date_or_number(self, cell: Cell) -> Moment:
        if match := NUMBERED.fullmatch(cell.text):
            first = self.starts
            return Moment(first + timedelta(days=int(match[1]) - 1) if first else None)
        return self._date(cell)

    @property
    def _near(self) -> date | None:
        return self.day or self.starts

    def _next(self, weekday: int) -> date | None:
        """The first such weekday from the day above on, or from the first day on."""
        if self._near is None:
            return None
        return self._near + timedelta(days=(weekday - self._near.weekday()) % 7)

    def _must_agree(self, day: date, weekday: int, cells: Cells) -> None:
        """A Problem with both repairs where the weekday is another than is written."""
        cell = cells.get(Column.DATE) or cells[Column.DAY]
        reader = Reader()
        reader.day_from(f"{WEEKDAYS[weekday]} {written(day, weekday=False)}", cell.place)
        self.problems += reader.problems

    def _no_date(self, cells: Cells) -> None:
        cell = cells.get(Column.DAY) or cells[Column.DATE]
        self.problems.append(
            Problem(
                cell.place,
                "no-date",
                f'"{shortened(cell.text)}" names no date.',
                "Write the date, or give the campaign's first day: --starts 2027-11-22.",
            )
        )

    def _read(self, cell: Cell | None, read: Callable[[Cell], T]) -> T | None:
        """What a cell says; None and a Problem where it cannot be read."""
        if cell is None:
            return None
        try:
            return read(cell)
        except NoMomentError as error:
            message = f'"{shortened(cell.text)}": {error.message}'
            self.problems.append(Problem(cell.place, "not-understood", message, error.advice))
            return None
