"""What people say now: whether it was said before, whether it may leave, and taking it back."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import not_, or_

from bot.core.model import Post, PostKey, State
from bot.ledger import moves, schema
from bot.ledger.database import Book
from bot.ledger.moves import Move
from bot.ledger.questions import unsettled
from bot.ledger.reports import read_posts
from bot.ledger.rows import active_holds, covers, in_chunks, post_facts, post_with_rendering
from bot.ledger.values import Hold, LedgerPost

_MAY_BE_PUBLIC: Final = (State.PLANNED, State.SENDING, State.PUBLISHED, State.UNKNOWN)


class Saying(Book):
    """The part of the ledger that knows what people say now."""

    def said_since(self, posts: Sequence[Post], since: datetime) -> dict[PostKey, LedgerPost]:
        """For each of these posts, one of its account with the same words, due or moved since then.

        It is public, may be, or is about to be; a post is no answer to itself, and one that is
        due after these is none either.
        """
        if not posts:
            return {}
        post = schema.post
        statement = (
            post_with_rendering()
            .where(post.c.account.in_({one.key.account for one in posts}))
            .where(post.c.state.in_(_MAY_BE_PUBLIC))
            .where(or_(post.c.due >= since, post.c.since >= since))
            .where(post.c.due <= max(one.due for one in posts))
            .order_by(post.c.due, post.c.key)
        )
        mine = {one.key for one in posts}
        with self._reading() as connection:
            before = {
                (one.key.account, same_words(one.rendering.text)): one
                for one in read_posts(connection, statement)
                if one.key not in mine
            }
        said = ((one.key, (one.key.account, same_words(one.rendering.text))) for one in posts)
        return {key: before[words] for key, words in said if words in before}

    def holds_on(self, post: Post) -> tuple[Hold, ...]:
        """The holds that stand over a post, whether the ledger has it or not, the oldest first."""
        facts = post_facts(post)
        with self._reading() as connection:
            return tuple(one for one in active_holds(connection) if covers(one.scope, facts))

    def take_back(
        self, keys: Collection[PostKey], *, by: str, reason: str, now: datetime
    ) -> tuple[PostKey, ...]:
        """Decide that these posts, planned or missed, do not go out any more; the keys of those.

        One that is being sent, may be public or has ended stays as it is.
        """
        post = schema.post
        said = f"{by} took it back: {reason}."
        with self._writing() as connection:
            rows = [
                row
                for chunk in in_chunks([str(key) for key in keys])
                for row in connection.execute(
                    post_with_rendering()
                    .where(post.c.key.in_(chunk), not_(unsettled()))
                    .where(post.c.state.in_((State.PLANNED, State.MISSED)))
                    .order_by(post.c.key)
                ).mappings()
            ]
            back = [Move(row, State.DROPPED, "dropped", said, {"reason": reason}) for row in rows]
            made = moves.move(connection, back, by=by, now=now)
        return tuple(PostKey.parse(key) for key in made)


def same_words(text: str) -> str:
    """What two texts share that a reader would call the same words: form, spaces, capitals."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
