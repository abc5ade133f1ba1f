"""What a post is on Bluesky: a record, in a place whose key follows from the post's own key.

Neither needs the library or the network, so what a dry run shows is what would be sent. That is
so for pictures too: Bluesky calls one by the hash of its bytes, so a record names it before it is
there.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.core.model import Captions, Card, Picture, PostKey, Rendering, Video
from bot.core.text import bluesky
from bot.core.text.parsed import Entity, Span
from bot.platforms import NOTHING, Prepared, Remote

COLLECTION: Final = "app.bsky.feed.post"
REPOSTS: Final = "app.bsky.feed.repost"
KEY_LETTERS: Final = "234567abcdefghijklmnopqrstuvwxyz"  # Source: atproto.com/specs/tid
IMAGES: Final = "app.bsky.embed.images"
VIDEO: Final = "app.bsky.embed.video"
EXTERNAL: Final = "app.bsky.embed.external"
_RAW_SHA256: Final = bytes.fromhex("01551220")  # CID version 1, raw, SHA-256, of 32 bytes
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


def collection(rendering: Rendering) -> str:
    """Where a post of this kind has its place."""
    return REPOSTS if rendering.reposts else COLLECTION


def record(rendering: Rendering, prepared: Prepared = NOTHING) -> dict[str, Any]:
    """The post as Bluesky keeps it. It says that it was made when it is due, whenever it is sent:
    sent twice, it must be the same.
    """
    if prepared.original:
        return _repost(rendering, _reference(prepared.original))
    made: dict[str, Any] = {
        "$type": COLLECTION,
        "createdAt": _instant(rendering.due),
        "langs": [rendering.language.value],
        "text": rendering.text,
    }
    facets = list(_facets(rendering.text))
    if facets:
        made["facets"] = facets
    if rendering.video:
        made["embed"] = _shown_video(rendering.video)
    elif rendering.pictures:
        made["embed"] = {"$type": IMAGES, "images": [_shown(one) for one in rendering.pictures]}
    if rendering.card:
        made["embed"] = {"$type": EXTERNAL, "external": _card(rendering.card)}
    if prepared.parent:
        root = prepared.root or prepared.parent
        made["reply"] = {"parent": _reference(prepared.parent), "root": _reference(root)}
    return made


def is_record_of(rendering: Rendering, value: Mapping[str, object]) -> bool:
    """Whether a record is this post's, whichever post it replies to or reposts, if it is to."""
    if rendering.reposts:
        return "subject" in value and value == _repost(rendering, value["subject"])
    replies = rendering.part > 1
    rest = {name: one for name, one in value.items() if not (replies and name == "reply")}
    return rest == record(rendering) and (not replies or "reply" in value)


def _repost(rendering: Rendering, subject: object) -> dict[str, Any]:
    """Source: lexicon app.bsky.feed.repost."""
    return {"$type": REPOSTS, "createdAt": _instant(rendering.due), "subject": subject}


def _reference(post: Remote) -> dict[str, Any]:
    """A record as another names it. Source: lexicon com.atproto.repo.strongRef."""
    return {"cid": post.content_id, "uri": post.address}


def blob(given: Picture | Video | Captions) -> dict[str, Any]:
    """What Bluesky is given as it names it, in its answer to an upload and in a record."""
    return {
        "$type": "blob",
        "mimeType": given.media_type,
        "ref": {"$link": content_id(given.sha256)},
        "size": given.size,
    }


def content_id(sha256: str) -> str:
    """What Bluesky calls the bytes with this hash (hex): a CID, in base32.

    Source: atproto.com/specs/data-model, "Blob Type": version 1, multicodec raw, SHA-256.
    """
    named = b32encode(_RAW_SHA256 + bytes.fromhex(sha256)).decode("ascii")
    return f"b{named.rstrip('=').lower()}"  # b: base32, as multibase says it


def put(
    repo: str, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING
) -> dict[str, Any]:
    """What to ask so that the record is made, or is there already: never so that one is changed."""
    return {
        "collection": collection(rendering),
        "record": record(rendering, prepared),
        "repo": repo,
        "rkey": record_key(key, rendering.due),
        "swapRecord": None,  # refused where another record stands; without it, overwritten
    }


def _shown(picture: Picture) -> dict[str, Any]:
    return {
        "alt": picture.alt,
        "aspectRatio": {"height": picture.height, "width": picture.width},
        "image": blob(picture),
    }


def _shown_video(video: Video) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "$type": VIDEO,
        "alt": video.alt,
        "aspectRatio": {"height": video.height, "width": video.width},
        "video": blob(video),
    }
    if video.captions:
        shown["captions"] = [
            {"file": blob(one), "lang": one.language.value} for one in video.captions
        ]
    return shown


def _card(card: Card) -> dict[str, Any]:
    shown: dict[str, Any] = {"description": card.about, "title": card.title, "uri": card.address}
    return shown | {"thumb": blob(card.picture)} if card.picture else shown


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
