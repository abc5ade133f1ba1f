"""Holds: placed, explained, released by one or by two, ended by the clock; and what they cost.

A hold for an incident costs the approvals that were given before it: what was fit to be said
yesterday may not be today, so a person looks again. They are lost when the hold ends, in the
transaction that ends it, so nothing can leave in between.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    delete,
    exists,
    insert,
    not_,
    or_,
    select,
    update,
)

from bot.core.holds import HoldKind
from bot.core.model import LedgerError, Mode, PostKey, State, configured_run
from bot.ledger import chain, schema
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.reports import read_posts
from bot.ledger.rows import (
    active_holds,
    covers,
    hold_of,
    in_chunks,
    post_with_rendering,
    sender_of,
)
from bot.ledger.values import TRUSTED, Hold, InFlight, LedgerPost, Phase, Scope, ScopeKind

THE_CLOCK: Final = "the clock"  # who ends a hold whose end has come, in the events

_MAY_BE_SENT: Final = (State.PLANNED, State.WITHDRAWN)  # by a later plan or at once


class Holds(Book):
    """The part of the ledger that knows holds."""

    def hold(
        self,
        scope: Scope,
        *,
        by: str,
        reason: str,
        now: datetime,
        kind: HoldKind = HoldKind.HOLD,
        until: datetime | None = None,
        routine: bool = False,
    ) -> Hold:
        """Stop what is within the scope, but for what the kind lets pass.

        When this returns, nothing more of it passes its intent; ask `in_flight(scope)` for what
        had passed it before. Where a hold stands that already does as much for as long, that one
        is given back; otherwise the new one stands beside it. Raises LedgerError for an end that
        has passed.
        """
        if until is not None and until <= now:
            raise LedgerError(f"A hold cannot end at {until:%Y-%m-%d %H:%M} UTC: that has passed.")
        wanted = Hold(0, scope, by, reason, now, kind=kind, until=until, routine=routine)
        with self._writing() as connection:
            for standing in active_holds(connection):
                if _does_as_much(standing, wanted):
                    return standing
            connection.execute(
                insert(schema.hold).values(
                    kind=scope.kind,
                    name=scope.name,
                    by=by,
                    reason=reason,
                    at=now,
                    lets_pass=kind,
                    until=until,
                    routine=routine,
                )
            )
            made = active_holds(connection)[-1]
            how = "on hold" if kind is HoldKind.HOLD else f"on hold ({kind})"
            ends = f", until {until:%Y-%m-%d %H:%M} UTC" if until else ""
            said = f"{by} put {scope} {how}{ends}" + (f": {reason}." if reason else ".")
            force = _whose(connection, scope)
            chain.append(
                connection, now, [Entry("held", by, said, facts=_facts(made), force=force)]
            )
        return made

    def explain_hold(self, hold_id: int, *, by: str, reason: str, now: datetime) -> Hold:
        """Fill in, afterwards, who holds and why. Raises LedgerError when there is no such hold."""
        hold = schema.hold
        with self._writing() as connection:
            connection.execute(
                update(hold).where(hold.c.id == hold_id).values(by=by, reason=reason)
            )
            row = connection.execute(select(hold).where(hold.c.id == hold_id)).mappings().first()
            if row is None:
                raise LedgerError(f"There is no hold number {hold_id}.")
            explained = hold_of(row)
            said = f"{by} explained the hold on {explained.scope}: {reason}."
            facts, force = _facts(explained), _whose(connection, explained.scope)
            chain.append(
                connection, now, [Entry("hold-explained", by, said, facts=facts, force=force)]
            )
        return explained

    def release(
        self,
        scope: Scope,
        *,
        by: str,
        reason: str,
        now: datetime,
        kind: HoldKind | None = None,
        takes_two: bool = True,
    ) -> tuple[Hold, ...]:
        """End the holds of exactly this scope, and of this kind where one is given.

        Each is given back as it stands afterwards. On a live ledger a hold on everything takes
        two people unless `takes_two` is False: after the first one's word it still stands, with
        no `released_at`, until another person's within two hours. Others over the same posts
        stand. What was due meanwhile does not go out: it is missed, and a person looks at it.
        """
        two = takes_two and self.mode is Mode.LIVE and scope.kind is ScopeKind.EVERYTHING
        hold = schema.hold
        with self._writing() as connection:
            meant = [
                one
                for one in active_holds(connection)
                if one.scope == scope and kind in (None, one.kind)
            ]
            for one in meant:
                if two and not _is_second_word(one, by, now):
                    _ask(connection, one, by=by, reason=reason, now=now)
                else:
                    both = f"{one.asked_by} and {by}" if two else by
                    _end(connection, one, by=both, reason=reason, now=now)
            rows = connection.execute(
                select(hold).where(hold.c.id.in_([one.id for one in meant])).order_by(hold.c.id)
            ).mappings()
            return tuple(hold_of(row) for row in rows)

    def end_holds(self, *, now: datetime) -> tuple[Hold, ...]:
        """End the holds whose end has come, as a release by the clock; those ended."""
        if not any(_has_run_out(one, now) for one in self.holds()):
            return ()
        with self._writing() as connection:
            over = [one for one in active_holds(connection) if _has_run_out(one, now)]
            for one in over:
                reason = f"its end, {one.until:%Y-%m-%d %H:%M} UTC, had come"
                _end(connection, one, by=THE_CLOCK, reason=reason, now=now)
        return tuple(over)

    def holds(self) -> tuple[Hold, ...]:
        """The active holds, the oldest first. Raises LedgerError where one cannot be read."""
        with self._reading() as connection:
            return active_holds(connection)

    def lost_by_release(self) -> tuple[LedgerPost, ...]:
        """The planned posts that a person approved as they stand and the end of a hold did not.

        By their time. They are what may be reaffirmed.
        """
        post, event, approval = schema.post, schema.event, schema.approval
        approved = exists().where(approval.c.key == post.c.key, approval.c.digest == post.c.digest)
        lost = (
            select(event.c.key, event.c.facts, post.c.digest)
            .join(post, post.c.key == event.c.key)
            .where(post.c.state == State.PLANNED, event.c.action == "approval-lost")
            .where(not_(approved))
            .order_by(event.c.seq)
        )
        with self._reading() as connection:
            last = {}
            for key, text, digest in connection.execute(lost):
                facts = json.loads(text)
                if facts.get("digest") == digest:
                    last[key] = "hold" in facts and not facts.get("automatic")
            found = [
                one
                for chunk in in_chunks([key for key, by_release in last.items() if by_release])
                for one in read_posts(
                    connection, post_with_rendering().where(post.c.key.in_(chunk))
                )
            ]
        return tuple(sorted(found, key=lambda one: (one.due, str(one.key))))

    def in_flight(self, scope: Scope | None = None) -> tuple[InFlight, ...]:
        """The posts being sent. Those past their intent may still leave, whatever is held."""
        post, rendering = schema.post, schema.rendering
        statement = (
            select(post, rendering.c.text)
            .join(rendering, rendering.c.digest == post.c.digest)
            .where(post.c.state == State.SENDING)
            .order_by(post.c.key)
        )
        with self._reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return tuple(_in_flight(row) for row in rows if scope is None or covers(scope, row))


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, whatever their letters' size and the spaces."""
    first, second = (" ".join(name.split()).casefold() for name in (one, other))
    return first == second


