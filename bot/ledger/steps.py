"""The steps of posts on their way out, as many as are asked for at once, in one transaction.

All are decided from one reading, then all is written, then their events are appended. So what
each is told is what it would have been told alone at that instant; and on a database with row
locks two such transactions lock in one order: posts by key, accounts by id as they become busy,
the end of the chain last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from bot.core.holds import HoldKind
from bot.core.model import (
    MAY_BE_OUT,
    LedgerError,
    NotSent,
    Outcome,
    PlatformName,
    PostKey,
    Receipt,
    Refused,
    State,
    Unknown,
)
from bot.core.rates import RATES
from bot.ledger import chain, moves, schema, waiting
from bot.ledger.accounts import must_read, standing_post, stop
from bot.ledger.chain import Entry
from bot.ledger.database.prepared import (
    Prepared,
    Row,
    by_key,
    in_size,
    numbered,
    parameters,
)
from bot.ledger.moves import Move
from bot.ledger.pairs import english_of
from bot.ledger.rows import (
    RENDERING,
    covers,
    hold_over,
    holds_since,
    is_true_to_its_digest,
    rendering_of,
    text_sha256,
)
from bot.ledger.values import (
    LEASE_SECONDS,
    Attempt,
    Claim,
    Hold,
    NotClaimed,
    NotClaimedReason,
    Phase,
)


@dataclass(frozen=True, slots=True)
class ToClaim:
    """Asks for the right to send this post. The answer: a Claim, or NotClaimed."""

    key: PostKey
    worker: str
    now: datetime


@dataclass(frozen=True, slots=True)
class ToIntend:
    """Asks to send now what was claimed. The answer: the Attempt, or NotClaimed."""

    claim: Claim
    payload_sha256: str
    now: datetime
    uploads: tuple[Mapping[str, object], ...] = ()

    @property
    def key(self) -> PostKey:
        return self.claim.key


@dataclass(frozen=True, slots=True)
class ToRecord:
    """Tells what came of it. The answer: the State it left the post in; None, claim lost."""

    claim: Claim
    outcome: Outcome
    now: datetime

    @property
    def key(self) -> PostKey:
        return self.claim.key


Step = ToClaim | ToIntend | ToRecord
Answer = Claim | Attempt | NotClaimed | State | None


# --- the statements, built once: building them costs more than running them ----------------------

_post, _approval, _attempt = schema.post, schema.approval, schema.attempt
_stopped, _timeline, _shown = schema.stopped_account, schema.timeline, schema.timeline_post
_resting = schema.resting_account


@cache
def _posts(most: int) -> Prepared:
    """The posts of so many keys."""
    return Prepared(_POSTS.where(_post.c.key.in_(parameters("key", most))))


@cache
def _words(most: int) -> Prepared:
    """What posts of so many keys say, and what is known of their accounts."""
    return Prepared(_WORDS.where(_post.c.key.in_(parameters("key", most))))


@cache
def _shown_texts(most: int) -> Prepared:
    """The texts among so many that the timelines among so many accounts showed."""
    return Prepared(
        select(_shown.c.account, _shown.c.text_sha256).where(
            _shown.c.account.in_(parameters("account", most)),
            _shown.c.text_sha256.in_(parameters("text", most)),
        )
    )


_POSTS: Final = (
    select(
        *(_post.c.key, _post.c.account, _post.c.sender, _post.c.region, _post.c.platform),
        *(_post.c.campaign, _post.c.theme, _post.c.due, _post.c.grace_seconds, _post.c.digest),
        *(_post.c.state, _post.c.why, _post.c.not_before, _post.c.token, _post.c.phase),
        *(_post.c.run, _post.c.essential, _post.c.waits_for),
    )
    .order_by(_post.c.key)
    # Locked until the transaction ends: what is decided from a row is written to that row.
    .with_for_update(of=_post)
)

_other = _post.alias("other")
_since: Final = case(
    {platform.value: bindparam(f"since_{platform}", type_=schema.Utc) for platform in PlatformName},
    value=_post.c.platform,
)
"""From when on a platform's attempts count."""

