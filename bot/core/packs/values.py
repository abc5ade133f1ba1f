"""What a pack asks each force for, and whether what is written fits what is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.core.model import Language
from bot.core.packs.pack import ValueField, ValueKind
from bot.core.reading import Reader
from bot.core.source import Fields, Place, did_you_mean, shortened

ASKED: Final = "each_force_fills_in"
VALUE_FIELDS: Final = ("help", "type", "example", "needed", "default", "list")

_NUMBER: Final = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(,[0-9]{3}){1,2}")


def read_values(reader: Reader, top: Fields) -> dict[str, ValueField]:
    """The values of a pack, by their names."""
    group = reader.fields(top.entries.get(ASKED), top.place, f'"{ASKED}"')
    values = {}
    for name, node in group.entries.items():
        place = group.keys[name]
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            reader.problem(
                place,
                "bad-name",
                f'"{name}" cannot be the name of a value.',
                f"Use small letters and _: {re.sub(r'[^a-z0-9]+', '_', name.lower())}",
            )
            continue
        inner = reader.fields(node, place, f'"{name}"')
        reader.known_fields(inner, VALUE_FIELDS, "a value")
        values[name] = _value(reader, inner, name, place)
    return values


def _value(reader: Reader, group: Fields, name: str, place: Place) -> ValueField:
    kind = _kind(reader, group)
    default = (
        reader.by_language(group.entries["default"], name) if "default" in group.entries else {}
    )
    needed = reader.yes_no(group, "needed", default=not default)
    if needed and default:
        said = f"{name} is needed and has a default, so nobody would have to fill it in."
        reader.problem(reader.at(group, "needed"), "two-values", said, "Take one of the two out.")
    example = reader.phrase(group, "example", needed=False) or ""
    value = ValueField(
        name,
        reader.phrase(group, "help", needed=False) or "",
        example,
        needed,
        place,
        kind,
        default,
    )
    if example:
        check_written(reader, value, {Language.EN: example}, reader.at(group, "example"))
    check_written(reader, value, default, reader.at(group, "default"))
    return value


def _kind(reader: Reader, group: Fields) -> ValueKind:
    # Packs of older versions say list: yes, and are compared with newer ones.
    usual = ValueKind.LIST if reader.yes_no(group, "list", default=False) else ValueKind.PHRASE
    said = (reader.phrase(group, "type", needed=False) or usual).lower()
    if said in list(ValueKind):
        return ValueKind(said)
    reader.problem(
        reader.at(group, "type"),
        "type",
        f'"{shortened(said)}" is not a type of value.',
        did_you_mean(said, ValueKind, what="Types"),
    )
    return usual


def check_written(
    reader: Reader, value: ValueField, given: Mapping[Language, str], place: Place
) -> None:
    """A Problem at `place` for what is not of the value's type."""
    if value.kind.is_said:
        return
    if len(given) > 1:
        said = f"{value.name} is a {value.kind}, and so the same in every language."
        reader.problem(place, "type", said, f"Write it once, behind {value.name}: on its line.")
    for said in given.values():
        if value.kind is ValueKind.DATE:
            reader.day_from(said, place)
        elif value.kind is ValueKind.NUMBER and not _NUMBER.fullmatch(said):
            wrong = f'{value.name} is a number, not "{shortened(said)}".'
            reader.problem(place, "type", wrong, "Write digits only, such as 30984 or 30,984.")
        elif value.kind is ValueKind.YES_OR_NO and said.lower() not in ("yes", "no"):
            wrong = f'{value.name} is yes or no, not "{shortened(said)}".'
            reader.problem(place, "type", wrong, f"Write {value.name}: yes, or {value.name}: no.")
