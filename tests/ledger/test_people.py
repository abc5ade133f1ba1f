"""Approvals, previews, holds, and settling what is unknown."""

from __future__ import annotations

import pytest

from bot.core.model import LedgerError, Receipt, State, Unknown
from bot.ledger import Ledger, NotClaimed, NotClaimedReason, Phase, Scope, ScopeKind
from tests.factories import a_post, at
from tests.ledger.steps import claimed, intended, planned, state, why


def test_an_approval_names_who_when_and_why(ledger: Ledger) -> None:
    post = a_post()

    added = ledger.approve(
        [(post.key, post.rendering.digest)],
        by="national",
        now=at("06:00"),
        automatic=True,
        basis="not edited locally",
    )

    (approval,) = ledger.approvals()
    assert added == 1
    assert (approval.key, approval.by, approval.at) == (post.key, "national", at("06:00"))
    assert (approval.automatic, approval.basis) == (True, "not edited locally")


def test_approving_again_adds_nothing(ledger: Ledger) -> None:
    post = a_post()
    pair = (post.key, post.rendering.digest)
    ledger.approve([pair], by="Ann", now=at("06:00"))

    assert ledger.approve([pair, pair], by="Bob", now=at("07:00")) == 0
    assert [approval.by for approval in ledger.approvals()] == ["Ann"]


def test_an_approval_is_of_one_rendering_in_one_place(ledger: Ledger) -> None:
    one, other = a_post("d1.morning"), a_post("d1.evening")
    ledger.approve([(one.key, one.rendering.digest)], by="Ann", now=at("06:00"))

    assert ledger.is_approved(one.key, one.rendering.digest)
    assert not ledger.is_approved(one.key, other.rendering.digest)
    assert not ledger.is_approved(other.key, one.rendering.digest)


def test_a_preview_is_found_by_its_code(ledger: Ledger) -> None:
    post = a_post()
    ledger.remember_preview("7KQ2", [(post.key, post.rendering.digest)], now=at("06:00"))

    assert ledger.preview("7KQ2") == ((post.key, post.rendering.digest),)
    assert ledger.preview("XXXX") is None


@pytest.mark.parametrize(
    "scope",
    [
        Scope.everything(),
        Scope.region("south-east"),
        Scope.force("kent"),
        Scope.account("kent-x"),
        Scope.platform("x"),
        Scope.campaign("ct-awareness-week"),
        Scope.theme("day-1"),
    ],
    ids=str,
)
def test_a_post_under_hold_is_not_claimed(ledger: Ledger, scope: Scope) -> None:
    post = a_post()
    planned(ledger, post)

    ledger.hold(scope, by="gold", reason="major incident", now=at("08:00"))

    refusal = ledger.claim(post.key, worker="w", now=at("09:00"))
    assert isinstance(refusal, NotClaimed)
    assert refusal.reason is NotClaimedReason.HELD
    assert "gold" in refusal.sentence
    assert "major incident" in refusal.sentence


@pytest.mark.parametrize("kind", [kind for kind in ScopeKind if kind is not ScopeKind.EVERYTHING])
def test_a_hold_on_another_leaves_the_post_alone(ledger: Ledger, kind: ScopeKind) -> None:
    ledger.hold(Scope(kind, "another"), by="gold", reason="", now=at("08:00"))

    claimed(ledger, a_post())


def test_a_hold_between_claim_and_intent_is_not_outrun(ledger: Ledger) -> None:
    post = a_post()
    claim = claimed(ledger, post)

    ledger.hold(Scope.force("kent"), by="gold", reason="incident", now=at("09:00:01"))

    refusal = ledger.intend(claim, payload_sha256="ab", now=at("09:00:02"))
    assert isinstance(refusal, NotClaimed)
    assert refusal.reason is NotClaimedReason.HELD
    assert ledger.attempts(post.key) == ()


def test_a_hold_names_what_may_still_leave(ledger: Ledger) -> None:
    preparing, past = a_post(force="kent"), a_post(force="dorset")
    claimed(ledger, preparing)
    intended(ledger, past)

    ledger.hold(Scope.everything(), by="gold", reason="incident", now=at("09:00:01"))

    assert {one.key: one.phase for one in ledger.in_flight()} == {
        preparing.key: Phase.PREPARE,
        past.key: Phase.INTENT,
    }
    assert [one.key for one in ledger.in_flight(Scope.force("dorset"))] == [past.key]


