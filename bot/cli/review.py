"""Problems as tools for code review take them, so that they stand beside the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from bot import __version__
from bot.core.check import CHECKS
from bot.core.source import Place, Problem, Severity

SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def github(problems: Iterable[Problem]) -> Iterator[str]:
    """Workflow commands of GitHub Actions, one a problem; what a pack accepts is left out.

    Source: docs.github.com, Workflow commands for GitHub Actions.
    """
    for problem in problems:
        if not problem.accepted:
            where = ",".join(f"{name}={_escaped(value)}" for name, value in _where(problem))
            said = _message(problem).replace("%", "%25").replace("\n", "%0A")
            yield f"::{problem.severity} {where}::{said}"


def _where(problem: Problem) -> Iterator[tuple[str, str]]:
    yield "file", problem.place.file
    if problem.place.line:
        yield "line", str(problem.place.line)
    if problem.place.column:
        yield "col", str(problem.place.column)
    yield "title", problem.code


def _escaped(value: str) -> str:
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        value = value.replace(sign, code)
    return value


def _message(problem: Problem) -> str:
    touched = f" [{', '.join(problem.forces)}]" if problem.forces else ""
    first = problem.message.split(" ", 1)[0]
    named = not first.isalpha()  # reports_2017, kent-x: a name is written as it is
    said = problem.message if named else f"{problem.message[:1].upper()}{problem.message[1:]}"
    said += touched
    return f"{said}\n{problem.advice}" if problem.advice else said


def sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """A SARIF 2.1.0 log. What a pack accepts is in it as suppressed in the source.

    Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
    """
    codes = sorted({problem.code for problem in problems})
    driver = {"name": "bot check", "version": __version__, "rules": [_rule(one) for one in codes]}
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    return {
        "$schema": SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints",
                  "results": results}],
    }  # fmt: skip


def _rule(code: str) -> dict[str, Any]:
    check = CHECKS.get(code)
    if check is None:  # about the form of a file
        return {"id": code}
    about: dict[str, Any] = {
        "id": code,
        "shortDescription": {"text": check.finds},
        "fullDescription": {"text": f"{check.reason} Source: {check.source.name}."},
        "help": {"text": check.fix},
        "defaultConfiguration": {"level": check.severity.value},
    }
    return {**about, "helpUri": check.source.address} if check.source.address else about


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": "error" if problem.severity is Severity.ERROR else "warning",
        "message": {"text": _message(problem)},
        "locations": [{"physicalLocation": _location(problem.place)}],
    }
    if problem.accepted:
        result["suppressions"] = [{"kind": "inSource", "justification": problem.accepted}]
    return result


def _location(place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": place.file}}
    if place.line:
        column = {"startColumn": place.column} if place.column else {}
        location["region"] = {"startLine": place.line, **column}
    return location
