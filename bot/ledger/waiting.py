"""The post that another waits for: the part before it in a thread, or the one that it reposts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from sqlalchemy import Connection, select

from bot.core.model import PostKey, Rendering, State
from bot.ledger import schema
from bot.ledger.database.prepared import Prepared, Row, by_key, parameters
from bot.ledger.rows import RENDERING, in_chunks, said_by
from bot.ledger.values import Public

_SHOWN: Final = ("r_text", "r_pictures", "r_card", "r_video")  # what `said_by` reads
_SAID: Final = tuple(column for column in RENDERING if column.name in _SHOWN)
_WHOSE: Final = ("account", "sender", "region")


@cache
def _ahead(most: int) -> Prepared:
    """How the posts of so many keys stand and what they say, for those that wait for them."""
    post, rendering = schema.post, schema.rendering
    columns = (post.c.key, post.c.state, post.c.remote_id, post.c.remote_url, post.c.removed_at)
    whose = (post.c[name] for name in _WHOSE)
    found = select(*columns, *whose, *_SAID).join(rendering, rendering.c.digest == post.c.digest)
    return Prepared(found.where(post.c.key.in_(parameters("key", most))))


def _waited_for(rows: Iterable[Row]) -> set[str]:
    """The keys of the posts that these wait for, and of the first parts of their threads."""
    before = {row["waits_for"] for row in rows if row["waits_for"] is not None}
    return before | {str(replace(PostKey.parse(key), part=1)) for key in before}


def read_ahead(connection: Connection, rows: Iterable[Row]) -> dict[str, Row]:
    """The posts that these wait for or belong to, by their keys."""
    found: dict[str, Row] = {}
    for keys in in_chunks(sorted(_waited_for(rows))):
        found |= by_key(connection, _ahead, keys)
    return found


def before(row: Row, posts: Mapping[str, Row]) -> Row | None:
    """The post that this one waits for; None where it waits for none, or for an unknown one."""
    return posts.get(row["waits_for"])


def not_its_turn(row: Row, rendering: Rendering, other: Row | None) -> str | None:
    """Why a post that has to wait for the `other` may not go yet; None where it may."""
    key = row["waits_for"]
    if rendering.reposts and str(rendering.reposts) != key:
        return f"It would repost {rendering.reposts}, and waits for {key or 'no post'}."
    if key is None:
        return None
    if other is None:
        return f"It waits for {key}, which is not in the ledger."
    if other["state"] != State.PUBLISHED:
        return f"It waits for {key}, which is {other['state']}."
    if other["removed_at"] is not None:
        return f"It waits for {key}, which was taken down."
    said = rendering.text, rendering.pictures, rendering.card, rendering.video
    if rendering.reposts and said_by(other) != said:
        return f"It would repost {key}, which went out otherwise than was approved for this."
    return None


def as_the_other(row: Row, rendering: Rendering, other: Row | None) -> Row | None:
    """A repost as if it were a post of the account that it reposts; None for any other post.

    Whatever holds that account holds what passes on its words.
    """
    if rendering.reposts is None or other is None:
        return None
    return {**row, **{name: other[name] for name in _WHOSE}}


def public(posts: Mapping[str, Row], key: PostKey | None) -> Public | None:
    """Where the post of this key is public, as far as it is."""
    row = posts.get(str(key)) if key else None
    if key is None or row is None or row["remote_id"] is None:
        return None
    return Public(key, row["remote_id"], row["remote_url"])
