"""The configuration: who speaks, the facts packs may use, which campaigns run, and when not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, TypeVar

from bot.core.model import (
    LONDON,
    Account,
    Language,
    PlatformName,
    Sender,
    SenderKind,
)
from bot.core.reading import MONTHS, WEEKDAYS, Reader
from bot.core.source import (
    Fields,
    Node,
    Place,
    Problem,
    Scalar,
    did_you_mean,
    listed,
    read,
    shortened,
)
from bot.core.text import x

T = TypeVar("T")
FILES: Final = ("constants", "forces", "campaigns", "calendar", "settings")


@dataclass(frozen=True, slots=True)
class Fact:
    """A constant: what stands in a post where its token stands, and how far it can be trusted."""

    name: str
    values: Mapping[Language, str]
    is_link: bool
    as_of: date | None
    check_by: date | None
    place: Place

    def value(self, language: Language) -> str:
        return self.values.get(language) or self.values[Language.EN]


@dataclass(frozen=True, slots=True)
class ThreatLevels:
    """The national threat level over time: names, dated meanings, and the day each came in."""

    names: Mapping[str, Mapping[Language, str]]
    meanings: tuple[tuple[date, Mapping[str, Mapping[Language, str]]], ...]  # oldest first
    history: tuple[tuple[date, str], ...]  # oldest first
    check_by: date | None
    place: Place

    def at(self, due: datetime, language: Language) -> dict[str, str]:
        """`threat_level` and `threat_meaning` in force at an instant; empty where none is known."""
        day = due.astimezone(LONDON).date()
        level = _latest(self.history, day)
        words = _latest(self.meanings, day)
        if level is None or words is None:
            return {}
        return {
            "threat_level": self.names[level][language],
            "threat_meaning": words[level][language],
        }


def _latest(dated: tuple[tuple[date, T], ...], day: date) -> T | None:
    return next((value for since, value in reversed(dated) if since <= day), None)


@dataclass(frozen=True, slots=True)
class Run:
    """One time a campaign runs. Its id is a name, not its date, so a moved date doubles nothing."""

    id: str
    pack: str
    starts: date | None  # None: the date the pack was written for
    weekly: int | None  # or: every week, from this weekday
    who: tuple[str, ...]  # senders, regions, kinds; empty: everyone
    practice: bool  # dry run only
    place: Place

    def takes(self, sender: Sender) -> bool:
        """Whether a sender is among those who take part."""
        names = {sender.id, sender.kind.value, (sender.region or "").lower()}
        return not self.who or any(name.lower() in names for name in self.who)


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch of a day in which nothing is planned."""

    name: str
    month: int
    day: int
    year: int | None  # None: every year
    start: time
    end: time
    why: str
    place: Place

    def covers(self, due: datetime) -> bool:
        """Whether an instant falls into it, its last minute included."""
        local = due.astimezone(LONDON)
        if (local.month, local.day) != (self.month, self.day):
            return False
        in_year = self.year in (None, local.year)
        return in_year and self.start <= local.time().replace(second=0, microsecond=0) <= self.end


@dataclass(frozen=True, slots=True)
class Settings:
    """What applies to every campaign."""

    plan_ahead: timedelta = timedelta(days=14)
    warn_unapproved: timedelta = timedelta(days=1)
    dry_run_approves: bool = True
    prices: Mapping[PlatformName, tuple[Decimal, Decimal]] = field(default_factory=dict)

    def cost(self, platform: PlatformName, *, with_link: bool) -> Decimal:
        """US dollars for one post."""
        plain, linked = self.prices.get(platform, (Decimal(0), Decimal(0)))
        return linked if with_link else plain


@dataclass(frozen=True, slots=True)
class Config:
    """All of `config/`."""

    facts: Mapping[str, Fact]
    threat: ThreatLevels | None
    senders: Mapping[str, Sender]
    runs: Mapping[str, Run]
    calendar: tuple[Silence, ...]
    settings: Settings

    @property
    def accounts(self) -> dict[str, Account]:
        return {
            account.id: account for sender in self.senders.values() for account in sender.accounts
        }

    def tokens(self) -> frozenset[str]:
        """Names that every wording may use, besides the pack's own values."""
        threat = {"threat_level", "threat_meaning"} if self.threat else set()
        return frozenset(self.facts) | threat | {"force"}


