"""What people decide: approvals, previews, and their word on what is public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    delete,
    insert,
    select,
    true,
    update,
)

from bot.core.model import LedgerError, PostKey, State
from bot.ledger import chain, moves, schema
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.moves import Move
from bot.ledger.rows import in_chunks, senders_of
from bot.ledger.values import Approval


class People(Book):
    """The part of the ledger that takes people's decisions."""

    # --- approvals ------------------------------------------------------------------------------

    def approve(
        self,
        pairs: Sequence[tuple[PostKey, str]],
        *,
        by: str,
        now: datetime,
        automatic: bool = False,
        basis: str = "",
    ) -> int:
        """Approve these renderings in these places; how many were not approved before.

        Each pair is a key and a digest. The post need not be adopted yet. A person's word takes
        the place of an automatic one, never the other way round.
        """
        approval = schema.approval
        wanted = {(str(key), digest): None for key, digest in pairs}
        with self._writing() as connection:
            for pair in _approved(connection, [key for key, _ in wanted], by_rule=automatic):
                wanted.pop(pair, None)
            if not wanted:
                return 0
            if not automatic:
                connection.execute(
                    delete(approval).where(
                        approval.c.key == bindparam("of_key"),
                        approval.c.digest == bindparam("of_digest"),
                    ),
                    [{"of_key": key, "of_digest": digest} for key, digest in wanted],
                )
            connection.execute(
                insert(schema.approval),
                [
                    {
                        "key": key,
                        "digest": digest,
                        "by": by,
                        "at": now,
                        "automatic": automatic,
                        "basis": basis,
                    }
                    for key, digest in wanted
                ],
            )
            said = f"Approved by {by}" + (f": {basis}." if basis else ".")
            of = senders_of(connection, [key for key, _ in wanted])
            approvals = [(key, {"digest": one, "automatic": automatic}) for key, one in wanted]
            chain.append(
                connection,
                now,
                [
                    Entry("approved", by, said, key, facts, force=of[key])
                    for key, facts in approvals
                ],
            )
        return len(wanted)

    def approvals(self, keys: Iterable[PostKey] | None = None) -> tuple[Approval, ...]:
        """Every approval that stands, of these places or of all, in the order of the keys."""
        approval = schema.approval
        statement = select(approval).order_by(approval.c.key, approval.c.digest)
        with self._reading() as connection:
            if keys is None:
                rows = list(connection.execute(statement).mappings())
            else:
                rows = [
                    row
                    for chunk in in_chunks(sorted(str(key) for key in keys))
                    for row in connection.execute(
                        statement.where(approval.c.key.in_(chunk))
                    ).mappings()
                ]
        return tuple(
            Approval(
                PostKey.parse(row["key"]),
                row["digest"],
                row["by"],
                row["at"],
                row["automatic"],
                row["basis"],
            )
            for row in rows
        )

    def is_approved(self, key: PostKey, digest: str) -> bool:
        """Whether this very rendering may go out in this place."""
        with self._reading() as connection:
            return (str(key), digest) in _approved(connection, [str(key)], by_rule=True)

    def remember_preview(
        self, code: str, pairs: Sequence[tuple[PostKey, str]], *, now: datetime
    ) -> None:
        """Keep what was shown under this code. A code used again stands for what is new."""
        shown = [[str(key), digest] for key, digest in pairs]
        with self._writing() as connection:
            connection.execute(delete(schema.preview).where(schema.preview.c.code == code))
            connection.execute(insert(schema.preview).values(code=code, pairs=shown, at=now))

    def preview(self, code: str) -> tuple[tuple[PostKey, str], ...] | None:
        """What was shown under this code; None when nothing was."""
        with self._reading() as connection:
            pairs = connection.scalar(
                select(schema.preview.c.pairs).where(schema.preview.c.code == code)
            )
        if pairs is None:
            return None
        return tuple((PostKey.parse(key), digest) for key, digest in pairs)

    # --- what nobody is sure of -----------------------------------------------------------------

    def settle(self, key: PostKey, *, published: str | None, by: str, now: datetime) -> State:
        """A person's word on an unknown post: where it stands, or that it does not.

        `published` is the post's address or its id on the platform; None says that it was not
        published, and the post is missed. Raises LedgerError when the post is not unknown, or
        when that id belongs to another post.
        """
        with self._writing() as connection:
            row = (
                connection.execute(select(schema.post).where(schema.post.c.key == str(key)))
                .mappings()
                .one_or_none()
            )
            if row is None or row["state"] != State.UNKNOWN:
                stands = "not in the ledger" if row is None else row["state"]
                raise LedgerError(f"{key} is {stands}, not unknown: there is nothing to settle.")
            if published is None:
                wanted = Move(row, State.MISSED, "settled", f"{by} says it was not published.")
            else:
                wanted = _published(connection, row, published, by)
            moves.move(connection, [wanted], by=by, now=now)
            settle_attempts(connection, row["key"], now)
        return wanted.to

    def mark_removed(self, key: PostKey, *, by: str, now: datetime) -> None:
        """Record that a published post was taken down by hand; it stays published.

        Raises LedgerError when it is not published, or was recorded as taken down already.
        """
        post = schema.post
        with self._writing() as connection:
            marked = connection.execute(
                update(post)
                .where(post.c.key == str(key), post.c.state == State.PUBLISHED)
                .where(post.c.removed_at.is_(None))
                .values(removed_at=now)
            )
            if marked.rowcount == 0:
                stands = select(post.c.state, post.c.removed_at).where(post.c.key == str(key))
                row = connection.execute(stands).mappings().one_or_none()
                raise LedgerError(_why_not_removed(key, row))
            said = f"{by} says it was taken down by hand."
            force = senders_of(connection, [str(key)])[str(key)]
            chain.append(connection, now, [Entry("removed", by, said, str(key), force=force)])


