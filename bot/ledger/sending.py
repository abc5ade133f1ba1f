"""One post's way through the ledger: due, claimed, intended, recorded; late, expired, settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final, cast

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    bindparam,
    exists,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.core.model import (
    LedgerError,
    Mode,
    Outcome,
    PlatformName,
    PostKey,
    Receipt,
    State,
    Unknown,
)
from bot.ledger import chain, moves, schema, waiting, witness
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.database.prepared import Row
from bot.ledger.moves import Move
from bot.ledger.pairs import english_of
from bot.ledger.people import settle_attempts
from bot.ledger.readings import looks_for_unknown, write_reading
from bot.ledger.rows import attempt_of, holds_since, post_with_rendering, rendering_of
from bot.ledger.steps import (
    Answer,
    Step,
    ToClaim,
    ToIntend,
    ToRecord,
    account_is_busy,
    account_is_stopped,
    alone_in_words,
    held,
    is_late,
    receipt_in_words,
    stands,
    stopped_accounts,
    take,
    too_late,
)
from bot.ledger.together import Together
from bot.ledger.values import (
    Attempt,
    Claim,
    Hold,
    NotClaimed,
    Phase,
    Reading,
    ReadingReason,
    Sending,
    UnknownPost,
)

ENOUGH_LOOKS: Final = 4
"""How many looks must have found nothing before a rule may send a post again. `bot.delivery` makes
so many."""

SENT_AGAIN_AFTER: Final = timedelta(minutes=10)
"""How long after its attempt such a look must have come: a timeline lags by minutes."""

_SWEEPER: Final = "sweeper"  # who moves a post that nobody works on, in the events

_post, _approval = schema.post, schema.approval
_FIRST_DUE: Final = (
    select(_post.c.key, _post.c.due, _post.c.essential)
    .where(_post.c.state == State.PLANNED, _post.c.due <= bindparam("now"))
    .where(or_(_post.c.not_before.is_(None), _post.c.not_before <= bindparam("now")))
    .order_by(
        not_(exists().where(_approval.c.key == _post.c.key, _approval.c.digest == _post.c.digest)),
        _post.c.essential.is_(None),
        _post.c.due,
        _post.c.key,
    )
    .limit(bindparam("most"))
    .subquery()
)
_DUE: Final = select(_FIRST_DUE.c.key).order_by(
    _FIRST_DUE.c.essential.is_(None), _FIRST_DUE.c.due, _FIRST_DUE.c.key
)


class Deliveries(Book):
    """The part of the ledger that a post goes through on its way out.

    Claims, intents and records are asked for by a thread for each account. A transaction costs
    more than what is done in it, and its commit waits for the disk: so one of the threads takes
    the steps of all that wait, in one transaction, and each is answered after the commit.
    """

    def __init__(self, engine: Engine, mode: Mode, ledger_id: str) -> None:
        super().__init__(engine, mode, ledger_id)
        self._steps: Together[tuple[Step, ...], tuple[Answer, ...]] = Together(
            self._take, leaders=self._kind.DELIVERIES_AT_ONCE
        )

    def _take(self, asked: Sequence[tuple[Step, ...]]) -> list[tuple[Answer, ...]]:
        steps = [step for one in asked for step in one]
        with self._delivering() as connection:
            # Within the transaction: what may be public is never later than what the line says.
            answers = iter(take(connection, steps, partial(witness.write, self._engine.url)))
        return [tuple(islice(answers, len(one))) for one in asked]

    def _step(self, step: Step) -> Answer:
        return self._steps.ask((step,))[0]

    def due(self, *, now: datetime, limit: int = 2_000) -> tuple[PostKey, ...]:
        """The planned posts whose time has come, approved or not, by their time and key.

        Essential ones stand before the rest: where a platform takes only so many more, it takes
        those. Of one place the Welsh stands before the English (their keys sort so). Where there
        are more than `limit`, those that are not approved give way: they could not be claimed.
        """
        with self._reading() as connection:
            found = connection.scalars(_DUE, {"now": now, "most": limit})
            return tuple(PostKey.parse(key) for key in found)

    def sweep_late(self, *, now: datetime) -> tuple[PostKey, ...]:
        """Miss what may no longer go out by itself; the keys, with the reason in their events.

        That is: whatever stood under a hold at any instant since it was due; and whatever is
        late beyond its grace, be it for want of approval, a stopped account, or time; and what
        waits for a post that goes out no more.
        """
        post = schema.post
        due = post_with_rendering().where(post.c.state == State.PLANNED, post.c.due <= now)
        with self._writing() as connection:
            rows = connection.execute(due.order_by(post.c.key)).mappings().all()
            if not rows:
                return ()
            holds = holds_since(connection, min(row["due"] for row in rows))
            stopped = stopped_accounts(connection)
            others = waiting.read_ahead(connection, rows)
            missed_now = partial(_missed, connection, holds=holds, stopped=stopped, now=now)
            missed = [
                Move(row, State.MISSED, State.MISSED, why, named=_people(connection, row, holds))
                for row in rows
                if (why := missed_now(row, waiting.before(row, others)))
            ]
            missed += _waiting_for(missed, rows)
            made = moves.move(connection, missed, by=_SWEEPER, now=now)
        return tuple(PostKey.parse(key) for key in made)

    def claim(self, key: PostKey, *, worker: str, now: datetime) -> Claim | NotClaimed:
        """The right to send this post, under a new token and a lease; or why not.

        Everything is read in the transaction that claims: state, time, approval, holds, the
        account. Raises LedgerError when any of it cannot be read, and then nothing is sent.
        """
        try:
            answer = self._step(ToClaim(key, worker, now))
        except IntegrityError:
            return account_is_busy(key.account)
        return cast("Claim | NotClaimed", answer)

    def intend(
        self,
        claim: Claim,
        *,
        payload_sha256: str,
        now: datetime,
        uploads: Sequence[Mapping[str, object]] = (),
    ) -> Attempt | NotClaimed:
        """The attempt, committed before this returns: only now may the first byte leave.

        `uploads` are what its platform calls the pictures it was given; the history keeps them.
        Holds are read again in the same transaction, so a hold cannot be outrun. When this is
        NotClaimed the post stands as it was claimed: put it back.
        """
        answer = self._step(ToIntend(claim, payload_sha256, now, tuple(uploads)))
        return cast("Attempt | NotClaimed", answer)

    def record(self, claim: Claim, outcome: Outcome, *, now: datetime) -> State | None:
        """Write down what came of it, under the claim's own token; the state the post now has.

        None when the claim was lost meanwhile: the post stays as it is, and what came back is
        kept on the attempt as evidence. A receipt for the newest attempt still counts when the
        post has become unknown: it is better than any look.
        """
        try:
            answer = self._step(ToRecord(claim, outcome, now))
        except IntegrityError:
            # Only another post of the account with this very id can be in the way.
            answer = self._step(ToRecord(claim, _not_its_own(outcome), now))
        return cast("State | None", answer)

    def record_and_claim(
        self, claim: Claim, outcome: Outcome, following: PostKey, *, now: datetime
    ) -> tuple[State | None, Claim | None]:
        """Write down what came of it, and claim the account's next post in the same transaction.

        The state that the first now has, as `record` says it; and the claim. None is no answer to
        whether the next may be sent: ask for it alone. It costs one commit instead of two.
        """
        steps = ToRecord(claim, outcome, now), ToClaim(following, claim.worker, now)
        try:
            state, claimed = self._steps.ask(steps)
        except Exception:  # whatever is wrong with the next must not lose what came of this one
            return self.record(claim, outcome, now=now), None
        return cast("State | None", state), claimed if isinstance(claimed, Claim) else None

    def put_back(
        self, claim: Claim, *, now: datetime, not_before: datetime | None, sentence: str
    ) -> bool:
        """Give the post up before its intent: planned again, from `not_before` where given.

        False when the claim was lost, or the intent is committed: then nothing changes.
        """
        with self._delivering() as connection:
            row = _row(connection, claim.key)
            if row is None or not stands(row, claim, Phase.PREPARE):
                return False
            values = {"not_before": not_before}
            named = _people(connection, row, holds_since(connection, row["due"]))
            back = Move(row, State.PLANNED, "put-back", sentence, values=values, named=named)
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
            looks = looks_for_unknown(connection)
        return tuple(
            _unknown(row, tried.get(row["key"], []), looks.get(row["key"], ())) for row in rows
        )

    def looked(
        self,
        key: PostKey,
        *,
        found: Receipt | None,
        sentence: str,
        now: datetime,
        posts: int = 0,
        resend_if_absent: bool = False,
        absence_is_proof: bool = False,
    ) -> State:
        """Record one look for an unknown post, and the `posts` it read; the state it now has.

        Found, it is published. Not found, it stays unknown, unless its platform says that
        `absence_is_proof`: then it is planned again at once, and holds, stops and lateness judge
        it like any other. With `resend_if_absent`, a rule of its account, it is planned again when
        all that `_may_go_again` asks for is so. A post that is no longer unknown is left alone.
        Raises LedgerError when there is no such post.
        """
        try:
            with self._delivering() as connection:
                if found is None and absence_is_proof:
                    return _absent(connection, key, sentence, now, posts)
                return _looked(connection, key, found, sentence, now, posts, resend_if_absent)
        except IntegrityError:
            taken = f"{sentence} But that post belongs to another place."
            with self._delivering() as connection:
                return _looked(connection, key, None, taken, now, posts, resend_if_absent=False)

    def could_not_look(self, key: PostKey, *, sentence: str, now: datetime, posts: int = 0) -> None:
        """Record a look that could not be made, or was broken off after so many `posts`.

        It says nothing of the post. Raises LedgerError when there is no such post.
        """
        with self._delivering() as connection:
            row = _known_row(connection, key)
            write_reading(connection, _look(row, now, posts, succeeded=False))
            facts, force = {"posts": posts}, row["sender"]
            said = Entry("could-not-look", _SWEEPER, sentence, str(key), facts, force=force)
            chain.append(connection, now, [said])

    def attempts(self, key: PostKey) -> tuple[Attempt, ...]:
        """Every attempt ever made for this post, the first one first."""
        attempt = schema.attempt
        statement = select(attempt).where(attempt.c.key == str(key)).order_by(attempt.c.token)
        with self._reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return tuple(attempt_of(row) for row in rows)


# --- what becomes of what was left ---------------------------------------------------------------


_GONE: Final = (State.REFUSED, State.MISSED, State.DROPPED, State.WITHDRAWN)
"""Where a post stands that goes out no more by itself: what waits for it need not wait on."""


def _waiting_for(missed: Sequence[Move], rows: Sequence[RowMapping]) -> list[Move]:
    """What waits for these, and for what waits for them: no sweep leaves half a place behind."""
    known = {one.row["key"] for one in missed}
    more = [
        Move(row, State.MISSED, State.MISSED, f"It waits for {row['waits_for']}, which is missed.")
        for row in rows
        if row["waits_for"] in known and row["key"] not in known
    ]
    return [*more, *_waiting_for([*missed, *more], rows)] if more else []


def _missed(
    connection: Connection,
    row: RowMapping,
    before: Row | None,
    *,
    holds: tuple[Hold, ...],
    stopped: Mapping[str, str],
    now: datetime,
) -> str | None:
    """Why a post that is due may no longer go out by itself; None where it still may."""
    rendering = rendering_of(row)
    other = waiting.as_the_other(row, rendering, before) if before else None
    if under := held(row, holds, other):
        return under
    waits = waiting.not_its_turn(row, rendering, before)
    if before and (before["state"] in _GONE or before["removed_at"] is not None):
        return waits
    if not is_late(row, now):
        return None
    if row["approved_by"] is None:
        return "Nobody had approved it by its time."
    if row["account"] in stopped:
        return account_is_stopped(row["account"], stopped[row["account"]])
    if waits or row["waits_for"] is not None:
        return waits or too_late(row)
    english = english_of(connection, row)
    alone = alone_in_words(english, holds, stopped) if english else None
    return alone or too_late(row)


def _people(connection: Connection, row: RowMapping, holds: Sequence[Hold]) -> tuple[str, ...]:
    """Whom a sentence about this post may name: who held it, and where it was tried before,
    whoever had a part in what was last said of it."""
    names = dict.fromkeys(hold.by for hold in holds)
    if row["token"]:
        of_post = select(schema.event.c.by).where(schema.event.c.key == row["key"])
        names |= dict.fromkeys(connection.scalars(of_post.distinct()))
    return tuple(names)


def _row(connection: Connection, key: PostKey) -> RowMapping | None:
    # Locked until the transaction ends: what is decided from this row is written to this row.
    statement = post_with_rendering().where(schema.post.c.key == str(key))
    locked = statement.with_for_update(of=schema.post)
    return connection.execute(locked).mappings().one_or_none()


def _not_its_own(outcome: Outcome) -> Unknown:
    said = receipt_in_words(outcome) if isinstance(outcome, Receipt) else outcome.sentence
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


def _unknown(
    row: RowMapping, attempts: list[Attempt], readings: tuple[Reading, ...]
) -> UnknownPost:
    return UnknownPost(
        key=PostKey.parse(row["key"]),
        account=row["account"],
        rendering=rendering_of(row),
        token=row["token"],
        since=row["since"],
        attempts=tuple(attempts),
        looks=row["looks"],
        why=row["why"],
        readings=readings,
    )


def _known_row(connection: Connection, key: PostKey) -> RowMapping:
    row = _row(connection, key)
    if row is None:
        raise LedgerError(f"{key} is not in the ledger.")
    return row


def _look(row: RowMapping, now: datetime, posts: int, *, succeeded: bool) -> Reading:
    return Reading(
        account=row["account"],
        platform=PlatformName(row["platform"]),
        at=now,
        posts=posts,
        succeeded=succeeded,
        why=ReadingReason.LOOK,
        key=PostKey.parse(row["key"]),
        token=row["token"],
    )


def _looked(
    connection: Connection,
    key: PostKey,
    found: Receipt | None,
    sentence: str,
    now: datetime,
    posts: int,
    resend_if_absent: bool,
) -> State:
    row = _known_row(connection, key)
    # Also where the post is settled meanwhile: the platform asks its price all the same.
    write_reading(connection, _look(row, now, posts, succeeded=True))
    if row["state"] != State.UNKNOWN:
        return State(row["state"])
    if found is None:
        connection.execute(
            update(schema.post)
            .where(schema.post.c.key == str(key), schema.post.c.state == State.UNKNOWN)
            .values(looks=schema.post.c.looks + 1)
        )
        looks = row["looks"] + 1
        facts = {"looks": looks, "posts": posts}
        force = row["sender"]
        entry = Entry("looked", _SWEEPER, sentence, str(key), facts, force=force)
        chain.append(connection, now, [entry])
        if resend_if_absent and _may_go_again(connection, row, looks, now):
            return _plan_again(connection, row, looks, now)
        return State.UNKNOWN
    values = {"remote_id": found.remote_id, "remote_url": found.url}
    evidence = {"remote_id": found.remote_id, "evidence": found.evidence}
    wanted = Move(row, State.PUBLISHED, "found", sentence, facts=evidence, values=values)
    moves.move(connection, [wanted], by=_SWEEPER, now=now)
    settle_attempts(connection, str(key), now)
    return State.PUBLISHED


def _absent(
    connection: Connection, key: PostKey, sentence: str, now: datetime, posts: int
) -> State:
    """Planned again, whatever its attempts left: whichever of them arrives late makes no second."""
    row = _known_row(connection, key)
    write_reading(connection, _look(row, now, posts, succeeded=True))
    if row["state"] != State.UNKNOWN:
        return State(row["state"])
    again = Move(
        row,
        State.PLANNED,
        "surely-not-published",
        f"{sentence} It is surely not public, and may be sent.",
        facts={"looks": row["looks"] + 1},
        values={"not_before": None, "looks": row["looks"] + 1},
    )
    moves.move(connection, [again], by=_SWEEPER, now=now)
    settle_attempts(connection, row["key"], now)
    return State.PLANNED


def _may_go_again(connection: Connection, row: RowMapping, looks: int, now: datetime) -> bool:
    """Whether a rule may plan this post again that so many looks did not find.

    Only where the one attempt nobody is sure of is its last, ended before the process did, and is
    ten minutes ago: a worker that was frozen may still send, and a second unknown attempt, or a
    platform that says it has the words, is for a person. And only where it could go now: late,
    held or of a stopped account it stays on the list.
    """
    attempts = connection.execute(
        select(schema.attempt).where(schema.attempt.c.key == row["key"])
    ).mappings()
    unsure = [one for one in attempts if one["outcome"] in (None, "unknown")]
    return (
        looks >= ENOUGH_LOOKS
        and [(one["token"], one["outcome"]) for one in unsure] == [(row["token"], "unknown")]
        and now - unsure[0]["at"] >= SENT_AGAIN_AFTER
        and not is_late(row, now)
        and not held(row, holds_since(connection, row["due"]))
        and row["account"] not in stopped_accounts(connection)
    )


def _plan_again(connection: Connection, row: RowMapping, looks: int, now: datetime) -> State:
    said = (
        f"Looked for {looks} times and not there: to be sent again, because its account says"
        " resend_if_absent."
    )
    facts, values = {"looks": looks}, {"not_before": None}
    again = Move(row, State.PLANNED, "to-be-sent-again", said, facts=facts, values=values)
    moves.move(connection, [again], by=_SWEEPER, now=now)
    settle_attempts(connection, row["key"], now)
    return State.PLANNED
