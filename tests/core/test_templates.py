"""Wordings that only name values are filled in without Jinja2, and to the same characters."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.templates import filled, heaviest, inspect, logic
from bot.core.templates.plain import pieces
from bot.core.text import x
from bot.core.text.rules import XRules

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


SHORT = st.text(alphabet=" .aéK#\u0958\N{POLICE OFFICER}x", max_size=6)


@given(st.lists(st.sampled_from([*BITS, ".", "gov.uk", "…"]), max_size=8).map("".join), SHORT)
def test_no_text_weighs_more_than_it_is_said_to_weigh_at_most(text: str, value: str) -> None:
    values = {"in_area": value, "force": f"uk{value}", "x1": f"{value}.", "_a": "a.co"}
    weights = {name: x.at_most(one) for name, one in values.items()}

    if pieces(text) is not None and heaviest(text, weights, XRules()) != math.inf:
        assert x.length(filled(text, values)) <= heaviest(text, weights, XRules())
