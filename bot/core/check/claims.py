"""Figures that somebody typed although a claim has them, with its source and its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.check.lines import warning
from bot.core.config import Config, Register
from bot.core.source import Place, Problem
from bot.core.typed import TOKEN

TOO_SHORT: Final = re.compile(r"\d{1,2}")
"""A figure that stands in too many other places to be looked for: 18 is an age as well."""


def typed_claims(place: Place, text: str, config: Config) -> Iterator[Problem]:
    """A warning for each claim whose figure stands in words that do not name it.

    `place` is that of the text's first line.
    """
    claims = [
        (fact, _figures(tuple(fact.values.values())))
        for fact in config.facts.values()
        if fact.register is Register.CLAIM
    ]
    for number, line in enumerate(text.split("\n") if claims else ()):
        plain = _plain(TOKEN.sub(" token ", line))
        for claim, figures in claims:
            found = next((one.written for one in figures if one.is_in(plain)), None)
            if found:
                yield warning(
                    Place(place.file, place.line + number, place.column if number == 0 else 0),
                    "typed-claim",
                    f'the figure "{found}" is typed here, and is the claim {claim.name}.',
                    f"Write {{{{ {claim.name} }}}}: a typed figure stays when the claim expires "
                    f"({claim.place}).",
                )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure that is looked for as a whole: 984 is no part of 30,984, nor 21.2 of 21.25."""

    written: str
    plain: str

    def is_in(self, plain: str) -> bool:
        if self.plain not in plain:  # most figures: no pattern is made for them
            return False
        whole = rf"(?<![\w.]){re.escape(self.plain)}(?!\w|\.\d)"
        return re.search(whole, plain) is not None


@lru_cache(maxsize=10_000)
def _figures(values: tuple[str, ...]) -> tuple[_Figure, ...]:
    """The figures of a claim, in whichever language, that are long enough to be looked for."""
    long = sorted({one for one in values if not TOO_SHORT.fullmatch(one)})
    return tuple(_Figure(value, _plain(value)) for value in long)


def _plain(text: str) -> str:
    """In small letters, with % for per cent and no commas between digits."""
    one = re.sub(r"(?<=\d),(?=\d{3})", "", " ".join(text.lower().split()))
    return re.sub(r"(?<=\d) ?(?:per ?cent|y cant)\b", "%", one)
