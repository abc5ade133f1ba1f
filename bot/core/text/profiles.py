"""Addresses of accounts' own pages, and whether a handle beside them is that account's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_PAGES: Final = {
    "x": re.compile(r"(?:twitter|x)\.com/@?(\w{1,15})(?![\w.])", re.IGNORECASE),
    "bluesky": re.compile(r"bsky\.app/profile/([\w.-]*\w)", re.IGNORECASE),
}
_NOBODY: Final = frozenset({"i", "intent", "home", "search", "share", "hashtag"})  # X's own pages
_MENTION: Final = re.compile(r"(?<![\w@/])@([\w.-]*\w)")


def other_handle(handle: str, text: str, platform: str | None = None) -> str | None:
    """The account whose page a text links, where that is not `handle`; None where it is, or none.

    `platform` is the name of one whose pages count; without it the pages of all do.
    """
    pages = [pattern for name, pattern in _PAGES.items() if platform in (None, name)]
    named = [match[1] for pattern in pages for match in pattern.finditer(text)]
    linked = [name for name in named if name.casefold() not in _NOBODY]
    wanted = handle.lstrip("@").casefold()
    return linked[0] if linked and wanted not in {name.casefold() for name in linked} else None


def unmatched_handles(text: str) -> Iterator[tuple[str, str]]:
    """(handle, the other account) for each handle in a text whose links lead to another."""
    if "@" not in text or not any(page.search(text) for page in _PAGES.values()):
        return
    for match in _MENTION.finditer(text):
        if (other := other_handle(match[1], text)) is not None:
            yield match[1], other