def read_config(files: Mapping[str, bytes]) -> tuple[Config | None, list[Problem]]:
    """The configuration, or None where a file is missing or has an error; and every Problem.

    `files` maps `config/constants.yaml` and so on to their bytes.
    """
    reader = Reader()
    if not files:
        advice = "Put its five files back; config/README.md says what each holds."
        reader.problem(Place("config"), "missing-file", "there is nothing here.", advice)
        return None, reader.problems
    tops = {name: _top(reader, files, name) for name in FILES}
    facts, threat = _facts(reader, tops["constants"])
    senders = _senders(reader, tops["forces"])
    # Where forces.yaml cannot be read, no name in the other files is known: that is one mistake.
    known = {"everyone", *senders, *SenderKind, *REGIONS} if senders else None
    config = Config(
        facts=facts,
        threat=threat,
        senders=senders,
        runs=_runs(reader, tops["campaigns"], known),
        calendar=_calendar(reader, tops["calendar"]),
        settings=_settings(reader, tops["settings"]),
    )
    failed = any(problem.severity == "error" for problem in reader.problems)
    return (None if failed else config), reader.problems


def _top(reader: Reader, files: Mapping[str, bytes], name: str) -> Fields:
    path = f"config/{name}.yaml"
    if path not in files:
        reader.problem(
            Place(path),
            "missing-file",
            "this file is missing.",
            "Put it back; config/README.md says what it holds.",
        )
        return Fields({}, {}, Place(path))
    top, problems = read(path, files[path])
    reader.problems += problems
    if name in ("forces", "constants") and top is not None and not top.entries:
        reader.problem(
            Place(path, 1), "empty", "there is nothing in this file.", "Put back what it held."
        )
    return top or Fields({}, {}, Place(path))


# --- constants.yaml ---------------------------------------------------------------------------

FACT_FIELDS: Final = ("value", "link", "en", "cy", "source", "as_of", "check_by")
THREAT_FIELDS: Final = ("source", "as_of", "check_by", "names", "meanings", "history")


def _facts(reader: Reader, top: Fields) -> tuple[dict[str, Fact], ThreatLevels | None]:
    facts = {}
    threat = None
    for name, node in top.entries.items():
        place = top.keys[name]
        group = reader.fields(node, place, f'"{name}"')
        if name == "threat_levels":
            threat = _threat(reader, group, place)
        else:
            fact = _fact(reader, name, group, place)
            if fact:
                facts[name] = fact
    return facts, threat


def _fact(reader: Reader, name: str, group: Fields, place: Place) -> Fact | None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        better = re.sub(r"[^a-z0-9]+", "_", name.lower())
        reader.problem(
            place,
            "bad-name",
            f'"{shortened(name)}" cannot be the name of a constant.',
            f"Use small letters and _: {better}",
        )
        return None
    reader.known_fields(group, FACT_FIELDS, "a constant")
    for needed in ("source", "as_of", "check_by"):
        if needed not in group.entries:
            reader.problem(
                place,
                "missing-field",
                f'"{needed}" is missing for {name}.',
                f"Add a line that begins with {needed}:",
            )
    is_link = "link" in group.entries
    values = _fact_values(reader, group, "link" if is_link else "value")
    if is_link:
        for value in values.values():
            _check_link(reader, reader.at(group, "link"), value)
    if Language.EN not in values:
        return None
    as_of, check_by = (reader.day(group, one, needed=False) for one in ("as_of", "check_by"))
    return Fact(name, values, is_link, as_of, check_by, place)


def _fact_values(reader: Reader, group: Fields, single: str) -> dict[Language, str]:
    if not {"en", "cy"} & group.entries.keys():
        value = reader.phrase(group, single)
        return {Language.EN: value} if value else {}
    values = {language: reader.phrase(group, language.value) for language in Language}
    return {language: value for language, value in values.items() if value}


def _check_link(reader: Reader, place: Place, value: str) -> None:
    """All of it must be linked: without a host, or with an unknown ending, it is only words."""
    if not any(
        span.kind is x.Entity.LINK and (span.start, span.end) == (0, len(value))
        for span in x.parse(value).spans
    ):
        reader.problem(
            place,
            "link",
            f'"{shortened(value)}" would not be a link.',
            "A link has a host and no spaces: gov.uk/ACT",
        )


