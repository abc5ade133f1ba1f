"""A planning sheet's file -> its cells. Nothing of it is trusted, and nothing in it is run."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.core.sheets import (
    LOOKED_AT,
    MAX_CELLS,
    MAX_ROWS,
    Cell,
    Row,
    Sheet,
    Value,
    meaning,
    place_of,
)
from bot.core.source import Place, Problem, Severity

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_FILE_BYTES: Final = 20_000_000  # with the pictures that people paste into sheets
MAX_UNPACKED_BYTES: Final = 40_000_000  # of the parts that are read: cells and shared words
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"  # .xls; and an .xlsx that a password locks
LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
FAILED: Final = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!")
DELIMITERS: Final = ",;\t|"


class _UnreadableError(Exception):
    """Why nothing can be read of a file: (code, message, advice)."""

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.code, self.message, self.advice = code, message, advice


def read_sheets(path: Path) -> tuple[list[Sheet], list[Problem]]:
    """The sheets of a file, .xlsx or text with delimiters; and what of it was not read.

    A file that cannot be read has no sheets and one Problem. Never raises for what it holds.
    """
    name = path.name
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        return _read(name, content)
    except _UnreadableError as error:
        return [], [Problem(Place(name), error.code, error.message, error.advice)]
    except OSError as error:
        why = f"this file cannot be read: {error.strerror or error}."
        return [], [Problem(Place(name), "unreadable", why)]


def _read(name: str, content: bytes) -> tuple[list[Sheet], list[Problem]]:
    if len(content) > MAX_FILE_BYTES:
        raise _UnreadableError(
            "too-big",
            f"the file is bigger than {MAX_FILE_BYTES // 1_000_000} MB.",
            "Take the pictures out of the sheet, or save it as CSV.",
        )
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \r\n\t"):
        raise _UnreadableError("empty", "there is nothing in this file.", "Is it the right one?")
    if content.startswith(OLD_OFFICE):
        raise _old_office(content)
    if content.startswith(b"PK"):
        return _workbook(name, content)
    if content[:500].lstrip().lower().startswith((b"<html", b"<!doctype", b"<?xml", b"{\\rtf")):
        raise _UnreadableError(
            "not-a-sheet",
            "this is a page or a document, whatever its name ends with.",
            "Open it in Excel and save it as Excel Workbook (.xlsx).",
        )
    return _text(name, content)


def _old_office(content: bytes) -> _UnreadableError:
    if LOCKED in content:
        return _UnreadableError(
            "locked",
            "this workbook is locked with a password.",
            "In Excel: File, Info, Protect Workbook, Encrypt with Password, and delete it there.",
        )
    return _UnreadableError(
        "old-excel",
        "this is a workbook of the old kind (.xls), whatever its name ends with.",
        "Open it in Excel and save it as Excel Workbook (.xlsx).",
    )


# --- workbooks --------------------------------------------------------------------------------


def _workbook(name: str, content: bytes) -> tuple[list[Sheet], list[Problem]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            problems = list(_looked_through(name, parts))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of drawings and styles, which are not read
            sheets, found = _sheets(name, content)
    except _UnreadableError:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise _broken() from error
    except Exception as error:  # what openpyxl raises where parts of a workbook do not fit together
        raise _broken() from error
    return sheets, [*problems, *found]


def _broken() -> _UnreadableError:
    return _UnreadableError(
        "broken",
        "this is no whole workbook.",
        "Open it in Excel and save it again as Excel Workbook (.xlsx), or ask for it once more.",
    )


def _looked_through(name: str, parts: zipfile.ZipFile) -> Iterator[Problem]:
    """Refuses what is no workbook or unpacks to too much; names what is not read of it."""
    names = {entry.filename for entry in parts.infolist()}
    if "xl/workbook.xml" not in names:
        raise _UnreadableError(
            "not-a-sheet",
            "this is no Excel workbook (.xlsx).",
            "Save it as Excel Workbook (.xlsx), or as CSV UTF-8.",
        )
    if any(one.endswith("vbaProject.bin") for one in names):
        raise _UnreadableError(
            "macros",
            "this workbook holds macros, and is not opened.",
            "Save it as Excel Workbook (.xlsx), which holds none.",
        )
    # zipfile never unpacks more of a part than the zip states for it.
    read = [entry for entry in parts.infolist() if not entry.filename.startswith("xl/media/")]
    if sum(entry.file_size for entry in read) > MAX_UNPACKED_BYTES:
        raise _UnreadableError(
            "too-big",
            f"the workbook unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000} MB.",
            "Copy the plan alone into a new workbook.",
        )
    comments = [one for one in names if "comments" in one.rpartition("/")[2].lower()]
    if comments:
        yield _not_read(name, "notes that somebody pinned to cells")
    if any(one.startswith("xl/media/") for one in names):
        yield _not_read(name, "pictures that stand in the sheet")


def _not_read(name: str, what: str) -> Problem:
    return Problem(
        Place(name),
        "not-read",
        f"there are {what}, and they were not read.",
        "Write what matters of them into a cell; save pictures as files beside the sheet.",
        Severity.WARNING,
    )


def _sheets(name: str, content: bytes) -> tuple[list[Sheet], list[Problem]]:
    from openpyxl import load_workbook

    def opened(*, values: bool) -> Workbook:
        return load_workbook(
            io.BytesIO(content), read_only=True, data_only=values, keep_links=False
        )

    values = opened(values=True)
    left = MAX_CELLS
    sheets = []
    problems: list[Problem] = []
    for sheet in values.worksheets:
        title = str(sheet.title)
        sheet.reset_dimensions()  # a sheet may state any size, and rows are filled up to it
        rows = _taken(name, title, sheet.iter_rows(values_only=True), left)
        left -= sum(map(len, rows))
        sheets.append(Sheet(name, title, tuple(rows), values.epoch.date()))
    formulas = opened(values=False)
    for number, sheet in enumerate(formulas.worksheets):
        sheet.reset_dimensions()
        written = sheet.iter_rows(max_row=len(sheets[number].rows) or 1, values_only=True)
        marked, more = _with_formulas(sheets[number], written)
        problems += more
        sheets[number] = replace(sheets[number], rows=marked)
    return sheets, problems


def _taken(
    name: str, title: str | None, lines: Iterable[Iterable[object]], left: int
) -> list[dict[int, Cell]]:
    """The filled cells of every row, down to the last that has one."""
    rows: list[dict[int, Cell]] = []
    for number, line in enumerate(lines, start=1):
        filled = {
            at: Cell(value, place_of(name, title, number, at))
            for at, one in enumerate(line, start=1)
            if (value := _value(one)) is not None
        }
        left -= len(filled)
        if left < 0 or (filled and number > MAX_ROWS):
            raise _too_much(title, number)
        if number <= MAX_ROWS:
            rows.append(filled)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _too_much(title: str | None, number: int) -> _UnreadableError:
    inside = f" of {title}" if title else ""
    return _UnreadableError(
        "too-many",
        f"there is something in row {number:,}{inside}: a plan has at most {MAX_ROWS:,} rows and "
        f"{MAX_CELLS:,} cells.",
        "Is it the right file? Delete the rows that are no plan, or import it in parts.",
    )


def _value(found: object) -> Value | None:
    if isinstance(found, str):
        return found if found.strip() else None
    if isinstance(found, int | float | datetime | date | time | timedelta):
        return found
    return None if found is None else str(found)


def _with_formulas(
    sheet: Sheet, written: Iterable[Iterable[object]]
) -> tuple[tuple[Row, ...], list[Problem]]:
    """The rows, with a mark on what a formula computed; a Problem where it never was."""
    rows: list[Row] = []
    problems = []
    for number, (row, line) in enumerate(zip(sheet.rows, written, strict=False), start=1):
        marked = dict(row)
        for at, one in enumerate(line, start=1):
            if not _is_formula(one):
                continue
            if at not in row:
                problems.append(_never_computed(sheet, number, at))
            elif row[at].value in FAILED:
                problems.append(_failed(marked.pop(at)))
            else:
                marked[at] = Cell(row[at].value, row[at].place, is_computed=True)
        rows.append(marked)
    return (*rows, *sheet.rows[len(rows) :]), problems


def _is_formula(written: object) -> bool:
    if isinstance(written, str):
        return written.startswith("=") and len(written) > 1
    return written is not None and type(written).__name__ in ("ArrayFormula", "DataTableFormula")


def _failed(cell: Cell) -> Problem:
    return Problem(
        cell.place,
        "formula",
        f"the formula in this cell failed: {cell.text}",
        "Mend it, or write the value in its place.",
    )


def _never_computed(sheet: Sheet, row: int, column: int) -> Problem:
    return Problem(
        place_of(sheet.file, sheet.name, row, column),
        "formula",
        "this cell holds a formula that has no saved value.",
        "Open the workbook in Excel and save it, or write the value in its place.",
    )


# --- text with delimiters -----------------------------------------------------------------------


def _text(name: str, content: bytes) -> tuple[list[Sheet], list[Problem]]:
    text, problems = _decoded(name, content)
    if "\0" in text:
        raise _UnreadableError(
            "not-a-sheet",
            "this is neither a workbook nor plain text: there are null characters in it.",
            "Open it in Excel and save it as CSV UTF-8, or as Excel Workbook (.xlsx).",
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        rows = _taken(name, None, reader, MAX_CELLS)
    except csv.Error as error:
        raise _UnreadableError(
            "quotes",
            f"from line {reader.line_num:,} on the quotation marks do not match.",
            "Open it in a spreadsheet and save it again as CSV UTF-8.",
        ) from error
    return [Sheet(name, None, tuple(rows))], problems


def _decoded(name: str, content: bytes) -> tuple[str, list[Problem]]:
    """The text, and a Problem where its letters had to be guessed."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), []
    if content.count(0) > len(content) // 4:  # UTF-16 without the mark that says so
        little = content[1::2].count(0) > content[0::2].count(0)
        return content.decode("utf-16-le" if little else "utf-16-be", errors="replace"), []
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    return content.decode("cp1252", errors="replace"), [
        Problem(
            Place(name, line),
            "not-utf-8",
            "not saved as UTF-8: it was read as Western European (Windows).",
            "Look at £, dashes, curly quotes and Welsh letters; or save it as CSV UTF-8.",
            Severity.WARNING,
        )
    ]


def _delimiter(text: str) -> str:
    """What stands between the cells: that under which most headings are known."""
    return max(DELIMITERS, key=lambda one: _known_headings(text, one))


def _known_headings(text: str, delimiter: str) -> int:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return max(
            sum(meaning(cell) is not None for cell in row) for row in islice(rows, LOOKED_AT)
        )
    except (csv.Error, ValueError):
        return 0
