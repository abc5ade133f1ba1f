"""Numbers in words for the public that look like a given one and are another: a changed digit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

LONG: Final = 6  # digits: from here on two more or less alike are no coincidence
NEAR_LONG: Final = 2  # digits changed, added, left out or exchanged: still the same number meant
NEAR_SHORT: Final = 1  # in a short one, such as 999

_SEPARATORS: Final = r" ()./\-\u2010-\u2015"
_DIGIT: Final = "[0-9OoIl]"  # letters that are typed, or read, for digits
_LONG_ONE: Final = re.compile(
    rf"(?<![\w#])\+?[(]?{_DIGIT}(?:{_DIGIT}|[{_SEPARATORS}]){{4,28}}{_DIGIT}(?!\w)"
)
_LETTERS_FOR_DIGITS: Final = str.maketrans("OoIl", "0011")

_SHORT_ONE: Final = re.compile(r"(?<![\w£$€#.,:/-])[0-9]{2,5}(?![\w%]|[.,:/-][0-9])")
_SENTENCE: Final = re.compile(r"[.!?\n]+")
_TOLD_TO_RING: Final = re.compile(
    r"\b(?:call|dial|ring|phone|text|ffoniwch|deialwch|galwch|tecstiwch)\b[^0-9]{0,20}$",
    re.IGNORECASE,
)
_EMERGENCY: Final = re.compile(r"\b(?:emergency|argyfwng)\b", re.IGNORECASE)


@lru_cache(maxsize=1_000)
def digits_of(value: str) -> str | None:
    """The digits of a telephone number, as they are dialled at home; None for other words."""
    value = unicodedata.normalize("NFKC", value)
    if not re.fullmatch(rf"\+?[0-9{_SEPARATORS}]+", value):
        return None
    digits = re.sub(r"[^0-9]", "", value)
    return re.sub(r"^(?:0044|44(?=[0-9]{9,10}$))", "0", digits) or None


def look_alikes(text: str, number: str, others: Iterable[str] = ()) -> Iterator[str]:
    """What in the text looks like this number and is not it, as it is written there.

    `others` are numbers that may stand beside it. How digits are grouped makes no difference.
    """
    wanted = digits_of(number)
    if wanted is None or not any(char.isdigit() for char in text):
        return
    plain = unicodedata.normalize("NFKC", text)
    for right in (number, *others):
        plain = _standing_alone(right).sub("\u241f", plain)
    found = _long_ones(plain, wanted) if len(wanted) >= LONG else _short_ones(plain, wanted)
    yield from dict.fromkeys(found)


@lru_cache(maxsize=1_000)
def _standing_alone(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9]){re.escape(unicodedata.normalize('NFKC', number))}(?![0-9])")


def _long_ones(text: str, wanted: str) -> Iterator[str]:
    for match in _LONG_ONE.finditer(text):
        written = match[0].strip()
        if sum(char.isdigit() for char in written) < LONG - 1:
            continue  # letters of words beside a short number
        digits = digits_of(written.translate(_LETTERS_FOR_DIGITS)) or ""
        is_it = digits == wanted and digits_of(written) is not None
        if not is_it and _is_near(digits, wanted, NEAR_LONG):
            yield written


def _short_ones(text: str, wanted: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        for match in _SHORT_ONE.finditer(sentence):
            # Elsewhere 99 is a count.
            to_ring = _TOLD_TO_RING.search(sentence[: match.start()]) or _EMERGENCY.search(sentence)
            if match[0] != wanted and to_ring and _is_near(match[0], wanted, NEAR_SHORT):
                yield match[0]


def _is_near(one: str, other: str, most: int) -> bool:
    from rapidfuzz.distance import OSA  # few posts hold any such number; nobody waits for it

    return OSA.distance(one, other, score_cutoff=most) <= most