def _why_not_removed(key: PostKey, row: RowMapping | None) -> str:
    if row is None:
        return f"{key} is not in the ledger."
    if row["removed_at"] is not None:
        at = f"{row['removed_at']:%Y-%m-%d %H:%M} UTC"
        return f"{key} is recorded as taken down already, at {at}."
    return f"{key} is {row['state']}, not published: there is nothing to take down."


def settle_attempts(connection: Connection, key: str, now: datetime) -> None:
    """Note that it is known now how every attempt of this post ended."""
    attempt = schema.attempt
    connection.execute(
        update(attempt)
        .where(attempt.c.key == key, attempt.c.settled_at.is_(None))
        .values(settled_at=now)
    )


def _published(connection: Connection, row: RowMapping, published: str, by: str) -> Move:
    address = published.strip()
    url = address if "://" in address else None
    remote_id = address.split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1]
    if not remote_id:
        raise LedgerError("Give the address of the published post, or its id.")
    post = schema.post
    holder = connection.scalar(
        select(post.c.key).where(post.c.account == row["account"], post.c.remote_id == remote_id)
    )
    if holder is not None:
        raise LedgerError(f"{remote_id} is recorded as {holder} already. Check the address.")
    return Move(
        row,
        State.PUBLISHED,
        "settled",
        f"{by} says it was published as {address}.",
        facts={"remote_id": remote_id},
        values={"remote_id": remote_id, "remote_url": url, "not_before": None},
    )


def _approved(
    connection: Connection, keys: Iterable[str], *, by_rule: bool
) -> set[tuple[str, str]]:
    """What is approved in these places by people, and where `by_rule` by a rule too."""
    approval = schema.approval
    found: set[tuple[str, str]] = set()
    for chunk in in_chunks(list(dict.fromkeys(keys))):
        rows = connection.execute(
            select(approval.c.key, approval.c.digest)
            .where(approval.c.key.in_(chunk))
            .where(true() if by_rule else approval.c.automatic.is_(False))
        )
        found.update((str(key), str(digest)) for key, digest in rows)
    return found
