"""What reading accounts' pages cost, for status, unsettled and audit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from bot import app
from bot.cli import show
from bot.core.config import Settings
from bot.core.reading import to_utc
from bot.ledger import Ledger, ReadTotal

DAYS: Final = 30


def reads_record(ledger: Ledger, loaded: app.Loaded, now: datetime) -> dict[str, Any]:
    """What was read today, on London's calendar, and in the last 30 days, today included.

    `usd` is the most it can have cost: X asks once a day for a post that is read twice. It is None
    while the settings cannot be read.
    """
    settings = loaded.config.settings if loaded.sources else None
    return {
        "today": _record(totals(ledger, now, days=1), settings),
        "last_30_days": _record(totals(ledger, now, days=DAYS), settings),
    }


def any_read(ledger: Ledger, now: datetime) -> bool:
    """Whether anything was read that has a price, in the last 30 days."""
    return any(one.posts for one in totals(ledger, now, days=DAYS))


def totals(ledger: Ledger, now: datetime, *, days: int) -> tuple[ReadTotal, ...]:
    """What was read on so many days up to today, by account."""
    return ledger.read_totals(since=to_utc(app.today(now) - timedelta(days=days - 1), time(0)))


def cost(read: Iterable[ReadTotal], settings: Settings) -> Decimal:
    """US dollars, at most."""
    prices = (settings.cost_of_reading(one.platform, one.posts) for one in read)
    return sum(prices, Decimal(0))


def in_words(found: dict[str, Any]) -> str:
    """The sums in a sentence: what today and the last 30 days cost at most."""
    today, month = (_in_words(found[name]) for name in ("today", "last_30_days"))
    return f"Read on accounts' pages: today {today}, in the last {DAYS} days {month}, at most."


def _record(read: Iterable[ReadTotal], settings: Settings | None) -> dict[str, Any]:
    read = tuple(read)
    return {
        "readings": sum(one.readings for one in read),
        "posts": sum(one.posts for one in read),
        "usd": None if settings is None else f"{cost(read, settings):.3f}",
    }


def _in_words(one: dict[str, Any]) -> str:
    price = "its price is not known" if one["usd"] is None else f"US${one['usd']}"
    return f"{show.counted(one['posts'], 'post')} ({price})"
