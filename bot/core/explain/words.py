"""The lines of a post's words, each with the line of the pack it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.core.reading import Words
from bot.core.render import tidy
from bot.core.source import Place
from bot.core.templates import Values, at_line, filled

_FIRST_MARK: Final = 0xE000  # a private character for each line: no pack may hold one
_MARKS: Final = 0x1900
_MARK: Final = re.compile(f"[{chr(_FIRST_MARK)}-{chr(_FIRST_MARK + _MARKS - 1)}]")
_OPENS: Final = re.compile(r"\{\{|\{%")
_CLOSES: Final = re.compile(r"\}\}|%\}")


def lines_of(words: Words, values: Values) -> list[tuple[str, Place]]:
    """The words as the public reads them, line by line, each with its place in the pack.

    A line that comes out of a loop or a condition has the place of the line it was written on.
    """
    shown = tidy(filled(words.text, values)).split("\n")
    marked = _marked(words.text)
    found = [_read_back(line) for line in filled(marked, values).split("\n")]
    while found and not found[0][0]:
        found.pop(0)
    while found and not found[-1][0]:
        found.pop()
    if tidy("\n".join(line for line, _ in found)).split("\n") != shown or len(found) != len(shown):
        # {%- and -%} join lines that the marks keep apart: the wording's first line is true of all.
        return [(line, words.place) for line in shown]
    places = _places(words, (number for _, number in found))
    return list(zip(shown, places, strict=True))


def template_lines(words: Words) -> list[tuple[str, Place]]:
    """The words as they are written in the pack, line by line."""
    lines = words.text.split("\n")
    return list(zip(lines, _places(words, range(1, len(lines) + 1)), strict=True))


def _places(words: Words, numbers: Iterator[int] | range) -> list[Place]:
    return [at_line(words.place, number) for number in numbers]


def _marked(text: str) -> str:
    """The template with a mark before each line that begins outside of {{ }} and {% %}."""
    found: list[str] = []
    inside = 0
    for number, line in enumerate(text.split("\n"), start=1):
        found.append(line if inside > 0 else chr(_FIRST_MARK + number) + line)
        inside += len(_OPENS.findall(line)) - len(_CLOSES.findall(line))
    return "\n".join(found)


def _read_back(line: str) -> tuple[str, int]:
    """A marked line without its marks, and the number of the template's line it came from."""
    number = 1
    for match in _MARK.finditer(line):
        number = ord(match[0]) - _FIRST_MARK
        if _MARK.sub("", line[match.end() :])[:1].strip():
            break  # its words begin here
    return _MARK.sub("", line).rstrip(), number
