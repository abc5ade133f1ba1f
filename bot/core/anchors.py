"""Days that are said by what they lie beside: `week 3 Tuesday`, `Friday before Black Friday`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Protocol, TypeAlias

from bot.core.reading import WEEKDAYS, event_name
from bot.core.source import Place

LAUNCH: Final = "launch"  # the first day of a run, whichever date that is
A_DAY: Final = timedelta(days=1)
A_WEEK: Final = timedelta(days=7)

HOW: Final = (
    "Write a weekday, or week 3 Tuesday, day after launch, 3 days before Black Friday, "
    "Friday before Black Friday, or an event alone."
)

_WEEKDAY: Final = "|".join(WEEKDAYS).lower()
_IN_WEEK: Final = re.compile(rf"week ([1-9][0-9]?),? ({_WEEKDAY})")
_BESIDE: Final = re.compile(r"(?:([1-9][0-9]{0,2}) days|(?:1 |one |the )?day) (before|after) (.+)")
_NEAREST: Final = re.compile(rf"(?:the )?({_WEEKDAY}) (before|after) (.+)")
_NO_NAME: Final = re.compile(r"\b(?:before|after)\b|^week\b|[^\w '’-]")


class Falls(Protocol):
    """Something that has dates, such as an event of config/calendar.yaml."""

    def falls_on(self, day: date) -> bool: ...


Events: TypeAlias = Mapping[str, Falls]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day as it is written, and what it means: all that is not said is 0 or empty."""

    said: str = field(compare=False)  # Friday before Black Friday
    place: Place = field(compare=False)
    event: str = ""  # launch, or the name of an event: black-friday
    days: int = 0  # after the event, or before it
    weekday: int | None = None  # the nearest one on that side of the event, or of the week
    week: int = 0  # of the run, from 1

    def falls_on(self, day: date, starts: date, events: Events) -> bool:
        """Whether it is this date, in a run that begins on `starts`."""
        if self.week:
            return (day - starts) // A_WEEK == self.week - 1 and day.weekday() == self.weekday
        if self.weekday is None:
            return self._is_event(day - self.days * A_DAY, starts, events)
        side = -A_DAY if self.days > 0 else A_DAY  # where the event lies, as seen from the day
        return day.weekday() == self.weekday and any(
            self._is_event(day + number * side, starts, events) for number in range(1, 8)
        )

    def _is_event(self, day: date, starts: date, events: Events) -> bool:
        if self.event == LAUNCH:
            return day == starts
        event = events.get(self.event)
        return event is not None and event.falls_on(day)


def read_anchor(said: str, place: Place) -> Anchor | None:
    """The day that words name, whether there is such an event or not; None where they name none."""
    words = " ".join(said.lower().split())
    if found := _IN_WEEK.fullmatch(words):
        return Anchor(said, place, week=int(found[1]), weekday=_weekday(found[2]))
    if found := _BESIDE.fullmatch(words):
        days = int(found[1] or 1) * (1 if found[2] == "after" else -1)
        return _named(Anchor(said, place, event_name(found[3]), days), found[3])
    if found := _NEAREST.fullmatch(words):
        side = 1 if found[2] == "after" else -1
        anchor = Anchor(said, place, event_name(found[3]), side, _weekday(found[1]))
        return _named(anchor, found[3])
    return _named(Anchor(said, place, event_name(words)), words)


def _named(anchor: Anchor, event: str) -> Anchor | None:
    return None if _NO_NAME.search(event) else anchor


def _weekday(name: str) -> int:
    return WEEKDAYS.index(name.capitalize())
