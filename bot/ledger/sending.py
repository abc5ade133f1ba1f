"""One post's way through the ledger: due, claimed, intended, recorded; late, expired, settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, exists, insert, not_, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.model import (
    LedgerError,
    NotSent,
    Outcome,
    PostKey,
    Receipt,
    Refused,
    State,
    Unknown,
)
from bot.ledger import chain, moves, schema, witness
from bot.ledger.accounts import stop
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.moves import Move
from bot.ledger.people import settle_attempts
from bot.ledger.rows import (
    attempt_of,
    hold_over,
    holds_since,
    is_true_to_its_digest,
    post_with_rendering,
    rendering_of,
)
from bot.ledger.values import (
    LEASE_SECONDS,
    Attempt,
    Claim,
    Hold,
    NotClaimed,
    NotClaimedReason,
    Phase,
    Sending,
    UnknownPost,
)

_SWEEPER: Final = "sweeper"  # who moves a post that nobody works on, in the events

_OUTCOME: Final = {
    Receipt: "receipt",
    Refused: "refused",
    NotSent: "not-sent",
    Unknown: "unknown",
}


class Deliveries(Book):
    """The part of the ledger that a post goes through on its way out."""

    def due(self, *, now: datetime, limit: int = 500) -> tuple[PostKey, ...]:
        """The planned posts whose time has come, approved or not, by their time and key.

        Of one place the Welsh stands before the English (their keys sort so). Where there are
        more than `limit`, those that are not approved give way: they could not be claimed.
        """
        post, approval = schema.post, schema.approval
        approved = exists().where(approval.c.key == post.c.key, approval.c.digest == post.c.digest)
        first = (
            select(post.c.key, post.c.due)
            .where(post.c.state == State.PLANNED, post.c.due <= now)
            .where(or_(post.c.not_before.is_(None), post.c.not_before <= now))
            .order_by(not_(approved), post.c.due, post.c.key)
            .limit(limit)
            .subquery()
        )
        statement = select(first.c.key).order_by(first.c.due, first.c.key)
        with self._reading() as connection:
            return tuple(PostKey.parse(key) for key in connection.scalars(statement))

    def sweep_late(self, *, now: datetime) -> tuple[PostKey, ...]:
        """Miss what may no longer go out by itself; the keys, with the reason in their events.

        That is: whatever stood under a hold at any instant since it was due; and whatever is
        late beyond its grace, be it for want of approval, a stopped account, or time.
        """
        post = schema.post
        waiting = post_with_rendering().where(post.c.state == State.PLANNED, post.c.due <= now)
        with self._writing() as connection:
            rows = connection.execute(waiting.order_by(post.c.key)).mappings().all()
            if not rows:
                return ()
            holds = holds_since(connection, min(row["due"] for row in rows))
            stopped = _stopped_accounts(connection)
            missed = [
                Move(row, State.MISSED, State.MISSED, why)
                for row in rows
                if (why := _held(row, holds, now) or _late(row, stopped, now))
            ]
            made = moves.move(connection, missed, by=_SWEEPER, now=now)
        return tuple(PostKey.parse(key) for key in made)

    def claim(self, key: PostKey, *, worker: str, now: datetime) -> Claim | NotClaimed:
        """The right to send this post, under a new token and a lease; or why not.

        Everything is read in the transaction that claims: state, time, approval, holds, the
        account. Raises LedgerError when any of it cannot be read, and then nothing is sent.
        """
        try:
            with self._delivering() as connection:
                row = _row(connection, key)
                if row is None:
                    return _no(NotClaimedReason.NO_SUCH_POST, f"{key} is not in the ledger.")
                if reason := _hindrance(connection, row, now):
                    return reason
                return _claim(connection, row, worker, now)
        except IntegrityError:
            return _no(NotClaimedReason.ACCOUNT_BUSY, _busy(key.account))

    def intend(self, claim: Claim, *, payload_sha256: str, now: datetime) -> Attempt | NotClaimed:
        """The attempt, committed before this returns: only now may the first byte leave.

        Holds are read again in the same transaction, so a hold cannot be outrun. When this is
        NotClaimed the post stands as it was claimed: put it back.
        """
        with self._delivering() as connection:
            row = _row(connection, claim.key)
            if row is None or not _stands(row, claim, Phase.PREPARE):
                return _no(NotClaimedReason.LEASE_LOST, f"The claim on {claim.key} was lost.")
            if why := _held(row, holds_since(connection, row["due"]), now):
                return _no(NotClaimedReason.HELD, why)
            if why := _stopped(connection, row):
                return _no(NotClaimedReason.ACCOUNT_STOPPED, why)
            attempt = Attempt(claim.key, claim.token, claim.rendering.digest, payload_sha256, now)
            _commit_intent(connection, attempt, claim.worker)
            witness.write(self._engine.url, *chain.end(connection))
        return attempt

    def record(self, claim: Claim, outcome: Outcome, *, now: datetime) -> bool:
        """Write down what came of it, under the claim's own token.

        False when the claim was lost meanwhile: the post stays as it is, and what came back is
        kept on the attempt as evidence. A receipt for the newest attempt still counts when the
        post has become unknown: it is better than any look.
        """
        try:
            with self._delivering() as connection:
                return _record(connection, claim, outcome, now)
        except IntegrityError:
            # Only another post of the account with this very id can be in the way.
            with self._delivering() as connection:
                return _record(connection, claim, _not_its_own(outcome), now)

    def put_back(
        self, claim: Claim, *, now: datetime, not_before: datetime | None, sentence: str
    ) -> bool:
        """Give the post up before its intent: planned again, from `not_before` where given.

        False when the claim was lost, or the intent is committed: then nothing changes.
        """
        with self._delivering() as connection:
            row = _row(connection, claim.key)
            if row is None or not _stands(row, claim, Phase.PREPARE):
                return False
            back = Move(row, State.PLANNED, "put-back", sentence, values={"not_before": not_before})
            return bool(moves.move(connection, [back], by=claim.worker, now=now))

    def sending(self) -> tuple[Sending, ...]:
        """The claims that stand, for the sweeper to watch."""
        post = schema.post
        statement = (
            select(post.c.key, post.c.token, post.c.worker, post.c.lease_seconds)
            .where(post.c.state == State.SENDING)
            .order_by(post.c.key)
        )
        with self._reading() as connection:
            rows = connection.execute(statement).all()
        return tuple(
            Sending(PostKey.parse(key), token, worker, lease) for key, token, worker, lease in rows
        )

    def expire(self, seen: Mapping[PostKey, int], *, now: datetime) -> dict[PostKey, State]:
        """End these claims: planned again before the intent, unknown after it; what became of each.

        `seen` are the tokens that the caller itself has watched stand for their whole lease, by
        the boot-time clock, or whose worker it knows to have ended. A post that was claimed anew,
        or has ended, is left alone.
        """
        with self._writing() as connection:
            wanted: dict[str, Move] = {}
            for key, token in seen.items():
                row = _row(connection, key)
                if row and row["state"] == State.SENDING and row["token"] == token:
                    wanted[row["key"]] = _expired(row)
            made = moves.move(connection, list(wanted.values()), by=_SWEEPER, now=now)
        return {PostKey.parse(key): wanted[key].to for key in made}

    def unknown(self) -> tuple[UnknownPost, ...]:
        """The posts that may be public, with their attempts, the longest unknown first."""
        post, attempt = schema.post, schema.attempt
        statement = post_with_rendering().where(post.c.state == State.UNKNOWN)
        attempts = (
            select(attempt)
            .join(post, post.c.key == attempt.c.key)
            .where(post.c.state == State.UNKNOWN)
            .order_by(attempt.c.key, attempt.c.token)
        )
        with self._reading() as connection:
            rows = connection.execute(statement.order_by(post.c.since, post.c.key)).mappings().all()
            tried: dict[str, list[Attempt]] = {}
            for one in connection.execute(attempts).mappings():
                tried.setdefault(one["key"], []).append(attempt_of(one))
        return tuple(_unknown(row, tried.get(row["key"], [])) for row in rows)

    def looked(self, key: PostKey, *, found: Receipt | None, sentence: str, now: datetime) -> State:
        """Record one look for an unknown post; the state it now has.

        Found, it is published. Not found, it stays unknown: absence proves nothing. A post that
        is no longer unknown is left alone. Raises LedgerError when there is no such post.
        """
        try:
            with self._delivering() as connection:
                return _looked(connection, key, found, sentence, now)
        except IntegrityError:
            taken = f"{sentence} But that post belongs to another place."
            with self._delivering() as connection:
                return _looked(connection, key, None, taken, now)

    def attempts(self, key: PostKey) -> tuple[Attempt, ...]:
        """Every attempt ever made for this post, the first one first."""
        attempt = schema.attempt
        statement = select(attempt).where(attempt.c.key == str(key)).order_by(attempt.c.token)
        with self._reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return tuple(attempt_of(row) for row in rows)


# --- what hinders a claim -----------------------------------------------------------------------


def _hindrance(connection: Connection, row: RowMapping, now: datetime) -> NotClaimed | None:
    """Why this post may not be claimed now; None when nothing is in the way."""
    why = NotClaimedReason
    if row["state"] != State.PLANNED:
        return _no(why.NOT_PLANNED, f"{row['key']} is {row['state']}: {row['why']}")
    if row["due"] > now:
        return _no(why.NOT_DUE, f"It is due at {row['due']:%Y-%m-%d %H:%M} UTC.")
    if row["not_before"] is not None and row["not_before"] > now:
        return _no(why.WAITS, f"To be tried again at {row['not_before']:%H:%M:%S} UTC.")
    if held := _held(row, holds_since(connection, row["due"]), now):
        return _no(why.HELD, held)
    if row["approved_by"] is None:
        return _no(why.NOT_APPROVED, "Nobody has approved it as it now stands.")
    if _is_late(row, now):
        return _no(why.LATE, _too_late(row))
    if stopped := _stopped(connection, row):
        return _no(why.ACCOUNT_STOPPED, stopped)
    if _is_busy(connection, row["account"]):
        return _no(why.ACCOUNT_BUSY, _busy(row["account"]))
    if not is_true_to_its_digest(rendering_of(row)):
        return _no(why.DAMAGED, "Its stored words are not the ones that were approved.")
    return None


def _no(reason: NotClaimedReason, sentence: str) -> NotClaimed:
    return NotClaimed(reason, sentence)


def _held(row: RowMapping, holds: tuple[Hold, ...], now: datetime) -> str | None:
    hold = hold_over(holds, row, row["due"], now)
    if hold is None:
        return None
    stands = "is" if hold.released_at is None else "was"
    return f"{str(hold.scope).capitalize()} {stands} on hold by {hold.by}: {hold.reason}"


def _late(row: RowMapping, stopped: Mapping[str, str], now: datetime) -> str | None:
    if not _is_late(row, now):
        return None
    if row["approved_by"] is None:
        return "Nobody had approved it by its time."
    if row["account"] in stopped:
        return _account_is_stopped(row["account"], stopped[row["account"]])
    return _too_late(row)


def _is_late(row: RowMapping, now: datetime) -> bool:
    late: bool = now > row["due"] + timedelta(seconds=row["grace_seconds"])
    return late


def _too_late(row: RowMapping) -> str:
    said = f"More than {row['grace_seconds'] // 60} minutes had passed since its time."
    return f"{said} What was last said of it: {row['why']}" if row["token"] else said


def _stopped(connection: Connection, row: RowMapping) -> str | None:
    sentence = _stopped_accounts(connection).get(row["account"])
    return None if sentence is None else _account_is_stopped(row["account"], sentence)


def _stopped_accounts(connection: Connection) -> dict[str, str]:
    stopped = schema.stopped_account
    rows = connection.execute(select(stopped.c.account, stopped.c.sentence))
    return {str(account): str(sentence) for account, sentence in rows}


def _account_is_stopped(account: str, sentence: str) -> str:
    return f"The account {account} is stopped: {sentence}"


def _is_busy(connection: Connection, account: str) -> bool:
    post = schema.post
    busy = select(post.c.key).where(post.c.account == account, post.c.state == State.SENDING)
    return connection.scalar(busy.limit(1)) is not None


def _busy(account: str) -> str:
    return f"Another post of {account} is being sent."


# --- the steps ----------------------------------------------------------------------------------


def _row(connection: Connection, key: PostKey) -> RowMapping | None:
    # Locked until the transaction ends: what is decided from this row is written to this row.
    statement = post_with_rendering().where(schema.post.c.key == str(key))
    locked = statement.with_for_update(of=schema.post)
    return connection.execute(locked).mappings().one_or_none()


def _stands(row: RowMapping, claim: Claim, *phases: Phase) -> bool:
    return row["state"] == State.SENDING and row["token"] == claim.token and row["phase"] in phases


def _claim(
    connection: Connection, row: RowMapping, worker: str, now: datetime
) -> Claim | NotClaimed:
    token = row["token"] + 1
    values = {
        "token": token,
        "phase": Phase.PREPARE,
        "worker": worker,
        "lease_seconds": LEASE_SECONDS,
        "not_before": None,
        "looks": 0,
    }
    sentence = f"Claimed by {worker}."
    taken = Move(row, State.SENDING, "claimed", sentence, facts={"token": token}, values=values)
    if not moves.move(connection, [taken], by=worker, now=now):
        return _no(NotClaimedReason.NOT_PLANNED, f"{row['key']} was claimed by another worker.")
    return Claim(
        key=PostKey.parse(row["key"]),
        token=token,
        rendering=rendering_of(row),
        sender=row["sender"],
        region=row["region"],
        campaign=row["campaign"],
        theme=row["theme"],
        worker=worker,
        lease_seconds=LEASE_SECONDS,
    )


def _commit_intent(connection: Connection, attempt: Attempt, worker: str) -> None:
    post, key = schema.post, str(attempt.key)
    moved = connection.execute(
        update(post)
        .where(post.c.key == key, post.c.state == State.SENDING)
        .where(post.c.token == attempt.token, post.c.phase == Phase.PREPARE)
        .values(phase=Phase.INTENT, since=attempt.at)
    )
    if moved.rowcount != 1:
        raise LedgerError(f"{key} changed while its intent was being committed.")
    connection.execute(
        insert(schema.attempt).values(
            key=key,
            token=attempt.token,
            digest=attempt.digest,
            payload_sha256=attempt.payload_sha256,
            worker=worker,
            at=attempt.at,
            sentence="",
            evidence="",
            fenced=False,
        )
    )
    facts = {
        "token": attempt.token,
        "digest": attempt.digest,
        "payload_sha256": attempt.payload_sha256,
    }
    said = "About to be sent."
    chain.append(connection, attempt.at, [Entry("intended", worker, said, key, facts)])


def _record(connection: Connection, claim: Claim, outcome: Outcome, now: datetime) -> bool:
    row = _row(connection, claim.key)
    late_receipt = (
        row is not None
        and isinstance(outcome, Receipt)
        and row["state"] == State.UNKNOWN
        and row["token"] == claim.token
    )
    if row is None or not (late_receipt or _stands(row, claim, Phase.PREPARE, Phase.INTENT)):
        _keep_evidence(connection, claim, outcome, now, fenced=True)
        return False
    wanted = _after(connection, row, claim, outcome, now)
    _keep_evidence(connection, claim, outcome, now, fenced=False)
    moves.move(connection, [wanted], by=claim.worker, now=now)
    if wanted.to is State.PUBLISHED:
        settle_attempts(connection, row["key"], now)
    if isinstance(outcome, Refused | NotSent) and outcome.stops_account:
        stop(connection, claim.account, outcome.sentence, by=claim.worker, now=now)
    return True


def _after(
    connection: Connection, row: RowMapping, claim: Claim, outcome: Outcome, now: datetime
) -> Move:
    """The move that an outcome asks for."""
    facts: dict[str, object] = {"evidence": outcome.evidence}
    values: dict[str, object]
    if isinstance(outcome, Receipt):
        facts["remote_id"] = outcome.remote_id
        values = {"remote_id": outcome.remote_id, "remote_url": outcome.url}
        where = outcome.url or outcome.remote_id
        said = f"Published: {where}."
        return Move(row, State.PUBLISHED, "published", said, facts=facts, values=values)
    if isinstance(outcome, Unknown):
        return Move(row, State.UNKNOWN, "unknown", outcome.sentence, facts=facts)
    if isinstance(outcome, NotSent):
        again = now + timedelta(seconds=outcome.retry_after_seconds)
        values = {"not_before": again}
        return Move(row, State.PLANNED, "not-sent", outcome.sentence, facts=facts, values=values)
    if outcome.duplicate and _was_unknown(connection, claim):
        # A platform that already has the text of an attempt nobody is sure of has most likely
        # published that attempt: calling the post refused would be calling it not public.
        said = f"An earlier attempt may be public: {outcome.sentence}"
        return Move(row, State.UNKNOWN, "unknown", said, facts=facts)
    return Move(row, State.REFUSED, "refused", outcome.sentence, facts=facts)


def _was_unknown(connection: Connection, claim: Claim) -> bool:
    attempt = schema.attempt
    earlier = select(attempt.c.token).where(
        attempt.c.key == str(claim.key),
        attempt.c.token < claim.token,
        or_(attempt.c.outcome.is_(None), attempt.c.outcome == "unknown"),
    )
    return connection.scalar(earlier.limit(1)) is not None


def _keep_evidence(
    connection: Connection, claim: Claim, outcome: Outcome, now: datetime, *, fenced: bool
) -> None:
    attempt, key = schema.attempt, str(claim.key)
    said = outcome.sentence if not isinstance(outcome, Receipt) else _receipt_in_words(outcome)
    connection.execute(
        update(attempt)
        .where(attempt.c.key == key, attempt.c.token == claim.token)
        .where(attempt.c.outcome.is_(None))
        .values(
            outcome=_OUTCOME[type(outcome)],
            sentence=said,
            evidence=outcome.evidence,
            recorded_at=now,
            fenced=fenced,
        )
    )
    if fenced:
        late = f"Came back after the claim was lost: {said}"
        facts = {"token": claim.token, "evidence": outcome.evidence}
        chain.append(connection, now, [Entry("fenced-out", claim.worker, late, key, facts)])


def _receipt_in_words(receipt: Receipt) -> str:
    return f"Published as {receipt.remote_id}" + (f", {receipt.url}." if receipt.url else ".")


def _not_its_own(outcome: Outcome) -> Unknown:
    said = _receipt_in_words(outcome) if isinstance(outcome, Receipt) else outcome.sentence
    return Unknown(
        "The platform answered with a post that is recorded in another place.",
        f"{said} {outcome.evidence}".strip(),
    )


def _expired(row: RowMapping) -> Move:
    if row["phase"] == Phase.PREPARE:
        why = f"{row['worker']} stopped before sending it."
        return Move(row, State.PLANNED, "expired", why)
    why = f"{row['worker']} stopped after it had begun to send: it may be public."
    return Move(row, State.UNKNOWN, "expired", why)


def _unknown(row: RowMapping, attempts: list[Attempt]) -> UnknownPost:
    return UnknownPost(
        key=PostKey.parse(row["key"]),
        account=row["account"],
        rendering=rendering_of(row),
        token=row["token"],
        since=row["since"],
        attempts=tuple(attempts),
        looks=row["looks"],
        why=row["why"],
    )


def _looked(
    connection: Connection, key: PostKey, found: Receipt | None, sentence: str, now: datetime
) -> State:
    row = _row(connection, key)
    if row is None:
        raise LedgerError(f"{key} is not in the ledger.")
    if row["state"] != State.UNKNOWN:
        return State(row["state"])
    if found is None:
        connection.execute(
            update(schema.post)
            .where(schema.post.c.key == str(key), schema.post.c.state == State.UNKNOWN)
            .values(looks=schema.post.c.looks + 1)
        )
        facts = {"looks": row["looks"] + 1}
        chain.append(connection, now, [Entry("looked", _SWEEPER, sentence, str(key), facts)])
        return State.UNKNOWN
    values = {"remote_id": found.remote_id, "remote_url": found.url}
    evidence = {"remote_id": found.remote_id, "evidence": found.evidence}
    wanted = Move(row, State.PUBLISHED, "found", sentence, facts=evidence, values=values)
    moves.move(connection, [wanted], by=_SWEEPER, now=now)
    settle_attempts(connection, str(key), now)
    return State.PUBLISHED