_WORDS: Final = (
    select(
        _post.c.key,
        *RENDERING,
        _approval.c.by.label("approved_by"),
        _timeline.c.read_at,
        _resting.c.until.label("rests_until"),
        schema.ledger.c.beat_at,
        schema.ledger.c.woke_at,
        exists()
        .where(_other.c.account == _post.c.account, _other.c.state == State.SENDING)
        .label("is_busy"),
        select(func.count())
        .where(_attempt.c.account == _post.c.account, _attempt.c.at > _since)
        .scalar_subquery()
        .label("attempts"),
    )
    .join(schema.rendering, schema.rendering.c.digest == _post.c.digest)
    .join(schema.ledger, literal(True))
    .outerjoin(
        _approval, and_(_approval.c.key == _post.c.key, _approval.c.digest == _post.c.digest)
    )
    .outerjoin(_timeline, _timeline.c.account == _post.c.account)
    .outerjoin(_resting, _resting.c.account == _post.c.account)
)

_REST: Final = (
    Prepared(delete(_resting).where(_resting.c.account == bindparam("of_account"))),
    Prepared(insert(_resting).values(account=bindparam("of_account"), until=bindparam("until"))),
)

_FIRST_ATTEMPT: Final = Prepared(
    select(func.min(_attempt.c.at).label("first")).where(
        _attempt.c.account == bindparam("of_account"), _attempt.c.at > bindparam("since")
    )
)

_STOPPED: Final = Prepared(select(_stopped.c.account, _stopped.c.sentence))

_INTEND: Final = Prepared(
    update(_post)
    .where(_post.c.key == bindparam("was_key"), _post.c.state == State.SENDING)
    .where(_post.c.token == bindparam("was_token"), _post.c.phase == Phase.PREPARE)
    .values(phase=Phase.INTENT, since=bindparam("now"))
)
_ATTEMPT: Final = Prepared(
    insert(_attempt).values(
        {
            name: bindparam(name)
            for name in (
                *("key", "token", "digest", "payload_sha256", "worker", "at"),
                *("sentence", "evidence", "fenced", "account"),
            )
        }
    )
)

_EVIDENCE: Final = Prepared(
    update(_attempt)
    .where(_attempt.c.key == bindparam("of_key"), _attempt.c.token == bindparam("of_token"))
    .where(_attempt.c.outcome.is_(None))
    .values(
        {
            name: bindparam(f"its_{name}")
            for name in ("outcome", "sentence", "evidence", "recorded_at", "fenced")
        }
        # Kept where a person has settled it, whatever comes back afterwards.
        | {
            "settled_at": func.coalesce(
                bindparam("its_settled_at", type_=schema.Utc), _attempt.c.settled_at
            )
        }
    )
)

_SETTLE: Final = Prepared(
    update(_attempt)
    .where(_attempt.c.key == bindparam("of_key"), _attempt.c.settled_at.is_(None))
    .values(settled_at=bindparam("now"))
)

_WAS_UNKNOWN: Final = (
    select(_attempt.c.token)
    .where(_attempt.c.key == bindparam("of_key"), _attempt.c.token < bindparam("before"))
    .where(or_(_attempt.c.outcome.is_(None), _attempt.c.outcome == "unknown"))
    .limit(1)
)

_OUTCOME: Final = {
    Receipt: "receipt",
    Refused: "refused",
    NotSent: "not-sent",
    Unknown: "unknown",
}