def test_what_was_due_under_a_hold_is_missed_and_not_caught_up_with(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"))
    planned(ledger, post)
    ledger.hold(Scope.everything(), by="gold", reason="silence", now=at("08:59"))
    ledger.release(Scope.everything(), by="gold", reason="over", now=at("09:02"))

    refusal = ledger.claim(post.key, worker="w", now=at("09:03"))
    missed = ledger.sweep_late(now=at("09:03"))

    assert isinstance(refusal, NotClaimed)
    assert refusal.reason is NotClaimedReason.HELD
    assert missed == (post.key,)
    assert why(ledger, post) == "Everything was on hold by gold: silence"


def test_what_was_put_on_hold_while_it_waited_is_missed(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"))
    planned(ledger, post)

    ledger.hold(Scope.everything(), by="gold", reason="incident", now=at("09:01"))

    assert ledger.sweep_late(now=at("09:01")) == (post.key,)


def test_a_hold_released_before_the_post_was_due_does_not_touch_it(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"))
    planned(ledger, post)
    ledger.hold(Scope.everything(), by="gold", reason="silence", now=at("08:00"), routine=True)
    ledger.release(Scope.everything(), by="gold", reason="over", now=at("08:30"))

    assert ledger.sweep_late(now=at("09:00")) == ()
    claimed(ledger, post)


def test_holding_twice_is_one_hold(ledger: Ledger) -> None:
    first = ledger.hold(Scope.force("kent"), by="gold", reason="a", now=at("08:00"))
    second = ledger.hold(Scope.force("kent"), by="silver", reason="b", now=at("08:01"))

    assert second == first
    assert ledger.holds() == (first,)


def test_a_release_ends_its_own_scope_only(ledger: Ledger) -> None:
    everything = ledger.hold(Scope.everything(), by="gold", reason="a", now=at("08:00"))
    kent = ledger.hold(Scope.force("kent"), by="kent", reason="b", now=at("08:01"))

    (released,) = ledger.release(Scope.everything(), by="gold", reason="over", now=at("08:30"))

    assert (released.id, released.released_by) == (everything.id, "gold")
    assert ledger.holds() == (kent,)
    assert ledger.release(Scope.everything(), by="gold", reason="again", now=at("08:31")) == ()


def test_a_hold_is_explained_afterwards(ledger: Ledger) -> None:
    hold = ledger.hold(Scope.everything(), by="desk", reason="", now=at("08:00"))

    ledger.explain_hold(hold.id, by="Ann", reason="incident in Dover", now=at("08:05"))

    (standing,) = ledger.holds()
    assert (standing.by, standing.reason) == ("Ann", "incident in Dover")
    with pytest.raises(LedgerError):
        ledger.explain_hold(99, by="Ann", reason="", now=at("08:06"))


def test_a_scope_has_a_name_unless_it_is_everything() -> None:
    with pytest.raises(ValueError):
        Scope(ScopeKind.FORCE)
    with pytest.raises(ValueError):
        Scope(ScopeKind.EVERYTHING, "kent")


def test_a_person_says_an_unknown_post_was_published(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:01"))

    address = "https://x.com/kent_police/status/1234?s=20"
    assert ledger.settle(post.key, published=address, by="Ann", now=at("09:30")) is State.PUBLISHED

    standing = ledger.post(post.key)
    assert standing is not None
    assert (standing.remote_id, standing.remote_url) == ("1234", address)


def test_a_person_says_an_unknown_post_was_not_published(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:01"))

    ledger.settle(post.key, published=None, by="Ann", now=at("09:30"))

    assert state(ledger, post) is State.MISSED


def test_a_post_taken_down_by_hand_stays_published_and_says_when(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Receipt("1234"), now=at("09:01"))

    ledger.mark_removed(post.key, by="Ann", now=at("09:30"))

    standing = ledger.post(post.key)
    assert standing is not None
    assert (standing.state, standing.removed_at) == (State.PUBLISHED, at("09:30"))
    assert ledger.removed_since(at("09:30")) == (standing,)
    last = ledger.events()[-1]
    assert (last.action, last.by, last.key) == ("removed", "Ann", post.key)
    assert isinstance(ledger.verify(), int)


def test_only_what_is_published_and_still_there_can_be_taken_down(ledger: Ledger) -> None:
    waiting, out = a_post("d1.noon"), a_post("d1.morning")
    planned(ledger, waiting)
    ledger.record(intended(ledger, out), Receipt("1234"), now=at("09:01"))
    ledger.mark_removed(out.key, by="Ann", now=at("09:30"))

    with pytest.raises(LedgerError, match="planned, not published"):
        ledger.mark_removed(waiting.key, by="Ann", now=at("09:31"))
    with pytest.raises(LedgerError, match="taken down already"):
        ledger.mark_removed(out.key, by="Bob", now=at("09:31"))


def test_an_id_recorded_elsewhere_does_not_settle_a_post(ledger: Ledger) -> None:
    other, post = a_post("d1.morning"), a_post("d1.noon")
    ledger.record(intended(ledger, other), Receipt("1234"), now=at("09:01"))
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:01"))

    with pytest.raises(LedgerError, match="recorded as"):
        ledger.settle(post.key, published="1234", by="Ann", now=at("09:30"))

    assert state(ledger, post) is State.UNKNOWN


def test_only_what_is_unknown_can_be_settled(ledger: Ledger) -> None:
    post = a_post()
    planned(ledger, post)

    with pytest.raises(LedgerError, match="planned, not unknown"):
        ledger.settle(post.key, published="1234", by="Ann", now=at("09:30"))
