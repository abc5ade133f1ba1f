"""A post's way from state to state: one conditional UPDATE, its row count, and its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, update

from bot.core.model import ALLOWED_MOVES, State
from bot.ledger import chain, schema
from bot.ledger.chain import Entry


@dataclass(frozen=True, slots=True)
class Move:
    """One post's move. `row` needs its key, state, token and phase, as read in this transaction."""

    row: Mapping[Any, Any]
    to: State
    action: str
    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)  # further columns of the post


def move(connection: Connection, moves: Sequence[Move], *, by: str, now: datetime) -> list[str]:
    """Make the moves that the rows still allow; the keys of those made.

    A row that no longer stands as it was read stays, and so does its history. Raises ValueError
    for a move that the model does not allow.
    """
    made: list[str] = []
    entries: list[Entry] = []
    for wanted in moves:
        row, was = wanted.row, State(wanted.row["state"])
        if wanted.to not in ALLOWED_MOVES[was]:
            raise ValueError(f"{row['key']} cannot go from {was} to {wanted.to}")
        if not _update(connection, wanted, now):
            continue
        made.append(row["key"])
        facts = {"from": was, "to": wanted.to, "token": row["token"], **wanted.facts}
        entries.append(Entry(wanted.action, by, wanted.sentence, row["key"], facts))
    chain.append(connection, now, entries)
    return made


def _update(connection: Connection, wanted: Move, now: datetime) -> bool:
    row = wanted.row
    values: dict[str, object] = {
        "state": wanted.to,
        "since": now,
        "why": wanted.sentence,
        "phase": None,
        "worker": None,
        "lease_seconds": None,
    }
    values.update(wanted.values)
    was = {f"was_{name}": row[name] for name in ("key", "state", "token", "phase")}
    return connection.execute(_statement(frozenset(values)), {**values, **was}).rowcount == 1


@cache
def _statement(columns: frozenset[str]) -> Update:
    """The conditional UPDATE of these columns, built once: an adoption may run it 10,000 times."""
    post = schema.post
    return (
        update(post)
        .where(post.c.key == bindparam("was_key"), post.c.state == bindparam("was_state"))
        .where(post.c.token == bindparam("was_token"))
        .where(post.c.phase.is_not_distinct_from(bindparam("was_phase")))
        .values({name: bindparam(name) for name in columns})
    )
