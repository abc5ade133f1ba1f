"""words.yaml: words that are right, and words that should not be there, with why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.core.model import Language
from bot.core.reading import Reader
from bot.core.source import Fields

WORDS_FIELDS: Final = ("spelling", "abbreviations", "alarming", "tactics")


@dataclass(frozen=True, slots=True)
class WordLists:
    """What staff add to the lists that the checks on words bring."""

    spelling: Mapping[Language, frozenset[str]] = field(default_factory=dict)
    abbreviations: frozenset[str] = frozenset()
    alarming: Mapping[str, str] = field(default_factory=dict)  # each with the reason
    tactics: Mapping[str, str] = field(default_factory=dict)


def read_words(reader: Reader, top: Fields) -> WordLists:
    """The lists; each is empty where the file, or the field, is missing."""
    reader.known_fields(top, WORDS_FIELDS, "words.yaml")
    spelling = reader.fields(top.entries.get("spelling"), top.place, '"spelling"')
    reader.known_fields(spelling, [language.value for language in Language], '"spelling"')
    return WordLists(
        spelling={language: _words(reader, spelling, language) for language in Language},
        abbreviations=_words(reader, top, "abbreviations"),
        alarming=_reasons(reader, top, "alarming"),
        tactics=_reasons(reader, top, "tactics"),
    )


def _words(reader: Reader, group: Fields, name: str) -> frozenset[str]:
    """Words with spaces, commas or lines between them."""
    node = group.entries.get(name)
    said = reader.words(node, name) if node is not None else None
    return frozenset(re.split(r"[\s,]+", said.text)) - {""} if said else frozenset()


def _reasons(reader: Reader, top: Fields, name: str) -> dict[str, str]:
    group = reader.fields(top.entries.get(name), top.place, f'"{name}"')
    return {word: reason for word in group.entries if (reason := reader.phrase(group, word))}
