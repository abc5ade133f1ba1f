"""What a national pack locks, and why: facts and phrases by name, messages and themes in place."""

from __future__ import annotations

import re
from typing import Final

from bot.core.packs.pack import Lock, Locked
from bot.core.reading import Reader
from bot.core.source import Fields, Place, shortened

LOCKED: Final = "locked"
LOCK_FIELDS: Final = ("facts", "reads", "never_without", "phrase", "why")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def read_locks(reader: Reader, top: Fields) -> dict[str, Lock]:
    """The locks of a campaign, by their names."""
    group = reader.fields(top.entries.get(LOCKED), top.place, f'"{LOCKED}"')
    found = {}
    for name, node in reader.names(group, "lock").items():
        place = group.keys[name]
        inner = reader.fields(node, place, f'the lock "{name}"')
        reader.known_fields(inner, LOCK_FIELDS, "a lock")
        lock = _lock(reader, name, inner, place)
        if lock is not None:
            found[name] = lock
    return found


def _lock(reader: Reader, name: str, inner: Fields, place: Place) -> Lock | None:
    why, said = _why(reader, inner, "why", place), inner.entries.keys() & {"facts", "phrase"}
    facts = reader.listed(inner, "facts")
    if len(said) != 1:
        reader.problem(
            inner.keys["phrase"] if said else place,
            "lock",
            f'the lock "{name}" holds {"both facts and a phrase" if said else "nothing"}.',
            "Write what it locks: facts: hotline, or phrase: with the words under en: and cy:.",
        )
        return None
    for field in ("reads", "never_without"):
        if field in inner.entries and (not facts or (field == "reads" and len(facts) > 1)):
            reader.problem(
                inner.keys[field],
                "lock",
                f'"{field}" says more of {"one fact" if field == "reads" else "facts"}, and the '
                f'lock "{name}" has {"several" if facts else "none"}.',
                "Give the fact a lock of its own, or take this line out.",
            )
            return None
    phrase = reader.by_language(inner.entries["phrase"], "phrase") if "phrase" in said else {}
    if why is None or not (facts or phrase):
        return None
    return Lock(
        name,
        why,
        place,
        facts=facts,
        reads=reader.phrase(inner, "reads", needed=False),
        never_without=reader.listed(inner, "never_without"),
        phrase=phrase,
    )


def read_locked(reader: Reader, group: Fields) -> Locked | None:
    """The lock on a theme or a message itself: `locked:` and the reason."""
    if LOCKED not in group.entries:
        return None
    why = _why(reader, group, LOCKED, group.place)
    return Locked(why, group.keys[LOCKED]) if why else None


def _why(reader: Reader, group: Fields, field: str, place: Place) -> str | None:
    """A reason in words, as the forces will read it; None and a Problem where there is none."""
    if field not in group.entries:
        advice = "Add a line such as why: one wrong digit sends a caller to a stranger"
        reader.problem(place, "missing-field", f'"{field}" is missing here.', advice)
        return None
    why = reader.phrase(group, field)
    if why and len(_WORD.findall(why)) < 2:
        reader.problem(
            reader.at(group, field),
            "lock",
            f'"{field}: {shortened(why)}" does not say why.',
            "Write the reason in a few words: each force that tries to change it reads them.",
        )
        return None
    return why
