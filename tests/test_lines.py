"""Lines of a terminal: what is broken, coloured and laid side by side stays what it was."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.lines import broken, side_by_side, text_lines
from tests.factories import a_rendering

POLICE = "👮🏽‍♀️"  # two places wide, and of five characters


def plain(lines: list[str]) -> list[str]:
    return [click.unstyle(line) for line in lines]


def test_a_long_address_is_broken_in_a_column_alone() -> None:
    line = "Look: https://www.gov.uk/report"

    assert broken(line, 20) == ["Look:", "https://www.gov.uk/report"]
    assert broken(line, 20, anywhere=True) == ["Look: https://www.go", "v.uk/report"]
    assert broken(line, None) == [line]


def test_an_emoji_takes_two_places() -> None:
    assert broken(f"{POLICE} abcde fghi", 8) == [f"{POLICE} abcde", "fghi"]


@given(st.text(st.sampled_from("ab#. \nŵ👮"), max_size=60), st.integers(4, 12))
def test_words_lose_nothing_but_spaces_where_they_are_broken(text: str, width: int) -> None:
    lines = plain([*text_lines(a_rendering(text), width, anywhere=True)])

    assert "".join("".join(lines).split()) == "".join(text.split())


def test_an_address_keeps_its_colour_in_the_next_line() -> None:
    first, second = text_lines(a_rendering("https://www.gov.uk/report now"), 20, anywhere=True)

    assert first == click.style("https://www.gov.uk/r", fg="blue")
    assert second == f"{click.style('eport', fg='blue')} now"


@pytest.mark.parametrize("narrow", ["abc", POLICE, "ŵŷ", click.style("abc", fg="red")])
def test_columns_begin_in_one_place_whatever_stands_before_them(narrow: str) -> None:
    from wcwidth import wcswidth

    lines = plain([*side_by_side([[narrow], ["right", "more"]], 6)])

    before = [line.partition(" │ ")[0] for line in lines]
    assert [wcswidth(part) for part in before] == [6, 6]
    assert [line.partition(" │ ")[2].strip() for line in lines] == ["right", "more"]
