"""Whether the ledger's tables are what its history says of them.

The chain shows that no event was altered. What is planned, approved, held and public stands in
tables beside it, which somebody with the database's password could alter too: here each row is
compared with the events that tell of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain as in_turn
from typing import Any

from sqlalchemy import Connection, select

from bot.core.model import State
from bot.ledger import schema
from bot.ledger.rows import RENDERING, hold_of, is_true_to_its_digest, rendering_of
from bot.ledger.values import BrokenEvent

_Facts = Mapping[str, Any]


@dataclass(slots=True)
class _Told:
    """What the events say of one post, or of one hold."""

    seq: int = 0  # of the last event that says anything of it
    facts: dict[str, Any] = field(default_factory=dict)

    def hear(self, seq: int, facts: _Facts) -> None:
        self.seq = seq
        self.facts |= facts


@dataclass(slots=True)
class _History:
    """What all events say, read once, from the first to the last."""

    posts: dict[str, _Told] = field(default_factory=dict)
    approvals: dict[tuple[str, str], int] = field(default_factory=dict)  # and the event
    holds: dict[int, _Told] = field(default_factory=dict)

    def hear(self, seq: int, action: str, key: str | None, facts: _Facts) -> None:
        if "hold" in facts and action in _OF_HOLDS:
            told = self.holds.setdefault(facts["hold"], _Told())
            told.hear(seq, {name: facts[name] for name in _HOLD if name in facts})
            told.facts["ended"] = action == "released"
        elif key is None:
            return
        elif action == "approved":
            self.approvals[key, facts["digest"]] = seq
        elif action == "approval-lost":
            self.approvals.pop((key, facts["digest"]), None)
        else:
            self.posts.setdefault(key, _Told()).hear(seq, _of_post(action, facts))


_OF_HOLDS = ("held", "hold-explained", "released")
_HOLD = ("scope", "kind", "routine", "until")  # an older event has only the first of these


def _of_post(action: str, facts: _Facts) -> dict[str, Any]:
    said = {"state": facts["to"]} if "to" in facts else {}
    said |= {name: facts[name] for name in ("digest", "remote_id") if name in facts}
    if action in ("essential", State.PLANNED, State.MISSED) and "essential" in facts:
        said["essential"] = facts["essential"]
    return said | ({"removed": True} if action == "removed" else {})


def first_belied(connection: Connection) -> BrokenEvent | None:
    """The first row that is not what the events say of it; None when all are."""
    history = _History()
    event = schema.event
    said = select(event.c.seq, event.c.action, event.c.key, event.c.facts).order_by(event.c.seq)
    for seq, action, key, facts in connection.execute(said):
        history.hear(seq, action, key, json.loads(facts))
    belied = in_turn(
        _posts(connection, history),
        _approvals(connection, history),
        _holds(connection, history),
        _words(connection, history),
    )
    return next(belied, None)


def _posts(connection: Connection, history: _History) -> Iterable[BrokenEvent]:
    post = schema.post
    rows = connection.execute(
        select(post.c.key, post.c.state, post.c.digest, post.c.remote_id, post.c.essential)
        .add_columns(post.c.removed_at)
        .order_by(post.c.key)
    )
    there = set()
    for key, state, digest, remote_id, essential, removed_at in rows:
        there.add(key)
        told = history.posts.get(key, _Told())
        public = told.facts.get("remote_id") if state == State.PUBLISHED else None
        as_told = (told.facts.get("state"), told.facts.get("digest"), public)
        marks = (told.facts.get("essential"), told.facts.get("removed", False))
        if as_told != (state, digest, remote_id) or marks != (essential, removed_at is not None):
            yield BrokenEvent(told.seq, f"The post {key} is not as its events say.")
    for key in history.posts.keys() - there:
        yield BrokenEvent(history.posts[key].seq, f"The post {key} is gone.")


def _approvals(connection: Connection, history: _History) -> Iterable[BrokenEvent]:
    approval = schema.approval
    there = set()
    for key, digest in connection.execute(select(approval.c.key, approval.c.digest)):
        there.add((key, digest))
        if (key, digest) not in history.approvals:
            told = history.posts.get(key, _Told())
            yield BrokenEvent(told.seq, f"No event tells of an approval of {key}.")
    for key, digest in history.approvals.keys() - there:
        seq = history.approvals[key, digest]
        yield BrokenEvent(seq, f"An approval of {key} is gone, and no event tells of it.")


def _holds(connection: Connection, history: _History) -> Iterable[BrokenEvent]:
    there = set()
    rows = connection.execute(select(schema.hold).order_by(schema.hold.c.id)).mappings()
    for hold in map(hold_of, rows):
        there.add(hold.id)
        told = history.holds.get(hold.id, _Told())
        stands = {
            "scope": str(hold.scope),
            "kind": hold.kind,
            "routine": hold.routine,
            "until": hold.until.isoformat() if hold.until else None,
            "ended": hold.released_at is not None,
        }
        unsaid = {"scope": None, "kind": "hold", "routine": False, "until": None, "ended": None}
        if unsaid | told.facts != stands:
            said = f"The hold on {hold.scope} (number {hold.id}) is not as its events say."
            yield BrokenEvent(told.seq, said)
    for number in history.holds.keys() - there:
        told = history.holds[number]
        yield BrokenEvent(told.seq, f"The hold on {told.facts['scope']} is gone.")


def _words(connection: Connection, history: _History) -> Iterable[BrokenEvent]:
    """Posts whose words are not the ones that their digest was made of."""
    post = schema.post
    joined = select(post.c.key, *RENDERING).join(
        schema.rendering, schema.rendering.c.digest == post.c.digest
    )
    for row in connection.execute(joined.order_by(post.c.key)).mappings():
        if not is_true_to_its_digest(rendering_of(row)):
            seq = history.posts.get(row["key"], _Told()).seq
            yield BrokenEvent(seq, f"The words of {row['key']} are not the ones its events name.")
