"""Values in words: which a sentence cannot show, and which are the same for every force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.core.check.lines import error
from bot.core.model import Language
from bot.core.packs import ValueField, ValueKind, Wording
from bot.core.source import Place, Problem
from bot.core.templates import at_line, inspect

NOT_IN_WELSH: Final = {
    ValueKind.DATE: ("date-in-welsh", "a date", "o ddydd Gwener"),
    ValueKind.LIST: ("list-in-welsh", "a list", "Casnewydd a Chaerdydd"),
}
"""What the bot cannot put into a Welsh sentence: code, noun, and a phrase that shows why."""


def lists_of(values: Mapping[str, ValueField]) -> frozenset[str]:
    """The names of the values that hold several."""
    return frozenset(name for name, value in values.items() if value.is_list)


def told_apart(values: Mapping[str, ValueField]) -> frozenset[str]:
    """The values by which the words of one force differ from those of another."""
    return frozenset(
        name
        for name, value in values.items()
        if not value.default and value.kind is not ValueKind.YES_OR_NO
    )


def kind_problems(wording: Wording, values: Mapping[str, ValueField]) -> Iterator[Problem]:
    """Values that these words show, and cannot: by their kind, or by the language."""
    for language, words in wording.words.items():
        use = inspect(words.text, local=wording.local)[0]
        for name, line in use.names.items():
            value, place = values.get(name), at_line(words.place, line)
            if value is None:
                continue
            if value.kind is ValueKind.YES_OR_NO and name not in use.guarded:
                yield error(
                    place,
                    "yes-or-no-in-words",
                    f'{name} is a yes or no, so "yes" would be published.',
                    f"Ask with it: for_forces_with: {name} under the wording, or a condition.",
                )
            if language is Language.CY and value.kind in NOT_IN_WELSH:
                yield _not_in_welsh(value, place)


def _not_in_welsh(value: ValueField, place: Place) -> Problem:
    code, noun, shows = NOT_IN_WELSH[value.kind]
    return error(
        place,
        code,
        f"{value.name} is {noun}, and Welsh words change their first letter beside it.",
        f'The bot cannot write "{shows}". Ask for the whole phrase instead, as a value of its own '
        "with type: phrase, which each force writes in both languages.",
    )
