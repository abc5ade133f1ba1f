"""Wordings that only name values are filled in without Jinja2, and to the same characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.templates import filled, inspect, logic
from bot.core.templates.plain import pieces

VALUES = {"in_area": "in Kent", "force": "Kent Police", "x1": "é 👮 {{ force }}", "_a": ""}
BITS = [
    "{{ in_area }}", "{{force}}", "{{  x1 | first_capital }}", "{{ _a|first_capital}}",
    "{{ in_area", "}}", "{", "}", "{%", "%}", "{#", "#}", "{{ true }}", "{{ loop }}",
    "{{ force | upper }}", "{{ 1 }}", "{{- force }}", "{{ in_area -}}", "{{\nforce }}",
    "\n", "\r\n", " ", "Tell us.", "|",
]  # fmt: skip

WORDINGS = st.lists(st.sampled_from(BITS), max_size=8).map("".join)


@given(WORDINGS)
def test_what_is_filled_in_here_is_what_jinja_would_fill_in(text: str) -> None:
    if pieces(text) is not None:
        assert filled(text, VALUES) == logic.compiled(text).render(VALUES) + "\n" * text.endswith(
            "\n"
        )


@given(WORDINGS)
def test_the_names_found_here_are_those_that_jinja_finds(text: str) -> None:
    if pieces(text) is not None:
        assert inspect(text, local=True) == logic.inspect(text, local=True)


@pytest.mark.parametrize(
    "text",
    ["{% if force %}a{% endif %}", "{{ force.name }}", "{{{ force }}}", "{{ loop }}", "{{ True }}",
     "{{ force | upper }}", "a\r\nb", "{# a #}"],
)  # fmt: skip
def test_whatever_is_more_than_a_name_goes_to_jinja(text: str) -> None:
    assert pieces(text) is None
