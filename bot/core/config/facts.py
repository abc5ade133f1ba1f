"""What a name between {{ }} stands for, whichever file holds it, and when it must not go out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.core.model import Language, london_day
from bot.core.reading import Reader
from bot.core.source import Fields, Place, listed, shortened

VALUE_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")

RESERVED: Final = ("force", "threat_level", "threat_meaning", "threat_levels")
"""Names that the bot fills in by itself, so no register may have them."""


class Register(StrEnum):
    """Where a fact is written down."""

    CONSTANT = "constant"
    LINK = "link"
    CLAIM = "claim"
    QUOTE = "quote"
    PARTNER = "partner"  # a sender of that kind: its name may stand in a post


@dataclass(frozen=True, slots=True)
class Bar:
    """Days on which a fact must not stand in a post, and why: an expired claim, a retired link."""

    code: str
    message: str
    advice: str
    first: date | None = None  # None: whatever the day
    last: date | None = None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


BARRED: Final = frozenset({"expired", "not-cleared", "retired-link", "not-said-in"})
"""The codes of the Problems that a Bar makes of a post. Such a post must not go out, approved or
not: it is judged, unlike one whose file has a mistake."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What stands in a post where its token stands, and how far it can be trusted."""

    name: str
    values: Mapping[Language, str]
    is_link: bool
    as_of: date | None
    check_by: date | None
    place: Place
    register: Register = Register.CONSTANT
    bars: tuple[Bar, ...] = ()
    of_politician: bool = False

    def value(self, language: Language) -> str:
        return self.values.get(language) or self.values[Language.EN]

    def bar(self, due: datetime, language: Language) -> Bar | None:
        """Why it must not go out at an instant, in a language; None where it may."""
        day = london_day(due)
        found = next((bar for bar in self.bars if bar.holds(day)), None)
        return found or self._not_said_in(language)

    def _not_said_in(self, language: Language) -> Bar | None:
        """A figure or a quote in English words is no Welsh, as a number or an address is."""
        if self.register not in (Register.CLAIM, Register.QUOTE) or language in self.values:
            return None
        return Bar(
            "not-said-in",
            f"the {self.register} {self.name} has no {language.label} ({self.place}).",
            f'Write it there as "{language}:", beside the other, or take it out of this wording.',
        )


def entries(reader: Reader, top: Fields, what: str) -> Iterator[tuple[str, Fields, Place]]:
    """Each entry of a register with its fields and its place; `what` is one of them."""
    for name, node in top.entries.items():
        place = top.keys[name]
        if not VALUE_NAME.fullmatch(name):
            better = re.sub(r"[^a-z0-9]+", "_", name.lower())
            reader.problem(
                place,
                "bad-name",
                f'"{shortened(name)}" cannot be the name of a {what}.',
                f"Use small letters and _: {better}",
            )
            continue
        yield name, reader.fields(node, place, f'"{name}"'), place


def need(reader: Reader, group: Fields, names: Iterable[str], name: str, place: Place) -> None:
    """A Problem where an entry lacks fields."""
    missing = [one for one in names if one not in group.entries]
    if missing:
        quoted = listed(f'"{one}"' for one in missing)
        reader.problem(
            place,
            "missing-field",
            f"{quoted} {'is' if len(missing) == 1 else 'are'} missing for {name}.",
            f"Add a line that begins with {missing[0]}:"
            if len(missing) == 1
            else f"Add a line for each, such as {missing[0]}:",
        )


def joined(reader: Reader, *registers: Mapping[str, Fact]) -> dict[str, Fact]:
    """All facts by their names, with a Problem for each name that stands for two things."""
    found: dict[str, Fact] = {}
    for fact in (fact for register in registers for fact in register.values()):
        other = found.setdefault(fact.name, fact)
        if other is not fact:
            reader.problem(
                fact.place,
                "two-values",
                f'there is another "{fact.name}", at {other.place}.',
                "A name stands for one thing: give one of them another.",
            )
        if fact.name in RESERVED:
            reader.problem(
                fact.place,
                "two-values",
                f'the bot fills in "{fact.name}" by itself.',
                "Give it another name.",
            )
    return found
