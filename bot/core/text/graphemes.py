"""What a reader takes for one character, however many code points it is made of.

Platforms count by Unicode 17, so letters added since are not known to them yet. They differ in one
rule: whether a consonant, a virama and a consonant (the first two of `क्षि`) are one.

Source: Unicode Standard Annex 29, extended grapheme clusters, and the behaviour of Intl.Segmenter
in Node 20 (ICU 78), compared on every code point and on random strings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import regex

# Between two of these there is always a boundary, so that only the other stretches, each with its
# neighbours, need be looked at. (A carriage return may go with its line feed.)
_PLAIN: Final = "\\x00-\\x0c\\x0e-\xac\xae-\u02ff\u2010-\u2027\u20a0-\u20bf"
_NOT_PLAIN: Final = re.compile(f"[{_PLAIN}]?[^{_PLAIN}]+(?:[{_PLAIN}][^{_PLAIN}]+)*[{_PLAIN}]?")

# Marks and letters added by Unicode 18 (2026) that join with their neighbours.
_SINCE_17: Final = (
    r"\u05c8\u05c9\u0b53\u0b54\u1ade\u1adf\u1aec-\u1af0\U00010ec9-\U00010ecf"
    r"\U00010ef0-\U00010ef9\U00011b0a\U00011df0\U00011df1\U0001d127\U0001d128"
    r"\U0001d250-\U0001d281"
)
_NO_LINKERS: Final = r"\u1cf5\u1cf6\U00011a3a"  # called linkers only since Unicode 18
# Pictographic by the rules of Unicode 17, which set them apart for what was to come.
_SET_APART: Final = r"\U0001f1ae\U0001f7da\U0001f7db\U0001f7f1-\U0001f7ff"


def graphemes(text: str, *, conjuncts: bool = True) -> int:
    """How many characters a reader sees in the text.

    `conjuncts`: whether consonants that a virama joins are one, as since Unicode 15.1.
    """
    if text.isascii():
        return len(text) - text.count("\r\n")
    joined = (len(one) - _counted(one, conjuncts) for one in _NOT_PLAIN.findall(text))
    return len(text) - sum(joined)


@lru_cache(maxsize=4096)
def _counted(text: str, conjuncts: bool) -> int:
    if _disputed().search(text):
        return len(_cluster(conjuncts=conjuncts).findall(text))
    return len(_any_cluster().findall(text))


def code_points_at_most(text: str) -> int:
    """How many code points the text has at most, as it is or in NFC; never fewer than graphemes."""
    if unicodedata.is_normalized("NFC", text):
        return len(text)
    return len(unicodedata.normalize("NFD", text))


@cache
def _any_cluster() -> regex.Pattern[str]:
    import regex  # takes longer to import than most texts to count

    return regex.compile(r"\X")


@cache
def _disputed() -> regex.Pattern[str]:
    """Where versions of Unicode, or platforms, differ."""
    import regex

    return regex.compile(rf"[\p{{InCB=Linker}}{_SINCE_17}{_SET_APART}]")


@cache
def _cluster(*, conjuncts: bool) -> regex.Pattern[str]:
    import regex

    def known(property_: str, *, less: str = "", more: str = "") -> str:
        return rf"[[\p{{{property_}}}{more}]--[{_SINCE_17}{less}]]"

    follows = rf"[[\p{{GCB=Extend}}\p{{GCB=SpacingMark}}\u200d]--[{_SINCE_17}]]"
    extend = known("GCB=Extend")
    pictograph = known("Extended_Pictographic", more=_SET_APART)
    linker = known("InCB=Linker", less=_NO_LINKERS)
    joined = rf"[[\p{{InCB=Extend}}\p{{InCB=Linker}}]--[{_SINCE_17}{_NO_LINKERS}]]"
    consonant = known("InCB=Consonant")
    conjunct = rf"|{consonant}(?:{joined}*{linker}{joined}*{consonant})+" if conjuncts else ""
    hangul = (
        r"\p{GCB=L}*(?:\p{GCB=V}+|\p{GCB=LV}\p{GCB=V}*|\p{GCB=LVT})\p{GCB=T}*"
        r"|\p{GCB=L}+|\p{GCB=T}+"
    )
    return regex.compile(
        r"\r\n|[\p{GCB=Control}\r\n]"
        rf"|\p{{GCB=Prepend}}*(?:{hangul}|\p{{RI}}\p{{RI}}"
        rf"|{pictograph}(?:{extend}*\u200d{pictograph})*{conjunct}"
        rf"|[^\p{{GCB=Control}}\r\n]){follows}*",
        regex.VERSION1,
    )
