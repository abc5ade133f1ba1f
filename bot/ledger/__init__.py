"""The ledger: the only writer of state, and the only truth about what was published.

A post moves only along `bot.core.model.ALLOWED_MOVES`, by a conditional UPDATE and its row count,
and every move appends an event to a chain of hashes in the same transaction. The ledger asks no
clock: `now` is handed in, aware. Whatever stops work is a LedgerError with a sentence for staff.

The parts, each a file: `planning` takes plans, `people` takes decisions, `holds` those that stop
everything, `lost` knows what must be approved again, `missed` takes those on what was missed,
`saying` those on what a person says now, `recalling` stops what must not be said any more,
`sending` is one post's way out, `accounts` knows timelines and stopped accounts, `readings` what
reading them cost, `told` what staff were told, `packs` keeps the packs as they were, `pictures`
what was shown, `reports` answers. `backup` copies a ledger's file and puts one back.
"""

from __future__ import annotations

from datetime import datetime

from bot.core.holds import HoldKind
from bot.core.model import Mode
from bot.ledger import database
from bot.ledger.accounts import Accounts
from bot.ledger.holds import Holds
from bot.ledger.lost import Lost
from bot.ledger.missed import Missed
from bot.ledger.packs import Packs
from bot.ledger.people import People
from bot.ledger.pictures import Pictures
from bot.ledger.planning import Planning
from bot.ledger.readings import Readings
from bot.ledger.recalling import Recalling
from bot.ledger.reports import Reports
from bot.ledger.rows import within
from bot.ledger.saying import Saying
from bot.ledger.sending import ENOUGH_LOOKS, Deliveries
from bot.ledger.told import Told
from bot.ledger.values import (
    LEASE_SECONDS,
    SECOND_WORD_WITHIN,
    TRUSTED,
    Adoption,
    Approval,
    Attempt,
    BrokenEvent,
    Carried,
    Claim,
    Event,
    Hold,
    InFlight,
    KeptPack,
    LedgerPost,
    LostApproval,
    NotClaimed,
    NotClaimedReason,
    Phase,
    Public,
    Reading,
    ReadingReason,
    ReadTotal,
    Scope,
    ScopeKind,
    Sending,
    StoppedAccount,
    TimelinePost,
    UnknownPost,
)

__all__ = [
    "ENOUGH_LOOKS",
    "LEASE_SECONDS",
    "SECOND_WORD_WITHIN",
    "TRUSTED",
    "Adoption",
    "Approval",
    "Attempt",
    "BrokenEvent",
    "Carried",
    "Claim",
    "Event",
    "Hold",
    "HoldKind",
    "InFlight",
    "KeptPack",
    "Ledger",
    "LedgerPost",
    "LostApproval",
    "NotClaimed",
    "NotClaimedReason",
    "Phase",
    "Public",
    "ReadTotal",
    "Reading",
    "ReadingReason",
    "Scope",
    "ScopeKind",
    "Sending",
    "StoppedAccount",
    "TimelinePost",
    "UnknownPost",
    "within",
]


class Ledger(
    Planning,
    People,
    Holds,
    Lost,
    Missed,
    Saying,
    Deliveries,
    Accounts,
    Readings,
    Recalling,
    Told,
    Packs,
    Pictures,
    Reports,
):
    """One ledger, of one mode. Safe to share between threads, and between processes."""

    @classmethod
    def create(cls, url: str, mode: Mode, *, now: datetime) -> Ledger:
        """A new ledger, stamped with its mode for good. Raises LedgerError if one is there."""
        engine, ledger_id = database.create(url, mode, now=now)
        return cls(engine, mode, ledger_id)

    @classmethod
    def open(cls, url: str, mode: Mode) -> Ledger:
        """The ledger that is there, its schema brought up to date.

        Raises LedgerError, with what to do, when it is missing, of the other mode, newer than
        this program, not a ledger, damaged, or not to be written.
        """
        engine, ledger_id = database.open_existing(url, mode)
        return cls(engine, mode, ledger_id)

    @staticmethod
    def stamp(url: str) -> Mode | None:
        """The mode of the ledger at this address; None where there is none. Changes nothing.

        Raises LedgerError when the database cannot be reached.
        """
        return database.stamp(url)
