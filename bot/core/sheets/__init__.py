"""A campaign's planning sheet -> the files of a pack, and everything that was not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.core.config import Fact
from bot.core.sheets.cells import (
    EXCELS_FIRST_DAY,
    MAX_CELLS,
    MAX_ROWS,
    Cell,
    Row,
    Sheet,
    Value,
    in_order,
    place_of,
)
from bot.core.sheets.fitting import Named, slug
from bot.core.sheets.headings import LOOKED_AT, meaning
from bot.core.sheets.pack import PLAIN, Made, pack_of
from bot.core.sheets.rows import entries_of
from bot.core.source import Problem

__all__ = [
    "EXCELS_FIRST_DAY",
    "LOOKED_AT",
    "MAX_CELLS",
    "MAX_ROWS",
    "PLAIN",
    "Cell",
    "Made",
    "Named",
    "Row",
    "Sheet",
    "Value",
    "imported",
    "in_order",
    "meaning",
    "place_of",
    "slug",
]


def imported(
    sheets: Sequence[Sheet],
    named: Named,
    facts: Mapping[str, Fact],
    *,
    starts: date | None = None,
) -> tuple[Made | None, list[Problem]]:
    """The pack that sheets plan, None where none can be made of them; and every Problem.

    Every cell is in the pack or in a Problem. `facts` are the numbers and links of
    config/constants.yaml; `starts` is the first day, for sheets that name only weekdays.
    """
    entries, problems = [], []
    for sheet in sheets:
        found, wrong = entries_of(sheet, facts, starts)
        entries += found
        problems += wrong
    file = sheets[0].file if sheets else ""
    made, wrong = pack_of(file, entries, named, facts)
    return made, [*problems, *wrong]
