"""Dates, figures and handles that a person typed: whether they agree, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.core.check.prose import Found, Prose
from bot.core.model import Language
from bot.core.reading import MONTHS, WEEKDAYS, written

_WELSH_DAYS: Final = ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")
_WELSH_MONTHS: Final = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin",
    "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
)  # fmt: skip
_NAMES: Final = {
    Language.EN: (WEEKDAYS, MONTHS),
    Language.CY: (_WELSH_DAYS, _WELSH_MONTHS),
}


def _dated(language: Language) -> re.Pattern[str]:
    days, months = ("|".join(names) for names in _NAMES[language])
    return re.compile(
        rf"\b({days}),? (?:the )?([0-9]{{1,2}})(?:st|nd|rd|th|af|ain|fed|eg)? (?:of |o )?({months})"
        r"(?:,? ([0-9]{4}))?\b"
    )


_DATED: Final = {language: _dated(language) for language in Language}

_COUNTED: Final = (
    r"(?:people|reports|calls|arrests|attacks|plots|officers|investigations|cases|minutes of"
    r"|o bobl|o adroddiadau|o alwadau|o ymosodiadau)"
)
_NUMBER: Final = r"(?:two|three|four|five|six|seven|eight|nine|ten|twenty|[0-9]+)"
_FIGURE: Final = re.compile(
    r"[0-9][0-9,.]*\s?(?:%|per ?cent|percent|y cant|times|million|billion|thousand|mil)(?!\w)"
    rf"|\b[0-9][0-9,.]* {_COUNTED}\b"
    r"|\b[0-9]{1,3}(?:,[0-9]{3})+\b|\b[0-9]{3,}\b"
    rf"|\b(?:one|two|three|four|nine) (?:in|out of) (?:every )?{_NUMBER}\b|\bun o bob\b"
    r"|\b(?:(?:a )?half|(?:a |one )?(?:third|quarter)|two thirds|most) of (?:all|our|these) \w+"
    rf"|\b(?:dozens|hundreds|thousands|millions) of {_COUNTED}",
    re.IGNORECASE,
)
_COUNTING: Final = frozenset({
    "one", "two", "three", "four", "nine", "un", "half", "third", "quarter", "thirds", "most",
    "dozens", "hundreds", "thousands", "millions",
})  # fmt: skip
_DIGIT: Final = re.compile("[0-9]")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")


_HOST: Final = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:]+)")

SHORTENERS: Final = frozenset({
    "bit.ly", "buff.ly", "cutt.ly", "dlvr.it", "goo.gl", "ht.ly", "is.gd", "lnkd.in", "ow.ly",
    "rb.gy", "rebrand.ly", "s.id", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com",
    "trib.al", "v.gd",
})  # fmt: skip
"""Public shorteners, by general knowledge. A body's own short address, gov.uk/ACT, is none."""


def wrong_weekdays(prose: Prose, year: int | None) -> Iterator[Found]:
    """Weekdays that a date does not fall on; `year` is taken where the words name none."""
    if not _DIGIT.search(prose.text):
        return
    days, months = _NAMES[prose.language]
    for number, line in enumerate(prose.lines, start=1):
        for match in _DATED[prose.language].finditer(line):
            said = int(match[4]) if match[4] else year
            day = _day(said, months.index(match[3]) + 1, int(match[2])) if said else None
            if day is not None and day.weekday() != days.index(match[1]):
                sentence = f'"{match[0]}" is wrong: that day is {written(day)}.'
                yield Found("weekday-differs", number, sentence)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def typed_figures(prose: Prose) -> Iterator[Found]:
    """Figures that somebody typed. A year is none."""
    if _COUNTING.isdisjoint(prose.words) and not _DIGIT.search(prose.text):
        return
    for number, line in enumerate(prose.lines, start=1):
        for match in _FIGURE.finditer(line):
            if not _YEAR.fullmatch(match[0]):
                yield Found("figure", number, f'"{match[0]}" comes from no value.')


def shortener_of(address: str) -> str | None:
    """The public shortener that an address leads through."""
    host = _HOST.match(address.lower())
    return host[1] if host and host[1] in SHORTENERS else None
