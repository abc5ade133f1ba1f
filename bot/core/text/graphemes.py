"""What a reader takes for one character, however many code points it is made of.

Source: Unicode Standard Annex 29, extended grapheme clusters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import regex

# Among these every code point is one, but for a carriage return before its line feed.
_SIMPLE: Final = re.compile("[\\x00-\xac\xae-\u02ff\u2010-\u2027\u20a0-\u20bf]*+\\Z")


@cache
def _one() -> regex.Pattern[str]:
    import regex  # takes longer to import than most texts to count

    return regex.compile(r"\X")


def graphemes(text: str) -> int:
    """How many characters a reader sees in the text."""
    if _SIMPLE.match(text):
        return len(text) - text.count("\r\n")
    return len(_one().findall(text))


def code_points_at_most(text: str) -> int:
    """How many code points the text has at most, as it is or in NFC; never fewer than graphemes."""
    if unicodedata.is_normalized("NFC", text):
        return len(text)
    return len(unicodedata.normalize("NFD", text))
