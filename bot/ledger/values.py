"""What goes into the ledger and what comes out: scopes and holds, claims and reasons, reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.holds import HoldKind
from bot.core.model import PackFile, PlatformName, PostKey, Receipt, Rendering, State

LEASE_SECONDS: Final = 120.0
"""How long one claim stands, by the boot-time clock. `bot.delivery` holds it to be longer than a
whole request with room to spare."""


# --- holds --------------------------------------------------------------------------------------


class ScopeKind(StrEnum):
    EVERYTHING = "everything"
    REGION = "region"
    FORCE = "force"  # any sender's id: a force, a national body or a partner
    ACCOUNT = "account"
    PLATFORM = "platform"
    CAMPAIGN = "campaign"
    THEME = "theme"


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a hold covers. `name` is None for everything, and the id of the one held otherwise."""

    kind: ScopeKind
    name: str | None = None

    def __post_init__(self) -> None:
        if (self.kind is ScopeKind.EVERYTHING) != (self.name is None):
            raise ValueError(f"a scope of {self.kind} cannot have the name {self.name!r}")

    def __str__(self) -> str:
        return str(self.kind) if self.name is None else f"{self.kind} {self.name}"

    @classmethod
    def everything(cls) -> Scope:
        return cls(ScopeKind.EVERYTHING)

    @classmethod
    def region(cls, name: str) -> Scope:
        return cls(ScopeKind.REGION, name)

    @classmethod
    def force(cls, name: str) -> Scope:
        return cls(ScopeKind.FORCE, name)

    @classmethod
    def account(cls, name: str) -> Scope:
        return cls(ScopeKind.ACCOUNT, name)

    @classmethod
    def platform(cls, name: str) -> Scope:
        return cls(ScopeKind.PLATFORM, name)

    @classmethod
    def campaign(cls, name: str) -> Scope:
        return cls(ScopeKind.CAMPAIGN, name)

    @classmethod
    def theme(cls, name: str) -> Scope:
        return cls(ScopeKind.THEME, name)


SECOND_WORD_WITHIN: Final = timedelta(hours=2)
"""How long the first of two people's words stands, where it takes two to release a hold."""


@dataclass(frozen=True, slots=True)
class Hold:
    """An order that nothing within its scope leaves but what its kind lets pass.

    Active until it is released, be it by people or, once its end has come, by the clock: an end
    that nobody has acted on yet ends nothing.
    """

    id: int
    scope: Scope
    by: str
    reason: str
    at: datetime
    released_at: datetime | None = None
    released_by: str | None = None
    release_reason: str | None = None
    kind: HoldKind = HoldKind.HOLD
    until: datetime | None = None
    routine: bool = False  # not for an incident: approvals outlive it
    asked_by: str | None = None  # the first of two people who want it released
    asked_at: datetime | None = None
    asked_reason: str | None = None

    def waits_for_second(self, now: datetime) -> bool:
        """Whether one person's word for its release stands, and another's would end it."""
        if self.asked_at is None or self.released_at is not None:
            return False
        # Either way: the second person's clock may be behind the first one's.
        return abs(now - self.asked_at) <= SECOND_WORD_WITHIN

    def stood_since(self, start: datetime) -> bool:
        """Whether it was active at any instant after `start`."""
        return self.released_at is None or self.released_at > start


# --- planning and approving ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Adoption:
    """What one adoption did, by key, each in the order of the keys."""

    new: tuple[PostKey, ...] = ()  # now planned, and was not before (first seen, or back)
    changed: tuple[PostKey, ...] = ()  # planned before and now, with another rendering
    same: tuple[PostKey, ...] = ()  # as it stood
    gone: tuple[PostKey, ...] = ()  # withdrawn: its place was judged and is empty now
    missed: tuple[PostKey, ...] = ()  # first adopted, or moved, after its time
    kept: tuple[PostKey, ...] = ()  # the plan says otherwise, but it may no longer be changed


@dataclass(frozen=True, slots=True)
class Approval:
    """A word for exactly one rendering in one place."""

    key: PostKey
    digest: str
    by: str
    at: datetime
    automatic: bool = False
    basis: str = ""  # the rule or the earlier approval that it rests on, in words


TRUSTED: Final = "the rule national_corrections: trusted"
"""Who approves where a force lets approvals outlive what only the national team changed."""


