"""On which days a run happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.core.anchors import Events
from bot.core.config import Config, Run
from bot.core.packs import Dated, EveryWeek, NationalPack, Never
from bot.core.packs.anchored import anchor_faults
from bot.core.reading import WEEKDAYS, written
from bot.core.source import listed

WEEK: Final = timedelta(days=7)
FIRST_WEEK: Final = date(2018, 1, 1)
"""The Monday from which the weeks of standing campaigns are counted, wherever they start."""


@dataclass(frozen=True, slots=True)
class Window:
    """London dates, both inclusive."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A run with its dates: one that comes every week has one for each week."""

    run: Run
    id: str
    starts: date
    days: int
    standing: bool = False  # a week of a standing campaign: always Monday to Sunday

    @property
    def last(self) -> date:
        return self.starts + timedelta(days=self.days - 1)

    @property
    def ranks(self) -> str:
        """The id that ranks messages: the run's own where picks go on over the weeks."""
        return self.run.id if self.standing else self.id

    def happens(self, day: date) -> bool:
        """Whether the run has begun by one of the occurrence's days, and not ended."""
        if not self.starts <= day <= self.last:
            return False
        first, last = self.run.starts, self.run.ends
        return not self.standing or (first or day) <= day <= (last or day)

    def dates(self) -> Iterator[tuple[int, date]]:
        """(day number from 1, date); of a standing week all seven, whether they happen or not."""
        for number in range(self.days):
            yield number + 1, self.starts + timedelta(days=number)


def days_of(run: Run, pack: NationalPack, occurrence: str = "") -> Window | None:
    """All the days of a run, or of one occurrence of it by its id; None where they never end.

    A pack that is never scheduled has none either.
    """
    weekday = 0 if isinstance(pack.schedule, EveryWeek) else run.weekly
    if isinstance(pack.schedule, Never):
        return None
    if weekday is None:
        assert isinstance(pack.schedule, Dated)
        first = run.starts or pack.schedule.starts
        return Window(first, first + timedelta(days=pack.schedule.days - 1))
    if occurrence in ("", run.id):
        return None
    year, week = occurrence.rsplit("-", 1)[1].split("w")
    first = date.fromisocalendar(int(year), int(week), weekday + 1)
    return Window(first, first + timedelta(days=6))


def occurrences(run: Run, pack: NationalPack, window: Window) -> list[Occurrence]:
    """The run's occurrences that touch the window, in order."""
    match pack.schedule:
        case Never():
            return []
        case EveryWeek():
            found = [standing_week(run, monday) for monday in _weeks(window, 0)]
        case Dated(starts, days) if run.weekly is None:
            found = [Occurrence(run, run.id, run.starts or starts, days)]
        case Dated(_, days):
            weekday = run.weekly or 0
            found = [_week(run, day, min(days, 7), False) for day in _weeks(window, weekday)]
    return [
        one
        for one in found
        if one.starts <= window.last
        and one.last >= window.first
        and any(one.happens(day) for _, day in one.dates())
    ]


def _weeks(window: Window, weekday: int) -> Iterator[date]:
    """The first days of the weeks that touch a window, where weeks begin on `weekday`."""
    day = window.first - timedelta(days=(window.first.weekday() - weekday) % 7)
    while day <= window.last:
        yield day
        day += WEEK


def _week(run: Run, day: date, days: int, standing: bool) -> Occurrence:
    return Occurrence(run, week_id(run, day), day, days, standing)


def standing_week(run: Run, monday: date) -> Occurrence:
    """One week of a standing campaign, whether anything happens in it or not."""
    return _week(run, monday, 7, True)


def week_id(run: Run, day: date) -> str:
    """The id of one week of a run: act-every-day@standing-2026w48."""
    year, week, _ = day.isocalendar()
    return f"{run.id}-{year}w{week:02d}"


def gives_way(one: Occurrence, pack: NationalPack, config: Config) -> bool:
    """Whether a practice week has a real run of the same pack in its days, and is left out."""
    if one.run.weekly is None:
        return False
    window = Window(one.starts, one.last)
    real = (run for run in config.runs.values() if run.pack == pack.id and run.weekly is None)
    return any(occurrences(run, pack, window) for run in real)


def wrong_dates(run: Run, pack: NationalPack, events: Events) -> list[tuple[str, str, str]]:
    """(code, message, advice) of each way in which a run's dates do not go with its pack."""
    if wrong := _wrong_dates(run, pack):
        return [wrong]
    if run.weekly is not None or not isinstance(pack.schedule, Dated):
        return []  # a practice week shows what there is in it
    first = run.starts or pack.schedule.starts
    last = first + timedelta(days=pack.schedule.days - 1)
    return [
        (code, f"{message} ({anchor.place})", advice)
        for anchor, (code, message, advice) in anchor_faults(pack, first, last, events)
    ]


def _wrong_dates(run: Run, pack: NationalPack) -> tuple[str, str, str] | None:
    """What does not go with how the pack is scheduled."""
    match pack.schedule:
        case Never():
            return (
                "never-scheduled",
                f"{pack.title} is held ready and never scheduled, so it cannot be run.",
                f"Take this entry out. To read it: .venv/bin/bot preview --campaign {pack.id}",
            )
        case EveryWeek() if run.weekly is not None:
            return (
                "weekly",
                f"{pack.title} goes on every week by itself.",
                "Take starts: out, or write the date from which it goes on.",
            )
        case Dated() if run.ends is not None:
            return (
                "ends",
                f"{pack.title} has a length of its own, so its runs have no ends:.",
                f"Take the line out: how long it lasts stands in "
                f"messages/national/{pack.id}/campaign.yaml.",
            )
        case Dated(expected) if run.weekly is None:
            first = run.starts or expected
            if first.weekday() != expected.weekday():
                return "other-weekday", *_other_weekday(first, expected, pack.title)
    return None


def _other_weekday(first: date, expected: date, title: str) -> tuple[str, str]:
    before = first - timedelta(days=(first.weekday() - expected.weekday()) % 7)
    near = listed((written(before), written(before + WEEK)), "or")
    return (
        f"{written(first)} is not a {WEEKDAYS[expected.weekday()]}, on which {title} starts.",
        f"Its themes belong to weekdays. Start it on {near}.",
    )
