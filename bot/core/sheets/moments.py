"""Days and times as people write them in planning sheets: the British way, in all usual forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.core.reading import MONTHS, WEEKDAYS, YEARS, written
from bot.core.sheets.cells import Value

SERIALS: Final = range(20_000, 80_000)  # Excel's numbers for the days from 1954 to 2119

_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?)?\s*(?P<half>[ap]\.?m\.?)?"
)
_FOUR_DIGITS: Final = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})")
_SPOKEN: Final = {"noon": time(12), "midday": time(12), "12 noon": time(12), "midnight": time(0)}
_BEHIND_A_DAY: Final = re.compile(
    r"(?:\s+|T)(?:at\s+)?(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
    r"|\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?m\.?)\s*$",
    re.IGNORECASE,
)
_YEAR_FIRST: Final = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_NUMBERS: Final = re.compile(
    r"(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})(?:[-/. ](?P<year>\d{4}|\d{2}))?"
)
_NAMED: Final = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)?[-/. ]*(?P<name>[a-z]{3,9})\.?"
    r"(?:[-/. ]*(?P<year>\d{4}|\d{2}))?",
    re.IGNORECASE,
)
_NAME_FIRST: Final = re.compile(
    r"(?P<name>[a-z]{3,9})\.?[ -](?P<day>\d{1,2})(?:st|nd|rd|th)?(?: (?P<year>\d{4}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a weekday or a time, as far as a cell names them."""

    day: date | None = None
    weekday: int | None = None  # 0 is Monday; as it was written, whether it agrees or not
    at: time | None = None


class NoMomentError(ValueError):
    """What a cell holds is no day or no time: (what is wrong, what to write)."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message, self.advice = message, advice


# --- times ------------------------------------------------------------------------------------


def clock_of(value: Value) -> time:
    """The time of day in a cell, to the minute. Raises NoMomentError."""
    if isinstance(value, datetime):
        return value.time().replace(second=0, microsecond=0)
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0, tzinfo=None)
    if isinstance(value, timedelta):
        value = value / timedelta(days=1)
    if isinstance(value, float) and 0 <= value < 1:  # a part of a day, as Excel counts
        return _of_day(value)
    if isinstance(value, int) and 100 <= value < 2400:
        value = f"{value:04d}"  # 0900, from which a spreadsheet took the nought
    found = _spoken_clock(value) if isinstance(value, str) else None
    if found is None:
        raise NoMomentError(
            "this is not a time of day.", "Write it as 09:00 or 5.30pm, on London's clocks."
        )
    return found


def _of_day(part: float) -> time:
    minutes = round(part * 24 * 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def _spoken_clock(said: str) -> time | None:
    plain = re.sub(r"\s*(hrs?|hours|h|uk time)\.?$", "", said.strip().casefold())
    if plain in _SPOKEN:
        return _SPOKEN[plain]
    match = _FOUR_DIGITS.fullmatch(plain) or _CLOCK.fullmatch(plain)
    if match is None:
        return None
    parts = match.groupdict()
    half = (parts.get("half") or "").replace(".", "")
    if not half and parts["minute"] is None:
        return None  # "9" may be the morning or the evening
    hour, minute = int(parts["hour"]), int(parts["minute"] or 0)
    if half and not 1 <= hour <= 12:
        return time(hour, minute) if half == "pm" and hour < 24 and minute < 60 else None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


# --- days -------------------------------------------------------------------------------------


def day_of(value: Value, *, epoch: date, near: date | None) -> Moment:
    """The day in a cell, with its weekday and time where it has them. Raises NoMomentError.

    `near` is a day of the campaign: a date that names no year is the one nearest to it.
    """
    if isinstance(value, datetime):
        has_time = value.time() != time(0)
        at = value.time().replace(second=0, microsecond=0) if has_time else None
        return Moment(_in_years(value.date()), at=at)
    if isinstance(value, date):
        return Moment(_in_years(value))
    if isinstance(value, str) and not re.fullmatch(r"\s*\d{5}(\.\d+)?\s*", value):
        return _spoken_day(value, near)
    if isinstance(value, str | int | float) and int(float(value)) in SERIALS:
        whole, part = divmod(float(value), 1)
        return Moment(epoch + timedelta(days=int(whole)), at=_of_day(part) if part else None)
    raise _no_day()


def weekday_named(said: str) -> int | None:
    """The weekday that is all a text says, written out or shortened; 0 is Monday."""
    word = re.sub(r"[^a-z]", "", said.casefold())
    if word == "weds":
        return 2
    days = [name.casefold().startswith(word) for name in WEEKDAYS]
    return days.index(True) if len(word) >= 3 and True in days else None


def _spoken_day(said: str, near: date | None) -> Moment:
    rest = " ".join(said.replace(",", " ").replace("(", " ").replace(")", " ").split())
    at = None
    if clock := _BEHIND_A_DAY.search(rest):
        at = clock_of(clock[1])
        rest = rest[: clock.start()]
    weekday, rest = _without_weekday(rest)
    if weekday is not None and not rest:
        return Moment(weekday=weekday, at=at)
    for form in (_YEAR_FIRST, _NUMBERS, _NAMED, _NAME_FIRST):
        if match := form.fullmatch(rest):
            return Moment(_date_from(match, near), weekday, at)
    raise _no_day()


def _without_weekday(text: str) -> tuple[int | None, str]:
    """The weekday in a text, and the text without it."""
    words = text.split()
    for number, word in enumerate(words):
        if (weekday := weekday_named(word)) is not None:
            return weekday, " ".join(words[:number] + words[number + 1 :])
    return None, text


def _date_from(match: re.Match[str], near: date | None) -> date:
    parts = match.groupdict()
    day = int(parts["day"])
    month = _month(parts["name"]) if parts.get("name") else int(parts["month"])
    years = list(_years(parts.get("year"), near))
    if not years:
        raise NoMomentError(
            "this date names no year.",
            "Write the year, such as 23 November 2027, or give the first day: --starts 2027-11-22.",
        )
    found = [one for year in years if (one := _real(year, month, day))]
    if not found and 12 < month <= 31 and _real(years[0], day, month):
        better = written(date(years[0], day, month), weekday=False)
        raise NoMomentError(
            f"there is no month {month}: dates are read with the day first.",
            f"Write it as {better}.",
        )
    if not found:
        raise NoMomentError(
            "there is no such day.", "Write a day there is, such as 23 November 2027."
        )
    return _in_years(min(found, key=lambda one: abs(one - (near or one))))


def _month(name: str) -> int:
    word = name.casefold()
    for number, month in enumerate(MONTHS, start=1):
        if month.casefold().startswith(word) or word == "sept" == month[:4].casefold():
            return number
    raise _no_day()


def _years(said: str | None, near: date | None) -> Iterator[int]:
    if said:
        yield int(said) + (2000 if len(said) == 2 else 0)
    elif near:
        yield from (near.year, near.year - 1, near.year + 1)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_years(day: date) -> date:
    if day.year not in YEARS:
        raise NoMomentError(
            f"the bot plans for the years {YEARS[0]} to {YEARS[-1]}, not for {day.year}.",
            "Write the year with four digits.",
        )
    return day


def _no_day() -> NoMomentError:
    return NoMomentError(
        "this is not a date.", "Write it as 23/11/2027, 23 November 2027 or 2027-11-23."
    )
