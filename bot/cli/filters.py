"""The filters that many commands share: whose posts, of which campaign, on which days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.app import chosen
from bot.core.config import Config
from bot.core.model import Language, Post, SettingsError, configured_run, london_day
from bot.core.plan import LeftOut, Window, days_of
from bot.core.reading import YEARS, parse_day, written
from bot.core.source import listed

if TYPE_CHECKING:
    from bot.core.packs import NationalPack
    from bot.ledger import LedgerPost

F = TypeVar("F", bound=Callable[..., Any])


FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Words for people, or JSON for programs.",
)


class Day(click.ParamType[Any]):
    """`2015-11-23`, `Monday 23 November 2015`, `today` or `tomorrow`."""

    name = "DATE"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if isinstance(value, date) or value in ("today", "tomorrow"):
            return value
        _, found = parse_day(str(value))
        if found is None:
            self.fail(f'"{value}" is not a date. Write it as 2015-11-23, today or tomorrow.')
        if found.year not in YEARS:
            self.fail(
                f"the bot plans for the years {YEARS[0]} to {YEARS[-1]}, not for {found.year}."
            )
        return found


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a plan is shown. Filters never change what is planned."""

    forces: tuple[str, ...]
    region: str | None
    campaign: str | None
    first: date
    last: date
    dated: bool  # whether a person named the days

    @property
    def window(self) -> Window:
        return Window(self.first, self.last)

    def wants(self, post: Post | LedgerPost) -> bool:
        day = london_day(post.due)
        return self.window.holds(day) and self.is_about(post)

    def is_about(self, post: Post | LedgerPost) -> bool:
        """Whether a post is of the senders and the campaign that were named, whatever its day."""
        return self._covers(post.sender, post.region, post.campaign, post.key.run)

    def wants_left(self, one: LeftOut, config: Config) -> bool:
        region = config.senders[one.sender].region
        in_window = one.day is None or self.window.holds(one.day)
        return in_window and self._covers(one.sender, region, one.campaign, one.run)

    def _covers(self, sender: str, region: str | None, campaign: str, run: str) -> bool:
        return (
            (not self.forces or sender in self.forces)
            and (self.region is None or (region or "").lower() == self.region.lower())
            and self.campaign in (None, campaign, run, configured_run(run))
        )

    def spoken(self, config: Config) -> str:
        """`Kent Police, Monday 23 November 2015`."""
        who = ", ".join(config.senders[force].name(Language.EN) for force in self.forces)
        parts = [who or self.region or "All senders", *([self.campaign] if self.campaign else [])]
        days = written(self.first)
        if self.last != self.first:
            days = f"{days} to {written(self.last)}"
        return ", ".join([*parts, days])


def filter_options(function: F) -> F:
    """Adds --force, --region, --campaign, --on, --from and --to; hands them on as `asked`."""

    @click.option("--force", "forces", multiple=True, metavar="NAME", help="Only this force.")
    @click.option("--region", metavar="NAME", help="Only this region, such as 'South East'.")
    @click.option("--campaign", metavar="NAME", help="Only this campaign, or one run of it.")
    @click.option("--on", type=Day(), help="Only this day.")
    @click.option("--from", "start", type=Day(), help="From this day on.")
    @click.option("--to", "end", type=Day(), help="Up to this day, itself included.")
    @wraps(function)
    def wrapped(
        forces: tuple[str, ...],
        region: str | None,
        campaign: str | None,
        on: date | None,
        start: date | None,
        end: date | None,
        **rest: Any,
    ) -> Any:
        if on and (start or end):
            raise click.UsageError("--on names one day; --from and --to several. Use one or other.")
        asked = Asked(forces, region, campaign, on or start, on or end)
        return function(asked=asked, **rest)

    return wrapped  # type: ignore[return-value]  # the options change the signature


def embargo_options(function: F) -> F:
    """Adds --embargoed and --as; hands on the name, None where nobody asks, as `reader`."""

    @click.option("--embargoed", is_flag=True, help="Show what is under embargo too.")
    @click.option("--as", "reader", metavar="NAME", help="With --embargoed: who looks at it.")
    @wraps(function)
    def wrapped(embargoed: bool, reader: str | None, **rest: Any) -> Any:
        if embargoed != bool((reader or "").strip()):
            raise click.UsageError(
                "--embargoed and --as go together: say who looks at what is under embargo."
            )
        return function(reader=reader.strip() if reader else None, **rest)

    return wrapped  # type: ignore[return-value]  # the options change the signature


def lifted(
    packs: Mapping[str, NationalPack | None], reader: str | None, now: datetime
) -> frozenset[str]:
    """The packs whose embargo is looked past for somebody. Raises SettingsError where none is."""
    if reader is None:
        return frozenset()
    secret = [pack for pack in packs.values() if pack is not None and pack.is_embargoed(now)]
    named = frozenset(pack.id for pack in secret if _same(reader) in map(_same, pack.may_preview))
    if secret and not named:
        raise SettingsError(
            f"{reader} is not among those who may preview "
            f"{listed((pack.id for pack in secret), 'or')} under embargo. The pack names them, "
            "after may_preview:"
        )
    return named


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters as they were typed, before anybody has looked at the configuration."""

    forces: tuple[str, ...]
    region: str | None
    campaign: str | None
    start: Any
    end: Any

    def around(self, today: date) -> Window | None:
        """All the days that what was asked for can touch; None where a campaign brings its own.

        Posts are compared with those of a week before and after, and weeks are planned whole.
        """
        if self.campaign:
            return None
        first = _day(self.start, today) or min(today, _day(self.end, today) or today)
        last = _day(self.end, today) or max(first, today + timedelta(days=13))
        return Window(first - timedelta(days=21), last + timedelta(days=21))

    def settled(self, config: Config, packs: Any, today: date) -> Filters:
        """Filters with names that exist and days that are dates. Raises SettingsError."""
        forces = tuple(f.strip() for one in self.forces for f in one.split(",") if f.strip())
        for force in forces:
            chosen("force", force, config.senders)
        regions = {s.region.lower(): s.region for s in config.senders.values() if s.region}
        if self.region and self.region.lower() not in regions:
            chosen("region", self.region, {region: region for region in regions.values()})
        if self.campaign:
            chosen("campaign", configured_run(self.campaign), {**packs, **config.runs})
        first = _day(self.start, today)
        last = _day(self.end, today)
        dated = bool(first or last)
        if first is None and last is None:
            first, last = self._days_of_run(config, packs) or (today, today + timedelta(days=13))
        first = first or min(today, last or today)
        last = last or max(first, today + timedelta(days=13))
        if last < first:
            raise SettingsError(f"--to {last} is before --from {first}.")
        if (last - first).days > 400:
            raise SettingsError("that is more than a year: name fewer days.")
        return Filters(forces, self.region, self.campaign, first, last, dated)

    def _days_of_run(self, config: Config, packs: Any) -> tuple[date, date] | None:
        """A run that was named brings its own days."""
        run = config.runs.get(self.campaign or "")
        pack = packs.get(run.pack) if run else None
        days = days_of(run, pack) if run and pack else None
        return (days.first, days.last) if days else None


def _day(value: Any, today: date) -> date | None:
    if value == "today":
        return today
    if value == "tomorrow":
        return today + timedelta(days=1)
    return value if isinstance(value, date) else None
