"""What was read of accounts' timelines: each reading costs money, whether or not it helped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bot.core.model import PlatformName, PostKey, State
from bot.ledger import schema
from bot.ledger.database import Book
from bot.ledger.values import Reading, ReadingReason, ReadTotal


class Readings(Book):
    """The part of the ledger that counts what was read."""

    def note_reading(self, reading: Reading) -> None:
        """Count one reading of a timeline. It changes no post and appends no event."""
        with self._delivering() as connection:
            write_reading(connection, reading)

    def read_totals(
        self, *, since: datetime, before: datetime | None = None
    ) -> tuple[ReadTotal, ...]:
        """What was read from `since` on, by account; `before` is not included."""
        reading = schema.reading
        statement = (
            select(
                reading.c.account,
                reading.c.platform,
                func.count().label("readings"),
                func.sum(reading.c.posts).label("posts"),
            )
            .where(reading.c.at >= since)
            .group_by(reading.c.account, reading.c.platform)
            .order_by(reading.c.account, reading.c.platform)
        )
        if before is not None:
            statement = statement.where(reading.c.at < before)
        with self._reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return tuple(
            ReadTotal(
                row["account"], PlatformName(row["platform"]), row["readings"], int(row["posts"])
            )
            for row in rows
        )


def write_reading(connection: Connection, reading: Reading) -> None:
    """Count one reading, in the caller's transaction."""
    connection.execute(
        insert(schema.reading).values(
            account=reading.account,
            platform=reading.platform,
            at=reading.at,
            posts=reading.posts,
            succeeded=reading.succeeded,
            why=reading.why,
            key=str(reading.key),
            token=reading.token,
        )
    )


def looks_for_unknown(connection: Connection) -> dict[str, tuple[Reading, ...]]:
    """By key, the looks for each unknown post since its last attempt, the first one first."""
    reading, post = schema.reading, schema.post
    statement = (
        select(reading)
        .join(post, post.c.key == reading.c.key)
        .where(post.c.state == State.UNKNOWN, reading.c.token == post.c.token)
        .where(reading.c.why == ReadingReason.LOOK)
        .order_by(reading.c.id)
    )
    return _by_key(
        Reading(
            account=row["account"],
            platform=PlatformName(row["platform"]),
            at=row["at"],
            posts=row["posts"],
            succeeded=row["succeeded"],
            why=ReadingReason(row["why"]),
            key=PostKey.parse(row["key"]),
            token=row["token"],
        )
        for row in connection.execute(statement).mappings()
    )


def _by_key(looks: Iterable[Reading]) -> dict[str, tuple[Reading, ...]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    for one in looks:
        found[str(one.key)].append(one)
    return {key: tuple(every) for key, every in found.items()}
