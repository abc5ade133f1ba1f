"""Stretches of time as calendar.yaml writes them, on London's clocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeAlias

from bot.core.anchors import LAUNCH, Anchor, read_anchor
from bot.core.model import LONDON
from bot.core.reading import MONTHS, WEEKDAYS, Reader, clock_time, parse_day, to_utc
from bot.core.source import Fields, Place, did_you_mean, nearest, shortened

A_MINUTE: Final = timedelta(minutes=1)
A_WEEK: Final = timedelta(days=7)
NTHS: Final = ("first", "second", "third", "fourth", "last")


@dataclass(frozen=True, slots=True)
class YearlyDay:
    """`11 November`: that day in every year."""

    month: int
    day: int

    def falls_on(self, day: date) -> bool:
        return (day.month, day.day) == (self.month, self.day)


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """`second Sunday in November`: another date in every year."""

    nth: int  # an index of NTHS
    weekday: int  # 0 is Monday
    month: int

    def falls_on(self, day: date) -> bool:
        if (day.month, day.weekday()) != (self.month, self.weekday):
            return False
        is_last = (day + A_WEEK).month != day.month
        return is_last if NTHS[self.nth] == "last" else (day.day - 1) // 7 == self.nth


@dataclass(frozen=True, slots=True)
class OneDay:
    """A date with its year."""

    on: date

    def falls_on(self, day: date) -> bool:
        return day == self.on


Date: TypeAlias = YearlyDay | NthWeekday | OneDay


@dataclass(frozen=True, slots=True)
class Event:
    """What the calendar knows the days of, so that they can be said by its name."""

    name: str  # black-friday
    days: tuple[Date, ...]
    source: str
    place: Place

    def falls_on(self, day: date) -> bool:
        return any(one.falls_on(day) for one in self.days)


@dataclass(frozen=True, slots=True)
class BesideEvent:
    """`Friday before Black Friday`."""

    anchor: Anchor
    event: Event

    def falls_on(self, day: date) -> bool:
        return self.anchor.falls_on(day, date.min, {self.event.name: self.event})


Day: TypeAlias = Date | BesideEvent


@dataclass(frozen=True, slots=True)
class OfDay:
    """From one minute of a day to another, the last one included."""

    day: Day
    start: time
    end: time

    def covers(self, due: datetime) -> bool:
        local = due.astimezone(LONDON)
        minute = local.time().replace(second=0, microsecond=0)
        return self.day.falls_on(local.date()) and self.start <= minute <= self.end

    def overlaps(self, other: Stretch) -> bool:
        """Whether both stop one minute; days that come every year meet now and then, unsaid."""
        if isinstance(other, OfDay):
            same = self.day == other.day
            return same and self.start <= other.end and other.start <= self.end
        return isinstance(self.day, OneDay) and other.overlaps(
            Span(to_utc(self.day.on, self.start), _last_instant(self.day.on, self.end))
        )


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another, in UTC; the last is the end of its minute."""

    first: datetime
    last: datetime

    def covers(self, due: datetime) -> bool:
        return self.first <= due < self.last

    def overlaps(self, other: Stretch) -> bool:
        if isinstance(other, OfDay):
            return other.overlaps(self)
        return self.first < other.last and other.first < self.last


Stretch: TypeAlias = OfDay | Span


def read_stretch(reader: Reader, group: Fields, events: Mapping[str, Event]) -> Stretch | None:
    """When a window is: `day`, `from` and `to`, or `from` and `until` with their dates."""
    if "day" in group.entries:
        return _of_day(reader, group, events)
    if "until" in group.entries:
        return _span(reader, group)
    reader.problem(
        group.place,
        "missing-field",
        "this window does not say when it is.",
        "Write day: 11 November, from: 10:45 and to: 11:15; or, over several days, "
        "from: 2027-05-01 and until: 2027-05-06.",
    )
    return None


def _of_day(reader: Reader, group: Fields, events: Mapping[str, Event]) -> OfDay | None:
    if "until" in group.entries:
        reader.problem(
            group.keys["until"],
            "two-forms",
            "a window of one day has day:, from: and to:, and no until:.",
            "Write its last minute as to: 11:15; or take day: out, and write a date behind from: "
            "and until:.",
        )
        return None
    start, end = reader.clock(group, "from"), reader.clock(group, "to")
    said = reader.phrase(group, "day")
    day = _day(reader, reader.at(group, "day"), said, events) if said else None
    if start and end and end < start:
        reader.problem(
            reader.at(group, "to"),
            "end-first",
            "the window ends before it starts.",
            "Exchange the two times; a window past midnight has from: and until:, with dates.",
        )
        return None
    return OfDay(day, start, end) if day and start is not None and end is not None else None


