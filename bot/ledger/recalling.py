"""Recalling a message: what is not public yet never will be, and what is public is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, delete, not_, or_

from bot.core.model import MAY_BE_OUT, PostKey, State
from bot.ledger import chain, moves, schema
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.moves import Move
from bot.ledger.questions import unsettled
from bot.ledger.reports import read_posts
from bot.ledger.rows import post_with_rendering
from bot.ledger.values import LedgerPost, Phase

Messages = Mapping[tuple[str, str], str]
"""By campaign and name, each with the reason."""


class Recalling(Book):
    """The part of the ledger that stops what must not be said any more."""

    def recall(self, messages: Messages, *, by: str, now: datetime) -> tuple[PostKey, ...]:
        """Stop every copy of these messages that has not left; the keys of those stopped.

        Whatever any plan could judge: a pack with an error in it must not keep a copy going. What
        waits is withdrawn, and what was missed is dropped. A copy that is being made ready loses
        its claim, so that it cannot leave either. All of them lose their approvals.
        """
        if not messages:
            return ()
        with self._writing() as connection:
            preparing = _rows(connection, messages, _IN_HAND)
            moves.move(
                connection,
                [Move(row, State.MISSED, "missed", _said(row, messages)) for row in preparing],
                by=by,
                now=now,
            )
            waiting = _rows(connection, messages, schema.post.c.state == State.PLANNED)
            missed = _rows(
                connection, messages, and_(schema.post.c.state == State.MISSED, not_(unsettled()))
            )
            wanted = [_move(row, State.WITHDRAWN, messages) for row in waiting]
            wanted += [_move(row, State.DROPPED, messages) for row in missed]
            stopped = moves.move(connection, wanted, by=by, now=now)
            _lose_approvals(connection, [*waiting, *missed], by, now)
        return tuple(PostKey.parse(key) for key in stopped)

    def copies(self, messages: Iterable[tuple[str, str]]) -> tuple[LedgerPost, ...]:
        """The copies of these messages that are public, or may be, and nobody took down."""
        named = list(messages)
        if not named:
            return ()
        post = schema.post
        statement = post_with_rendering().where(
            _of(named), post.c.state.in_(MAY_BE_OUT), post.c.removed_at.is_(None)
        )
        with self._reading() as connection:
            return read_posts(connection, statement.order_by(post.c.due, post.c.key))


_IN_HAND = and_(schema.post.c.state == State.SENDING, schema.post.c.phase == Phase.PREPARE)


def _of(messages: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(schema.post.c.campaign == campaign, schema.rendering.c.message == message)
            for campaign, message in messages
        )
    )


def _rows(
    connection: Connection, messages: Messages, where: ColumnElement[bool]
) -> list[RowMapping]:
    statement = post_with_rendering().where(_of(messages), where)
    return list(connection.execute(statement.order_by(schema.post.c.key)).mappings())


def _said(row: RowMapping, messages: Messages) -> str:
    return f"Recalled: {messages[row['campaign'], row['r_message']]}."


def _move(row: RowMapping, to: State, messages: Messages) -> Move:
    return Move(row, to, "recalled", _said(row, messages), {"message": row["r_message"]})


def _lose_approvals(
    connection: Connection, rows: Iterable[RowMapping], by: str, now: datetime
) -> None:
    approval = schema.approval
    lost = [row for row in rows if row["approved_by"] is not None]
    if not lost:
        return
    connection.execute(
        delete(approval).where(
            approval.c.key == bindparam("of_key"), approval.c.digest == bindparam("of_digest")
        ),
        [{"of_key": row["key"], "of_digest": row["digest"]} for row in lost],
    )
    chain.append(
        connection,
        now,
        [
            Entry(
                "approval-lost",
                by,
                f"{row['approved_by']} had approved it before it was recalled.",
                row["key"],
                {"digest": row["digest"], "recalled": True},
                force=row["sender"],
                named=(row["approved_by"],),
            )
            for row in lost
        ],
    )
