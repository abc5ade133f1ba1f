"""The catalogue of checks: nothing is said of words that it does not explain."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.cli import checks_page
from bot.core.check import CHECKS, GROUPS

PROJECT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")
SAYS = {"error", "warning", "Problem", "Found", "Fault"}


def codes_in(path: Path) -> Iterator[str]:
    """The codes with which a file's problems are made."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
            for argument in node.args[:2]:
                for part in ast.walk(argument):
                    if isinstance(part, ast.Constant) and CODE.fullmatch(str(part.value)):
                        yield str(part.value)


def test_every_check_on_words_is_explained() -> None:
    files = [*(PROJECT / "bot/core/check").glob("*.py")]

    used = {code for path in files for code in codes_in(path)}

    assert len(used) > 40
    assert used - CHECKS.keys() == set()


def test_every_entry_says_what_why_and_how_to_mend_it() -> None:
    for check in CHECKS.values():
        for sentence in (check.finds, check.reason, check.fix):
            assert sentence[-1:] in (".", ":", "}"), check.code
        assert check.source.name
        assert not check.source.address or check.source.address.startswith("https://")
    assert len(CHECKS) == sum(map(len, GROUPS.values()))


def test_the_page_of_checks_is_current() -> None:
    page = (PROJECT / "docs/checks.md").read_text(encoding="utf-8")

    assert page == checks_page.text(), "docs/checks.md is not current. Run: make docs"
