"""Characters that no text here should hold: nobody sees them, or not everybody does."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import regex

# Western letters and punctuation, less the soft hyphen: nearly every line, and quick to see.
_WESTERN: Final = re.compile("[\\x00-\xac\xae-\u024f\u2010-\u2027]*+\\Z")

INVISIBLE: Final = (
    "there is an invisible character in this line.",
    "Delete the words around it and type them again.",
)
NOT_SHOWN: Final = (
    "there is a character in this line that was lost, or that not every phone can show.",
    "Delete the word it stands in and type it again.",
)
MAX_MARKS: Final = 4  # accents on one letter; Welsh needs one


@cache
def _suspicious() -> regex.Pattern[str]:
    """Everything that makes it worth looking at a line letter by letter."""
    blanks = r"\u034f\u115f\u1160\u180b-\u180e\u2800\u3164\uffa0\ufe00-\ufe0f"
    import regex

    return regex.compile(
        rf"[\p{{Cf}}\p{{Co}}\p{{Cs}}\p{{Noncharacter_Code_Point}}\ufffd{blanks}]|\p{{M}}{{{MAX_MARKS}}}"
    )


@cache
def _lost() -> regex.Pattern[str]:
    import regex

    return regex.compile(
        rf"[\p{{Co}}\p{{Cs}}\p{{Noncharacter_Code_Point}}\ufffd]|\p{{M}}{{{MAX_MARKS + 1}}}"
    )


@cache
def _emoji() -> regex.Pattern[str]:
    """A whole emoji, in which joiners and selectors belong; `1` and a keycap are one too."""
    import regex

    return regex.compile(r"\p{Extended_Pictographic}|^[0-9#*]\ufe0f?\u20e3$")


def strange_character(line: str) -> tuple[str, str] | None:
    """(message, advice) where a line holds one; None where every character can be seen."""
    if _WESTERN.match(line) or not _suspicious().search(line):
        return None
    import regex  # takes longer to import than most lines take to look at

    for letter in regex.findall(r"\X", line):
        if not _suspicious().search(letter) or _emoji().search(letter):
            continue
        if _lost().search(letter):
            return NOT_SHOWN
        if not regex.fullmatch(r".\p{M}*", letter) or _suspicious().search(letter[0]):
            return INVISIBLE
        if regex.search(r"[\u034f\u180b-\u180d\ufe00-\ufe0f]", letter):
            return INVISIBLE
    return None
