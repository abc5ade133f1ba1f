"""The hashtags of a campaign, and those that an overlay says in place of its optional ones."""

from __future__ import annotations

import re
from typing import Final

from bot.core.packs.pack import OwnHashtags
from bot.core.reading import Reader
from bot.core.source import Fields, shortened

REQUIRED: Final = "hashtag"
OPTIONAL: Final = "more_hashtags"

NO_HASHTAGS: Final = frozenset({"no", "none"})

HASHTAG: Final = re.compile(r"\w{1,100}")

_SAME_FOR_ALL: Final = f"The campaign's hashtag is the same for all; your own go under {OPTIONAL}."


def read_hashtags(reader: Reader, top: Fields, name: str, value: str | None) -> tuple[str, ...]:
    """Hashtags with commas between them; a Problem for each that would not link."""
    tags = []
    for tag in (value or "").split(","):
        tag = tag.strip()
        if tag.startswith("#"):
            reader.problem(
                reader.at(top, name),
                "hashtag",
                f'"{shortened(tag)}" has a # in front.',
                f"Write it without the #: {name}: {tag[1:]}",
            )
        elif tag and not (HASHTAG.fullmatch(tag) and re.search(r"[^\W\d_]", tag)):
            reader.problem(
                reader.at(top, name),
                "hashtag",
                f'"{shortened(tag)}" would not link as one hashtag.',
                "Use letters, digits and _ only, at most 100, at least one letter, no spaces.",
            )
        elif tag:
            tags.append(tag)
    return tuple(tags)


def read_own_hashtags(reader: Reader, top: Fields) -> OwnHashtags | None:
    """What an overlay says in place of the optional hashtags; None where it says nothing of them.

    `no` leaves them out.
    """
    if OPTIONAL not in top.entries:
        return None
    place, before = top.keys[OPTIONAL], len(reader.problems)
    value = ",".join(reader.listed(top, OPTIONAL))
    if value.lower() in NO_HASHTAGS:
        return OwnHashtags((), place)
    tags = read_hashtags(reader, top, OPTIONAL, value)
    if not tags and len(reader.problems) == before:
        said = f'"{OPTIONAL}" is empty.'
        advice = f"Write yours with commas between them, or {OPTIONAL}: no, to have none."
        reader.problem(place, "empty", said, advice)
    return OwnHashtags(tags, place) if tags else None


def required_here(reader: Reader, top: Fields, what: str) -> tuple[str, ...]:
    """The fields by which an overlay would change the required hashtag, each a Problem."""
    found = tuple(name for name in (REQUIRED, f"{REQUIRED}s") if name in top.keys)
    for name in found:
        said = f'{what} has no field called "{name}".'
        reader.problem(top.keys[name], "unknown-field", said, _SAME_FOR_ALL)
    return found
