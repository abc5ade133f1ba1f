"""What a post is on Bluesky: a record, in a place whose key follows from the post's own key.

Neither needs the library or the network, so what a dry run shows is what would be sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.core.model import PostKey, Rendering
from bot.core.text import bluesky
from bot.core.text.parsed import Entity, Span

COLLECTION: Final = "app.bsky.feed.post"
KEY_LETTERS: Final = "234567abcdefghijklmnopqrstuvwxyz"  # Source: atproto.com/specs/tid
_KEY_LENGTH: Final = 13  # 5 bits each: a 0, 53 bits of microseconds, 10 bits of a clock's number
_CLOCK_BITS: Final = 10
_DAY_MICROSECONDS: Final = 24 * 3600 * 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def record_key(key: PostKey, due: datetime) -> str:
    """The record's key (a TID) of a place on its day: the same in every copy of the bot, for ever.

    It says some instant of the day before, which the post's key chooses: never one to come, so no
    server finds it too early, and days stand in their order. Not the time, so that a post moved
    within its day keeps its place: 46 bits are left to tell a day's posts of one account apart.
    """
    number = int.from_bytes(hashlib.sha256(str(key).encode()).digest()[:16])
    within, clock = divmod(number, 1 << _CLOCK_BITS)
    day_before = (due - _EPOCH) // timedelta(days=1) - 1  # of UTC, whose days are all as long
    bits = (day_before * _DAY_MICROSECONDS + within % _DAY_MICROSECONDS) << _CLOCK_BITS | clock
    letters = (KEY_LETTERS[bits >> 5 * place & 31] for place in reversed(range(_KEY_LENGTH)))
    return "".join(letters)


def record(rendering: Rendering) -> dict[str, Any]:
    """The post as Bluesky keeps it. It says that it was made when it is due, whenever it is sent:
    sent twice, it must be the same.
    """
    made: dict[str, Any] = {
        "$type": COLLECTION,
        "createdAt": _instant(rendering.due),
        "langs": [rendering.language.value],
        "text": rendering.text,
    }
    facets = list(_facets(rendering.text))
    return made | {"facets": facets} if facets else made


def put(repo: str, key: PostKey, rendering: Rendering) -> dict[str, Any]:
    """What to ask so that the record is made, or is there already: never so that one is changed."""
    return {
        "collection": COLLECTION,
        "record": record(rendering),
        "repo": repo,
        "rkey": record_key(key, rendering.due),
        "swapRecord": None,  # refused where another record stands; without it, overwritten
    }


def _instant(due: datetime) -> str:
    return due.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{due.microsecond // 1000:03}Z"


def _facets(text: str) -> Iterator[dict[str, Any]]:
    """Which bytes link, and where to. Nobody is mentioned: who that is only the network knows."""
    after = 0
    for span in bluesky.parse(text).spans:
        feature = _feature(span)
        start, end = bluesky.byte_offsets(text, span)
        if feature is not None and start >= after:  # of two that overlap the first is shown
            after = end
            yield {"features": [feature], "index": {"byteStart": start, "byteEnd": end}}


def _feature(span: Span) -> dict[str, str] | None:
    match span.kind:
        case Entity.LINK:
            return {"$type": "app.bsky.richtext.facet#link", "uri": bluesky.target(span)}
        case Entity.HASHTAG | Entity.CASHTAG:
            return {"$type": "app.bsky.richtext.facet#tag", "tag": bluesky.target(span)}
        case _:
            return None