# --- placing and ending -----------------------------------------------------------------------


def _does_as_much(standing: Hold, wanted: Hold) -> bool:
    """Whether a hold makes another needless: as much, for as long, and with the same after-effect.

    One that lets more pass, ends sooner or spares approvals never stands in for one that does not.
    """
    if (standing.scope, standing.kind) != (wanted.scope, wanted.kind):
        return False
    as_long = standing.until is None or (
        wanted.until is not None and standing.until >= wanted.until
    )
    return as_long and (wanted.routine or not standing.routine)


def _has_run_out(one: Hold, now: datetime) -> bool:
    return one.until is not None and one.until <= now


def _is_second_word(one: Hold, by: str, now: datetime) -> bool:
    asked = one.asked_by if one.waits_for_second(now) else None
    return asked is not None and not is_same_person(asked, by)


def _ask(connection: Connection, one: Hold, *, by: str, reason: str, now: datetime) -> None:
    """Record one person's word; the same person's again changes nothing but the history."""
    if one.waits_for_second(now):
        said = f"{by} asked again to release the hold on {one.scope}. It takes another person."
    else:
        connection.execute(
            update(schema.hold)
            .where(schema.hold.c.id == one.id, schema.hold.c.released_at.is_(None))
            .values(asked_by=by, asked_at=now, asked_reason=reason)
        )
        said = f"{by} asked to release the hold on {one.scope}: {reason}. It takes a second person."
    facts = _facts(one) | {"reason": reason}
    force = _whose(connection, one.scope)
    chain.append(connection, now, [Entry("release-asked", by, said, facts=facts, force=force)])


