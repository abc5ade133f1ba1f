"""A wording's template: what it asks for, what is wrong with it, and its words filled in.

A wording is Jinja2 with an allow-list: `{{ name }}`, named filters, and in national packs `if`
and `for` over a list. No arithmetic, no calls, no `range`: a template cannot grow without end,
because nothing in it makes anything, and a loop runs over what a person typed.

Nearly every wording only names values. Those are filled in here, to the same characters as by
Jinja2 and thirty times as fast; whatever else stands between braces goes to Jinja2.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from bot.core.reading import Words
from bot.core.source import Place, Problem, did_you_mean
from bot.core.templates.plain import Piece, pieces
from bot.core.templates.use import A_LOOP, FILTERS, Fault, TemplateUse
from bot.core.text.rules import Rules

__all__ = [
    "FILTERS",
    "TemplateUse",
    "Values",
    "at_line",
    "did_you_mean_name",
    "filled",
    "heaviest",
    "inspect",
    "template_problems",
]

Values: TypeAlias = Mapping[str, "str | tuple[str, ...]"]

INSIDE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
LOGIC_WORDS: Final = {"and", "or", "not", "if", "else", "is"}


@lru_cache(maxsize=50_000)
def _pieces(text: str) -> tuple[Piece, ...] | None:
    return pieces(text)


def filled(text: str, values: Values) -> str:
    """The words with every value in its place. The template must have been found sound.

    What grows in a loop is cut once it is longer than any post could be.
    """
    plain = _pieces(text)
    if plain is None:
        from bot.core.templates import logic

        return logic.filled(text, values)
    return "".join(
        piece if isinstance(piece, str) else piece.filled(str(values[piece.name]))
        for piece in plain
    )


def heaviest(text: str, weights: Mapping[str, int], rules: Rules) -> float:
    """What the words can measure at most on a platform, from what each value can.

    Infinite where the template has more to it than names, or names what is unknown.
    """
    outline = _outline(text, rules)
    if outline is None or not weights.keys() >= set(outline[1]):
        return math.inf
    fixed, names = outline
    return fixed + sum(weights[name] for name in names)


@lru_cache(maxsize=50_000)
def _outline(text: str, rules: Rules) -> tuple[int, tuple[str, ...]] | None:
    """What the words around the values measure at most, and the names as often as each is shown."""
    plain = _pieces(text)
    if plain is None:
        return None
    words = [piece for piece in plain if isinstance(piece, str)]
    words[-1] += "\n"  # nothing that links comes after the last full stop
    return sum(map(rules.at_most, words)), tuple(p.name for p in plain if not isinstance(p, str))


@lru_cache(maxsize=50_000)
def inspect(text: str, *, local: bool) -> tuple[TemplateUse, tuple[Fault, ...]]:
    """The names a template uses, and what is wrong with it: (line, code, message, advice)."""
    misspelt = tuple(_misspelt(text))
    if misspelt:
        return TemplateUse({}, misspelt=misspelt), ()
    plain = _pieces(text)
    if plain is None:
        from bot.core.templates import logic

        return logic.inspect(text, local=local)
    names: dict[str, int] = {}
    for piece in plain:
        if not isinstance(piece, str):
            names.setdefault(piece.name, piece.line)
    return TemplateUse(names), ()


def _misspelt(text: str) -> Iterator[tuple[str, int]]:
    """What stands between {{ }} and would be a name if it had _ for its spaces and hyphens."""
    for number, line in enumerate(text.split("\n"), start=1):
        for match in INSIDE.finditer(line):
            words = re.split(r"[ -]+", match[1])
            if (
                len(words) > 1
                and not LOGIC_WORDS & set(words)
                and all(map(str.isidentifier, words))
            ):
                yield match[1], number


def template_problems(
    words: Words, *, local: bool, known: Collection[str], lists: Collection[str] = ()
) -> Iterator[Problem]:
    """Everything wrong with one wording's template, whichever branch would be taken.

    `known` are all names it may use, `lists` those of them that hold several values.
    """
    use, wrong = inspect(words.text, local=local)
    for line, code, message, advice in wrong:
        yield Problem(at_line(words.place, line), code, message, advice)
    for name, line in use.misspelt:
        meant = re.sub(r"[ -]+", "_", name).lower()
        hint = did_you_mean_name(meant, known)
        advice = f"{hint} Names have no spaces or hyphens; they have _ instead."
        sentence = f'no value called "{name}".'
        yield Problem(at_line(words.place, line), "unknown-value", sentence, advice)
    for name, line in use.names.items():
        if name not in known:
            yield Problem(
                at_line(words.place, line),
                "unknown-value",
                f'no value called "{name}".',
                did_you_mean_name(name, known),
            )
        elif (name in lists) != (name in use.lists):
            yield Problem(
                at_line(words.place, line),
                "list",
                f'"{name}" {"holds several values" if name in lists else "is not a list"}.',
                A_LOOP,
            )


def did_you_mean_name(wrong: str, known: Collection[str]) -> str:
    return re.sub(r"Did you mean (\w+)\?", r"Did you mean {{ \1 }}?", did_you_mean(wrong, known))


def at_line(place: Place, line: int) -> Place:
    """The pack's line of a template's line; a `|` block's words begin at `place`."""
    return Place(place.file, place.line + line - 1)
