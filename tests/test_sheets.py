"""Files of planning sheets, whole and broken, as they come by e-mail."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from bot.app.sheets import MAX_UNPACKED_BYTES, read_sheets
from tests.core.packs_in_text import lines, only

SHEET1 = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELL = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'


def a_workbook(rows: Iterable[list[Any]] = (["Date", "Text"],)) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(book: bytes, name: str, content: str | bytes) -> bytes:
    """The workbook with another content of one of its parts, or with one more."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


def cells_of(path: Path) -> list[list[Any]]:
    sheets, problems = read_sheets(path)
    assert lines(problems) == []
    return [[cell.value for _, cell in sorted(row.items())] for row in sheets[0].rows]


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_workbook_is_read_with_its_types_and_places(tmp_path: Path) -> None:
    day = datetime(2027, 11, 22)  # noqa: DTZ001 - a workbook's cells have no zone
    path = written(
        tmp_path, "plan.xlsx", a_workbook([["Date", "Text"], [day, "Hello"], [], [None]])
    )

    sheets, _ = read_sheets(path)

    assert cells_of(path) == [["Date", "Text"], [day, "Hello"]]
    assert str(sheets[0].rows[1][2].place) == "plan.xlsx:Sheet!B2"


@pytest.mark.parametrize(
    "content",
    [
        'Date,Text\r\n22/11/2027,"£5, “now”\nand ŵ"\r\n'.encode("utf-8-sig"),
        'Date;Text\n22/11/2027;"£5, “now”\nand ŵ"\n'.encode(),
        'Date\tText\n22/11/2027\t"£5, “now”\nand ŵ"\n'.encode("utf-16"),
        'Date|Text\n22/11/2027|"£5, “now”\nand ŵ"\n'.encode("utf-16-le"),
    ],
)
def test_text_is_read_whatever_stands_between_its_cells(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, "plan.csv", content)

    assert cells_of(path) == [["Date", "Text"], ["22/11/2027", "£5, “now”\nand ŵ"]]


def test_a_file_in_windows_letters_is_read_and_it_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "plan.csv", "Date,Text\n22/11/2027,£5 – now\n".encode("cp1252"))

    sheets, problems = read_sheets(path)

    assert sheets[0].rows[1][2].value == "£5 – now"
    assert only(problems).startswith("plan.csv:2: not saved as UTF-8: it was read as Western")


def test_formulas_pinned_notes_and_pictures_are_named(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Date", "=1+1"])
    sheet["A1"].comment = Comment("embargoed", "JS")
    out = io.BytesIO()
    book.save(out)
    path = written(tmp_path, "p.xlsx", with_part(out.getvalue(), "xl/media/image1.png", b"x"))

    _, problems = read_sheets(path)

    assert [line.split(".")[0] + "." + line.split(".")[1] for line in lines(problems)] == [
        "p.xlsx: there are notes that somebody pinned to cells, and they were not read",
        "p.xlsx: there are pictures that stand in the sheet, and they were not read",
        "p.xlsx:Sheet!B1: this cell holds a formula that has no saved value",
    ]


def test_a_saved_value_of_a_formula_is_taken_and_marked(tmp_path: Path) -> None:
    right = '<c r="A1" t="str"><f>"a"</f><v>a</v></c>'
    wrong = '<c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    rows = f'<sheetData><row r="1">{right}{wrong}</row></sheetData>'
    part = f'<worksheet xmlns="{SPACE}">{rows}</worksheet>'
    path = written(tmp_path, "p.xlsx", with_part(a_workbook(), SHEET1, part))

    sheets, problems = read_sheets(path)

    assert [(cell.value, cell.is_computed) for cell in sheets[0].rows[0].values()] == [("a", True)]
    assert only(problems).startswith("p.xlsx:Sheet!B1: the formula in this cell failed: #DIV/0!")


OLD = b"\xd0\xcf\x11\xe0" + b"\0" * 600
LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("p.xlsx", OLD, "a workbook of the old kind (.xls)"),
        ("p.xlsx", OLD + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        ("p.xlsx", a_workbook()[:2000], "this is no whole workbook"),
        ("p.xlsx", b"<html><table>", "this is a page or a document"),
        ("p.xlsx", with_part(a_workbook(), "xl/vbaProject.bin", b"x"), "holds macros"),
        ("p.csv", b"", "there is nothing in this file"),
        ("p.csv", b"Date,Text\r\n22/11/2027,He\0llo", "null characters"),
        ("p.csv", b'Date,Text\r\n22/11/2027,"Hello\r\n', "the quotation marks do not match"),
        (
            "p.csv",
            b"Date,Text\n" + b"1,a\n" * 100_000,
            "something in row 2,001: a plan has at most",
        ),
        (
            "p.xlsx",
            with_part(
                a_workbook(),
                SHEET1,
                f'<!DOCTYPE x [<!ENTITY a "ha">{LAUGHS}]><worksheet xmlns="{SPACE}"><sheetData>'
                f"{CELL.format(1, '&j;')}</sheetData></worksheet>",
            ),
            "this is no whole workbook",
        ),
        (
            "p.xlsx",
            with_part(
                a_workbook(),
                SHEET1,
                f'<worksheet xmlns="{SPACE}"><dimension ref="A1:XFD1048576"/><sheetData>'
                f"{CELL.format(1, 'Date')}{CELL.format(90000, 'far')}</sheetData></worksheet>",
            ),
            "something in row 90,000 of Sheet",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    sheets, problems = read_sheets(written(tmp_path, name, content))

    assert sheets == []
    assert said in only(problems)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    bomb = with_part(a_workbook(), SHEET1, b"<worksheet>" + b" " * MAX_UNPACKED_BYTES)

    _, problems = read_sheets(written(tmp_path, "p.xlsx", bomb))

    assert len(bomb) < 100_000
    assert "unpacks to more than 40 MB" in only(problems)
