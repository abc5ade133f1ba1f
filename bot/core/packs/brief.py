"""What a campaign is for, as its pack says it to colleagues: nothing of it is ever published."""

from __future__ import annotations

from typing import Final

from bot.core.packs.pack import Brief
from bot.core.reading import Reader
from bot.core.source import Fields

BRIEF: Final = "brief"
OBJECTIVE: Final = "objective"
MEASURED_BY: Final = "measured_by"
BRIEF_FIELDS: Final = ("owner", OBJECTIVE, MEASURED_BY, "audiences", "partners")


def read_brief(reader: Reader, top: Fields) -> Brief | None:
    """The brief of a pack; None where it has none."""
    if BRIEF not in top.entries:
        return None
    group = reader.fields(top.entries[BRIEF], top.keys[BRIEF], f'"{BRIEF}"')
    reader.known_fields(group, BRIEF_FIELDS, "a brief")
    return Brief(
        owner=reader.phrase(group, "owner", needed=False),
        objective=reader.phrase(group, OBJECTIVE, needed=False),
        measured_by=reader.phrase(group, MEASURED_BY, needed=False),
        audiences=reader.listed(group, "audiences"),
        partners=reader.listed(group, "partners"),
        place=top.keys[BRIEF],
    )


def in_lines(brief: Brief | None) -> list[tuple[str, str]]:
    """What a brief says, each with its name in plain words; nothing where there is none."""
    if brief is None:
        return []
    said = (
        ("owner", brief.owner),
        ("objective", brief.objective),
        ("measured by", brief.measured_by),
        ("audiences", ", ".join(brief.audiences)),
        ("partners", ", ".join(brief.partners)),
    )
    return [(name, words) for name, words in said if words]
