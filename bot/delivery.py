"""One post's way out: claim, prepare, intend, publish, record; and settling what is unknown.

    claim ─ timeline ─ pictures ─ lease ─ intend ─ publish ─ record
      │                                     │                   │
      a crash up to here leaves             │  a crash here     it is public, and
      the post planned                      │  leaves it unknown  the ledger knows

Nothing here is tried twice by itself. What a crash leaves behind is put right by `sweep`, and
what nobody can be sure of by `settle`, which looks and never sends. The ledger alone decides who
may send; any number of threads and processes may call `deliver` with the same key.
"""

from __future__ import annotations

import hashlib
import threading
import traceback
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.core.model import (
    Account,
    Following,
    NotSent,
    Outcome,
    Picture,
    PostKey,
    Receipt,
    Refused,
    SettingsError,
    State,
    Unknown,
    Video,
)
from bot.ledger import (
    ENOUGH_LOOKS,
    LEASE_SECONDS,
    Attempt,
    Claim,
    Hold,
    Ledger,
    NotClaimed,
    Public,
    Reading,
    ReadingReason,
    TimelinePost,
    UnknownPost,
)
from bot.platforms import (
    REQUEST_DEADLINE_SECONDS,
    CannotLook,
    Found,
    NotFound,
    Platform,
    Prepared,
    Remote,
    Seen,
    Upload,
    no_repost,
)

LEASE_MARGIN_SECONDS: Final = 15.0
"""What must be left of a lease beyond one whole request before a request begins."""

_NEEDED_SECONDS: Final = REQUEST_DEADLINE_SECONDS + LEASE_MARGIN_SECONDS

if LEASE_SECONDS < 2 * (REQUEST_DEADLINE_SECONDS + LEASE_MARGIN_SECONDS):
    raise AssertionError("a lease must cover reading the timeline and publishing, with a margin")

TRY_AGAIN: Final = timedelta(seconds=60)
"""When a post that could not be prepared is tried again, as long as its grace lasts."""

LOOK_DELAYS_SECONDS: Final = (60.0, 180.0, 180.0, 180.0)
"""Waits before each look for an unknown post, by the boot-time clock: four looks in ten minutes.
A timeline may show a post late; after the last look a person decides."""

if len(LOOK_DELAYS_SECONDS) != ENOUGH_LOOKS:
    raise AssertionError("the ledger must ask for as many looks as are made")

FAILED_LOOK_DELAYS_SECONDS: Final = (60.0, 120.0, 240.0, 480.0, 960.0, 1920.0)
"""Waits after each look that could not be made, before the next. When one more than there are
waits has failed, in a little over an hour, the page is left to a person."""

LOOK_BACK: Final = timedelta(seconds=60)
"""How long before the first attempt a look begins: our clock and the platform's may differ."""

CLOCK_STEP_SECONDS: Final = 30.0
"""A wall clock that moves so far against boot time has stepped."""

CLOCK_STEADY_SECONDS: Final = 600.0
"""How long a wall clock that stepped, and did not step back, must run steadily to be believed."""

STEPS: Final = ("claimed", "timeline-read", "prepared", "intended", "published", "recorded")
"""What `step` is called with in `deliver`, each just after that was done."""


class Clocks(Protocol):
    """Two clocks. In a rehearsal both are simulated, and go forward together."""

    def now(self) -> datetime:
        """The wall clock, aware: what is due and what is late."""

    def boot(self) -> float:
        """Seconds since boot, sleep included; it never steps: leases, deadlines and delays."""


