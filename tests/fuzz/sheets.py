"""Planning sheets that something happened to, and what must never come of one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from openpyxl import Workbook

from bot.app.sheets import read_sheets
from bot.core.config import Fact
from bot.core.packs import read_national
from bot.core.sheets import Named, Sheet, imported, in_order
from bot.core.sheets.cells import letters
from bot.core.sheets.headings import find_headings
from bot.core.source import Problem
from tests.fuzz.looking import wrong_words
from tests.fuzz.slips import VALUES, slipped

PLAN: Final = """\
Winter Watch: the plan,,,,,,,
Date,Time,Theme,Text,Text (Welsh),Link,Hashtags,Image
Mon 23 Nov 2015,09:00,Notice,Look out [in your area].,Cadwch lygad.,gov.uk/ACT,#WinterWatch,a.png
,5.30pm,,Call 0800 789 321 in confidence. #WinterWatch,Ffoniwch 0800 789 321.,,#WinterWatch,
24/11/2015,noon,Report,"Tell us what you saw: gov.uk/ACT",Dywedwch wrthym,n/a,#WinterWatch,n/a
25/11/2015,,Report,What happens next?,,,#WinterWatch,
Total,,,4 posts,,,,
"""
CELLS: Final = (
    "", "Date", "Text", "Text", "Day 3", "Day -1", "Day 99999999", "Wed", "Tuesday 23/11/2015",
    "29/02/2015", "31/12/9999", "00/00/0000", "2015-11-23", "23.11.15", "1/2/3", "noon", "midnight",
    "25:61", "9am", "5.30pm", "0.5", "42331", "-1", "1e400", "nan", "TRUE", "=1+1", "#REF!", "n/a",
    "[your area]", "[", "]", "{{ in_area }}", "{{", "{% if x %}", "---", "http://",
    "https://gov.uk/ACT?utm=1", "gov.uk/nosuch", "0800 789 321", "#", "##", "#Winter Watch",
    "@kent", "../a.png", "CON.png", "a.png", "\n\n\n", "a\nb", "\t", "\u202ekcolb", "\u00a0",
    "\ufeff", "💥" * 300, "w" * 6_000, "0", "x" * 40_000,
)  # fmt: skip
FAR: Final = datetime.fromisoformat("9999-12-31T23:59")
OBJECTS: Final = (
    None, True, False, 0, -1, 1.5, 1e308, float("inf"), 10**15, 42331, FAR, date(1900, 1, 1),
    datetime.fromisoformat("2015-11-23"), time(9), time(23, 59, 59), timedelta(days=3),
    timedelta(hours=-1), "=A1", "=1/0",
)  # fmt: skip
STARTS: Final = st.sampled_from((None, date(2015, 11, 23)))
"""The first day, as somebody gives it or not."""


@st.composite
def a_csv(draw: st.DrawFn) -> bytes:
    """The plan as text after some slips, or rows of whatever cells."""
    if draw(st.booleans()):
        return draw(slipped(PLAN, (PLAN,)))
    rows = [line.split(",") for line in PLAN.split("\n")]
    for _ in range(draw(st.integers(1, 6))):
        row = draw(st.sampled_from(rows))
        at = draw(st.integers(0, len(row)))
        row[at : at + 1] = [draw(_words())]
    sign = draw(st.sampled_from(",;\t|"))
    quoted = draw(st.booleans())
    return "\n".join(sign.join(_quoted(one, always=quoted) for one in row) for row in rows).encode()


def _words() -> st.SearchStrategy[str]:
    return st.sampled_from(CELLS) | st.sampled_from(VALUES) | st.text(max_size=12)


def _quoted(cell: str, *, always: bool) -> str:
    return '"' + cell.replace('"', '""') + '"' if always and not cell.startswith('"') else cell


@st.composite
def a_workbook(draw: st.DrawFn) -> bytes:
    """The plan as a workbook with other cells, or its bytes after something happened to them."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[list[Any]] = [line.split(",") for line in PLAN.replace('"', "").split("\n")]
    for _ in range(draw(st.integers(1, 6))):
        row = draw(st.sampled_from(rows))
        at = draw(st.integers(0, len(row)))
        row[at : at + 1] = [draw(st.sampled_from(OBJECTS) | _words().filter(_is_legal))]
    for row in rows:
        sheet.append(row)
    if draw(st.booleans()):
        sheet.merge_cells("A3:A4")
    if draw(st.booleans()):
        book.create_sheet("Second").append(["Date", "Text"])
    out = io.BytesIO()
    book.save(out)
    return _damaged(draw, out.getvalue()) if draw(st.integers(0, 3)) == 0 else out.getvalue()


def _is_legal(text: str) -> bool:
    return text.isprintable() and len(text) < 30_000


def _damaged(draw: st.DrawFn, content: bytes) -> bytes:
    at = draw(st.integers(0, len(content)))
    return content[:at] + draw(st.binary(max_size=8)) + content[at + draw(st.integers(0, 40)) :]


def sheet_faults(
    path: Path, content: bytes, facts: Mapping[str, Fact], starts: date | None
) -> Iterator[str]:
    """What must never come of a sheet: a Problem without words, a cell that is nowhere."""
    path.write_bytes(content)
    sheets, problems = read_sheets(path)
    made, found = imported(sheets, Named("winter", "Winter", None), facts, starts=starts)
    problems = in_order([*problems, *found], sheets)
    for problem in problems:
        yield from wrong_words(problem)
        if not problem.place.file.startswith(path.name):
            yield f"another file: {problem!r}"
    if made is None:
        if not problems:
            yield "no pack, and nothing says why"
        return
    yield from _lost(sheets, "\n".join(made.files.values()), problems)
    _, wrong = read_national("winter", {name: text.encode() for name, text in made.files.items()})
    for problem in wrong:
        yield from wrong_words(problem)


def _lost(sheets: Iterable[Sheet], pack: str, problems: Sequence[Problem]) -> Iterator[str]:
    """Cells with words that are neither in the pack nor in a Problem."""
    there = pack.casefold()
    named = {problem.place.file for problem in problems}
    said = "\n".join(problem.message for problem in problems)
    columns = {
        problem.place.file.rpartition(":")[2].rpartition("!")[2].rstrip("0123456789")
        for problem in problems
        if problem.code in ("unknown-heading", "no-heading", "two-headings")
    }
    for sheet in sheets:
        headings, _ = find_headings(sheet)
        if headings is None:
            continue
        for number, row in enumerate(sheet.rows, start=1):
            is_said = number == headings.row or re.search(rf"\b[A-Z]*{number}\b", said)
            if is_said or any(cell.place.file in named for cell in row.values()):
                continue
            for at, cell in row.items():
                words = re.findall(r"[^\W\d_]{5,}", re.sub(r"\[.*?\]", "", cell.text))
                if letters(at) not in columns and any(w.casefold() not in there for w in words):
                    yield f"{cell.place} is nowhere: {cell.text[:200]!r}"
