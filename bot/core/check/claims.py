"""Figures that somebody typed although a claim has them, with its source and its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    claims = [fact for fact in config.facts.values() if fact.register is Register.CLAIM]
    for number, line in enumerate(text.split("\n") if claims else ()):
        plain = _plain(TOKEN.sub(" token ", line))
        for claim in claims:
            figures = {value for value in claim.values.values() if not TOO_SHORT.fullmatch(value)}
            found = next((one for one in sorted(figures) if _looked_for(one).search(plain)), None)
            if found:
                yield warning(
                    Place(place.file, place.line + number, place.column if number == 0 else 0),
                    "typed-claim",
                    f'the figure "{found}" is typed here, and is the claim {claim.name}.',
                    f"Write {{{{ {claim.name} }}}}: a typed figure stays when the claim expires "
                    f"({claim.place}).",
                )


@lru_cache(maxsize=1_000)
def _looked_for(figure: str) -> re.Pattern[str]:
    """The figure as a whole: 984 is no part of 30,984, nor 21.2 of 121.2 or 21.25."""
    return re.compile(rf"(?<![\w.]){re.escape(_plain(figure))}(?!\w|\.\d)")


def _plain(text: str) -> str:
    """In small letters, with % for per cent and no commas between digits."""
    one = re.sub(r"(?<=\d),(?=\d{3})", "", " ".join(text.lower().split()))
    return re.sub(r"(?<=\d) ?(?:per ?cent|y cant)\b", "%", one)
