"""The ledger's history: events, each bound by SHA-256 to all that came before it.

`bot.core.chains` has the rule. Here events are appended and read back.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from bot.core.chains import (
    FORM,
    MOST_NAMES,
    Following,
    canonical,
    canonical_names,
    chain_name,
    hash_of,
    salted,
    with_names,
    without_names,
)
from bot.core.model import LedgerError, PostKey
from bot.ledger import schema
from bot.ledger.database.prepared import Prepared, in_size, numbered, parameters
from bot.ledger.values import BrokenEvent, Event


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to be appended. Its sentence may name `by` and those in `named`, no other people."""

    action: str
    by: str
    sentence: str
    key: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None  # where it is not the time of the whole append
    force: str = ""  # whose chain it belongs to; the ledger's own where it concerns no force
    named: tuple[str, ...] = ()  # people the sentence may name beside `by`, nine at most


_END: Final = select(schema.ledger.c.events, schema.ledger.c.last_hash)
_END_LOCKED: Final = Prepared(_END.add_columns(schema.ledger.c.id).with_for_update())
_SET_END: Final = Prepared(
    update(schema.ledger).values(
        events=bindparam("now_events"), last_hash=bindparam("now_last_hash")
    )
)
_READ_AT_ONCE: Final = 1_000  # events
_SALT_BYTES: Final = 16
_COLUMNS: Final = tuple(schema.event.c.keys())
_APPEND: Final = Prepared(insert(schema.event).values({name: bindparam(name) for name in _COLUMNS}))
_ENDS: Final = select(schema.chain_end)
_SET_CHAIN_END: Final = Prepared(
    update(schema.chain_end)
    .where(schema.chain_end.c.force == bindparam("of_force"))
    .values(events=bindparam("now_events"), hash=bindparam("now_hash"))
)
_ADD_CHAIN_END: Final = Prepared(
    insert(schema.chain_end).values(
        force=bindparam("of_force"), events=bindparam("now_events"), hash=bindparam("now_hash")
    )
)


@cache
def _ends_of(most: int) -> Prepared:
    """The ends of so many chains."""
    return Prepared(_ENDS.where(schema.chain_end.c.force.in_(parameters("force", most))))


def append(connection: Connection, now: datetime, entries: Sequence[Entry]) -> None:
    """Add these events to the ends of their chains, in the caller's transaction."""
    if entries:
        append_and_end(connection, now, entries)


def append_and_end(
    connection: Connection, now: datetime, entries: Sequence[Entry]
) -> tuple[int, str]:
    """Add these events; then what `end` would say."""
    # The end of the ledger is one row: on a database with row locks, deliveries queue here until
    # the one before has committed. Nothing may be locked after it that another could hold; the
    # ends of the chains are written only behind it, so they can be read without a lock.
    [stands] = _END_LOCKED.rows(connection)
    seq, last = stands["events"], stands["last_hash"]
    found = _read_ends(connection, {entry.force for entry in entries})
    ends = dict(found)
    rows: list[dict[str, object]] = []
    for entry, salt in zip(entries, _salts(len(entries)), strict=True):
        seq += 1
        number, previous = ends.get(entry.force, (0, stands["id"]))
        row = _row(entry, now, salt)
        row.update(seq=seq, number=number + 1, previous=previous, before=last)
        last = row["hash"] = hash_of(record(row))
        ends[entry.force] = number + 1, last
        rows.append(row)
    _APPEND.write(connection, rows)
    _write_ends(connection, ends, known=found)
    _SET_END.write(connection, [{"now_events": seq, "now_last_hash": last}])
    return seq, last


def _salts(count: int) -> list[str]:
    """So many salts, from one reading: each reading lets other threads in between."""
    drawn = secrets.token_hex(_SALT_BYTES * count)
    digits = 2 * _SALT_BYTES
    return [drawn[digits * place : digits * (place + 1)] for place in range(count)]


def _row(entry: Entry, now: datetime, salt: str) -> dict[str, Any]:
    """What an event says, without its place."""
    named = [one for one in entry.named if one in entry.sentence and one != entry.by][:MOST_NAMES]
    return {
        "form": FORM,
        "force": entry.force,
        "at": (entry.at or now).astimezone(UTC),
        "action": entry.action,
        "key": entry.key,
        "by": entry.by,
        "named": canonical_names(named) if named else None,
        "salt": salt,
        "sentence": without_names(entry.sentence, entry.by, named),
        "facts": canonical(entry.facts),
    }


