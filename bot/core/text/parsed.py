"""What every platform's rules say of a text: how long it is there, and what becomes a link."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Entity(StrEnum):
    LINK = "link"
    HASHTAG = "hashtag"
    MENTION = "mention"
    CASHTAG = "cashtag"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text that a platform turns into a link.

    `start` and `end` (exclusive) count code points of the text as given. `value` is the link as
    written, or the name without its `#`, `@` or `$`; on X, for a list of an account, `user/list`.
    """

    kind: Entity
    start: int
    end: int
    value: str


class Unfit(StrEnum):
    """Why a platform would not take a text."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    TOO_MANY_BYTES = "too many bytes"  # Bluesky: few characters, each of many parts
    REFUSED_CHARACTER = "refused character"  # X: one that nobody sees


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as one platform has it: its length there, and its links from left to right.

    `length` and `limit` are in the platform's own measure: X weighs, the others count what a
    reader takes for one character.
    """

    text: str
    length: int
    limit: int
    spans: tuple[Span, ...]
    unfit: Unfit | None = None

    @property
    def fits(self) -> bool:
        return self.unfit is None

    def named(self, kind: Entity) -> tuple[str, ...]:
        """The values of the spans of one kind, from left to right."""
        return tuple(span.value for span in self.spans if span.kind is kind)


def utf8_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
