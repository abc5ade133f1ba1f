"""One ask and one link in a post, and a link that says where it leads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from bot.core.check.prose import Found, Prose
from bot.core.source import listed

_NAME: Final = re.compile(r"\{\{\s*(\w+)")

_VAGUE: Final = re.compile(
    r"\b(?:click|tap|press) (?:here|below|(?:on )?(?:the|this) link)\b"
    r"|\b(?:read|see|find out) more here\b|\bmore (?:info|information|details) here\b"
    r"|\blink in (?:our |the )?bio\b|\bcliciwch (?:yma|isod|ar y ddolen)\b|\bdolen yn y bio\b",
    re.IGNORECASE,
)

_START: Final = r"^(?:please )?"
_ASKS: Final = {
    "share": rf"{_START}(?:share|repost|retweet|pass on) (?:this|these|the|our)\b|\bretweet\b",
    "follow": rf"{_START}follow (?:us|our|@)|\bfollow us\b",
    "sign up": rf"{_START}(?:sign up|subscribe|register)\b",
    "download": rf"{_START}download\b",
    "reply": rf"{_START}(?:reply|comment|vote)\b|\b(?:dm|message) us\b|\bin the comments\b",
    "report": rf"{_START}(?:report|tell us|tell police|call|ring)\b|\breport (?:it|them|that)\b",
}
_ASKING: Final = frozenset({
    "share", "repost", "retweet", "pass", "follow", "sign", "subscribe", "register", "download",
    "reply", "comment", "comments", "vote", "dm", "message",
})  # fmt: skip
"""Words of which one at least stands where more is asked than to report."""
_PATTERNS: Final = {ask: re.compile(words, re.IGNORECASE) for ask, words in _ASKS.items()}


def two_links(prose: Prose, links: Collection[str]) -> Iterator[Found]:
    """More links than one; `links` are the names that stand for one."""
    shown = [match[1] for match in _NAME.finditer(prose.text) if match[1] in links]
    if len(shown) > 1:
        said = listed(dict.fromkeys(shown)) if len(set(shown)) > 1 else f"{shown[0]} twice"
        yield Found("two-links", 1, f"more than one link: {said}.")


def two_asks(prose: Prose) -> Iterator[Found]:
    """Two different things that readers are asked to do. Only plain ways to ask are known here."""
    if _ASKING.isdisjoint(prose.words):
        return
    asked = [
        ask
        for ask, pattern in _PATTERNS.items()
        if any(pattern.search(sentence) for _, sentence in prose.sentences)
    ]
    if len(asked) > 1:
        yield Found("two-asks", 1, f"asks for {len(asked)} things: {listed(asked)}.")


def vague_links(prose: Prose) -> Iterator[Found]:
    for number, line in enumerate(prose.lines, start=1):
        for match in _VAGUE.finditer(line):
            yield Found("vague-link", number, f'"{match[0]}" does not say where the link leads.')
