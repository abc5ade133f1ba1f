"""What a template asks for, and the words about it that several files need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias


def first_capital(text: str) -> str:
    """The phrase with a capital first letter, for the start of a sentence."""
    return text[:1].upper() + text[1:]


FILTERS: Final = {"first_capital": first_capital}

A_LOOP: Final = "{% for one in names %}{{ one }}{% endfor %} prints the values of a list."

Fault: TypeAlias = tuple[int, str, str, str]
"""What is wrong with a template: (line from 1, code, message, advice)."""


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """What a template asks for: names with the line (from 1) of their first use."""

    names: Mapping[str, int]  # all of them
    lists: frozenset[str] = frozenset()  # those a loop runs over
    guarded: frozenset[str] = frozenset()  # those an `if` asks about: they may be empty
    misspelt: tuple[tuple[str, int], ...] = ()  # written with spaces or hyphens