# --- all of them ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Writing:
    """What the steps of one transaction decided to write."""

    moves: list[tuple[Move, datetime]] = field(default_factory=list)
    intents: list[dict[str, object]] = field(default_factory=list)
    attempts: list[dict[str, object]] = field(default_factory=list)
    evidence: list[dict[str, object]] = field(default_factory=list)
    settled: list[dict[str, object]] = field(default_factory=list)
    rests: list[dict[str, object]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def move(self, wanted: Move, by: str, now: datetime) -> None:
        self.moves.append((wanted, now))
        self.entries.append(moves.entry(wanted, by, at=now))


@dataclass(slots=True)
class _Reading:
    """What the steps of one transaction are decided from."""

    posts: Mapping[str, Row]
    words: Mapping[str, Row]  # of those to be claimed, with what is known of the account
    holds: tuple[Hold, ...]
    stopped: Mapping[str, str]  # account to reason
    shown: frozenset[tuple[str, str]]  # account and hash of a text that its timeline showed
    busy: set[str]  # accounts; those of the claims decided so far too
    spent: Mapping[str, datetime]  # account to when its platform takes its next post
    ahead: dict[str, Row]  # by their keys, the posts that others wait for or belong to
    english: Mapping[str, Row]  # by the keys of Welsh posts, the English that goes out with each

    def published(self, row: Row, receipt: Receipt) -> None:
        """See this post as its record in this transaction leaves it, for the claims after it.

        Where its platform then lets the account rest, the account stays busy to them.
        """
        if receipt.rests_seconds > 0:
            return
        self.busy.discard(row["account"])
        if other := self.ahead.get(row["key"]):
            where = {"remote_id": receipt.remote_id, "remote_url": receipt.url}
            self.ahead[row["key"]] = {**other, "state": State.PUBLISHED, **where}


def take(
    connection: Connection, steps: Sequence[Step], before_commit: Callable[[int, str], None]
) -> list[Answer]:
    """The answer to each step, in their order; it holds once the transaction is committed.

    Where there is an intent among them, `before_commit` is called last, with the number and the
    hash of the last event. Raises what the database raises, IntegrityError too: then nothing of
    any of them may be kept.
    """
    reading, writing = _read(connection, steps), _Writing()
    answers = [_ANSWERED[type(step)](connection, reading, writing, step) for step in steps]
    _write(connection, writing)
    if writing.entries:
        end = chain.append_and_end(connection, steps[0].now, writing.entries)
        if writing.intents:
            before_commit(*end)
    return answers


def _read(connection: Connection, steps: Sequence[Step]) -> _Reading:
    keys = sorted({str(step.key) for step in steps})
    posts = by_key(connection, _posts, keys)
    claims = [str(step.key) for step in steps if isinstance(step, ToClaim)]
    latest = max(step.now for step in steps)
    counted = {f"since_{one}": latest - rate.within for one, rate in RATES.items()}
    words = by_key(connection, _words, [key for key in claims if key in posts], counted)
    may_go = {str(step.key) for step in steps if not isinstance(step, ToRecord)}
    going = {key: row for key, row in posts.items() if key in may_go}
    since = min((row["due"] for row in going.values()), default=None)
    return _Reading(
        posts=posts,
        words=words,
        # Holds are read in the transaction that claims or intends, so a hold cannot be outrun.
        holds=() if since is None else holds_since(connection, since),
        stopped={} if since is None else stopped_accounts(connection),
        shown=_shown_of(connection, words.values()),
        busy={row["r_account"] for row in words.values() if row["is_busy"]},
        spent=_spent(connection, words.values(), latest),
        ahead=waiting.read_ahead(connection, going.values()),
        english={key: english for key in words if (english := english_of(connection, posts[key]))},
    )


def _spent(connection: Connection, words: Iterable[Row], now: datetime) -> dict[str, datetime]:
    """The accounts from which nothing may go now: their platform said so, or we have counted."""
    until: dict[str, datetime] = {}
    for row in words:
        account, rate = row["r_account"], RATES[PlatformName(row["r_platform"])]
        if row["rests_until"] is not None and row["rests_until"] > now:
            until[account] = row["rests_until"]
        if row["attempts"] >= rate.posts:
            asked = {"of_account": account, "since": now - rate.within}
            [found] = _FIRST_ATTEMPT.rows(connection, asked)
            free = found["first"] + rate.within
            until[account] = max(free, until.get(account, free))
    return until


def _shown_of(connection: Connection, words: Iterable[Row]) -> frozenset[tuple[str, str]]:
    wanted = [(row["r_account"], text_sha256(row["r_text"])) for row in words]
    if not wanted:
        return frozenset()
    most = in_size(len(wanted))
    accounts, texts = ([pair[which] for pair in wanted] for which in (0, 1))
    values = numbered("account", accounts, most) | numbered("text", texts, most)
    rows = _shown_texts(most).rows(connection, values)
    return frozenset((row["account"], row["text_sha256"]) for row in rows)


def _write(connection: Connection, writing: _Writing) -> None:
    moves.move_all(connection, sorted(writing.moves, key=_in_order))
    if writing.intents:
        if _INTEND.write(connection, writing.intents) != len(writing.intents):
            raise LedgerError("A post changed while its intent was being committed.")
        _ATTEMPT.write(connection, writing.attempts)
    if writing.evidence:
        _EVIDENCE.write(connection, writing.evidence)
    if writing.settled:
        _SETTLE.write(connection, writing.settled)
    for statement in _REST if writing.rests else ():
        statement.write(connection, writing.rests)


def _in_order(wanted: tuple[Move, datetime]) -> tuple[bool, str, str]:
    """What ends a claim stands before the claims, as an account can have one at a time.

    Then by account, and everywhere in this order: a claim may wait for another process's claim.
    """
    move, _ = wanted
    return move.to is State.SENDING, move.row["account"], move.row["key"]


# --- a claim --------------------------------------------------------------------------------------


def _claim(
    connection: Connection, reading: _Reading, writing: _Writing, step: ToClaim
) -> Claim | NotClaimed:
    key, now = str(step.key), step.now
    row = reading.posts.get(key)
    if row is None:
        return _no(NotClaimedReason.NO_SUCH_POST, f"{key} is not in the ledger.")
    words = reading.words[key]
    if reason := _hindrance(reading, row, words, now):
        return reason
    token = row["token"] + 1
    values = {
        "token": token,
        "phase": Phase.PREPARE,
        "worker": step.worker,
        "lease_seconds": LEASE_SECONDS,
        "not_before": None,
        "looks": 0,
    }
    passed, by_leave = _let_pass(row, reading.holds)
    said = " ".join([f"Claimed by {step.worker}.", *passed])
    facts: dict[str, object] = {"token": token, **by_leave}
    taken = Move(row, State.SENDING, "claimed", said, facts=facts, values=values)
    writing.move(taken, step.worker, now)
    reading.busy.add(row["account"])
    rendering = rendering_of(words)
    shown = (row["account"], text_sha256(rendering.text)) in reading.shown
    before = PostKey.parse(row["waits_for"]) if row["waits_for"] else None
    return Claim(
        key=step.key,
        token=token,
        rendering=rendering,
        sender=row["sender"],
        region=row["region"],
        campaign=row["campaign"],
        theme=row["theme"],
        worker=step.worker,
        lease_seconds=LEASE_SECONDS,
        timeline_is_known=not must_read(words["read_at"], words["beat_at"], words["woke_at"], now),
        standing=standing_post(connection, row["account"], rendering) if shown else None,
        before=waiting.public(reading.ahead, before),
        root=waiting.public(reading.ahead, before and replace(before, part=1)),
    )


def _hindrance(reading: _Reading, row: Row, words: Row, now: datetime) -> NotClaimed | None:
    """Why this post may not be claimed now; None when nothing is in the way."""
    why, rendering = NotClaimedReason, rendering_of(words)
    before = waiting.before(row, reading.ahead)
    if row["state"] != State.PLANNED:
        return _no(why.NOT_PLANNED, f"{row['key']} is {row['state']}: {row['why']}")
    if row["due"] > now:
        return _no(why.NOT_DUE, f"It is due at {row['due']:%Y-%m-%d %H:%M} UTC.")
    if row["not_before"] is not None and row["not_before"] > now:
        return _no(why.WAITS, f"To be tried again at {row['not_before']:%H:%M:%S} UTC.")
    if under := held(row, reading.holds, waiting.as_the_other(row, rendering, before)):
        return _no(why.HELD, under)
    if words["approved_by"] is None:
        return _no(why.NOT_APPROVED, "Nobody has approved it as it now stands.")
    if is_late(row, now):
        return _no(why.LATE, too_late(row))
    if waits := waiting.not_its_turn(row, rendering, before):
        return _no(why.NOT_ITS_TURN, waits)
    if alone := _alone(reading, row):
        return _no(why.NOT_ITS_TURN, alone)
    account = row["account"]
    if account in reading.stopped:
        return _no(why.ACCOUNT_STOPPED, account_is_stopped(account, reading.stopped[account]))
    if account in reading.busy:
        return account_is_busy(account)
    if free := reading.spent.get(account):
        said = f"{account} has used up what its platform takes, until {free:%H:%M:%S} UTC."
        return _no(why.WAITS, said)
    if not is_true_to_its_digest(rendering):
        return _no(why.DAMAGED, "Its stored words are not the ones that were approved.")
    return None


def _alone(reading: _Reading, row: Row) -> str | None:
    """Why a Welsh post would go out without its English; None where it would not."""
    english = reading.english.get(row["key"])
    return alone_in_words(english, reading.holds, reading.stopped) if english else None


def alone_in_words(english: Row, holds: tuple[Hold, ...], stopped: Mapping[str, str]) -> str | None:
    """Why what goes out with this English post would go out without it; None where it would not."""
    with_it = f"It goes out with {english['key']} or not at all"
    if english["state"] in MAY_BE_OUT:
        return None
    if english["state"] != State.PLANNED:
        return f"{with_it}, which is {english['state']}."
    if english["approved_by"] is None:
        return f"{with_it}, which nobody has approved."
    if under := held(english, holds):
        return f"{with_it}. {under}"
    if english["account"] in stopped:
        why = account_is_stopped(english["account"], stopped[english["account"]])
        return f"{with_it}. {why}"
    return None


def _no(reason: NotClaimedReason, sentence: str) -> NotClaimed:
    return NotClaimed(reason, sentence)


def account_is_busy(account: str) -> NotClaimed:
    """Why no post of this account can be claimed while one is being sent."""
    return _no(NotClaimedReason.ACCOUNT_BUSY, f"Another post of {account} is being sent.")


def held(row: Row, holds: tuple[Hold, ...], other: Row | None = None) -> str | None:
    """What the post stands under, or stood under since it was due; be it as the `other`.

    A hold counts from when it can be read, whatever time it bears: whoever asks may have looked
    at the clock before it was placed, or have another clock.
    """
    hold = hold_over(holds, row, row["due"])
    if hold is None and other is not None:
        hold = hold_over(holds, other, row["due"])
    if hold is None:
        return None
    stands = "is" if hold.released_at is None else "was"
    how = "on hold" if hold.kind is HoldKind.HOLD else f"on hold ({hold.kind})"
    return f"{str(hold.scope).capitalize()} {stands} {how} by {hold.by}: {hold.reason}"


def _let_pass(row: Row, holds: tuple[Hold, ...]) -> tuple[list[str], dict[str, object]]:
    """What the event of a post that a hold lets pass says of it; nothing where none stands."""
    over = [one for one in holds if one.released_at is None and covers(one.scope, row)]
    kinds = {one.kind for one in over}
    said = []
    facts: dict[str, object] = {"holds": [one.id for one in over]} if over else {}
    if HoldKind.MOURNING in kinds:
        said.append(f"Sent under mourning as essential: {row['essential']}.")
        facts["essential"] = row["essential"]
    if HoldKind.CRISIS in kinds:
        said.append("Sent under the crisis hold, which lets it pass.")
    return said, facts


def is_late(row: Row, now: datetime) -> bool:
    """Whether the post's grace is over."""
    late: bool = now > row["due"] + timedelta(seconds=row["grace_seconds"])
    return late


def too_late(row: Row) -> str:
    """What to say of a post that is late."""
    said = f"More than {row['grace_seconds'] // 60} minutes had passed since its time."
    return f"{said} What was last said of it: {row['why']}" if row["token"] else said


def stopped_accounts(connection: Connection) -> dict[str, str]:
    """The accounts that are stopped, each with the reason."""
    return {row["account"]: row["sentence"] for row in _STOPPED.rows(connection)}


def account_is_stopped(account: str, sentence: str) -> str:
    """What to say of a post whose account is stopped."""
    return f"The account {account} is stopped: {sentence}"


# --- an intent ------------------------------------------------------------------------------------


def _intend(
    _connection: Connection, reading: _Reading, writing: _Writing, step: ToIntend
) -> Attempt | NotClaimed:
    claim, key = step.claim, str(step.claim.key)
    row = reading.posts.get(key)
    if row is None or not stands(row, claim, Phase.PREPARE):
        return _no(NotClaimedReason.LEASE_LOST, f"The claim on {key} was lost.")
    before = waiting.before(row, reading.ahead)
    if under := held(row, reading.holds, waiting.as_the_other(row, claim.rendering, before)):
        return _no(NotClaimedReason.HELD, under)
    if waits := waiting.not_its_turn(row, claim.rendering, before):
        return _no(NotClaimedReason.NOT_ITS_TURN, waits)
    if why := reading.stopped.get(row["account"]):
        return _no(NotClaimedReason.ACCOUNT_STOPPED, account_is_stopped(row["account"], why))
    facts: dict[str, object] = {
        "token": claim.token,
        "digest": claim.rendering.digest,
        "payload_sha256": step.payload_sha256,
    }
    kept: dict[str, object] = {"key": key, "worker": claim.worker, "at": step.now, **facts}
    kept["account"] = row["account"]
    writing.attempts.append({**kept, "sentence": "", "evidence": "", "fenced": False})
    writing.intents.append({"was_key": key, "was_token": claim.token, "now": step.now})
    passed, by_leave = _let_pass(row, reading.holds)
    said = " ".join(["About to be sent.", *passed])
    facts.update(by_leave)
    if step.uploads:
        facts["uploads"] = [dict(one) for one in step.uploads]
    writing.entries.append(
        Entry("intended", claim.worker, said, key, facts, step.now, force=row["sender"])
    )
    return Attempt(claim.key, claim.token, claim.rendering.digest, step.payload_sha256, step.now)


def stands(row: Row, claim: Claim, *phases: Phase) -> bool:
    """Whether this very claim still stands, in one of these phases."""
    return row["state"] == State.SENDING and row["token"] == claim.token and row["phase"] in phases


# --- a record -------------------------------------------------------------------------------------


def _record(
    connection: Connection, reading: _Reading, writing: _Writing, step: ToRecord
) -> State | None:
    claim, outcome, now = step.claim, step.outcome, step.now
    row = reading.posts.get(str(claim.key))
    late_receipt = (
        row is not None
        and isinstance(outcome, Receipt)
        and row["state"] == State.UNKNOWN
        and row["token"] == claim.token
    )
    if row is None or not (late_receipt or stands(row, claim, Phase.PREPARE, Phase.INTENT)):
        _keep_evidence(writing, step, fenced=True)
        return None
    wanted = _after(connection, row, claim, outcome, now)
    published = wanted.to is State.PUBLISHED
    _keep_evidence(writing, step, fenced=False, settled_at=now if published else None)
    writing.move(wanted, claim.worker, now)
    if isinstance(outcome, Receipt) and not late_receipt:
        reading.published(row, outcome)
    if isinstance(outcome, Receipt | NotSent) and outcome.rests_seconds > 0:
        until = now + timedelta(seconds=outcome.rests_seconds)
        writing.rests.append({"of_account": row["account"], "until": until})
    if published and (late_receipt or claim.token > 1):  # its other attempts, if it had any
        writing.settled.append({"of_key": row["key"], "now": now})
    if isinstance(outcome, Refused | NotSent) and outcome.stops_account:
        why, by = outcome.sentence, claim.worker
        stopped = stop(connection, claim.account, why, by=by, now=now, force=claim.sender)
        writing.entries.extend(stopped)
    return wanted.to


def _after(connection: Connection, row: Row, claim: Claim, outcome: Outcome, now: datetime) -> Move:
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
    asked = {"of_key": str(claim.key), "before": claim.token}
    return connection.scalar(_WAS_UNKNOWN, asked) is not None


def _keep_evidence(
    writing: _Writing, step: ToRecord, *, fenced: bool, settled_at: datetime | None = None
) -> None:
    claim, outcome, key = step.claim, step.outcome, str(step.claim.key)
    said = outcome.sentence if not isinstance(outcome, Receipt) else receipt_in_words(outcome)
    writing.evidence.append(
        {
            "of_key": key,
            "of_token": claim.token,
            "its_outcome": _OUTCOME[type(outcome)],
            "its_sentence": said,
            "its_evidence": outcome.evidence,
            "its_recorded_at": step.now,
            "its_fenced": fenced,
            "its_settled_at": settled_at,
        }
    )
    if fenced:
        late = f"Came back after the claim was lost: {said}"
        facts = {"token": claim.token, "evidence": outcome.evidence}
        writing.entries.append(
            Entry("fenced-out", claim.worker, late, key, facts, step.now, force=claim.sender)
        )


def receipt_in_words(receipt: Receipt) -> str:
    """The receipt in a sentence."""
    return f"Published as {receipt.remote_id}" + (f", {receipt.url}." if receipt.url else ".")


_ANSWERED: Final[Mapping[type, Callable[..., Answer]]] = {
    ToClaim: _claim,
    ToIntend: _intend,
    ToRecord: _record,
}
