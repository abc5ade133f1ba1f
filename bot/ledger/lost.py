"""Approvals that were lost because what they were given for was changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, exists, not_, select

from bot.core.model import Rendering, State
from bot.ledger import schema
from bot.ledger.database import Book
from bot.ledger.reports import read_posts
from bot.ledger.rows import RENDERING, in_chunks, post_with_rendering, rendering_of
from bot.ledger.values import TRUSTED, LostApproval


class Lost(Book):
    """The part of the ledger that knows what must be approved again."""

    def lost_by_change(self) -> tuple[LostApproval, ...]:
        """The planned posts that somebody approved and that were changed since, by their time.

        Those that are approved as they stand now are not among them, nor those that only a dry run
        had approved, nor those whose approval the end of a hold took.
        """
        with self._reading() as connection:
            last = {row["key"]: row for row in connection.execute(_LOST).mappings()}
            return _read(connection, {key: row for key, row in last.items() if _counts(row)})

    def replaced_by_dry_run(self) -> tuple[LostApproval, ...]:
        """The planned posts that somebody approved, that were changed, and that a dry run approved.

        By their time. Those that somebody has approved since are not among them.
        """
        with self._reading() as connection:
            rows = connection.execute(_REPLACED).mappings()
            return _read(connection, {row["key"]: row for row in rows if _counts(row)})


def _read(connection: Connection, lost: Mapping[str, RowMapping]) -> tuple[LostApproval, ...]:
    digests = {key: json.loads(row["facts"])["digest"] for key, row in lost.items()}
    before = _renderings(connection, digests.values())
    found = [
        LostApproval(post, _approver(lost[str(post.key)]), lost[str(post.key)]["at"], was)
        for chunk in in_chunks(list(lost))
        for post in read_posts(
            connection, post_with_rendering().where(schema.post.c.key.in_(chunk))
        )
        if (was := before.get(digests[str(post.key)])) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.post.due, str(one.post.key))))


def _lost(approved: Any) -> Any:
    """The losses of planned posts that stand as `approved` says."""
    post, event = schema.post, schema.event
    return (
        select(event)
        .join(post, post.c.key == event.c.key)
        .where(post.c.state == State.PLANNED, event.c.action == "approval-lost", approved)
        .order_by(event.c.seq)
    )


_APPROVED = exists().where(
    schema.approval.c.key == schema.post.c.key, schema.approval.c.digest == schema.post.c.digest
)
_BY_DRY_RUN = schema.approval.c.automatic, schema.approval.c.by != TRUSTED
_LOST = _lost(not_(_APPROVED))
_REPLACED = _lost(_APPROVED.where(*_BY_DRY_RUN))


def _counts(row: RowMapping) -> bool:
    facts = json.loads(row["facts"])
    return "hold" not in facts and not facts.get("approved_by_rule")


def _approver(row: RowMapping) -> str:
    named = json.loads(row["named"]) if row["named"] else [row["by"]]
    return str(named[0])


def _renderings(connection: Connection, digests: Iterable[str]) -> dict[str, Rendering]:
    statement = select(*RENDERING)
    return {
        row["r_digest"]: rendering_of(row)
        for chunk in in_chunks(list(dict.fromkeys(digests)))
        for row in connection.execute(
            statement.where(schema.rendering.c.digest.in_(chunk))
        ).mappings()
    }