class SteadyClock:
    """Tells whether the wall clock can be believed, by the boot-time clock.

    A step of more than 30 s stops claims. They go on when the wall clock has come back to within
    30 s of where it should be, or has run steadily for ten minutes from where it now is: by then
    whoever set it meant it. Slow drift is followed, and is no step.
    """

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._lock = threading.Lock()
        self._believed = self._offset()
        self._stepped_to: float | None = None
        self._stepped_at = 0.0  # boot time

    def is_steady(self) -> bool:
        with self._lock:
            offset = self._offset()
            if abs(offset - self._believed) <= CLOCK_STEP_SECONDS:
                self._believed, self._stepped_to = offset, None
                return True
            boot = self._clocks.boot()
            stepped_to = self._stepped_to
            if stepped_to is None or abs(offset - stepped_to) > CLOCK_STEP_SECONDS:
                self._stepped_to, self._stepped_at = offset, boot
                return False
            if boot - self._stepped_at < CLOCK_STEADY_SECONDS:
                return False
            self._believed, self._stepped_to = offset, None
            return True

    def _offset(self) -> float:
        return self._clocks.now().timestamp() - self._clocks.boot()


@dataclass(frozen=True, slots=True)
class Look:
    """One look for an unknown post: what was seen, and what the ledger says now."""

    key: PostKey
    state: State
    sentence: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep put right."""

    expired: tuple[PostKey, ...] = ()
    missed: tuple[PostKey, ...] = ()
    ended: tuple[Hold, ...] = ()  # holds whose end had come
    clock_is_steady: bool = True


def _no_step(_name: str) -> None:
    return None


def nothing_follows() -> None:
    """For a delivery after which it is open what comes next."""


def _cannot_tell(_worker: str) -> bool:
    return False


def _no_reason(_claim: Claim) -> str | None:
    return None


class Delivery:
    """Takes posts from the ledger to their platforms. Safe to share between threads."""

    def __init__(
        self,
        ledger: Ledger,
        platform_for: Callable[[str], Platform],
        clocks: Clocks,
        *,
        worker: str,
        step: Callable[[str], None] = _no_step,
        has_ended: Callable[[str], bool] = _cannot_tell,
        why_not: Callable[[Claim], str | None] = _no_reason,
    ) -> None:
        """`platform_for` takes an account's id. `step` is called with each of STEPS as it ends.

        `has_ended` says of a worker's name that its process surely is no more, so that what it
        left need not wait for the lease; False where it cannot tell. `why_not` has the last look at
        what was claimed: a sentence puts it back before its platform hears of it.
        """
        self._ledger = ledger
        self._platform_for = platform_for
        self._clocks = clocks
        self._worker = worker
        self._step = step
        self._has_ended = has_ended
        self._why_not = why_not
        self._steady = SteadyClock(clocks)
        self._lock = threading.Lock()
        self._watched: dict[tuple[PostKey, int], float] = {}  # claims, and when first seen
        self._waiting: dict[tuple[PostKey, int], float] = {}  # unknown posts, since the last look
        self._claimed: dict[PostKey, _Claimed] = {}  # ahead of their turn

    def deliver(self, key: PostKey, following: Following = nothing_follows) -> State | None:
        """Send this post if it may be sent now; the state it is in then, None if not claimed.

        Called twice, late, or for a post that may not go, it does nothing. Raises LedgerError
        when the ledger cannot be used; what had been sent by then is found again by `settle`.

        `following` is asked once the post is public, for the account's next key. Whoever gives one
        delivers it next, whatever becomes of this one: it may be claimed from then on.
        """
        claimed = self._claimed.pop(key, None) or self._claim(key)
        if claimed is None:
            return None
        claim, lease_from = claimed.claim, claimed.lease_from
        self._step("claimed")
        ready = self._prepare(claim, lease_from)
        state: State | None = None
        if isinstance(ready, _Ready):
            state = self._publish(claim, ready, lease_from, following)
        elif ready is not None:
            state = self._record(claim, ready)
        return state or self._state(key)

    def _claim(self, key: PostKey) -> _Claimed | None:
        if not self._steady.is_steady():
            return None
        lease_from = self._clocks.boot()
        claim = self._ledger.claim(key, worker=self._worker, now=self._clocks.now())
        return None if isinstance(claim, NotClaimed) else _Claimed(claim, lease_from)

    def sweep(self) -> Sweep:
        """Put right what was left: claims whose lease this sweeper saw run out, posts too late.

        Also holds whose end has come, and the ledger's heartbeat. With a wall clock that stepped
        nothing is called late, and no hold ends.
        """
        self._ledger.heartbeat(now=self._clocks.now())
        expired = self._ledger.expire(self._run_out(), now=self._clocks.now())
        steady = self._steady.is_steady()
        if not steady:
            return Sweep(tuple(expired), clock_is_steady=False)
        missed = self._ledger.sweep_late(now=self._clocks.now())
        ended = self._ledger.end_holds(now=self._clocks.now())
        return Sweep(tuple(expired), missed, ended)

    def settle(self) -> tuple[Look, ...]:
        """Look once for each unknown post whose next look has come; it reads and never sends."""
        unknown = self._ledger.unknown()
        self._watch(unknown)
        return tuple(self._look(one) for one in unknown if self._look_is_due(one))

    # --- sending --------------------------------------------------------------------------------

    def _prepare(
        self, claim: Claim, lease_from: float
    ) -> _Ready | Receipt | NotSent | Refused | None:
        """All that comes before the intent; or where the post stands already, or what a picture
        came to.

        None when the post was put back. A crash in here is surely not a publication.
        """
        try:
            if why := self._why_not(claim):
                self._put_back(claim, why)
                return None
            platform = self._platform_for(claim.account)
            if not (claim.timeline_is_known or self._read_timeline(claim, platform)):
                return None
        except Exception as error:
            self._put_back(claim, f"It could not be prepared: {_what(error)}.")
            return None
        self._step("timeline-read")
        standing = claim.standing
        if not claim.timeline_is_known:
            standing = self._ledger.standing(claim.account, claim.rendering)
        if standing is not None:
            return standing
        prepared = self._prepared(claim, platform, lease_from)
        if not isinstance(prepared, Prepared):
            return prepared
        if not self._lease_covers_a_request(claim, lease_from):
            self._put_back(claim, "Preparing it took too long.", wait=timedelta(0))
            return None
        return _Ready(platform, prepared)

    def _prepared(
        self, claim: Claim, platform: Platform, lease_from: float
    ) -> Prepared | NotSent | Refused:
        """What the post needs of its platform beside its words."""
        if claim.rendering.reposts is not None:
            original = self._original(platform, claim.before)
            return Prepared(original=original) if isinstance(original, Remote) else original
        thread: dict[str, Remote] = {}
        for name, public in (("parent", claim.before), ("root", claim.root)):
            if claim.rendering.part > 1 and public is not None:
                found = _located(platform, public)
                if not isinstance(found, Remote):
                    return found
                thread[name] = found
        uploads = self._uploaded(claim, platform, lease_from)
        return Prepared(uploads, **thread) if isinstance(uploads, tuple) else uploads

    def _original(self, platform: Platform, public: Public | None) -> Remote | NotSent | Refused:
        """The post that is to be reposted: one of a national body of this very configuration."""
        wait = TRY_AGAIN.total_seconds()
        if public is None:
            return NotSent("The post that it reposts is not known to be public.", wait)
        try:
            owner = self._platform_for(public.key.account).account
        except Exception as error:
            return NotSent(f"It was not reposted: {_what(error)}.", wait)
        if why := no_repost(platform.account, owner):
            return NotSent(f"It was not reposted: {why}", wait)
        return _located(platform, public, owner)

    def _uploaded(
        self, claim: Claim, platform: Platform, lease_from: float
    ) -> tuple[Upload, ...] | NotSent | Refused:
        """What the post shows, at the platform: a picture is given anew for each claim.

        What an attempt may have used is not used again: a platform that puts a picture into one
        post only would refuse the next. A video goes on from where its last claim left it.
        """
        uploads: list[Upload] = []
        for shown in claim.rendering.files:
            try:
                given = self._given(shown, claim, platform, lease_from)
            except Exception as error:
                noun = "video" if isinstance(shown, Video) else "picture"
                said = f"Its {noun} could not be prepared: {_what(error)}."
                return NotSent(said, TRY_AGAIN.total_seconds())
            if not isinstance(given, Upload):
                return given
            uploads.append(given)
        return tuple(uploads)

    def _given(
        self, shown: Picture | Video, claim: Claim, platform: Platform, lease_from: float
    ) -> Upload | NotSent | Refused:
        if isinstance(shown, Picture):
            return platform.upload(shown, self._ledger.picture_bytes(shown.sha256))
        contents = {sha256: self._ledger.picture_bytes(sha256) for sha256 in shown.parts}
        # After it the lease must still cover the publishing.
        left = claim.lease_seconds - (self._clocks.boot() - lease_from) - _NEEDED_SECONDS
        return platform.upload_video(shown, contents, seconds=max(left, 0.0))

    def _read_timeline(self, claim: Claim, platform: Platform) -> bool:
        """Whether the account's timeline could be read."""
        seen = platform.recent()
        self._note_reading(claim, seen)
        if isinstance(seen, CannotLook):
            self._put_back(claim, f"Its timeline could not be read: {seen.sentence}")
            return False
        shown = [TimelinePost(one.remote_id, one.text, one.at, one.url) for one in seen]
        self._ledger.note_timeline(claim.account, shown, now=self._clocks.now())
        return True

    def _note_reading(self, claim: Claim, seen: tuple[Seen, ...] | CannotLook) -> None:
        self._ledger.note_reading(
            Reading(
                account=claim.account,
                platform=claim.rendering.platform,
                at=self._clocks.now(),
                posts=seen.posts if isinstance(seen, CannotLook) else len(seen),
                succeeded=not isinstance(seen, CannotLook),
                why=ReadingReason.BEFORE_PUBLISHING,
                key=claim.key,
                token=claim.token,
            )
        )

    def _publish(
        self,
        claim: Claim,
        ready: _Ready,
        lease_from: float,
        following: Following,
    ) -> State | None:
        if not self._intend(claim, ready):
            return None
        self._step("intended")
        if self._lease_covers_a_request(claim, lease_from):
            outcome = _published(ready, claim)
        else:
            # Writing the intent can wait long for another writer: nothing has left yet.
            outcome = NotSent("Its lease ran short before it was sent.", 0.0)
        self._step("published")
        if isinstance(outcome, Receipt) and self._steady.is_steady() and (key := following()):
            return self._record_and_claim(claim, outcome, key)
        return self._record(claim, outcome)

    def _intend(self, claim: Claim, ready: _Ready) -> bool:
        try:
            payload = ready.platform.payload(claim.key, claim.rendering, ready.prepared)
        except Exception as error:
            self._put_back(claim, f"It could not be prepared: {_what(error)}.")
            return False
        self._step("prepared")
        intent: Attempt | NotClaimed = self._ledger.intend(
            claim,
            payload_sha256=hashlib.sha256(payload).hexdigest(),
            now=self._clocks.now(),
            uploads=tuple(map(_as_fact, ready.prepared.uploads)),
        )
        if isinstance(intent, NotClaimed):
            self._put_back(claim, intent.sentence, wait=timedelta(0))
            return False
        return True

    def _record(self, claim: Claim, outcome: Outcome) -> State | None:
        state = self._ledger.record(claim, outcome, now=self._clocks.now())
        self._step("recorded")
        return state

    def _record_and_claim(self, claim: Claim, outcome: Outcome, key: PostKey) -> State | None:
        lease_from = self._clocks.boot()
        now = self._clocks.now()
        state, claimed = self._ledger.record_and_claim(claim, outcome, key, now=now)
        if claimed is not None:
            self._claimed[key] = _Claimed(claimed, lease_from)
        self._step("recorded")
        return state

    def _put_back(self, claim: Claim, sentence: str, *, wait: timedelta = TRY_AGAIN) -> None:
        now = self._clocks.now()
        self._ledger.put_back(claim, now=now, not_before=now + wait, sentence=sentence)

    def _lease_covers_a_request(self, claim: Claim, lease_from: float) -> bool:
        return self._clocks.boot() - lease_from + _NEEDED_SECONDS <= claim.lease_seconds

    def _state(self, key: PostKey) -> State | None:
        post = self._ledger.post(key)
        return None if post is None else post.state

    # --- what was left --------------------------------------------------------------------------

    def _run_out(self) -> dict[PostKey, int]:
        """The claims that this sweeper itself has seen stand for their whole lease.

        And those of processes that have ended: `run --once` ends long before any lease does, so
        without this nothing that a crash left under cron would ever be put right.
        """
        boot = self._clocks.boot()
        standing = self._ledger.sending()
        with self._lock:
            first = {
                (one.key, one.token): self._watched.get((one.key, one.token), boot)
                for one in standing
            }
            self._watched = first
        return {
            one.key: one.token
            for one in standing
            if boot - first[one.key, one.token] >= one.lease_seconds or self._has_ended(one.worker)
        }

    # --- what nobody is sure of -----------------------------------------------------------------

    def _watch(self, unknown: Iterable[UnknownPost]) -> None:
        """Begin to wait for what is newly unknown; what is settled is forgotten.

        A process that finds a post unknown gives it the time that it has been so by the wall
        clock, as the only one that outlives a process. Looking early costs a look and no more.
        """
        boot, now = self._clocks.boot(), self._clocks.now()
        with self._lock:
            self._waiting = {
                (one.key, one.token): self._waiting.get(
                    (one.key, one.token), boot - _waited_seconds(one, now)
                )
                for one in unknown
            }

    def _look_is_due(self, post: UnknownPost) -> bool:
        wait = _wait_seconds(post)
        if wait is None:
            return False
        boot = self._clocks.boot()
        with self._lock:
            since = self._waiting.get((post.key, post.token), boot)
            if boot - since < wait:
                return False
            self._waiting[post.key, post.token] = boot
        return True

    def _look(self, post: UnknownPost) -> Look:
        first = min((one.at for one in post.attempts), default=post.since)
        known = self._ledger.remote_ids(post.account, noted_by=first)
        resends = is_proof = False
        try:
            platform = self._platform_for(post.account)
            resends = platform.account.resend_if_absent and self._steady.is_steady()
            is_proof = platform.absence_is_proof
            answer = self._found(platform, post, since=first - LOOK_BACK, known=known)
            is_proof = is_proof or (isinstance(answer, NotFound) and answer.twice_is_once)
        except Exception as error:
            answer = CannotLook(f"Looking failed: {_what(error)}.")
        now = self._clocks.now()
        if isinstance(answer, CannotLook):
            # It says nothing about the post, and is tried again; but it may have cost money.
            sentence = _failed_in_words(post, answer)
            self._ledger.could_not_look(post.key, sentence=sentence, now=now, posts=answer.posts)
            return Look(post.key, State.UNKNOWN, sentence)
        found, sentence = _in_words(answer)
        state = self._ledger.looked(
            post.key,
            found=found,
            sentence=sentence,
            now=now,
            posts=answer.posts,
            resend_if_absent=resends,
            absence_is_proof=is_proof,
        )
        return Look(post.key, state, sentence)

    def _found(
        self, platform: Platform, post: UnknownPost, *, since: datetime, known: Collection[str]
    ) -> Found | NotFound | CannotLook:
        original: Remote | None = None
        if post.rendering.reposts is not None:
            standing = self._ledger.post(post.rendering.reposts)
            if standing is None or standing.remote_id is None:
                return CannotLook("The post that it reposts is not known to be public.")
            public = Public(standing.key, standing.remote_id, standing.remote_url)
            owner = self._platform_for(standing.key.account).account
            located = _located(platform, public, owner)
            if not isinstance(located, Remote):
                return CannotLook(located.sentence)
            original = located
        return platform.find(post.key, post.rendering, since=since, known=known, original=original)


