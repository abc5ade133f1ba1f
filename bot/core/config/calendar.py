"""calendar.yaml: when nothing goes out, when no politician is quoted, and more bank holidays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations, islice
from typing import Final

from bot.core.config.bank_holidays import bank_holiday
from bot.core.config.campaigns import Run, read_who
from bot.core.config.windows import Event, Stretch, read_day, read_stretch
from bot.core.model import LONDON, Nation, Sender, london_day
from bot.core.reading import WEEKDAYS, Reader, written
from bot.core.source import MANY, Fields, Place, did_you_mean, listed, shortened

CALENDAR_FIELDS: Final = ("events", "no_posts", "no_politicians", "bank_holidays")

SILENCE_FIELDS: Final = (
    "day", "from", "to", "until", "why", "source", "who", "campaigns", "themes", "essential",
)  # fmt: skip

HOLIDAY_FIELDS: Final = ("day", "who", "why", "source")

EVENT_FIELDS: Final = ("day", "source")
OWN_DAYS: Final = ("launch", *map(str.lower, WEEKDAYS))
"""Days that packs have of their own, so no event can be called so."""

MAY_LEAVE: Final = "pass"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What would go out, and when: all that the calendar asks."""

    due: datetime
    sender: Sender
    run: str  # as it stands in the configuration
    campaign: str
    theme: str
    essential: bool = False
    of_politician: bool = False
    no_bank_holidays: Place | None = None  # where its pack says so


