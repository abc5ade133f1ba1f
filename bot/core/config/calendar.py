"""calendar.yaml: when the bot keeps quiet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from bot.core.model import LONDON
from bot.core.reading import MONTHS, Reader
from bot.core.source import Fields, Place

CALENDAR_FIELDS: Final = ("no_posts",)


SILENCE_FIELDS: Final = ("day", "from", "to", "why")


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch of a day in which nothing is planned."""

    name: str
    month: int
    day: int
    year: int | None  # None: every year
    start: time
    end: time
    why: str
    place: Place

    def covers(self, due: datetime) -> bool:
        """Whether an instant falls into it, its last minute included."""
        local = due.astimezone(LONDON)
        if (local.month, local.day) != (self.month, self.day):
            return False
        in_year = self.year in (None, local.year)
        return in_year and self.start <= local.time().replace(second=0, microsecond=0) <= self.end


def read_calendar(reader: Reader, top: Fields) -> tuple[Silence, ...]:
    reader.known_fields(top, CALENDAR_FIELDS, "the calendar")
    group = reader.fields(top.entries.get("no_posts"), top.place, '"no_posts"')
    silences = []
    for name, node in reader.names(group, "window").items():
        inner = reader.fields(node, group.keys[name], f'"{name}"')
        reader.known_fields(inner, SILENCE_FIELDS, "a window")
        start, end = reader.clock(inner, "from"), reader.clock(inner, "to")
        why = reader.phrase(inner, "why")
        when = _silent_day(reader, inner)
        if start and end and end < start:
            reader.problem(
                reader.at(inner, "to"),
                "end-first",
                "the window ends before it starts.",
                "Exchange the two times; a window past midnight is two windows.",
            )
        elif start and end and why and when:
            silences.append(Silence(name, *when, start, end, why, group.keys[name]))
    return tuple(silences)


def _silent_day(reader: Reader, group: Fields) -> tuple[int, int, int | None] | None:
    value = reader.phrase(group, "day") or ""
    yearly = re.fullmatch(r"(\d{1,2}) ([A-Za-z]+)", value)
    if yearly and yearly[2].capitalize() in MONTHS:
        month, day = MONTHS.index(yearly[2].capitalize()) + 1, int(yearly[1])
        try:
            date(2024, month, day)
        except ValueError:
            reader.problem(
                reader.at(group, "day"),
                "date",
                f'there is no "{value}".',
                "Write a day there is, such as 11 November.",
            )
            return None
        return month, day, None
    found = reader.day(group, "day")
    return (found.month, found.day, found.year) if found else None
