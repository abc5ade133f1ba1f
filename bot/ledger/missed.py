"""What was missed, and what people decide about it: a new time, or that it shall not go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, not_

from bot.core.model import LedgerError, Post, PostKey, State
from bot.ledger import chain, moves, schema
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.moves import Move
from bot.ledger.pictures import PictureBytes
from bot.ledger.planning import NO_PACKS, NO_PICTURES, PackTexts, add_renderings
from bot.ledger.questions import GIVEN_TIME, given_its_time, unsettled
from bot.ledger.reports import read_posts
from bot.ledger.rows import in_chunks, post_facts, post_with_rendering
from bot.ledger.values import LedgerPost


class Missed(Book):
    """The part of the ledger that knows what was missed."""

    def missed(self, *, since: datetime | None = None) -> tuple[LedgerPost, ...]:
        """The posts that wait for a decision, by their time; those due since then, where given.

        One with an attempt that nobody has settled is not among them: it may be public.
        """
        post = schema.post
        statement = post_with_rendering().where(post.c.state == State.MISSED, not_(unsettled()))
        if since is not None:
            statement = statement.where(post.c.due >= since)
        with self._reading() as connection:
            return read_posts(connection, statement.order_by(post.c.due, post.c.key))

    def given_times(self) -> tuple[LedgerPost, ...]:
        """The planned posts that a person gave their time, by that time."""
        post = schema.post
        statement = post_with_rendering().where(post.c.state == State.PLANNED, given_its_time())
        with self._reading() as connection:
            return read_posts(connection, statement.order_by(post.c.due, post.c.key))

    def give_times(
        self,
        posts: Sequence[Post],
        *,
        by: str,
        now: datetime,
        packs: PackTexts = NO_PACKS,
        pictures: PictureBytes = NO_PICTURES,
    ) -> tuple[PostKey, ...]:
        """Plan these missed posts anew at the times they now have; the keys of those done.

        Their renderings are new, so nobody has approved them yet. Whatever is no longer missed,
        or may be public, stays as it is. Raises LedgerError for a time that has passed.
        """
        late = next((post for post in posts if post.due <= now), None)
        if late is not None:
            raise LedgerError(f"{late.key} cannot be given a time that has passed.")
        with self._writing() as connection:
            rows = _rows(connection, [post.key for post in posts])
            wanted = [post for post in posts if str(post.key) in rows]
            add_renderings(connection, wanted, packs, pictures)
            _lose_approvals(connection, [rows[str(post.key)] for post in wanted], by, now)
            again = [_again(rows[str(post.key)], post, by) for post in wanted]
            made = moves.move(connection, again, by=by, now=now)
        return tuple(PostKey.parse(key) for key in made)

    def drop(
        self, keys: Sequence[PostKey], *, by: str, reason: str, now: datetime
    ) -> tuple[PostKey, ...]:
        """Decide for good that these missed posts do not go out; the keys of those done."""
        with self._writing() as connection:
            rows = _rows(connection, keys)
            said = f"{by} decided that it does not go out: {reason}."
            facts = {"reason": reason}
            dropped = [Move(r, State.DROPPED, "dropped", said, facts) for r in rows.values()]
            made = moves.move(connection, dropped, by=by, now=now)
        return tuple(PostKey.parse(key) for key in made)

    def miss(self, why: Mapping[PostKey, str], *, by: str, now: datetime) -> tuple[PostKey, ...]:
        """Miss these planned posts, each for its reason; the keys of those that still waited."""
        post = schema.post
        if not why:
            return ()
        with self._writing() as connection:
            rows = [
                row
                for chunk in in_chunks(sorted(str(key) for key in why))
                for row in connection.execute(
                    post_with_rendering()
                    .where(post.c.key.in_(chunk), post.c.state == State.PLANNED)
                    .order_by(post.c.key)
                ).mappings()
            ]
            missed = [
                Move(row, State.MISSED, State.MISSED, why[PostKey.parse(row["key"])])
                for row in rows
            ]
            made = moves.move(connection, missed, by=by, now=now)
        return tuple(PostKey.parse(key) for key in made)


def _rows(connection: Connection, keys: Sequence[PostKey]) -> Mapping[str, RowMapping]:
    """Those of the posts that wait for a decision."""
    post = schema.post
    found: dict[str, RowMapping] = {}
    for chunk in in_chunks([str(key) for key in keys]):
        statement = (
            post_with_rendering()
            .where(post.c.key.in_(chunk), post.c.state == State.MISSED)
            .where(not_(unsettled()))
        )
        found.update({row["key"]: row for row in connection.execute(statement).mappings()})
    return found


def _again(row: RowMapping, post: Post, by: str) -> Move:
    digest = post.rendering.digest
    said = f"{by} gave it a new time: {post.due:%Y-%m-%d %H:%M} UTC."
    facts = {
        "from_digest": row["digest"],
        "digest": digest,
        "was_due": row["due"].isoformat(),
        "due": post.due.isoformat(),
    }
    values = {**post_facts(post), "digest": digest, "not_before": None}
    return Move(row, State.PLANNED, GIVEN_TIME, said, facts, values)


def _lose_approvals(
    connection: Connection, rows: Sequence[RowMapping], by: str, now: datetime
) -> None:
    """What was approved was approved for another time."""
    approval = schema.approval
    entries = []
    for row in rows:
        if row["approved_by"] is None:
            continue
        connection.execute(
            delete(approval).where(approval.c.key == row["key"], approval.c.digest == row["digest"])
        )
        approver = row["approved_by"]
        why = f"{by} gave it a new time after {approver} had approved it."
        facts, key, force = {"digest": row["digest"]}, row["key"], row["sender"]
        entries.append(Entry("approval-lost", by, why, key, facts, force=force, named=(approver,)))
    chain.append(connection, now, entries)
