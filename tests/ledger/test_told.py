"""What staff were told stands in the history, and is found again."""

from __future__ import annotations

from bot.ledger import Ledger, Scope
from tests.factories import at


def test_a_new_ledger_knows_of_nobody_who_was_told(ledger: Ledger) -> None:
    assert ledger.told() is None


def test_what_was_told_last_is_remembered_and_bound_into_the_history(ledger: Ledger) -> None:
    ledger.note_told("Staff were told.", {"upto": 3}, now=at("09:00"))
    ledger.note_told("Staff were told.", {"upto": 5, "people": {}}, now=at("09:10"))
    ledger.hold(Scope.everything(), by="Gold", reason="", now=at("09:11"))

    assert ledger.told() == {"upto": 5, "people": {}}
    assert ledger.verify() == 3


def test_events_are_found_by_their_action_and_after_a_number(ledger: Ledger) -> None:
    ledger.hold(Scope.force("kent"), by="Gold", reason="", now=at("09:00"))
    ledger.note_told("Staff were told.", {}, now=at("09:01"))
    ledger.hold(Scope.force("gwent"), by="Gold", reason="", now=at("09:02"))
    ledger.release(Scope.force("kent"), by="Gold", reason="over", now=at("09:03"))

    found = ledger.events_of(("held", "released"), after=1)

    assert [(one.seq, one.action) for one in found] == [(3, "held"), (4, "released")]