def _end(connection: Connection, one: Hold, *, by: str, reason: str, now: datetime) -> None:
    """End a hold; where it was for an incident, take the approvals given before it."""
    connection.execute(
        update(schema.hold)
        .where(schema.hold.c.id == one.id, schema.hold.c.released_at.is_(None))
        .values(released_at=now, released_by=by, release_reason=reason)
    )
    said = f"{by} released the hold on {one.scope}" + (f": {reason}." if reason else ".")
    force = _whose(connection, one.scope)
    entries = [Entry("released", by, said, facts=_facts(one), force=force)]
    if not one.routine:
        entries += _lose_approvals(connection, one, by)
    chain.append(connection, now, entries)


def _whose(connection: Connection, scope: Scope) -> str:
    """Whose chain tells of a hold: the force's own where it is about one force alone."""
    if scope.kind is ScopeKind.FORCE:
        return str(scope.name)
    if scope.kind is ScopeKind.ACCOUNT:
        return sender_of(connection, str(scope.name))
    return ""


def _facts(hold: Hold) -> dict[str, object]:
    facts: dict[str, object] = {
        "hold": hold.id,
        "scope": str(hold.scope),
        "reason": hold.reason,
        "kind": hold.kind,
        "routine": hold.routine,
    }
    return facts | ({"until": hold.until.isoformat()} if hold.until else {})


# --- what a hold for an incident costs ----------------------------------------------------------


def _lose_approvals(connection: Connection, ended: Hold, by: str) -> list[Entry]:
    """Take the approvals given before the hold of what may still be sent within its scope.

    Those of posts that no plan has brought here yet are among them.
    """
    approval, post = schema.approval, schema.post
    before = (
        select(approval, post.c.state, *(post.c[name] for name in _SCOPED))
        .outerjoin(post, post.c.key == approval.c.key)
        .where(approval.c.at <= ended.at)
        .where(or_(post.c.key.is_(None), post.c.state.in_(_MAY_BE_SENT)))
        .order_by(approval.c.key, approval.c.digest)
    )
    rows = connection.execute(before).mappings().all()
    siblings = _siblings(connection) if any(row["state"] is None for row in rows) else []
    lost = [
        row
        for row in rows
        if (
            covers(ended.scope, row)
            if row["state"] is not None
            else _may_cover(ended.scope, PostKey.parse(row["key"]), siblings)
        )
    ]
    if lost:
        connection.execute(
            delete(approval).where(
                approval.c.key == bindparam("of_key"), approval.c.digest == bindparam("of_digest")
            ),
            [{"of_key": row["key"], "of_digest": row["digest"]} for row in lost],
        )
    return [_lost(ended, row, by) for row in lost]


_SCOPED: Final = ("account", "sender", "region", "platform", "campaign", "theme")
"""What a scope can name of a post."""


def _siblings(connection: Connection) -> Sequence[RowMapping]:
    """What is known of the posts that are here: of each run and account once."""
    names = ("run", *_SCOPED)
    statement = select(*(schema.post.c[name] for name in names)).distinct()
    return connection.execute(statement).mappings().all()


def _may_cover(scope: Scope, key: PostKey, siblings: Sequence[RowMapping]) -> bool:
    """Whether a scope may cover a post that is not here yet; where nothing tells, it may."""
    if scope.kind is ScopeKind.ACCOUNT:
        return key.account == scope.name
    if scope.kind is ScopeKind.CAMPAIGN:
        run = configured_run(key.run)
        alike = [row for row in siblings if configured_run(row["run"]) == run]
    elif scope.kind is ScopeKind.THEME:
        alike = []
    else:
        alike = [row for row in siblings if row["account"] == key.account]
    return not alike or any(covers(scope, row) for row in alike)


def _lost(ended: Hold, row: RowMapping, by: str) -> Entry:
    why = (
        f"{row['by']} approved it before {ended.scope} was put on hold by {ended.by}: "
        f"{ended.reason}. The hold is over: to be approved again."
    )
    by_nobody = bool(row["automatic"]) and row["by"] != TRUSTED  # that one rests on a person's
    facts = {"digest": row["digest"], "hold": ended.id, "automatic": by_nobody}
    named = (str(row["by"]), ended.by)
    force = row["sender"] or ""
    return Entry("approval-lost", by, why, row["key"], facts, force=force, named=named)


def _in_flight(row: RowMapping) -> InFlight:
    return InFlight(
        key=PostKey.parse(row["key"]),
        phase=Phase(row["phase"]),
        since=row["since"],
        worker=row["worker"],
        text=row["text"],
    )
