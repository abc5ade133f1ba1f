"""Names of threat levels that somebody typed, in either language: they outlive the level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.core.check.prose import Found, Prose

ABOUT: Final = re.compile(r"\bthreat level\b|\blefel (?:y )?bygythiad\b", re.IGNORECASE)
"""What a line speaks of where its `severe` or `difrifol` is the level, and no everyday word."""


def any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds one of these names as a word; None where there are none."""
    spoken = sorted({re.escape(name) for name in names if name})
    return re.compile(rf"\b(?:{'|'.join(spoken)})\b") if spoken else None


def typed_levels(said: Prose, names: re.Pattern[str] | None) -> Iterator[Found]:
    """Each line that types a level's name: as the level is written, or in any letters where the
    line speaks of the threat level."""
    if names is None:
        return
    for number, line in enumerate(said.lines, start=1):
        letters = re.IGNORECASE if ABOUT.search(line) else 0
        if found := re.compile(names.pattern, letters).search(line):
            yield Found("typed-level", number, f'the threat level "{found[0]}" is typed here.')
