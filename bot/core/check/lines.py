"""Many problems, few lines: one line for one cause, with every force it touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.core.source import Place, Problem, Severity

SAME_CAUSE: Final = 3  # from so many places on, one wrong name is one line
ANYWHERE: Final = (
    "unknown-value", "unknown-link", "unknown-campaign", "no-picture", "no-video", "no-captions",
    "spelling", "american-spelling",
)  # fmt: skip
"""What may be wrong at many places for one cause; so may what many messages show."""


def gathered(problems: Iterable[Problem]) -> list[Problem]:
    """One line for one cause, with every force it touches; errors first, then by place."""
    groups: dict[Problem, set[str]] = {}
    everybody: set[Problem] = set()
    for problem in problems:
        key = replace(problem, forces=()) if problem.forces else problem
        groups.setdefault(key, set()).update(problem.forces)
        if not problem.forces:
            everybody.add(key)
    merged = [
        key if key in everybody else replace(key, forces=tuple(sorted(forces)))
        for key, forces in groups.items()
    ]
    return sorted(
        dict.fromkeys(_one_line_each(merged)),
        key=lambda p: (p.severity is Severity.WARNING, p.place, p.code),
    )


def _one_line_each(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Joins what one cause says at many places: a wrong name, or a wording too long for several."""
    by_cause: dict[tuple[str, ...], list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.code == "too-long":
            by_cause[problem.code, str(problem.place)].append(problem)
        elif problem.code in ANYWHERE or problem.code.startswith(("picture", "video")):
            by_cause[problem.code, problem.message, problem.advice].append(problem)
        else:
            yield problem
    for (code, *_), found in by_cause.items():
        if code == "too-long":  # posts of a few days name fewer forces than the whole pack does
            yield max(found, key=lambda problem: (len(problem.forces), len(problem.message)))
        elif len(found) < SAME_CAUSE:
            yield from found
        else:
            yield _joined(sorted(found, key=lambda problem: problem.place))


def _joined(found: Sequence[Problem]) -> Problem:
    forces = {force for problem in found for force in problem.forces}
    everybody = any(not problem.forces for problem in found)
    message = found[0].message.removesuffix(".")
    return replace(
        found[0],
        message=f"{message}, here and in {len(found) - 1} more places.",
        forces=() if everybody else tuple(sorted(forces)),
    )


def error(place: Place, code: str, message: str, advice: str = "") -> Problem:
    return Problem(place, code, message, advice)


def warning(place: Place, code: str, message: str, advice: str = "") -> Problem:
    return Problem(place, code, message, advice, Severity.WARNING)
