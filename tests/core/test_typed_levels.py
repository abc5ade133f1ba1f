"""A threat level that is typed is found in both languages."""

from pathlib import Path

import pytest

from bot.core.check.words import word_problems
from tests.core.packs_in_text import CAMPAIGN, a_config, a_national

CONFIG = a_config(
    constants=(Path(__file__).parents[2] / "config/constants.yaml").read_text(encoding="utf-8")
)
ENGLISH = "No report {{ in_area }} is too small: {{ report_link }}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is SEVERE now.", ["SEVERE"]),
        ("Mae'n DDIFRIFOL neu DIFRIFOL.", ["DIFRIFOL"]),
        ("The threat level is severe.", ["severe"]),
        ("Lefel y bygythiad yw sylweddol.", ["sylweddol"]),
        ("Severe weather is on its way, and it is critical to stay in.", []),
        ("The threat level is {{ threat_level }}: {{ threat_meaning }}.", []),
    ],
)
def test_a_level_is_found_where_it_is_meant(text: str, found: list[str]) -> None:
    line = CAMPAIGN[: CAMPAIGN.index(ENGLISH)].count("\n") + 1

    problems = word_problems({"cdt": a_national(CAMPAIGN.replace(ENGLISH, text))}, [], CONFIG, {})

    assert [(one.place.line, one.message) for one in problems if one.code == "typed-level"] == [
        (line, f'the threat level "{name}" is typed here.') for name in found
    ]
