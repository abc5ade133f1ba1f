"""The cases of Bluesky's official library for links, hashtags and mentions, read in place.

Set BOT_BLUESKY_CASES to a folder that holds rich_text_cases.json. Without it these tests are
skipped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.core.text.bluesky import byte_offsets, parse, target
from bot.core.text.parsed import Entity

FOLDER = os.environ.get("BOT_BLUESKY_CASES", "")
if not FOLDER:
    pytest.skip(
        "BOT_BLUESKY_CASES is not set: Bluesky's own cases were NOT run. Name the folder that "
        "holds rich_text_cases.json.",
        allow_module_level=True,
    )

# The file's values are whatever its JSON holds; they are only compared.
CASES: dict[str, Any] = json.loads((Path(FOLDER) / "rich_text_cases.json").read_text("utf-8"))
TAGS = {
    "correctly detects tags inline": Entity.HASHTAG,
    "correctly detects cashtags inline": Entity.CASHTAG,
}


def pieces(text: str) -> list[list[str]]:
    """The text cut at its links and mentions, each with what it leads to."""
    found: list[list[str]] = []
    at = 0
    for span in parse(text).spans:
        leads_to = target(span)
        found += [[text[at : span.start]]] if at < span.start else []
        did = "did:fake:" if span.kind is Entity.MENTION else ""
        found.append([text[span.start : span.end], did + leads_to])
        at = span.end
    return [*found, [text[at:]]] if at < len(text) else found


@pytest.mark.parametrize(("text", "expected"), list(zip(*CASES["main"], strict=True)))
def test_links_and_mentions_are_found_as_the_library_finds_them(
    text: str, expected: list[list[str]]
) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "names", "offsets"),
    [(kind, *case) for section, kind in TAGS.items() for case in CASES[section]],
)
def test_hashtags_are_found_as_the_library_finds_them(
    kind: Entity, text: str, names: list[str], offsets: list[dict[str, int]]
) -> None:
    spans = [span for span in parse(text).spans if span.kind is kind]

    assert [target(span) for span in spans] == names
    assert [byte_offsets(text, span) for span in spans] == [
        (of["byteStart"], of["byteEnd"]) for of in offsets
    ]


def test_every_section_of_the_cases_is_asked() -> None:
    assert CASES.keys() == {"main", *TAGS}
