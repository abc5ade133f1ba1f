"""Words for the public as the checks on them read them: sentences, and holes for what is put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from bot.core.model import Language
from bot.core.typed import TOKEN

HOLE: Final = "·"
"""Stands for what the bot puts in: it is no letter, so no pattern takes it for a word."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_SOUNDS: Final = re.compile(rf"[\w{HOLE}]")
_NAMED: Final = re.compile(r"\{\{\s*(\w+)[^{}]*\}\}")
_ENDS: Final = re.compile(r"(?<=[.?!…])[\"'”’)]*\s+|\{%.*?%\}")


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: its code, the line of the words (from 1), and what to say about it."""

    code: str
    line: int
    message: str
    advice: str = ""  # what the catalogue says, where this is empty


@dataclass(frozen=True)
class Prose:
    """Words in one language, with a hole for each value. They may be a template still."""

    text: str
    language: Language
    lines: tuple[str, ...]  # with HOLE for what is put in

    @cached_property
    def sentences(self) -> tuple[tuple[int, str], ...]:
        """(line, sentence) for each: a line's end ends a sentence."""
        return tuple(
            (number, sentence.strip())
            for number, line in enumerate(self.lines, start=1)
            for sentence in _ENDS.split(line)
            if sentence.strip()
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """The words in it, in small letters: what most checks need to see that all is well."""
        return frozenset(_WORD.findall(self.text.lower()))


@lru_cache(maxsize=20_000)  # packs are looked at where they are read, and again by `check`
def prose(text: str, language: Language) -> Prose:
    """The words with holes in them."""
    return Prose(text, language, tuple(TOKEN.sub(HOLE, text).split("\n")))


def longer_sentences(
    text: str, values: Mapping[str, int], most: int
) -> Iterator[tuple[int, int, str]]:
    """(line, words, how it begins) of the sentences with more than `most` words.

    `values` says how long each value is.
    """

    def as_long(match: re.Match[str]) -> str:
        return " ".join([HOLE] * values.get(match[1], 1))

    for number, line in enumerate(text.split("\n"), start=1):
        for sentence in _ENDS.split(_NAMED.sub(as_long, line)):
            parts = sentence.split()
            if len(parts) <= most:
                continue
            words = [word for word in parts if _SOUNDS.search(word)]
            if len(words) > most:
                yield number, len(words), _beginning(words)


def _beginning(words: Sequence[str]) -> str:
    """The first words that stand in the file, after a mark where a value stands before them."""
    typed = [word for word in words if HOLE not in word][:5]
    return " ".join(typed if HOLE not in words[0] else ["…", *typed])
