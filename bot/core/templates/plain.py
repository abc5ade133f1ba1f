"""Templates that only name values: `{{ name }}` and `{{ name | first_capital }}`, and no more."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import Final

from bot.core.templates.use import FILTERS

_TOKEN: Final = re.compile(r"\{\{ *([A-Za-z_]\w*) *(?:\| *(\w+) *)?\}\}", re.ASCII)
_MORE: Final = re.compile(r"[{}\r]")  # Jinja2 turns every kind of line end into one

# Words that Jinja2 reads as more than a name.
_MORE_THAN_NAMES: Final = {word.lower() for word in keyword.kwlist} | {
    "caller", "kwargs", "loop", "self", "super", "varargs",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """`{{ name }}`, and the line of the template it stands on."""

    name: str
    filter: str | None
    line: int

    def filled(self, value: str) -> str:
        return FILTERS[self.filter](value) if self.filter else value


Piece = str | Token


def pieces(text: str) -> tuple[Piece, ...] | None:
    """The text as words and tokens; None where there is more to it than names."""
    found: list[Piece] = []
    end, line = 0, 1
    for match in _TOKEN.finditer(text):
        words = text[end : match.start()]
        name, filter_name = match[1], match[2]
        if (
            _MORE.search(words)
            or name.lower() in _MORE_THAN_NAMES
            or (filter_name is not None and filter_name not in FILTERS)
        ):
            return None
        line += words.count("\n")
        found += [words, Token(name, filter_name, line)]
        end = match.end()
    rest = text[end:]
    return None if _MORE.search(rest) else (*found, rest)