def record(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    """A row of the table as a record of `bot.core.chains`, its names and salt not left out."""
    made = dict(row)
    salt, named = row["salt"], row["named"]
    made["at"] = row["at"].isoformat()
    made["by_hash"] = salted(salt, row["by"])
    made["named"], made["named_hash"] = None, None
    if named is not None:
        made["named"], made["named_hash"] = _named(named), salted(salt, named)
    return made


def _read_ends(connection: Connection, forces: Collection[str]) -> dict[str, tuple[int, str]]:
    most = in_size(len(forces))
    rows = _ends_of(most).rows(connection, numbered("force", sorted(forces), most))
    return {row["force"]: (row["events"], row["hash"]) for row in rows}


def _write_ends(
    connection: Connection, ends: Mapping[str, tuple[int, str]], *, known: Collection[str]
) -> None:
    rows = {
        force: {"of_force": force, "now_events": events, "now_hash": end_hash}
        for force, (events, end_hash) in ends.items()
    }
    standing = [row for force, row in rows.items() if force in known]
    if standing:
        _SET_CHAIN_END.write(connection, standing)
    if len(standing) < len(rows):
        _ADD_CHAIN_END.write(connection, [row for f, row in rows.items() if f not in known])


def end(connection: Connection) -> tuple[int, str]:
    """How many events there are, and the hash of the last, which stands for all of them."""
    count, last_hash = connection.execute(_END).one()
    return count, last_hash


def ends(connection: Connection) -> dict[str, tuple[int, str]]:
    """How many events each chain has, and the hash of its last: by force, "" the ledger's own."""
    rows = connection.execute(_ENDS.order_by(schema.chain_end.c.force))
    return {force: (events, end_hash) for force, events, end_hash in rows}


def records(connection: Connection, force: str | None = None) -> Iterator[dict[str, Any]]:
    """Every event as a record, or every one of a chain, in their order, not all at once."""
    event, seq = schema.event, None
    statement = select(event).order_by(event.c.seq).limit(_READ_AT_ONCE)
    if force is not None:
        statement = statement.where(event.c.force == force)
    while True:
        after = statement if seq is None else statement.where(event.c.seq > seq)
        rows = connection.execute(after).mappings().all()
        yield from map(record, rows)
        if len(rows) < _READ_AT_ONCE:
            return
        seq = rows[-1]["seq"]


def first_broken(connection: Connection) -> int | BrokenEvent:
    """How many events there are, when all fit; else the first that does not."""
    ledger_id = connection.execute(select(schema.ledger.c.id)).scalar_one()
    following = Following(str(ledger_id))
    for one in records(connection):
        if wrong := following.misfit(one):
            return BrokenEvent(following.events + 1, wrong)
    if (following.events, following.last) != end(connection):
        return BrokenEvent(
            following.events + 1, f"Events are missing after event {following.events}."
        )
    stand = ends(connection)
    for force in sorted(stand.keys() | following.ends.keys()):
        if stand.get(force) != following.ends.get(force):
            said = f"The end of the chain of {chain_name(force)} is not the one that was noted."
            return BrokenEvent(following.events + 1, said)
    return following.events


def read(rows: Iterable[RowMapping]) -> tuple[Event, ...]:
    """Rows of the table as events."""
    return tuple(
        Event(
            seq=row["seq"],
            at=row["at"],
            action=row["action"],
            key=None if row["key"] is None else PostKey.parse(row["key"]),
            by=row["by"],
            sentence=with_names(row["sentence"], row["by"], _named(row["named"])),
            facts=_facts(row["facts"]),
            previous=row["previous"],
            hash=row["hash"],
            force=row["force"],
            number=row["number"],
        )
        for row in rows
    )


def _facts(text: str) -> dict[str, object]:
    try:
        value: dict[str, object] = json.loads(text)
    except ValueError as error:
        raise LedgerError("An event of the ledger is damaged: run 'bot audit verify'.") from error
    return value


def _named(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(json.loads(text))