def _threat(reader: Reader, group: Fields, place: Place) -> ThreatLevels | None:
    reader.known_fields(group, THREAT_FIELDS, '"threat_levels"')
    names = _level_words(reader, group, "names", None)
    meanings = []
    of_meanings = reader.fields(group.entries.get("meanings"), place, '"meanings"')
    for title, node in of_meanings.entries.items():
        inner = reader.fields(node, of_meanings.keys[title], f'"{title}"')
        since = reader.day(inner, "since")
        if since:
            meanings.append((since, _level_words(reader, of_meanings, title, names)))
    history = []
    of_history = reader.fields(group.entries.get("history"), place, '"history"')
    for written_day in of_history.entries:
        at = of_history.keys[written_day]
        day = reader.day_from(written_day, at)
        level = reader.phrase(of_history, written_day)
        if level and level not in names:
            reader.problem(
                at,
                "unknown-level",
                f'there is no level called "{level}".',
                did_you_mean(level, names),
            )
        elif day and level:
            history.append((day, level))
    return ThreatLevels(
        names,
        tuple(sorted(meanings, key=lambda dated: dated[0])),
        tuple(sorted(history)),
        reader.day(group, "check_by", needed=False),
        place,
    )


def _level_words(
    reader: Reader, group: Fields, name: str, known: Mapping[str, object] | None
) -> dict[str, Mapping[Language, str]]:
    inner = reader.fields(group.entries.get(name), group.place, f'"{name}"')
    found: dict[str, Mapping[Language, str]] = {}
    for level, node in inner.entries.items():
        if level == "since":
            continue
        words = reader.by_language(node, level)
        if set(words) != set(Language):
            reader.problem(
                inner.keys[level],
                "no-twin",
                f"{level} needs its words in both languages.",
                f'Write both, under "{level}:", as en: and cy:',
            )
        if known is not None and level not in known:
            reader.problem(
                inner.keys[level],
                "unknown-level",
                f'there is no level called "{level}".',
                did_you_mean(level, known),
            )
        found[level] = {language: words.get(language, "") for language in Language}
    for level in known or ():
        if level not in found:
            reader.problem(
                inner.place,
                "missing-field",
                f'"{name}" does not say what {level} means.',
                f'Add "{level}:" with en: and cy: under it.',
            )
            found[level] = dict.fromkeys(Language, "")
    return found


# --- forces.yaml ------------------------------------------------------------------------------

SENDER_FIELDS: Final = (
    "name", "kind", "region", "languages", "minute", "fill_in", "accounts", "no_accounts_because",
)  # fmt: skip
HANDLE: Final = re.compile(r"[A-Za-z0-9_]{1,15}")  # Source: X's help pages
ACCOUNT_FIELDS: Final = ("platform", "handle", "handle_source", "languages", "live")
REGIONS: Final = (
    "London", "North East", "North West", "West Midlands", "East Midlands", "Eastern",
    "South East", "South West", "Wales",
)  # fmt: skip


def _senders(reader: Reader, top: Fields) -> dict[str, Sender]:
    senders = {}
    owners: dict[str, str] = {}
    for name, node in reader.names(top, "sender").items():
        place = top.keys[name]
        group = reader.fields(node, place, f'"{name}"')
        reader.known_fields(group, SENDER_FIELDS, "a sender")
        sender = _sender(reader, name, group, place)
        if sender is None:
            continue
        senders[name] = sender
        for account in sender.accounts:
            if account.id in owners:
                reader.problem(
                    account.place or place,
                    "two-accounts",
                    f'{owners[account.id]} already has an account called "{account.id}".',
                    "An account's id belongs to one sender for ever.",
                )
            owners[account.id] = name
    return senders


