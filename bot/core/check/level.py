"""A threat level that somebody typed: it stays in the words when the level has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.core.check.prose import Found, Prose

_ENGLISH: Final = ("low", "moderate", "substantial", "severe", "critical")
_WELSH: Final = (
    *("isel", "cymedrol", "gymedrol", "chymedrol", "nghymedrol", "sylweddol"),
    *("difrifol", "ddifrifol", "nifrifol", "critigol", "gritigol", "chritigol", "nghritigol"),
)
LEVELS: Final = frozenset((*_ENGLISH, *_WELSH))
"""The names of the levels, as config/constants.yaml has them, in small letters, and with the first
letters that Welsh gives them."""

_IN_CAPITALS: Final = "|".join(sorted(one.upper() for one in LEVELS - {"low", "isel"}))
_TYPED: Final = re.compile(
    rf"\b(?:{_IN_CAPITALS})\b"
    r"|\b(?:[Tt]hreat level|[Ll]efel (?:y )?bygythiad)\b[^.?!\n]{0,40}?"
    rf"\b(?i:{'|'.join(sorted(LEVELS))})\b"
)


def typed_levels(prose: Prose) -> Iterator[Found]:
    """Each level that is named in the words themselves, in capitals or beside "threat level"."""
    if LEVELS.isdisjoint(prose.words):
        return
    for number, line in enumerate(prose.lines, start=1):
        for match in _TYPED.finditer(line):
            yield Found("typed-level", number, f'the threat level is typed here: "{match[0]}".')
