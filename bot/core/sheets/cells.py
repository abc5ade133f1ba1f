"""A planning sheet as it was read: what stands in each cell, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

from bot.core.source import Place, Problem, shortened

Value: TypeAlias = str | int | float | bool | datetime | date | time | timedelta

MAX_ROWS: Final = 2_000  # of a sheet; a year of three posts a day has 1,100
MAX_CELLS: Final = 50_000  # of a file
EXCELS_FIRST_DAY: Final = date(1899, 12, 30)  # day 0 of its numbers, from March 1900 on

_BREAKS: Final = re.compile(
    "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
)  # all that programs break lines with
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; an empty one is none."""

    value: Value
    place: Place  # toolkit.xlsx:Sheet1!C7, as a spreadsheet names it
    is_computed: bool = False  # the last saved value of a formula

    @property
    def text(self) -> str:
        """Its words, in the lines in which they stand. What no file can hold shows as lost."""
        said = _BREAKS.sub("\n", str(self.value))
        said = _CONTROLS.sub("\ufffd", said)
        return "\n".join(line.strip() for line in said.split("\n")).strip()


Row: TypeAlias = Mapping[int, Cell]
"""The filled cells of a row by their column, counted from 1."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or a whole CSV file, whose sheet has no name."""

    file: str
    name: str | None
    rows: tuple[Row, ...]
    epoch: date = EXCELS_FIRST_DAY

    @property
    def place(self) -> Place:
        return Place(f"{self.file}:{self.name}" if self.name else self.file)


def place_of(file: str, sheet: str | None, row: int, column: int) -> Place:
    """`toolkit.xlsx:Sheet1!C7`, or `toolkit.csv:C7`; both counted from 1."""
    inside = f"{sheet}!" if sheet else ""
    return Place(f"{file}:{inside}{letters(column)}{row}")


def letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def cell_name(cell: Cell) -> str:
    """`C7`: its place within its sheet."""
    return cell.place.file.rpartition(":")[2].rpartition("!")[2]


def in_words(cells: Iterable[Cell]) -> str:
    """`A7 "Total", C7 "15"`: the first few cells and what stands in them."""
    found = list(cells)
    shown = ", ".join(f'{cell_name(one)} "{_one_line(one)}"' for one in found[:4])
    return f"{shown} and {len(found) - 4} more" if found[4:] else shown


def _one_line(cell: Cell) -> str:
    return shortened(" ".join(cell.text.split()))


def in_order(problems: Iterable[Problem], sheets: Iterable[Sheet]) -> list[Problem]:
    """Problems as somebody meets them who goes down the sheets: first those of a whole sheet."""
    turns = {sheet.place.file: number for number, sheet in enumerate(sheets)}

    def key(problem: Problem) -> tuple[int, int, int, str]:
        file = problem.place.file
        cell = re.search(r"[:!]([A-Z]+)(\d+)$", file)
        if cell is None:
            return turns.get(file, -1), 0, 0, ""
        turn = turns.get(file[: cell.start()], -1)
        return turn, int(cell[2]), len(cell[1]), cell[1]

    return sorted(problems, key=key)
