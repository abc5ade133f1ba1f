"""Dates in English words that are not written the British way: `27 November 2027`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.core.check.prose import Found, Prose
from bot.core.model import Language
from bot.core.reading import MONTHS

_MONTH: Final = "|".join(MONTHS)
_DAY: Final = r"(?:3[01]|[12][0-9]|0?[1-9])"
_NTH: Final = "(?:st|nd|rd|th)"
_FORMS: Final = (
    # May is a verb too: may 20 people come?
    re.compile(rf"\b(?!May )(?P<month>{_MONTH}) (?P<day>{_DAY}){_NTH}?\b(?![:.,]?[0-9%])"),
    re.compile(rf"\b(?P<month>May) (?P<day>{_DAY})(?:{_NTH}\b|(?=, [0-9]{{4}}\b))"),
    re.compile(rf"\b(?P<day>{_DAY}){_NTH} (?:of )?(?P<month>{_MONTH})\b"),
    re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"),
    re.compile(r"\b[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})\b"),  # not 24/7, nor 9/11
)
_DIGITS: Final = re.compile("[0-9]")


def not_british(prose: Prose) -> Iterator[Found]:
    """American dates, dates in figures only, and ordinals."""
    if prose.language is not Language.EN or not _DIGITS.search(prose.text):
        return
    for number, line in enumerate(prose.lines, start=1):
        for form in _FORMS:
            for match in form.finditer(line):
                said = f'"{match[0]}" is not how a date is written in British English.'
                better = _better(match.groupdict())
                yield Found("date-form", number, said, f"Write it as {better}." if better else "")


def _better(parts: dict[str, str | None]) -> str:
    day, month = parts.get("day"), parts.get("month")
    return f"{int(day)} {month}" if day and month else ""
