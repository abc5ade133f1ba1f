"""The ledger's history: events, each bound by SHA-256 to all that came before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from bot.core.model import LedgerError, PostKey
from bot.ledger import schema
from bot.ledger.database.prepared import Prepared
from bot.ledger.values import BrokenEvent, Event


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to be appended."""

    action: str
    by: str
    sentence: str
    key: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None  # where it is not the time of the whole append


_END: Final = select(schema.ledger.c.events, schema.ledger.c.last_hash)
_END_LOCKED: Final = Prepared(_END.with_for_update())
_SET_END: Final = Prepared(
    update(schema.ledger).values(
        events=bindparam("now_events"), last_hash=bindparam("now_last_hash")
    )
)
_COLUMNS: Final = tuple(schema.event.c.keys())
_APPEND: Final = Prepared(insert(schema.event).values({name: bindparam(name) for name in _COLUMNS}))
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def append(connection: Connection, now: datetime, entries: Sequence[Entry]) -> None:
    """Add these events to the end of the chain, in the caller's transaction."""
    if entries:
        append_and_end(connection, now, entries)


def append_and_end(
    connection: Connection, now: datetime, entries: Sequence[Entry]
) -> tuple[int, str]:
    """Add these events; then what `end` would say."""
    # The end of the chain is one row: on a database with row locks, deliveries queue here until
    # the one before has committed. Nothing may be locked after it that another could hold.
    [stands] = _END_LOCKED.rows(connection)
    count, previous = stands["events"], stands["last_hash"]
    rows: list[dict[str, object]] = []
    for entry in entries:
        count += 1
        row: dict[str, object] = {
            "seq": count,
            "at": (entry.at or now).astimezone(UTC),
            "action": entry.action,
            "key": entry.key,
            "by": entry.by,
            "sentence": entry.sentence,
            "facts": _canonical(entry.facts),
            "previous": previous,
        }
        previous = row["hash"] = _hash_of(row)
        rows.append(row)
    _APPEND.write(connection, rows)
    _SET_END.write(connection, [{"now_events": count, "now_last_hash": previous}])
    return count, previous


def end(connection: Connection) -> tuple[int, str]:
    """How many events there are, and the hash of the last, which stands for all of them."""
    count, last_hash = connection.execute(_END).one()
    return count, last_hash


def first_broken(connection: Connection) -> int | BrokenEvent:
    """How many events there are, when all fit; else the first that does not."""
    ledger_id, count, last_hash = connection.execute(
        select(schema.ledger.c.id, schema.ledger.c.events, schema.ledger.c.last_hash)
    ).one()
    seq, previous = 0, str(ledger_id)
    for row in connection.execute(select(schema.event).order_by(schema.event.c.seq)).mappings():
        seq += 1
        if row["seq"] != seq:
            return BrokenEvent(seq, f"Event {seq} is missing.")
        if row["previous"] != previous or row["hash"] != _hash_of(row):
            return BrokenEvent(seq, f"Event {seq} is not what was written.")
        previous = row["hash"]
    if (seq, previous) != (count, last_hash):
        return BrokenEvent(seq + 1, f"Events are missing after event {seq}.")
    return seq


def first_belied(connection: Connection) -> BrokenEvent | None:
    """The first post or approval that is not what the events say of it; None when all are."""
    posts: dict[str, tuple[object, object]] = {}
    approvals: set[tuple[str, object]] = set()
    last: dict[str, int] = {}
    event = schema.event
    said = select(event).where(event.c.key.is_not(None)).order_by(event.c.seq)
    for row in connection.execute(said).mappings():
        key, facts = row["key"], _facts(row["facts"])
        last[key] = row["seq"]
        if row["action"] == "approved":
            approvals.add((key, facts["digest"]))
        elif row["action"] == "approval-lost":
            approvals.discard((key, facts["digest"]))
        else:
            state, digest = posts.get(key, (None, None))
            posts[key] = (facts.get("to", state), facts.get("digest", digest))
    post, approval = schema.post, schema.approval
    for key, state, digest in connection.execute(select(post.c.key, post.c.state, post.c.digest)):
        if posts.pop(key, None) != (state, digest):
            return BrokenEvent(last.get(key, 0), f"The post {key} is not as its events say.")
    for key, digest in connection.execute(select(approval.c.key, approval.c.digest)):
        if (key, digest) not in approvals:
            return BrokenEvent(last.get(key, 0), f"No event tells of an approval of {key}.")
    for key in posts:
        return BrokenEvent(last[key], f"The post {key} is gone.")
    return None


def read(rows: Iterable[RowMapping]) -> tuple[Event, ...]:
    """Rows of the table as events."""
    return tuple(
        Event(
            seq=row["seq"],
            at=row["at"],
            action=row["action"],
            key=None if row["key"] is None else PostKey.parse(row["key"]),
            by=row["by"],
            sentence=row["sentence"],
            facts=_facts(row["facts"]),
            previous=row["previous"],
            hash=row["hash"],
        )
        for row in rows
    )


def _facts(text: str) -> dict[str, object]:
    try:
        value: dict[str, object] = json.loads(text)
    except ValueError as error:
        raise LedgerError("An event of the ledger is damaged: run 'bot audit verify'.") from error
    return value


def _hash_of(row: Mapping[str, Any] | RowMapping) -> str:
    names = ("seq", "action", "key", "by", "sentence", "facts", "previous")
    content: dict[str, object] = {name: row[name] for name in names}
    content["at"] = row["at"].isoformat()
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(value: Mapping[str, object]) -> str:
    return _ENCODER.encode(value)
