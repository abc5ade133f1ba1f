"""constants.yaml: numbers, links and the threat level, with where each was seen and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from bot.core.config.facts import Fact, Register, entries, need
from bot.core.model import Language, london_day
from bot.core.reading import Reader
from bot.core.source import Fields, Place, did_you_mean, shortened
from bot.core.text import x
from bot.core.text.parsed import Entity

T = TypeVar("T")


FACT_FIELDS: Final = ("value", "link", "en", "cy", "source", "as_of", "check_by")


THREAT_FIELDS: Final = ("source", "as_of", "check_by", "names", "meanings", "history")


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
        day = london_day(due)
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


def read_facts(reader: Reader, top: Fields) -> tuple[dict[str, Fact], ThreatLevels | None]:
    facts = {}
    threat = None
    for name, group, place in entries(reader, top, "constant"):
        if name == "threat_levels":
            threat = _threat(reader, group, place)
        else:
            fact = _fact(reader, name, group, place)
            if fact:
                facts[name] = fact
    return facts, threat


def _fact(reader: Reader, name: str, group: Fields, place: Place) -> Fact | None:
    reader.known_fields(group, FACT_FIELDS, "a constant")
    need(reader, group, ("source", "as_of", "check_by"), name, place)
    is_link = "link" in group.entries
    values = fact_values(reader, group, "link" if is_link else "value")
    if is_link:
        check_links(reader, group, values)
    if Language.EN not in values:
        return None
    as_of, check_by = (reader.day(group, one, needed=False) for one in ("as_of", "check_by"))
    register = Register.LINK if is_link else Register.CONSTANT
    return Fact(name, values, is_link, as_of, check_by, place, register)


def fact_values(reader: Reader, group: Fields, single: str) -> dict[Language, str]:
    if not {"en", "cy"} & group.entries.keys():
        value = reader.phrase(group, single)
        return {Language.EN: value} if value else {}
    values = {language: reader.phrase(group, language.value) for language in Language}
    return {language: value for language, value in values.items() if value}


def check_links(reader: Reader, group: Fields, values: Mapping[Language, str]) -> None:
    """All of an address must be linked: without a host, or an unknown ending, it is only words."""
    for value in values.values():
        if not any(
            span.kind is Entity.LINK and (span.start, span.end) == (0, len(value))
            for span in x.parse(value).spans
        ):
            reader.problem(
                reader.at(group, "link"),
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