@dataclass(frozen=True, slots=True)
class Carried:
    """An approval that is to outlive a change: of which rendering, and why it may."""

    digest: str  # of what was approved
    basis: str  # without a name of staff


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack as it was when posts were planned from it."""

    digest: str
    campaign: str
    version: int
    files: tuple[PackFile, ...]  # none where only their names were asked for


# --- delivery -----------------------------------------------------------------------------------


class Phase(StrEnum):
    """How far a post in `sending` has come."""

    PREPARE = "prepare"  # nothing of it can be public yet
    INTENT = "intent"  # the attempt is committed: from here on it may be public


class NotClaimedReason(StrEnum):
    NO_SUCH_POST = "no-such-post"
    NOT_PLANNED = "not-planned"  # published, refused, being sent, missed, ...
    NOT_DUE = "not-due"
    WAITS = "waits"  # due, but to be tried again only at a stated time
    NOT_ITS_TURN = "not-its-turn"  # another post must be public before it
    LATE = "late"
    HELD = "held"  # stands under a hold, or stood under one since it was due
    NOT_APPROVED = "not-approved"
    ACCOUNT_STOPPED = "account-stopped"
    ACCOUNT_BUSY = "account-busy"  # another post of this account is being sent
    LEASE_LOST = "lease-lost"  # the claim is no longer the one that stands
    DAMAGED = "damaged"  # the stored words are not those of their digest


@dataclass(frozen=True, slots=True)
class NotClaimed:
    """Why a post may not be sent now, for programs and in words."""

    reason: NotClaimedReason
    sentence: str


@dataclass(frozen=True, slots=True)
class Public:
    """Where a published post stands."""

    key: PostKey
    remote_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to send one post, for as long as its token and lease stand."""

    key: PostKey
    token: int
    rendering: Rendering
    sender: str
    region: str | None
    campaign: str
    theme: str
    worker: str
    lease_seconds: float
    timeline_is_known: bool = False  # if not, it must be read before anything is sent
    standing: Receipt | None = None  # where its words stand on the timeline already, as known
    before: Public | None = None  # the post it had to wait for
    root: Public | None = None  # the first part of its thread, where it is a later one

    @property
    def account(self) -> str:
        return self.rendering.account


@dataclass(frozen=True, slots=True)
class Attempt:
    """One committed intent to publish, and what came of it."""

    key: PostKey
    token: int
    digest: str
    payload_sha256: str
    at: datetime
    outcome: str | None = None  # receipt, refused, not-sent, unknown; None: nothing came back
    sentence: str = ""
    evidence: str = ""
    recorded_at: datetime | None = None
    fenced: bool = False  # came back after the claim was lost; kept as evidence only


@dataclass(frozen=True, slots=True)
class Sending:
    """A claim that stands, for whoever watches leases."""

    key: PostKey
    token: int
    worker: str
    lease_seconds: float


@dataclass(frozen=True, slots=True)
class InFlight:
    """A post being sent. Past its intent it may still leave, and no hold can stop it."""

    key: PostKey
    phase: Phase
    since: datetime
    worker: str
    text: str


class ReadingReason(StrEnum):
    """Why an account's timeline was read."""

    BEFORE_PUBLISHING = "before-publishing"  # what it shows already, before a first post
    LOOK = "look"  # for a post that may be public


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of an account's timeline. The platform asks a price for each post it gave."""

    account: str
    platform: PlatformName
    at: datetime
    posts: int  # that the platform gave, also where it then failed
    succeeded: bool  # False: it was refused, broken off or not understood
    why: ReadingReason
    key: PostKey  # the post for whose sake it was read
    token: int


@dataclass(frozen=True, slots=True)
class ReadTotal:
    """What was read of one account's timeline over some time."""

    account: str
    platform: PlatformName
    readings: int
    posts: int


@dataclass(frozen=True, slots=True)
class UnknownPost:
    """A post that may be public, with what a person needs to settle it."""

    key: PostKey
    account: str
    rendering: Rendering
    token: int
    since: datetime
    attempts: tuple[Attempt, ...]
    looks: int  # times the timeline was read and did not show it
    why: str
    readings: tuple[Reading, ...] = ()  # every look since its last attempt, also those that failed

    @property
    def failed_looks(self) -> int:
        """How many times the timeline could not be read."""
        return sum(not one.succeeded for one in self.readings)


@dataclass(frozen=True, slots=True)
class StoppedAccount:
    account: str
    sentence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TimelinePost:
    """A post that an account's own timeline shows. Only a hash of its text is kept."""

    remote_id: str
    text: str
    at: datetime
    url: str | None = None


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LedgerPost:
    """A post as the ledger has it."""

    key: PostKey
    state: State
    since: datetime  # when it came into this state
    why: str  # the last thing that happened to it, in words
    due: datetime
    grace_seconds: int
    not_before: datetime | None
    rendering: Rendering
    sender: str
    region: str | None
    platform: PlatformName
    campaign: str
    theme: str
    place: str  # file:line:column its words came from
    approved_by: str | None
    held_by: Hold | None  # the oldest active hold over it
    remote_id: str | None
    remote_url: str | None
    essential: str | None = None  # on whose authority it goes out even in mourning
    removed_at: datetime | None = None  # when somebody said that it was taken down by hand


@dataclass(frozen=True, slots=True)
class LostApproval:
    """A post to be approved again, and what was approved before it was changed."""

    post: LedgerPost
    by: str  # who had approved it
    at: datetime  # when the approval was lost
    before: Rendering


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger's history. `hash` covers the rest and the hashes before it."""

    seq: int
    at: datetime
    action: str
    key: PostKey | None
    by: str
    sentence: str
    facts: Mapping[str, object]
    previous: str  # the hash of the event before it in its chain
    hash: str
    force: str  # whose chain it is in; "" is the ledger's own
    number: int  # its place there, from 1


@dataclass(frozen=True, slots=True)
class BrokenEvent:
    """The first event that does not fit the chain: it, or what stood before it, was altered."""

    seq: int
    sentence: str