@dataclass(frozen=True, slots=True)
class Stop:
    """Why something does not go out, and the line that says so."""

    code: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Silence:
    """A window in which nothing goes out, or nothing that quotes a politician."""

    name: str
    when: Stretch
    why: str
    place: Place
    who: tuple[str, ...] = ()  # senders, kinds, regions, nations; empty: everyone
    campaigns: tuple[str, ...] = ()  # packs and runs; empty: all
    themes: tuple[str, ...] = ()  # empty: all
    lets_essential_pass: bool = False
    of_politicians: bool = False

    def concerns(self, sender: Sender) -> bool:
        """Whether it is for a sender. One of the whole kingdom speaks in each of its elections."""
        everywhere = self.of_politicians and sender.nation is None
        return (
            not self.who
            or sender.is_among(self.who)
            or (everywhere and any(name.title() in list(Nation) for name in self.who))
        )

    def stops(self, one: Occasion) -> bool:
        return (
            (one.of_politician or not self.of_politicians)
            and not (one.essential and self.lets_essential_pass)
            and self.concerns(one.sender)
            and (not self.campaigns or not {one.run, one.campaign}.isdisjoint(self.campaigns))
            and (not self.themes or one.theme in self.themes)
            and self.when.covers(one.due)
        )

    @property
    def stop(self) -> Stop:
        if self.of_politicians:
            reason = f"{self.why} ({self.name}), and it quotes a politician"
            return Stop("no-politicians", reason, self.place)
        return Stop("silence", f"{self.why} ({self.name})", self.place)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A bank holiday besides those that are known."""

    day: date
    nations: frozenset[Nation]
    why: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the bot keeps quiet, and about what."""

    silences: tuple[Silence, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    events: Mapping[str, Event] = field(default_factory=dict)

    def stop(self, one: Occasion) -> Stop | None:
        """Why something does not go out when it is due; None where nothing stops it."""
        silence = next((silence for silence in self.silences if silence.stops(one)), None)
        return silence.stop if silence else _quiet_hours(one) or self._bank_holiday(one)

    def drop(self, one: Occasion) -> Stop | None:
        """Why other words should stand in its place: it quotes a politician, and now none is."""
        of_politicians = (silence for silence in self.silences if silence.of_politicians)
        found = next((silence for silence in of_politicians if silence.stops(one)), None)
        return found.stop if found else None

    def _bank_holiday(self, one: Occasion) -> Stop | None:
        if one.no_bank_holidays is None:
            return None
        day = london_day(one.due)
        nations = [one.sender.nation] if one.sender.nation else list(Nation)
        names = [self._holiday(day, nation) for nation in nations]
        if not all(names):  # of the whole kingdom: only what is one everywhere
            return None
        reason = f"{written(day)} is {names[0]}, and the pack says on_bank_holidays: no"
        return Stop("bank-holiday", reason, one.no_bank_holidays)

    def _holiday(self, day: date, nation: Nation) -> str | None:
        own = (one.why for one in self.holidays if one.day == day and nation in one.nations)
        return next(own, None) or bank_holiday(day, nation)


def _quiet_hours(one: Occasion) -> Stop | None:
    hours = one.sender.quiet_hours
    at = one.due.astimezone(LONDON).time()
    if hours is None or not hours.holds(at):
        return None
    reason = f"{at:%H:%M} lies in its quiet hours, {hours}"
    return Stop("quiet-hours", reason, hours.place)


# --- reading --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What a window may name."""

    events: Mapping[str, Event]
    who: Collection[str] | None  # None where forces.yaml cannot be read
    senders: Collection[Sender]
    campaigns: Collection[str]


def read_calendar(
    reader: Reader,
    top: Fields,
    known: Collection[str] | None,
    senders: Collection[Sender],
    runs: Mapping[str, Run],
) -> Calendar:
    """The calendar; `known` are the names that `who` may have, None where nobody can tell."""
    reader.known_fields(top, CALENDAR_FIELDS, "the calendar")
    campaigns = {*runs, *(run.pack for run in runs.values())}
    events = {one.name: one for one in _events(reader, top)}
    names = _Known(events, known, senders, campaigns)
    silences = [
        *_windows(reader, top, "no_posts", names),
        *_windows(reader, top, "no_politicians", names),
    ]
    return Calendar(tuple(silences), tuple(_holidays(reader, top)), events)


def _windows(reader: Reader, top: Fields, field: str, known: _Known) -> list[Silence]:
    group = reader.fields(top.entries.get(field), top.place, f'"{field}"')
    found = []
    for name, node in reader.names(group, "window").items():
        inner = reader.fields(node, group.keys[name], f'"{name}"')
        reader.known_fields(inner, SILENCE_FIELDS, "a window")
        silence = _window(reader, name, inner, group.keys[name], field, known)
        if silence:
            found.append(silence)
    both = (
        (one, other)
        for one, other in combinations(found, 2)
        if one.when.overlaps(other.when) and _for_the_same(one, other, known.senders)
    )
    for one, other in islice(both, MANY):  # who copied a block a hundred times sees it
        reader.warn(
            other.place,
            "overlap",
            f"{other.name} and {one.name}, at {one.place}, are for the same at one time.",
            "Join them, or let one begin where the other ends.",
        )
    return found


def _window(
    reader: Reader, name: str, group: Fields, place: Place, field: str, known: _Known
) -> Silence | None:
    of_politicians = field == "no_politicians"
    when, why = read_stretch(reader, group, known.events), reader.phrase(group, "why")
    # Of a silence, nobody named is everybody; whose election it is must be said.
    asked = of_politicians or "who" in group.entries
    who = read_who(reader, group, known.who) if asked else ()
    if of_politicians and "source" not in group.entries:
        reader.phrase(group, "source")
    campaigns = reader.listed(group, "campaigns")
    for unknown in [one for one in campaigns if one not in known.campaigns]:
        reader.problem(
            reader.at(group, "campaigns"),
            "unknown-run",
            f'there is no run or campaign called "{shortened(unknown)}" in config/campaigns.yaml.',
            did_you_mean(unknown, known.campaigns),
        )
    passes = reader.phrase(group, "essential", needed=False)
    if passes not in (None, MAY_LEAVE):
        reader.problem(
            reader.at(group, "essential"),
            "essential",
            f'"essential" is pass, not "{shortened(passes or "")}".',
            "Write essential: pass to let marked messages go out, or leave the line out.",
        )
    if when is None or why is None:
        return None
    themes = reader.listed(group, "themes")
    return Silence(
        name, when, why, place, who, campaigns, themes, passes == MAY_LEAVE, of_politicians
    )  # fmt: skip


def _for_the_same(one: Silence, other: Silence, senders: Collection[Sender]) -> bool:
    """Whether something could be stopped by both."""
    return (
        any(one.concerns(sender) and other.concerns(sender) for sender in senders)
        and not (one.campaigns and other.campaigns and {*one.campaigns}.isdisjoint(other.campaigns))
        and not (one.themes and other.themes and {*one.themes}.isdisjoint(other.themes))
    )


def _holidays(reader: Reader, top: Fields) -> Iterator[Holiday]:
    group = reader.fields(top.entries.get("bank_holidays"), top.place, '"bank_holidays"')
    for name, node in reader.names(group, "bank holiday").items():
        inner = reader.fields(node, group.keys[name], f'"{name}"')
        reader.known_fields(inner, HOLIDAY_FIELDS, "a bank holiday")
        day, why = reader.day(inner, "day"), reader.phrase(inner, "why")
        nations = [one.title() for one in reader.listed(inner, "who")]
        unknown = [one for one in nations if one not in list(Nation)]
        if unknown:
            quoted = listed((f'"{shortened(one)}"' for one in unknown), "or")
            reader.problem(
                reader.at(inner, "who"),
                "nation",
                f"there is no nation called {quoted}.",
                did_you_mean(unknown[0], Nation),
            )
        elif day and why:
            yield Holiday(day, frozenset(map(Nation, nations)) or frozenset(Nation), why)


def _events(reader: Reader, top: Fields) -> Iterator[Event]:
    """The events whose days packs and windows say by their names."""
    group = reader.fields(top.entries.get("events"), top.place, '"events"')
    for name, node in reader.names(group, "event").items():
        place = group.keys[name]
        inner = reader.fields(node, place, f'"{name}"')
        reader.known_fields(inner, EVENT_FIELDS, "an event")
        if name in OWN_DAYS:
            said = f'"{name}" has a meaning already, so no event can be called so.'
            reader.problem(place, "bad-name", said, "Give it a longer name.")
        source = reader.phrase(inner, "source")
        reader.phrase(inner, "day")
        at = reader.at(inner, "day")
        days = [read_day(reader, at, one) for one in reader.listed(inner, "day")]
        if source:
            yield Event(name, tuple(day for day in days if day), source, place)
