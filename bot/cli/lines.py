"""Lines for a terminal: a post's words in them, broken to a width, and blocks side by side."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

import click

from bot.core.model import Rendering
from bot.core.text.parsed import Entity, Span
from bot.core.text.rules import rules

INDENT: Final = " " * 7
BETWEEN: Final = " │ "
LEAST: Final = 34  # characters a column must have: two have room on a terminal of 80, three on 115
MOST: Final = 72  # characters; longer lines are hard to read
COLOURS: Final = {Entity.LINK: "blue", Entity.HASHTAG: "cyan", Entity.MENTION: "cyan"}


def is_terminal() -> bool:
    return sys.stdout.isatty()


def room() -> int | None:
    """Characters behind the indent; None where no terminal sets a width."""
    return max(_columns() - len(INDENT) - 1, 40) if is_terminal() else None


def room_beside(blocks: int) -> int | None:
    """Characters for each of so many blocks side by side; None where they have no room."""
    if not is_terminal():
        return None
    each = (_columns() - len(INDENT) - len(BETWEEN) * (blocks - 1)) // blocks
    return min(each, MOST) if each >= LEAST else None


def _columns() -> int:
    return shutil.get_terminal_size().columns


def broken(line: str, width: int | None, *, anywhere: bool = False) -> list[str]:
    """The line broken at its spaces; whole where there is no width.

    A long address goes on beyond the width, so that it can be copied, or is broken `anywhere`.
    """
    if width is None:
        return [line]
    wrap = textwrap.wrap if _cells(line) == len(line) else _wrap_by_cells()
    return wrap(
        line, width, break_long_words=anywhere, break_on_hyphens=False, replace_whitespace=False
    ) or [""]


def _wrap_by_cells() -> Callable[..., list[str]]:
    """Ten times slower, so it is for lines with an emoji only."""
    from wcwidth import wrap

    return wrap


def _cells(text: str) -> int:
    """How many places a text without styles takes: an emoji takes two."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return wcswidth(text)


def text_lines(rendering: Rendering, width: int | None, *, anywhere: bool = False) -> Iterator[str]:
    """A post's words, with what links there coloured."""
    text, at = rendering.text, 0
    spans = rules(rendering.platform).parse(text).spans
    for line in text.split("\n"):
        end = at + len(line)
        for part in broken(line, width, anywhere=anywhere):
            first = text.find(part, at, end)
            if first < 0:  # broken otherwise than at a space: a tab, made spaces
                yield part
                continue
            at = first + len(part)
            yield _coloured(text, first, at, spans)
        at = end + 1


def _coloured(text: str, at: int, end: int, spans: Iterable[Span]) -> str:
    shown = []
    for span in spans:
        first, last = max(span.start, at), min(span.end, end)
        if first < last:  # of spans that overlap, the app shows the one that starts first
            shown += [text[at:first], click.style(text[first:last], fg=COLOURS.get(span.kind))]
            at = last
    return "".join([*shown, text[at:end]])


def side_by_side(blocks: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Blocks of lines as columns. A line may be styled, and is no wider than `width`."""
    between = click.style(BETWEEN, dim=True)
    for parts in zip_longest(*blocks, fillvalue=""):
        yield between.join(part + " " * (width - _cells(click.unstyle(part))) for part in parts)
