"""What `check` says to code review, and what it explains."""

from __future__ import annotations

import re

import click
import pytest

from bot.cli.checking import explained
from bot.cli.review import github, sarif
from bot.cli.show import problems_in_words
from bot.core.source import Place, Problem, Severity

LONG = Problem(
    Place("messages/national/cdt/launch.yaml", 12, 5),
    "exclamation",
    "an exclamation mark raises the voice: 100%.",
    "End it with a full stop.",
    Severity.WARNING,
    ("kent",),
)
LET_STAND = Problem(
    Place("messages/national/cdt/launch.yaml", 14),
    "capitals",
    '"HIDE" is in capitals.',
    severity=Severity.WARNING,
    accepted="everybody knows it so",
)
BROKEN = Problem(Place("config/forces.yaml"), "missing-file", "this file is missing.")


def test_github_is_given_a_line_for_each_problem_that_nobody_accepts() -> None:
    assert list(github([BROKEN, LONG, LET_STAND])) == [
        "::error file=config/forces.yaml,title=missing-file::This file is missing.",
        "::warning file=messages/national/cdt/launch.yaml,line=12,col=5,title=exclamation::"
        "An exclamation mark raises the voice: 100%25. [kent]%0AEnd it with a full stop.",
    ]


def test_a_line_for_people_ends_with_the_code_that_explains_and_accepts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problems_in_words([LONG, BROKEN])

    line, _, form = capsys.readouterr().out.splitlines()
    assert line.endswith(" raises the voice: 100%. [kent] (exclamation)")
    assert form == "config/forces.yaml: error: this file is missing."


def test_a_name_stands_as_it_is_written() -> None:
    ends = Problem(Place("config/claims.yaml", 15), "ends-soon", "arrests_2015 ends soon.")

    (line,) = github([ends])

    assert line.endswith("title=ends-soon::arrests_2015 ends soon.")


def test_sarif_has_the_rules_the_places_and_what_is_accepted_in_the_source() -> None:
    log = sarif([BROKEN, LONG, LET_STAND])

    (run,) = log["runs"]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert log["version"] == "2.1.0"
    assert [rules[one["ruleIndex"]]["id"] for one in results] == [
        "missing-file", "exclamation", "capitals",
    ]  # fmt: skip
    assert [one["level"] for one in results] == ["error", "warning", "warning"]
    assert results[1]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "messages/national/cdt/launch.yaml"},
        "region": {"startLine": 12, "startColumn": 5},
    }
    assert results[2]["suppressions"] == [
        {"kind": "inSource", "justification": "everybody knows it so"}
    ]
    assert "suppressions" not in results[1]


def test_a_check_is_explained_with_its_source_and_how_to_accept_it() -> None:
    said = click.unstyle(explained("long-sentence"))

    assert "long-sentence: warning" in said
    assert "https://insidegovuk.blog.gov.uk/" in said
    assert re.search(r"accepts:\n +long-sentence: ", said)
    assert "It cannot be accepted" in explained("patrol-times")


def test_a_code_that_is_no_check_on_words_is_named_with_what_was_meant() -> None:
    with pytest.raises(click.UsageError, match="Did you mean long-sentence"):
        explained("long-sentance")
