"""What the ledger can be asked: posts as they stand, their history, and whether it is whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, exists, func, not_, select

from bot.core.model import LedgerError, PlatformName, PostKey, State
from bot.ledger import chain, database, schema
from bot.ledger.belied import first_belied
from bot.ledger.database import Book
from bot.ledger.rows import (
    active_holds,
    covers,
    holds_since,
    in_chunks,
    post_with_rendering,
    rendering_of,
    stops,
)
from bot.ledger.values import BrokenEvent, Event, Hold, LedgerPost, Scope

_MAY_STILL_LEAVE: Final = frozenset({State.PLANNED, State.SENDING})


class Reports(Book):
    """The part of the ledger that answers."""

    def posts(
        self,
        *,
        states: Collection[State] | None = None,
        accounts: Collection[str] | None = None,
        senders: Collection[str] | None = None,
        campaign: str | None = None,
        due_from: datetime | None = None,
        due_before: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[LedgerPost, ...]:
        """The posts that fit every filter given, by their time and key.

        `due_from` is included, `due_before` is not. A ledger of years is long: give days.
        """
        post = schema.post
        statement = post_with_rendering().order_by(post.c.due, post.c.key).limit(limit)
        if states is not None:
            statement = statement.where(post.c.state.in_(states))
        if accounts is not None:
            statement = statement.where(post.c.account.in_(accounts))
        if senders is not None:
            statement = statement.where(post.c.sender.in_(senders))
        if campaign is not None:
            statement = statement.where(post.c.campaign == campaign)
        if due_from is not None:
            statement = statement.where(post.c.due >= due_from)
        if due_before is not None:
            statement = statement.where(post.c.due < due_before)
        with self._reading() as connection:
            return read_posts(connection, statement)

    def posts_of(self, keys: Collection[PostKey]) -> dict[PostKey, LedgerPost]:
        """The posts of these places, as far as the ledger has any."""
        statement = post_with_rendering()
        with self._reading() as connection:
            found = [
                post
                for chunk in in_chunks([str(key) for key in keys])
                for post in read_posts(connection, statement.where(schema.post.c.key.in_(chunk)))
            ]
        return {post.key: post for post in found}

    def count(
        self,
        *,
        states: Collection[State],
        due_from: datetime | None = None,
        approved: bool | None = None,
    ) -> int:
        """How many posts there are in these states, due then or later, approved or not."""
        post, approval = schema.post, schema.approval
        statement = select(func.count()).select_from(post).where(post.c.state.in_(states))
        if due_from is not None:
            statement = statement.where(post.c.due >= due_from)
        if approved is not None:
            has_one = exists().where(
                approval.c.key == post.c.key, approval.c.digest == post.c.digest
            )
            statement = statement.where(has_one if approved else not_(has_one))
        with self._reading() as connection:
            return connection.scalar(statement) or 0

    def published_since(
        self, start: datetime, scope: Scope | None = None
    ) -> tuple[LedgerPost, ...]:
        """What was published then or later, within the scope where one is given, newest first."""
        post = schema.post
        published = post_with_rendering().where(
            post.c.state == State.PUBLISHED, post.c.since >= start
        )
        with self._reading() as connection:
            rows = connection.execute(published.order_by(post.c.since.desc(), post.c.key))
            return tuple(
                _ledger_post(row, ())
                for row in rows.mappings()
                if scope is None or covers(scope, row)
            )

    def removed_since(self, start: datetime) -> tuple[LedgerPost, ...]:
        """What somebody said then or later was taken down by hand, the oldest first."""
        post = schema.post
        removed = post_with_rendering().where(post.c.removed_at >= start)
        with self._reading() as connection:
            return read_posts(connection, removed.order_by(post.c.removed_at, post.c.key))

    def post(self, key: PostKey) -> LedgerPost | None:
        """The post of this place; None when the ledger has none."""
        statement = post_with_rendering().where(schema.post.c.key == str(key))
        with self._reading() as connection:
            row = connection.execute(statement).mappings().one_or_none()
            return None if row is None else _ledger_post(row, active_holds(connection))

    def events(
        self, *, key: PostKey | None = None, after: int = 0, last: int | None = None
    ) -> tuple[Event, ...]:
        """The history, oldest first: of one place or all, after a number, the last so many."""
        event = schema.event
        statement = select(event).where(event.c.seq > after).order_by(event.c.seq.desc())
        if key is not None:
            statement = statement.where(event.c.key == str(key))
        with self._reading() as connection:
            rows = connection.execute(statement.limit(last)).mappings().all()
        return chain.read(reversed(rows))

    def holds_over(self, key: PostKey) -> tuple[Hold, ...]:
        """Every hold that ever stood over this place since it was planned, the oldest first."""
        event = schema.event
        with self._reading() as connection:
            post = select(schema.post).where(schema.post.c.key == str(key))
            row = connection.execute(post).mappings().one_or_none()
            first = connection.scalar(select(func.min(event.c.at)).where(event.c.key == str(key)))
            if row is None or first is None:
                return ()
            return tuple(one for one in holds_since(connection, first) if covers(one.scope, row))

    def head(self) -> tuple[int, str]:
        """How many events there are, and the hash of the last, which stands for all of them."""
        with self._reading() as connection:
            return chain.end(connection)

    def heads(self) -> dict[str, tuple[int, str]]:
        """How many events each chain has, and the hash of its last: by force, "" the ledger's."""
        with self._reading() as connection:
            return chain.ends(connection)

    def chain_records(self, force: str | None = None) -> Iterator[dict[str, Any]]:
        """Every event as a record of `bot.core.chains`, or every one of a force's chain."""
        with self._reading() as connection:
            yield from chain.records(connection, force)

    def holds_event(self, hash: str) -> bool:  # noqa: A002
        """Whether the event of this hash, or of one that begins so, is in the history."""
        event = schema.event
        statement = select(event.c.seq).where(event.c.hash.startswith(hash, autoescape=True))
        with self._reading() as connection:
            return connection.scalar(statement.limit(1)) is not None or self.id.startswith(hash)

    def verify(self) -> int | BrokenEvent:
        """How many events there are, when all is as it was written; else what is not.

        The chain must be whole, and posts, words, approvals and holds what it says of them.

        Raises LedgerError when the database finds its own file damaged.
        """
        with self._reading() as connection:
            if not database.is_whole(connection):
                raise LedgerError("The ledger's file is damaged. Restore it from its backup.")
            whole = chain.first_broken(connection)
            if isinstance(whole, BrokenEvent):
                return whole
            return first_belied(connection) or whole


def read_posts(
    connection: Connection, statement: Select[tuple[object, ...]]
) -> tuple[LedgerPost, ...]:
    """The posts of a `post_with_rendering` statement, each with the hold over it."""
    rows = connection.execute(statement).mappings().all()
    holds = active_holds(connection)
    return tuple(_ledger_post(row, holds) for row in rows)


def _ledger_post(row: RowMapping, holds: tuple[Hold, ...]) -> LedgerPost:
    state = State(row["state"])
    held = (hold for hold in holds if state in _MAY_STILL_LEAVE and stops(hold, row))
    return LedgerPost(
        key=PostKey.parse(row["key"]),
        state=state,
        since=row["since"],
        why=row["why"],
        due=row["due"],
        grace_seconds=row["grace_seconds"],
        not_before=row["not_before"],
        rendering=rendering_of(row),
        sender=row["sender"],
        region=row["region"],
        platform=PlatformName(row["platform"]),
        campaign=row["campaign"],
        theme=row["theme"],
        place=row["place"],
        approved_by=row["approved_by"],
        held_by=next(held, None),
        remote_id=row["remote_id"],
        remote_url=row["remote_url"],
        essential=row["essential"],
        removed_at=row["removed_at"],
    )
