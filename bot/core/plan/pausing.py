"""Which run gives way to which, and on which days.

It is decided from dates and configuration, never from whether the other run's posts could be
made: a mistake in a campaign's words must not let the standing one speak in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.core.anchors import Events
from bot.core.config import Run
from bot.core.model import Sender
from bot.core.plan.occurrences import Window, days_of, gives_way, occurrences, wrong_dates
from bot.core.plan.values import Sources

LONGEST: Final = timedelta(days=371)  # the 53 weeks that a pack can last


@dataclass(slots=True)
class Pauses:
    """The runs that pause others, asked day by day."""

    sources: Sources
    _speaking: dict[tuple[str, date], bool | None] = field(default_factory=dict)

    def by(self, run: Run, sender: Sender, day: date) -> tuple[Run, bool] | None:
        """The run that pauses `run` for a sender on a day; and whether that is sure.

        It is not sure where the other run's pack, or the sender's own for it, cannot be read: the
        days it might pause are then neither planned nor judged.
        """
        perhaps = None
        for other in self.sources.config.runs.values():
            if run.id not in other.pauses or not self._may_pause(other, sender):
                continue
            speaks = self._speaks(other, day)
            if speaks and self.sources.overlays_are_sound(sender, other.pack):
                return other, True
            if speaks is not False:
                perhaps = perhaps or (other, False)
        return perhaps

    def _may_pause(self, other: Run, sender: Sender) -> bool:
        local = self.sources.local.get((sender.id, other.pack))
        stays_out = local is not None and local.ok and local.takes_part is False
        rehearsed = other.practice and self.sources.live
        return other.takes(sender) and not stays_out and not rehearsed

    def _speaks(self, other: Run, day: date) -> bool | None:
        """Whether a run has a theme on a day; None where nobody can tell."""
        if (other.id, day) not in self._speaking:
            self._speaking[other.id, day] = self._looked_up(other, day)
        return self._speaking[other.id, day]

    def _looked_up(self, other: Run, day: date) -> bool | None:
        pack = self.sources.packs.get(other.pack)
        if pack is None:
            return None if _may_reach(other, day) else False
        if wrong_dates(other, pack, self._events):
            days = days_of(other, pack)
            return None if days is not None and days.holds(day) else False
        return any(
            pack.on_day(day, one.starts, self._events) is not None
            and one.happens(day)
            and not gives_way(one, pack, self.sources.config)
            for one in occurrences(other, pack, Window(day, day))
        )

    @property
    def _events(self) -> Events:
        return self.sources.config.calendar.events


def _may_reach(run: Run, day: date) -> bool:
    """Whether a run whose pack cannot be read may have a theme on a day.

    Its length stands in the pack, so every day is taken that the longest pack would reach; any day
    at all where its first one stands in the pack too, or comes every week.
    """
    if run.ends and day > run.ends:
        return False
    return run.starts is None or run.starts <= day < run.starts + LONGEST
