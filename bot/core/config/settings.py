"""settings.yaml: what applies to every campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Final

from bot.core.model import PlatformName
from bot.core.reading import Reader
from bot.core.source import Fields, did_you_mean

POSTS_A_DAY: Final = 8
A_YEAR: Final = timedelta(days=366), "366 days"


@dataclass(frozen=True, slots=True)
class Reposts:
    """How reposts of one national post are spread out."""

    accounts: int = 5  # the most that repost one post: X forbids bulk, and gives no figure
    soonest: timedelta = timedelta(minutes=30)  # after it, to which a force's minute is added
    latest: timedelta = timedelta(minutes=120)


@dataclass(frozen=True, slots=True)
class Settings:
    """What applies to every campaign."""

    plan_ahead: timedelta = timedelta(days=14)
    warn_unapproved: timedelta = timedelta(days=1)
    dry_run_approves: bool = True
    posts_per_account_a_day: int = POSTS_A_DAY  # over all runs, on London's calendar
    release_takes_two: bool = True  # of a live hold on everything
    reposts: Reposts = Reposts()
    sectors: tuple[str, ...] = ()  # trades that partners may have; none: those that they do have
    prices: Mapping[PlatformName, tuple[Decimal, Decimal]] = field(default_factory=dict)
    read_prices: Mapping[PlatformName, Decimal] = field(default_factory=dict)

    def cost(self, platform: PlatformName, *, with_link: bool) -> Decimal:
        """US dollars for one post."""
        plain, linked = self.prices.get(platform, (Decimal(0), Decimal(0)))
        return linked if with_link else plain

    def cost_of_reading(self, platform: PlatformName, posts: int) -> Decimal:
        """US dollars for so many posts read on timelines; 0 where no price is written."""
        return posts * self.read_prices.get(platform, Decimal(0))


SETTINGS: Final = (
    "plan_ahead", "warn_unapproved", "dry_run_approves", "posts_per_account_a_day",
    "release_takes_two", "reposts", "sectors", "prices",
)  # fmt: skip


REPOST_FIELDS: Final = ("accounts", "soonest", "latest")
MOST_REPOSTS: Final = 10
LATEST_REPOST: Final = timedelta(hours=6), "6 hours"


PRICE_FIELDS: Final = ("post_usd", "post_with_link_usd", "read_usd", "source", "as_of")


def read_settings(reader: Reader, top: Fields) -> Settings:
    reader.known_fields(top, SETTINGS, "settings")
    prices, read_prices = {}, {}
    group = reader.fields(top.entries.get("prices"), top.place, '"prices"')
    for name, node in group.entries.items():
        inner = reader.fields(node, group.keys[name], f'"{name}"')
        reader.known_fields(inner, PRICE_FIELDS, "a price")
        plain, linked = reader.money(inner, "post_usd"), reader.money(inner, "post_with_link_usd")
        if name not in list(PlatformName):
            reader.problem(
                group.keys[name],
                "platform",
                f'"{name}" is not a platform the bot publishes on.',
                did_you_mean(name, PlatformName),
            )
        elif plain is not None and linked is not None:
            prices[PlatformName(name)] = (plain, linked)
            if "read_usd" in inner.entries and (read := reader.money(inner, "read_usd")):
                read_prices[PlatformName(name)] = read
    return Settings(
        plan_ahead=reader.duration(top, "plan_ahead", default=timedelta(days=14), most=A_YEAR),
        warn_unapproved=reader.duration(
            top, "warn_unapproved", default=timedelta(days=1), most=A_YEAR
        ),
        dry_run_approves=reader.yes_no(top, "dry_run_approves", default=True),
        posts_per_account_a_day=reader.number(
            top, "posts_per_account_a_day", default=POSTS_A_DAY, least=1, most=50
        ),
        release_takes_two=reader.yes_no(top, "release_takes_two", default=True),
        reposts=_read_reposts(reader, top),
        sectors=tuple(one.lower() for one in reader.listed(top, "sectors")),
        prices=prices,
        read_prices=read_prices,
    )


def _read_reposts(reader: Reader, top: Fields) -> Reposts:
    usual = Reposts()
    group = reader.fields(top.entries.get("reposts"), top.place, '"reposts"')
    reader.known_fields(group, REPOST_FIELDS, '"reposts"')

    def length(name: str, default: timedelta) -> timedelta:
        return reader.duration(group, name, default=default, most=LATEST_REPOST)

    found = Reposts(
        reader.number(group, "accounts", default=usual.accounts, least=1, most=MOST_REPOSTS),
        length("soonest", usual.soonest),
        length("latest", usual.latest),
    )
    if found.latest < found.soonest:
        reader.problem(
            reader.at(group, "latest" if "latest" in group.entries else "soonest"),
            "reposts",
            "the latest repost would come before the soonest.",
            f"Write both, such as soonest: {usual.soonest // timedelta(minutes=1)} minutes and "
            f"latest: {usual.latest // timedelta(minutes=1)} minutes.",
        )
        return usual
    return found