def _sender(reader: Reader, name: str, group: Fields, place: Place) -> Sender | None:
    names = reader.by_language(group.entries["name"], "name") if "name" in group.entries else {}
    if Language.EN not in names:
        if "name" not in group.entries:
            advice = "Add a line such as name: Kent Police"
            reader.problem(place, "missing-field", f'"name" is missing for {name}.', advice)
        return None
    kind = (reader.phrase(group, "kind") or "force").lower()
    if kind not in list(SenderKind):
        reader.problem(
            reader.at(group, "kind"),
            "kind",
            f'"{kind}" is not a kind of sender.',
            did_you_mean(kind, SenderKind),
        )
        kind = "force"
    region = reader.phrase(group, "region", needed=False)
    region = next((one for one in REGIONS if one.lower() == (region or "").lower()), region)
    if region and region not in REGIONS:
        reader.problem(
            reader.at(group, "region"),
            "region",
            f'there is no region called "{shortened(region)}".',
            did_you_mean(region, REGIONS),
        )
    languages = reader.languages(group, "languages")
    fill_in = reader.fields(group.entries.get("fill_in"), place, '"fill_in"')
    return Sender(
        id=name,
        kind=SenderKind(kind),
        names=names,
        region=region,
        languages=languages,
        minute=reader.number(group, "minute", default=0, least=0, most=59),
        values={key: reader.by_language(value, key) for key, value in fill_in.entries.items()},
        accounts=_accounts(reader, name, group, languages),
        place=place,
    )


def _accounts(
    reader: Reader, sender: str, group: Fields, languages: tuple[Language, ...]
) -> tuple[Account, ...]:
    inner = reader.fields(group.entries.get("accounts"), group.place, '"accounts"')
    if not inner.entries and "no_accounts_because" not in group.entries:
        reader.problem(
            inner.place,
            "no-accounts",
            f"{sender} has no accounts.",
            "Add one under accounts:, or say why with no_accounts_because:",
        )
    accounts = []
    for name, node in reader.names(inner, "account").items():
        account = _account(reader, sender, name, node, inner.keys[name], languages)
        if account:
            accounts.append(account)
    return tuple(accounts)


def _account(
    reader: Reader,
    sender: str,
    name: str,
    node: Node,
    place: Place,
    languages: tuple[Language, ...],
) -> Account | None:
    fields = reader.fields(node, place, f'"{name}"')
    reader.known_fields(fields, ACCOUNT_FIELDS, "an account")
    platform = (reader.phrase(fields, "platform") or "x").lower()
    if platform not in list(PlatformName):
        reader.problem(
            reader.at(fields, "platform"),
            "platform",
            f'"{shortened(platform)}" is not a platform the bot publishes on.',
            did_you_mean(platform, PlatformName),
        )
        return None
    own = "languages" in fields.entries
    return Account(
        id=name,
        sender=sender,
        platform=PlatformName(platform),
        languages=reader.languages(fields, "languages") if own else languages,
        handle=_handle(reader, fields),
        live=reader.yes_no(fields, "live", default=False),
        place=place,
    )


def _handle(reader: Reader, fields: Fields) -> str | None:
    if isinstance(node := fields.entries.get("handle"), Scalar) and not node.value:
        return None  # left open until the force fills it in
    said = reader.phrase(fields, "handle", needed=False)
    if said is None:
        return None
    handle = said.removeprefix("@")
    if not HANDLE.fullmatch(handle):
        reader.problem(
            reader.at(fields, "handle"),
            "handle",
            f'"{shortened(said)}" is not a handle.',
            "Write the public name alone, at most 15 letters, digits and _: handle: metpoliceuk",
        )
    return handle


# --- campaigns.yaml ---------------------------------------------------------------------------

RUN_ID: Final = re.compile(r"[a-z0-9-]+@[a-z0-9-]+")


def _runs(reader: Reader, top: Fields, known: Collection[str] | None) -> dict[str, Run]:
    runs = {}
    if not top.entries and not any(p.place.file == top.place.file for p in reader.problems):
        reader.warn(
            top.place,
            "no-runs",
            "no campaign runs, so nothing is planned.",
            "Add an entry such as ct-awareness-week@2026:",
        )
    for name, node in top.entries.items():
        place = top.keys[name]
        if not RUN_ID.fullmatch(name):
            reader.problem(
                place,
                "run-id",
                f'"{shortened(name)}" cannot be the name of a run.',
                "Write the pack, @, and a word of your own, in small letters: "
                "ct-awareness-week@2026",
            )
            continue
        group = reader.fields(node, place, f'"{name}"')
        reader.known_fields(group, ("pack", "starts", "who", "practice"), "a run")
        weekly, starts = _starts(reader, group)
        practice = reader.yes_no(group, "practice", default=False)
        if weekly is not None and not practice:
            reader.problem(
                reader.at(group, "starts"),
                "weekly",
                "only a run with practice: yes can start every week.",
                "Give a real run its date: starts: Monday 2026-11-23",
            )
        runs[name] = Run(
            id=name,
            pack=reader.phrase(group, "pack") or name.split("@")[0],
            starts=starts,
            weekly=weekly,
            who=_who(reader, group, known),
            practice=practice,
            place=place,
        )
    return runs


