"""A plan in the columns of other publishing tools."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from bot.core.model import Post
from bot.desk.tables import (
    LAYOUTS,
    Layout,
    as_tool_csv,
    as_workbook,
    parts,
    rows,
    run_by_spreadsheets,
    time_for,
)
from tests.core.packs_in_text import Newsroom, a_config
from tests.factories import a_picture, a_post

NOW = datetime(2015, 11, 22, 8, tzinfo=UTC)
CONFIG = a_config()
TOOLS = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))


def the_posts() -> tuple[Post, ...]:
    return Newsroom().plan().posts


def a_post_at(clock: str, day: str = "2027-06-01") -> Post:
    return a_post(due=datetime.fromisoformat(f"{day}T{clock}Z"))


def texts_in(content: bytes, layout: Layout) -> list[str]:
    lines = list(csv.reader(io.StringIO(content.decode(), newline="")))
    text = next(n for n, name in enumerate(layout.columns) if name in ("Text", "Message"))
    return [line[text] for line in lines[layout.has_headings :]]


@TOOLS
def test_a_file_has_each_post_of_the_plan_once_with_its_exact_text(layout: Layout) -> None:
    posts = the_posts()

    written = [
        (part.account, text)
        for part in parts(posts, layout)
        for text in texts_in(as_tool_csv(part.posts, layout, CONFIG), layout)
    ]

    assert Counter(written) == Counter((p.key.account, p.rendering.text) for p in posts)


def test_hootsuite_is_given_a_day_first_date_and_no_headings() -> None:
    post = a_post_at("08:28")

    assert rows([post], LAYOUTS["hootsuite"], CONFIG) == [
        ("01/06/2027 09:30", post.rendering.text, "")
    ]
    assert as_tool_csv([post], LAYOUTS["hootsuite"], CONFIG).startswith(b"01/06/2027 09:30,")


def test_buffer_is_given_its_four_columns_by_name() -> None:
    content = as_tool_csv([a_post_at("08:28")], LAYOUTS["buffer"], CONFIG).decode()

    assert content.startswith("Text,Image URL,Tags,Posting Time\r\n")
    assert content.endswith(",,,2027-06-01 09:28\r\n")


def test_orlo_is_told_of_the_picture_and_what_it_shows() -> None:
    post = replace(a_post(), rendering=a_post(pictures=(a_picture(),)).rendering)

    assert rows([post], LAYOUTS["orlo"], CONFIG)[0][-2:] == ("phone.png", "A phone in a hand.")


@pytest.mark.parametrize(
    ("clock", "day", "expected"),
    [
        ("09:30", "2015-11-23", "09:30"),
        ("09:28", "2015-11-23", "09:30"),
        ("10:43", "2015-11-11", "10:40"),  # 10:45 falls into the silence of Armistice Day
        ("11:16", "2015-11-11", "11:20"),
    ],
)
def test_a_time_that_a_tool_does_not_take_is_moved_and_never_into_a_silence(
    clock: str, day: str, expected: str
) -> None:
    found = time_for(a_post_at(clock, day), LAYOUTS["hootsuite"], CONFIG)

    assert f"{found:%H:%M}" == expected


def test_a_file_holds_no_more_than_the_tool_takes_and_one_account() -> None:
    posts = [
        a_post(f"d{n}.morning", force=force) for force in ("kent", "gwent") for n in range(150)
    ]

    found = parts(posts, LAYOUTS["buffer"])

    assert [(one.account, one.number, len(one.posts)) for one in found] == [
        ("kent-x", 1, 100),
        ("kent-x", 2, 50),
        ("gwent-x", 1, 100),
        ("gwent-x", 2, 50),
    ]


@TOOLS
@pytest.mark.parametrize("text", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1+1"])
def test_words_that_a_spreadsheet_would_run_are_found(layout: Layout, text: str) -> None:
    sound, risky = a_post(text="Look out."), a_post(text=text)

    assert run_by_spreadsheets([sound, risky], layout, CONFIG) == [risky]


def test_a_workbook_holds_them_as_text_exactly() -> None:
    words = ["=1+1", "+44", "-1", "@SUM(A1)", "#N/A", "TRUE", "007", "two\nlines", "ŵ £ 😀"]

    content = as_workbook(["Text"], [[text] for text in words], now=NOW)

    cells = [row[0] for row in load_workbook(io.BytesIO(content))["Posts"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == words
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells] == [True] * 4 + [False] * 5
