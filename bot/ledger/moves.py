"""A post's way from state to state: one conditional UPDATE, its row count, and its event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, update

from bot.core.model import ALLOWED_MOVES, LedgerError, State
from bot.ledger import chain, schema
from bot.ledger.chain import Entry
from bot.ledger.database.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Move:
    """One post's move. `row` needs key, sender, state, token and phase, as read here and now."""

    row: Mapping[Any, Any]
    to: State
    action: str
    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)  # further columns of the post
    named: tuple[str, ...] = ()  # people the sentence may name beside who moves it


def move(connection: Connection, moves: Sequence[Move], *, by: str, now: datetime) -> list[str]:
    """Make the moves that the rows still allow; the keys of those made.

    A row that no longer stands as it was read stays, and so does its history. Raises ValueError
    for a move that the model does not allow.
    """
    made: list[str] = []
    entries: list[Entry] = []
    for wanted in moves:
        statement, values = _update(wanted, now)
        if statement.write(connection, [values]) == 1:
            made.append(wanted.row["key"])
            entries.append(entry(wanted, by))
    chain.append(connection, now, entries)
    return made


def move_all(connection: Connection, moves: Iterable[tuple[Move, datetime]]) -> None:
    """Make every one of these moves, each at its own time; their events are left to the caller.

    Raises LedgerError when one of the rows does not stand as it was read, and ValueError for a
    move that the model does not allow: the transaction must not be kept then.
    """
    alike: dict[Prepared, list[dict[str, object]]] = {}
    for wanted, now in moves:
        statement, values = _update(wanted, now)
        alike.setdefault(statement, []).append(values)
    for statement, rows in alike.items():
        if statement.write(connection, rows) != len(rows):
            raise LedgerError("A post changed while it was being written.")


def entry(made: Move, by: str, *, at: datetime | None = None) -> Entry:
    """The event of a move."""
    row, was = made.row, State(made.row["state"])
    facts = {"from": was, "to": made.to, "token": row["token"], **made.facts}
    said, key, force = made.sentence, row["key"], row["sender"]
    return Entry(made.action, by, said, key, facts, at, force=force, named=made.named)


def _update(wanted: Move, now: datetime) -> tuple[Prepared, dict[str, object]]:
    row, was = wanted.row, State(wanted.row["state"])
    if wanted.to not in ALLOWED_MOVES[was]:
        raise ValueError(f"{row['key']} cannot go from {was} to {wanted.to}")
    values: dict[str, object] = {
        "state": wanted.to,
        "since": now,
        "why": wanted.sentence,
        "phase": None,
        "worker": None,
        "lease_seconds": None,
    }
    values.update(wanted.values)
    statement = _statement(frozenset(values))
    values.update({f"was_{name}": row[name] for name in ("key", "state", "token", "phase")})
    return statement, values


@cache
def _statement(columns: frozenset[str]) -> Prepared:
    """The conditional UPDATE of these columns, built once: an adoption may run it 10,000 times."""
    post = schema.post
    return Prepared(
        update(post)
        .where(post.c.key == bindparam("was_key"), post.c.state == bindparam("was_state"))
        .where(post.c.token == bindparam("was_token"))
        .where(post.c.phase.is_not_distinct_from(bindparam("was_phase")))
        .values({name: bindparam(name) for name in columns})
    )
