"""docs/campaigns.md: each row has a test that there is, or a reason why there is none."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from bot.app.environment import PROJECT

PAGE = (PROJECT / "docs" / "campaigns.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
ROWS = {
    cells[0]: cells[-1]
    for line in PAGE.splitlines()
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
    if re.fullmatch(r"D?\d+", cells[0])
}
ASKED = [f"D{number}" for number in range(1, 9)] + [str(number) for number in range(1, 42)]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", ASKED)
def test_each_row_of_the_checklist_has_a_test_or_a_reason(row: str) -> None:
    proof = ROWS[row]

    assert "::test_" in proof or re.match(r"Refused.*?: \w+ \w+ \w+", proof)


def test_each_test_that_is_named_is_there() -> None:
    gone = {f"{file}::{name}" for file, name in NAMED if name not in names_in(file)}

    assert len(NAMED) > 60
    assert gone == set()