def _span(reader: Reader, group: Fields) -> Span | None:
    if "to" in group.entries:
        reader.problem(
            group.keys["to"],
            "two-forms",
            "a window over several days has from: and until:, and no to:.",
            "Take to: out, and write the last day or minute as until: 2027-05-06 22:00",
        )
        return None
    first, last = _moment(reader, group, "from"), _moment(reader, group, "until")
    if first is None or last is None:
        return None
    start = to_utc(first[0], first[1] or time())
    end = _last_instant(last[0], last[1] or time(23, 59))
    if end <= start:
        reader.problem(
            reader.at(group, "until"),
            "end-first",
            "the window ends before it starts.",
            "Exchange the two; until is the last day, or the last minute, itself included.",
        )
        return None
    return Span(start, end)


def _last_instant(day: date, at: time) -> datetime:
    """The end of a minute on London's clocks: of an hour that comes twice, of the second."""
    local = datetime.combine(day, at, LONDON).replace(fold=1)
    return max(local.astimezone(UTC), to_utc(day, at)) + A_MINUTE


def _moment(reader: Reader, group: Fields, name: str) -> tuple[date, time | None] | None:
    """`2027-05-06`, or with a time: `Thursday 6 May 2027 22:00`."""
    value = reader.phrase(group, name)
    if value is None:
        return None
    words = value.split()
    at = clock_time(words[-1]) if len(words) > 1 else None
    said = " ".join(words[:-1]) if at is not None else value
    if _lacks_year(reader, reader.at(group, name), said):
        return None
    if ":" in said:
        reader.problem(
            reader.at(group, name),
            "date",
            f'"{shortened(value)}" is not a day, nor a day and a time.',
            f"Write it as {name}: 2027-05-06 or {name}: 2027-05-06 22:00",
        )
        return None
    day = reader.day_from(said, reader.at(group, name))
    return (day, at) if day else None


def _lacks_year(reader: Reader, place: Place, said: str) -> bool:
    """Whether a day stands there without its year; that is a Problem."""
    weekday, found = parse_day(f"{said} 2024")
    if found is None and weekday is None:
        return False
    without = re.sub(r"^[A-Za-z]+,? (?=\d)", "", said)
    if parse_day(said)[1] or not parse_day(f"{without} 2024")[1]:
        return False
    reader.problem(
        place,
        "no-year",
        f'"{shortened(said)}" has no year.',
        f"Write the year behind it: {without} 2027",
    )
    return True


def _day(reader: Reader, place: Place, said: str, events: Mapping[str, Event]) -> Day | None:
    """A day of the calendar, or one that is said by an event."""
    anchor = read_anchor(said, place)
    if anchor and anchor.event in events:
        return BesideEvent(anchor, events[anchor.event])
    if anchor and (anchor.week or anchor.event == LAUNCH):
        message = f'"{shortened(said)}" is a day of a run, and a window belongs to none.'
        reader.problem(place, "anchor", message, "Write a date, or the name of an event.")
        return None
    if anchor and (anchor.days or nearest(anchor.event, events)):
        message = f'there is no event called "{shortened(anchor.event)}".'
        advice = did_you_mean(anchor.event, events, what="Events")
        reader.problem(place, "unknown-event", message, advice)
        return None
    return read_day(reader, place, said)


def read_day(reader: Reader, place: Place, value: str) -> Date | None:
    """`11 November`, `second Sunday in November`, or one date with its year."""
    yearly = re.fullmatch(r"(\d{1,2}) ([A-Za-z]+)", value)
    nth = re.fullmatch(r"(\w+) (\w+) (?:in|of) (\w+)", value)
    if yearly and yearly[2].capitalize() in MONTHS:
        return _yearly(reader, place, value, int(yearly[1]), yearly[2])
    if nth:
        return _nth(reader, place, nth[1].lower(), nth[2].capitalize(), nth[3].capitalize())
    if _lacks_year(reader, place, value):
        return None
    found = reader.day_from(value, place)
    return OneDay(found) if found else None


def _yearly(reader: Reader, place: Place, value: str, day: int, month: str) -> YearlyDay | None:
    found = YearlyDay(MONTHS.index(month.capitalize()) + 1, day)
    try:
        date(2024, found.month, found.day)
    except ValueError:
        reader.problem(
            place,
            "date",
            f'there is no "{value}".',
            "Write a day there is, such as 11 November.",
        )
        return None
    return found


def _nth(reader: Reader, place: Place, nth: str, weekday: str, month: str) -> NthWeekday | None:
    if nth in NTHS and weekday in WEEKDAYS and month in MONTHS:
        return NthWeekday(NTHS.index(nth), WEEKDAYS.index(weekday), MONTHS.index(month) + 1)
    reader.problem(
        place,
        "date",
        f'"{shortened(f"{nth} {weekday} in {month}")}" is not a day of the year.',
        f"Write {', '.join(NTHS)}, then a weekday and a month: second Sunday in November.",
    )
    return None
