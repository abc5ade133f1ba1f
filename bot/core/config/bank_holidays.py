"""The bank holidays of each nation, as the library `holidays` knows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from bot.core.model import Nation

SUBDIVISIONS: Final = {
    Nation.ENGLAND: "ENG",
    Nation.WALES: "WLS",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}
"""Source: ISO 3166-2:GB."""


def bank_holiday(day: date, nation: Nation) -> str | None:
    """The name of the bank holiday that a day is in a nation; None where it is none."""
    return _of_year(day.year, nation).get(day)


@lru_cache(maxsize=100)
def _of_year(year: int, nation: Nation) -> Mapping[date, str]:
    # Imported here: it takes a third of a second, and few packs ask.
    from holidays import country_holidays

    found = country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=year, expand=False)
    return dict(found.items())
