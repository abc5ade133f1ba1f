"""How often an account has signed in to Bluesky of late: counted here, because Bluesky counts too.

An account that signs in too often is shut out for the rest of the day, its press officers with it.
A bot that its supervisor starts again and again would do that to all its accounts in an hour.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.platforms.kept import Kept


@dataclass(frozen=True, slots=True)
class _Share:
    count: int
    within: timedelta


SHARES: Final = (_Share(15, timedelta(minutes=5)), _Share(150, timedelta(days=1)))
"""Half of what Bluesky lets an account do: people sign in to it too. Source: docs.bsky.app, Rate
Limits, November 2026: 30 in 5 minutes and 300 in a day."""


class TooManySignInsError(Exception):
    """One more would be more than our share: when there is room again, and in how many seconds."""

    def __init__(self, until: datetime, seconds: float) -> None:
        super().__init__("too many sign-ins")
        self.until, self.seconds = until, seconds


def free_at(sign_ins: Collection[datetime], now: datetime) -> datetime | None:
    """When an account that signed in at those instants may do so again; None where it may now."""
    until: list[datetime] = []
    for share in SHARES:
        recent = [at for at in sorted(sign_ins) if now - share.within < at <= now]
        if len(recent) >= share.count:
            until.append(recent[-share.count] + share.within)
    return max(until, default=None)


class SignIns:
    """The sign-ins of one account, over restarts and from several processes on one machine."""

    def __init__(self, kept: Kept, now: Callable[[], datetime]) -> None:
        self._kept, self._now = kept, now
        self._own: set[datetime] = set()  # should it not be possible to keep them
        self._lock = threading.Lock()

    def count(self) -> datetime:
        """Counts one that is about to be made. Raises TooManySignInsError instead."""
        with self._lock:
            now = self._now()
            since = now - max(share.within for share in SHARES)
            # Those of a time to come are of a clock that was wrong: they would count for too long.
            sign_ins = {at for at in self._own | self._read() if since < at <= now}
            until = free_at(sign_ins, now)
            if until is not None:
                raise TooManySignInsError(until, (until - now).total_seconds())
            self._keep(sign_ins | {now})
            return now

    def take_back(self, counted: datetime) -> None:
        """That one was not made after all."""
        with self._lock:
            self._keep((self._own | self._read()) - {counted})

    def _keep(self, sign_ins: set[datetime]) -> None:
        self._own = sign_ins
        with suppress(OSError):
            self._kept.write(json.dumps([at.isoformat() for at in sorted(sign_ins)]))

    def _read(self) -> set[datetime]:
        try:
            every = {datetime.fromisoformat(at) for at in json.loads(self._kept.read() or "[]")}
            return {at.astimezone(UTC) for at in every if at.tzinfo is not None}
        except (OSError, ValueError, TypeError, OverflowError):
            return set()  # damaged: counted from here on
