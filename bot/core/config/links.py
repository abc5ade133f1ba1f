"""links.yaml: addresses by their names, and those that must not be used any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from bot.core.config.constants import check_links, fact_values
from bot.core.config.facts import Bar, Fact, Register, entries, need
from bot.core.model import Language
from bot.core.reading import Reader, written
from bot.core.source import Fields, Place, did_you_mean, shortened
from bot.core.typed import plain_address

LINK_FIELDS: Final = (
    "link", "en", "cy", "source", "as_of", "check_by", "retired", "instead", "why",
)  # fmt: skip

Links = Mapping[str, Fact]


def read_links(reader: Reader, top: Fields, constants: Links) -> tuple[dict[str, Fact], Links]:
    """The links by their names; and those that are retired, by their plain addresses.

    `constants` may hold links as well, and one of them may take a retired one's place.
    """
    facts: dict[str, Fact] = {}
    groups: dict[str, tuple[Fields, date]] = {}
    for name, group, place in entries(reader, top, "link"):
        reader.known_fields(group, LINK_FIELDS, "a link")
        day = reader.day(group, "retired", needed=False)
        dates = ("source", "as_of") if "retired" in group.entries else CHECKED
        need(reader, group, dates, name, place)
        fact = _link(reader, name, group, place)
        if fact:
            facts[name] = fact
        if fact and day:
            groups[name] = group, day
        elif "instead" in group.entries and "retired" not in group.entries:
            reader.problem(
                reader.at(group, "instead"),
                "not-retired",
                f"{name} names what to use instead, and is not retired.",
                "Write retired: and the day from which it must not be used.",
            )
    in_use = {n: f for n, f in {**constants, **facts}.items() if f.is_link and n not in groups}
    for name, (group, day) in groups.items():
        facts[name] = _retired(reader, facts[name], group, day, in_use)
    gone = {plain_address(value): facts[n] for n in groups for value in facts[n].values.values()}
    for fact in in_use.values():
        _check_not_gone(reader, fact, gone)
    return facts, gone


CHECKED: Final = ("source", "as_of", "check_by")


def _link(reader: Reader, name: str, group: Fields, place: Place) -> Fact | None:
    values = fact_values(reader, group, "link")
    check_links(reader, group, values)
    if Language.EN not in values:
        return None
    as_of, check_by = (reader.day(group, one, needed=False) for one in ("as_of", "check_by"))
    return Fact(name, values, True, as_of, check_by, place, Register.LINK)


def _retired(reader: Reader, fact: Fact, group: Fields, day: date, in_use: Links) -> Fact:
    why = reader.phrase(group, "why", needed=False)
    instead = reader.phrase(group, "instead", needed=False)
    if instead and instead not in in_use:
        reader.problem(
            reader.at(group, "instead"),
            "unknown-link",
            f'there is no link in use called "{shortened(instead)}".',
            did_you_mean(instead, in_use, what="Links in use"),
        )
    successor = in_use.get(instead or "")
    bar = Bar(
        "retired-link",
        f"{fact.value(Language.EN)} is retired since {written(day, weekday=False)}"
        f"{f': {why}' if why else ''} ({fact.place}).",
        f"Write {{{{ {successor.name} }}}}, which is {successor.value(Language.EN)}."
        if successor
        else "Take it out: no address has taken its place.",
        first=day,
    )
    return replace(fact, bars=(bar,), check_by=None)


def _check_not_gone(reader: Reader, fact: Fact, gone: Links) -> None:
    """A retired address must not come back under another name."""
    for value in fact.values.values():
        if other := gone.get(plain_address(value)):
            reader.problem(
                fact.place,
                "retired-link",
                f"{fact.name} is {shortened(value)}, which is retired as {other.name}.",
                f"See {other.place}: {other.bars[0].advice}",
            )