def next_look(post: UnknownPost) -> datetime | None:
    """When this post is looked for next, by the wall clock; None when it is left to a person."""
    wait = _wait_seconds(post)
    return None if wait is None else _waits_since(post) + timedelta(seconds=wait)


def could_not_be_read(post: UnknownPost) -> bool:
    """Whether it is left to a person because its account's page could not be read."""
    return post.failed_looks > len(FAILED_LOOK_DELAYS_SECONDS)


def _wait_seconds(post: UnknownPost) -> float | None:
    """How long to wait for its next look, from the last one or its last attempt; None: no more."""
    if post.looks >= len(LOOK_DELAYS_SECONDS) or could_not_be_read(post):
        return None
    if post.readings and not post.readings[-1].succeeded:
        return FAILED_LOOK_DELAYS_SECONDS[post.failed_looks - 1]
    return LOOK_DELAYS_SECONDS[post.looks]


def _waits_since(post: UnknownPost) -> datetime:
    return post.readings[-1].at if post.readings else post.since


def _waited_seconds(post: UnknownPost, now: datetime) -> float:
    """How long a post has waited for its next look."""
    return max(0.0, (now - _waits_since(post)).total_seconds())


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A claim, and the boot time from which its lease runs."""

    claim: Claim
    lease_from: float


@dataclass(frozen=True, slots=True)
class _Ready:
    """A claim of which nothing is left to be done but to intend and to publish."""

    platform: Platform
    prepared: Prepared


def _located(
    platform: Platform, public: Public, owner: Account | None = None
) -> Remote | NotSent | Refused:
    """A public post as the account can point at it; with an `owner`, another account's."""
    try:
        if owner is None:
            return platform.locate(public.remote_id)
        return platform.locate(public.remote_id, of=owner, url=public.url)
    except Exception as error:
        what = "The post that it reposts" if owner else "The part before it"
        said = f"{what} could not be looked up: {_what(error)}."
        return NotSent(said, TRY_AGAIN.total_seconds())


