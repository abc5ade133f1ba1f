"""A recall: nothing more of a message leaves, whatever a plan could judge."""

from __future__ import annotations

from bot.core.model import Receipt, State
from bot.ledger import Ledger, NotClaimed
from tests.factories import a_post, at
from tests.ledger.steps import claimed, intended, nothing, planned, state, why

WRONG = {("ct-awareness-week", "act"): "the figure is wrong"}


def test_what_waits_is_withdrawn_and_loses_its_approval(ledger: Ledger) -> None:
    post, other = a_post("d1.a"), a_post("d1.b", message="tell")
    planned(ledger, post, other)

    stopped = ledger.recall(WRONG, by="Gold", now=at("07:00"))

    assert stopped == (post.key,)
    assert (state(ledger, post), state(ledger, other)) == (State.WITHDRAWN, State.PLANNED)
    assert why(ledger, post) == "Recalled: the figure is wrong."
    assert [one.key for one in ledger.approvals()] == [other.key]
    assert ledger.verify() == len(ledger.events())


def test_what_is_being_made_ready_cannot_leave_any_more(ledger: Ledger) -> None:
    post = a_post()
    claim = claimed(ledger, post)

    ledger.recall(WRONG, by="Gold", now=at("09:00:01"))

    refused = ledger.intend(claim, payload_sha256="0" * 64, now=at("09:00:02"))
    assert isinstance(refused, NotClaimed)
    assert state(ledger, post) is State.DROPPED


def test_what_was_missed_is_dropped(ledger: Ledger) -> None:
    post = a_post()
    ledger.adopt([post], nothing, now=at("10:00"))

    ledger.recall(WRONG, by="Gold", now=at("10:01"))

    assert state(ledger, post) is State.DROPPED
    assert ledger.missed() == ()


def test_what_is_public_or_on_its_way_is_named_until_it_is_taken_down(ledger: Ledger) -> None:
    public, flying = a_post("d1.a"), a_post("d1.b", force="dorset")
    receipt = Receipt("5", url="https://x.com/kent/status/5")
    ledger.record(intended(ledger, public), receipt, now=at("09:00:05"))
    intended(ledger, flying)

    ledger.recall(WRONG, by="Gold", now=at("09:01"))
    before = ledger.copies(WRONG)
    ledger.mark_removed(public.key, by="Ann", now=at("09:10"))

    assert {one.key: one.remote_url for one in before} == {
        public.key: "https://x.com/kent/status/5",
        flying.key: None,
    }
    assert [one.key for one in ledger.copies(WRONG)] == [flying.key]


def test_a_recall_of_nothing_changes_nothing(ledger: Ledger) -> None:
    planned(ledger, a_post())
    before = ledger.head()

    assert ledger.recall({}, by="bot", now=at("07:00")) == ()
    assert ledger.recall({("other", "act"): "why"}, by="bot", now=at("07:00")) == ()
    assert ledger.copies([]) == ()
    assert ledger.head() == before
