"""The program broken on purpose, once for each promise: the tester must notice every one.

Each is applied to a life after its fork, so that the program itself knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot import delivery
from bot.core.model import NotSent, Outcome, Receipt, State, Unknown
from bot.ledger import Attempt, accounts, moves, rows, sending, steps, witness
from bot.ledger.values import Claim, Phase
from bot.platforms import Found, NotFound


def intent_is_not_committed() -> None:
    """The first byte leaves before anything is written of it."""

    def intend(
        self: Any, claim: Claim, *, payload_sha256: str, now: datetime, **_more: Any
    ) -> Attempt:
        return Attempt(claim.key, claim.token, claim.rendering.digest, payload_sha256, now)

    _put(sending.Deliveries, intend=intend)


def unknown_is_sent_again() -> None:
    """A timeout is taken for a refusal that passes."""
    record = sending.Deliveries.record

    def hopeful(self: Any, claim: Claim, outcome: Outcome, *, now: datetime) -> State | None:
        if isinstance(outcome, Unknown):
            outcome = NotSent(outcome.sentence, 1.0)
        return record(self, claim, outcome, now=now)

    _put(sending.Deliveries, record=hopeful)


def a_lost_claim_is_planned_again() -> None:
    """What a crash left after its intent is sent again."""
    expired = sending._expired

    def planned(row: Any) -> Any:
        changed: Any = {**row, "phase": Phase.PREPARE}
        return replace(expired(changed), row=row)

    _put(sending, _expired=planned)


def absence_is_proof() -> None:
    """One look that does not find a post sends it again."""
    looked: Any = sending._looked

    def hasty(connection: Any, key: Any, *rest: Any, **named: Any) -> State:
        state: State = looked(connection, key, *rest, **named)
        if state is State.UNKNOWN:
            row: Any = sending._row(connection, key)
            back = moves.Move(row, State.PLANNED, "hasty", "Not found.")
            moves.move(connection, [back], by="hasty", now=row["since"])
        return state

    _put(sending, _looked=hasty)


def holds_are_read_too_early() -> None:
    """A hold is looked up when a worker begins, and not where it claims and intends."""
    read = rows.holds_since
    seen: list[Any] = []

    def once(connection: Any, start: datetime) -> Any:
        if not seen:
            seen.append(read(connection, start))
        return seen[0]

    _put(steps, holds_since=once)


def late_is_sent() -> None:
    """Nobody asks how late it is."""
    for module in (steps, sending):
        _put(module, is_late=lambda _row, _now: False)


def early_is_sent() -> None:
    """A clock that jumped is believed."""
    _put(delivery.SteadyClock, is_steady=lambda _self: True)


def unknown_is_called_published() -> None:
    """A post of which nobody knows is taken for public."""
    record = sending.Deliveries.record

    def confident(self: Any, claim: Claim, outcome: Outcome, *, now: datetime) -> State | None:
        if isinstance(outcome, Unknown):
            outcome = Receipt(f"{claim.token}{abs(hash(claim.key))}")
        return record(self, claim, outcome, now=now)

    _put(sending.Deliveries, record=confident)


def any_post_is_the_one() -> None:
    """A look takes the newest post of the timeline for the one it seeks."""
    from bot.platforms.x import XPlatform

    def credulous(
        self: Any, _key: Any, _rendering: Any, *, since: datetime, known: Any, original: Any = None
    ) -> Found | NotFound:
        for seen in self.recent():
            if seen.remote_id not in known:
                return Found(seen)
        return NotFound(0)

    _put(XPlatform, find=credulous)


def a_copy_is_believed() -> None:
    """A ledger that was put back from a copy is taken for the one that was there."""
    _put(witness, read=lambda _url: None)


def timelines_are_not_read() -> None:
    """A new ledger believes that nothing was ever published."""
    for module in (steps, accounts):
        _put(module, must_read=lambda *_times: False)


def _put(where: Any, **made: Any) -> None:
    for name, one in made.items():
        getattr(where, name)  # what is not there cannot be broken
        setattr(where, name, one)


MUTATIONS: Final[Mapping[str, Callable[[], None]]] = {
    made.__name__: made
    for made in (
        intent_is_not_committed,
        unknown_is_sent_again,
        a_lost_claim_is_planned_again,
        absence_is_proof,
        holds_are_read_too_early,
        late_is_sent,
        early_is_sent,
        unknown_is_called_published,
        any_post_is_the_one,
        a_copy_is_believed,
        timelines_are_not_read,
    )
}


CAUGHT_BY: Final[Mapping[str, str]] = {
    "intent_is_not_committed": "steps",
    "unknown_is_sent_again": "lag",
    "unknown_is_called_published": "by hand",
    "a_lost_claim_is_planned_again": "steps",
    "absence_is_proof": "lag",
    "any_post_is_the_one": "by hand",
    "holds_are_read_too_early": "hold",
    "late_is_sent": "asleep",
    "early_is_sent": "clock",
    "a_copy_is_believed": "copy",
    "timelines_are_not_read": "copy",
}
"""The scenario in which each is noticed at once. Seeds full of kills notice most of them too."""
