"""How many posts a platform takes in how long. Figures with their dates: they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.core.model import PlatformName


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests to publish from one account, accepted or not, in any stretch so long."""

    posts: int
    within: timedelta


RATES: Final[Mapping[PlatformName, Rate]] = {
    # Source: X, x-api/fundamentals/rate-limits, 22 August 2026. Its 10,000 a day for one app are
    # out of reach: settings.yaml lets an account have 50 posts a day at most.
    PlatformName.X: Rate(100, timedelta(minutes=15)),
    # 5,000 points an hour; putting a record takes 2. Source: the PDS's source, November 2026.
    PlatformName.BLUESKY: Rate(2_500, timedelta(hours=1)),
    # Source: Mastodon, api/rate-limits, November 2026. An instance may set its own.
    PlatformName.MASTODON: Rate(300, timedelta(minutes=5)),
}
"""The shortest published limit of each platform. Their longer ones are wider than the daily cap."""
