"""quotes.yaml: what people said, who they were on the day, and whether it may be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from bot.core.config.facts import Bar, Fact, Register, entries, need
from bot.core.model import Language
from bot.core.reading import Reader, written
from bot.core.source import Fields, Place, shortened
from bot.core.typed import typed_problems

QUOTE_FIELDS: Final = (
    "words", "speaker", "role", "role_as_of", "politician", "source", "cleared_by", "cleared_on",
    "expires", "check_by",
)  # fmt: skip

NEEDED: Final = ("words", "speaker", "role", "role_as_of", "politician", "source")

MARKS: Final = "\"'“”‘’«»"


def read_quotes(reader: Reader, top: Fields) -> dict[str, Fact]:
    """The quotes by their names; each is the words in quotation marks, with speaker and role."""
    quotes = {}
    for name, group, place in entries(reader, top, "quote"):
        reader.known_fields(group, QUOTE_FIELDS, "a quote")
        need(reader, group, NEEDED, name, place)
        quote = _quote(reader, name, group, place)
        if quote:
            quotes[name] = quote
    return quotes


def _quote(reader: Reader, name: str, group: Fields, place: Place) -> Fact | None:
    words, role = (_by_language(reader, group, one) for one in ("words", "role"))
    speaker, _ = (reader.phrase(group, one, needed=False) for one in ("speaker", "source"))
    for value in words.values():
        _check_words(reader, reader.at(group, "words"), value)
    as_of, check_by = (reader.day(group, one, needed=False) for one in ("role_as_of", "check_by"))
    bars = tuple(_bars(reader, name, group, place))
    politician = reader.yes_no(group, "politician", default=True)
    if not speaker or Language.EN not in words or Language.EN not in role:
        return None
    values = {
        language: f"“{said}” – {speaker}, {role[language]}"
        for language, said in words.items()
        if language in role
    }
    return Fact(name, values, False, as_of, check_by, place, Register.QUOTE, bars, politician)


def _by_language(reader: Reader, group: Fields, name: str) -> Mapping[Language, str]:
    node = group.entries.get(name)
    return reader.by_language(node, name) if node else {}


def _check_words(reader: Reader, place: Place, words: str) -> None:
    if words[0] in MARKS and words[-1] in MARKS:
        reader.problem(
            place,
            "quotation-marks",
            f"the quote stands in quotation marks of its own: {shortened(words)}",
            "Take them away: the bot puts them around it, and speaker and role behind it.",
        )
    reader.problems += typed_problems(place, words, ())


def _bars(reader: Reader, name: str, group: Fields, place: Place) -> Iterator[Bar]:
    by = reader.phrase(group, "cleared_by", needed=False)
    on, expires = (reader.day(group, one, needed=False) for one in ("cleared_on", "expires"))
    if ("cleared_by" in group.entries) != ("cleared_on" in group.entries):
        missing = "cleared_on" if "cleared_by" in group.entries else "cleared_by"
        need(reader, group, (missing,), name, place)
    if by is None or on is None:
        yield _not_cleared(name, f"nobody has cleared the quote {name} ({place}).")
    else:
        day = written(on, weekday=False)
        sentence = f"the quote {name} was cleared on {day}, and not before ({place})."
        yield _not_cleared(name, sentence, on)
    if expires:
        yield Bar(
            "expired",
            f"the quote {name} expired on {written(expires, weekday=False)} ({place}).",
            "Ask for a new one, or whether this one still stands, or take it out of the words.",
            first=expires + timedelta(days=1),
        )


def _not_cleared(name: str, sentence: str, cleared: date | None = None) -> Bar:
    last = cleared - timedelta(days=1) if cleared else None
    advice = "Ask whoever speaks for them, then write cleared_by: and cleared_on: there, or take "
    return Bar("not-cleared", sentence, f"{advice}{{{{ {name} }}}} out of the words.", last=last)
