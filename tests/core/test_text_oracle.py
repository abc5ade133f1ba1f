"""Our counts and links beside those of the platforms' own libraries, on random strings.

Set BOT_ORACLE to a folder in which `npm install twitter-text@3.1.0 @atproto/api` was run, and
BOT_ORACLE_SEED to another number than 1 for other strings.
"""

from __future__ import annotations

import os

import pytest

from bot.core.text import bluesky, x
from bot.core.text.parsed import Entity, utf8_length
from tests import oracle
from tests.core.strings import seeded

if why := oracle.missing():
    pytest.skip(why, allow_module_level=True)

SEED = int(os.environ.get("BOT_ORACLE_SEED", "1"))
COUNT = 5_000
KINDS = {
    Entity.LINK: "url",
    Entity.HASHTAG: "hashtag",
    Entity.CASHTAG: "cashtag",
    Entity.MENTION: "screenName",
}


def test_x_links_what_twitter_text_links_and_counts_as_it_does() -> None:
    """The length is compared by the emoji of 2019, which are all that the library knows."""
    texts = seeded(SEED, COUNT)
    different = {
        text
        for text, (length, _, spans) in zip(texts, oracle.ask("x", texts), strict=True)
        if x.length_of_2019(text) != length
        or [[KINDS[s.kind], *x.utf16_offsets(text, s)] for s in x.parse(text).spans] != spans
    }

    assert different == set()


def test_bluesky_counts_and_links_as_its_library_does() -> None:
    """But for the address of `httpbin.org`, which the library gives without https://."""
    texts = seeded(SEED, COUNT)
    different = set()
    for text, (length, in_bytes, spans) in zip(texts, oracle.ask("bluesky", texts), strict=True):
        ours = [
            [*bluesky.byte_offsets(text, span), bluesky.target(span)]
            for span in bluesky.parse(text).spans
        ]
        if (bluesky.parse(text).length, utf8_length(text), ours) != (length, in_bytes, spans):
            different.add(text)

    assert different == set()