def _starts(reader: Reader, group: Fields) -> tuple[int | None, date | None]:
    value = reader.phrase(group, "starts", needed=False)
    every = re.fullmatch(r"(\w+) of every week", value or "")
    if every and every[1].capitalize() in WEEKDAYS:
        return WEEKDAYS.index(every[1].capitalize()), None
    return None, reader.day(group, "starts", needed=False)


def _who(reader: Reader, group: Fields, known: Collection[str] | None) -> tuple[str, ...]:
    before = len(reader.problems)
    names = reader.listed(group, "who")
    if not names and len(reader.problems) == before:  # nobody must never come to mean everybody
        reader.problem(
            group.place,
            "missing-field",
            '"who" is missing here: who takes part?',
            "Write who: everyone, or names with commas between them.",
        )
    lower = {name.lower() for name in known or ()}
    unknown = [name for name in names if name.lower() not in lower]
    if unknown and known is not None:
        quoted = listed((f'"{shortened(name)}"' for name in unknown), "or")
        reader.problem(
            reader.at(group, "who"),
            "unknown-sender",
            f"there is no sender or region called {quoted}.",
            did_you_mean(unknown[0], known),
        )
    return () if "everyone" in map(str.lower, names) else names


# --- calendar.yaml and settings.yaml ----------------------------------------------------------


def _calendar(reader: Reader, top: Fields) -> tuple[Silence, ...]:
    reader.known_fields(top, ("no_posts",), "the calendar")
    group = reader.fields(top.entries.get("no_posts"), top.place, '"no_posts"')
    silences = []
    for name, node in reader.names(group, "window").items():
        inner = reader.fields(node, group.keys[name], f'"{name}"')
        reader.known_fields(inner, ("day", "from", "to", "why"), "a window")
        start, end = reader.clock(inner, "from"), reader.clock(inner, "to")
        why = reader.phrase(inner, "why")
        when = _silent_day(reader, inner)
        if start and end and end < start:
            reader.problem(
                reader.at(inner, "to"),
                "end-first",
                "the window ends before it starts.",
                "Exchange the two times; a window past midnight is two windows.",
            )
        elif start and end and why and when:
            silences.append(Silence(name, *when, start, end, why, group.keys[name]))
    return tuple(silences)


def _silent_day(reader: Reader, group: Fields) -> tuple[int, int, int | None] | None:
    value = reader.phrase(group, "day") or ""
    yearly = re.fullmatch(r"(\d{1,2}) ([A-Za-z]+)", value)
    if yearly and yearly[2].capitalize() in MONTHS:
        month, day = MONTHS.index(yearly[2].capitalize()) + 1, int(yearly[1])
        try:
            date(2024, month, day)
        except ValueError:
            reader.problem(
                reader.at(group, "day"),
                "date",
                f'there is no "{value}".',
                "Write a day there is, such as 11 November.",
            )
            return None
        return month, day, None
    found = reader.day(group, "day")
    return (found.month, found.day, found.year) if found else None


def _settings(reader: Reader, top: Fields) -> Settings:
    reader.known_fields(
        top, ("plan_ahead", "warn_unapproved", "dry_run_approves", "prices"), "settings"
    )
    prices = {}
    group = reader.fields(top.entries.get("prices"), top.place, '"prices"')
    for name, node in group.entries.items():
        inner = reader.fields(node, group.keys[name], f'"{name}"')
        reader.known_fields(inner, ("post_usd", "post_with_link_usd", "source", "as_of"), "a price")
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
    return Settings(
        plan_ahead=reader.duration(top, "plan_ahead", default=timedelta(days=14)),
        warn_unapproved=reader.duration(top, "warn_unapproved", default=timedelta(days=1)),
        dry_run_approves=reader.yes_no(top, "dry_run_approves", default=True),
        prices=prices,
    )