def _as_fact(upload: Upload) -> dict[str, object]:
    """What the history keeps of a picture that was given to a platform."""
    expires = upload.expires_at and upload.expires_at.isoformat()
    return {"sha256": upload.sha256, "remote_id": upload.remote_id, "expires_at": expires}


def _published(ready: _Ready, claim: Claim) -> Outcome:
    """The outcome of the one request. Whatever is not understood may be public."""
    try:
        return ready.platform.publish(claim.key, claim.rendering, ready.prepared)
    except Exception as error:
        return Unknown("Sending it failed in a way nobody foresaw.", _what(error))


def _in_words(answer: Found | NotFound) -> tuple[Receipt | None, str]:
    if isinstance(answer, NotFound):
        return None, f"Not among the {answer.looked_at} posts on the account's timeline."
    seen = answer.seen
    sentence = f"Found on the account's timeline, published at {seen.at:%Y-%m-%d %H:%M:%S} UTC."
    return Receipt(seen.remote_id, seen.url, "found on the timeline"), sentence


def _failed_in_words(post: UnknownPost, answer: CannotLook) -> str:
    if post.failed_looks < len(FAILED_LOOK_DELAYS_SECONDS):
        return answer.sentence
    return (
        f"{answer.sentence} The account's page could not be read {post.failed_looks + 1} times:"
        " a person must look."
    )


def _what(error: Exception) -> str:
    """Our own sentence, or the kind of error and where it came from.

    The words of anybody else's error may hold a credential.
    """
    if isinstance(error, SettingsError):
        return str(error).rstrip(".")
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
