"""claims.yaml: figures that posts may state, with what they count, their source and their end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from bot.core.config.facts import Bar, Fact, Register, entries, need
from bot.core.model import Language
from bot.core.reading import Reader, written
from bot.core.source import Fields, Place
from bot.core.typed import typed_problems

CLAIM_FIELDS: Final = (
    "figure", "about", "period", "source", "as_of", "expires", "check_by", "owner",
)  # fmt: skip

NEEDED: Final = ("figure", "about", "period", "source", "as_of", "expires")

A_WORD: Final = re.compile(r"[^\W\d_]")


def read_claims(reader: Reader, top: Fields) -> dict[str, Fact]:
    """The claims by their names; each is a figure's phrase, in the languages it is written in."""
    claims = {}
    for name, group, place in entries(reader, top, "claim"):
        reader.known_fields(group, CLAIM_FIELDS, "a claim")
        need(reader, group, NEEDED, name, place)
        claim = _claim(reader, name, group, place)
        if claim:
            claims[name] = claim
    return claims


def _claim(reader: Reader, name: str, group: Fields, place: Place) -> Fact | None:
    for said in ("about", "period", "source", "owner"):
        if said in group.entries:
            reader.phrase(group, said)
    as_of, expires, check_by = (
        reader.day(group, one, needed=False) for one in ("as_of", "expires", "check_by")
    )
    if as_of and expires and expires < as_of:
        reader.problem(
            reader.at(group, "expires"),
            "end-first",
            f"{name} expires on {written(expires)}, before it was seen on {written(as_of)}.",
            "Exchange the two dates; expires is the last day on which it may be said.",
        )
    figure = group.entries.get("figure")
    values = reader.by_language(figure, "figure") if figure else {}
    for value in values.values():
        reader.problems += typed_problems(reader.at(group, "figure"), value, ())
    if Language.EN not in values or expires is None:
        return None
    if not isinstance(figure, Fields) and not A_WORD.search(values[Language.EN]):
        values = dict.fromkeys(Language, values[Language.EN])  # digits are the same in any language
    bar = Bar(
        "expired",
        f"the claim {name} expired on {written(expires, weekday=False)} ({place}).",
        "Look the figure up anew and give it a new period and expiry, or take it out of the words.",
        first=expires + timedelta(days=1),
    )
    return Fact(name, values, False, as_of, check_by, place, Register.CLAIM, (bar,))
