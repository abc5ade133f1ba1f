"""Holds of every kind: what passes, when they end, who ends them, and which approvals they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from bot.core.holds import lets_pass
from bot.core.model import LedgerError, Mode, Post, Receipt, State
from bot.ledger import (
    Hold,
    HoldKind,
    Ledger,
    NotClaimed,
    NotClaimedReason,
    Scope,
    ScopeKind,
)
from tests.factories import a_post, at
from tests.ledger.steps import claimed, everything, intended, nothing, planned, state

EVERYTHING = Scope.everything()


@pytest.fixture
def live(url: str) -> Iterator[Ledger]:
    made = Ledger.create(url, Mode.LIVE, now=at("00:00"))
    yield made
    made.close()


def held(
    ledger: Ledger,
    kind: HoldKind = HoldKind.HOLD,
    scope: Scope = EVERYTHING,
    *,
    now: datetime | None = None,
    until: datetime | None = None,
    routine: bool = False,
) -> Hold:
    """Put on hold at eight by Gold, for an incident."""
    now = now or at("08:00")
    return ledger.hold(
        scope, by="Gold", reason="incident", now=now, kind=kind, until=until, routine=routine
    )


def released(
    ledger: Ledger, scope: Scope = EVERYTHING, *, by: str = "Gold", now: datetime | None = None
) -> tuple[Hold, ...]:
    return ledger.release(scope, by=by, reason="over", now=now or at("08:30"))


def refusal(ledger: Ledger, post: Post) -> NotClaimed:
    found = ledger.claim(post.key, worker="w", now=post.due)
    assert isinstance(found, NotClaimed), found
    return found


def is_approved(ledger: Ledger, post: Post) -> bool:
    return ledger.is_approved(post.key, post.rendering.digest)


# --- what passes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "essential", "campaign", "run", "passes"),
    [
        (HoldKind.HOLD, "ACC Smith", "crisis", "say@20261116", False),
        (HoldKind.MOURNING, "ACC Smith", "awareness", "awareness@2026", True),
        (HoldKind.MOURNING, None, "crisis", "say@20261116", False),
        (HoldKind.CRISIS, None, "crisis", "crisis@2026", True),
        (HoldKind.CRISIS, None, "say", "say@20261116", True),
        (HoldKind.CRISIS, "ACC Smith", "awareness", "awareness@2026", False),
    ],
)
def test_what_a_kind_of_hold_lets_pass(
    kind: HoldKind, essential: str | None, campaign: str, run: str, passes: bool
) -> None:
    assert lets_pass(kind, essential=essential, campaign=campaign, run=run) is passes


def test_under_mourning_only_what_is_essential_leaves_and_its_events_say_so(
    ledger: Ledger,
) -> None:
    essential = a_post("d1.morning", essential="ACC Smith, 16 November 2026")
    other = a_post("d1.noon", force="dorset")
    planned(ledger, essential, other)

    held(ledger, HoldKind.MOURNING)

    intended(ledger, essential)
    assert refusal(ledger, other).reason is NotClaimedReason.HELD
    said = "Sent under mourning as essential: ACC Smith, 16 November 2026."
    events = ledger.events(key=essential.key)[-2:]
    assert [event.action for event in events] == ["claimed", "intended"]
    assert all(said in event.sentence for event in events)
    assert events[0].facts["essential"] == "ACC Smith, 16 November 2026"


def test_in_a_crisis_only_the_crisis_pack_leaves(ledger: Ledger) -> None:
    line = a_post(campaign="crisis", run="crisis@2026")
    other = a_post("d1.noon", force="dorset")
    planned(ledger, line, other)

    held(ledger, HoldKind.CRISIS)

    claimed(ledger, line)
    assert refusal(ledger, other).sentence == "Everything is on hold (crisis) by Gold: incident"


def test_mourning_placed_between_claim_and_intent_is_not_outrun(ledger: Ledger) -> None:
    post = a_post()
    claim = claimed(ledger, post)

    held(ledger, HoldKind.MOURNING, now=at("09:00:01"))

    found = ledger.intend(claim, payload_sha256="ab", now=at("09:00:02"))
    assert isinstance(found, NotClaimed)
    assert found.reason is NotClaimedReason.HELD


def test_what_passes_one_hold_is_still_stopped_by_another(ledger: Ledger) -> None:
    essential = a_post(essential="ACC Smith")
    planned(ledger, essential)
    held(ledger, HoldKind.MOURNING)

    held(ledger, HoldKind.HOLD, now=at("08:10"))

    assert refusal(ledger, essential).reason is NotClaimedReason.HELD


def test_what_was_due_under_mourning_is_missed_unless_it_is_essential(ledger: Ledger) -> None:
    essential, other = a_post("d1.morning", essential="ACC Smith"), a_post("d1.noon")
    planned(ledger, essential, other)
    held(ledger, HoldKind.MOURNING)

    ledger.sweep_late(now=at("09:01"))

    assert (state(ledger, essential), state(ledger, other)) == (State.PLANNED, State.MISSED)
    standing = ledger.post(essential.key)
    assert standing is not None
    assert standing.held_by is None


def test_a_mark_of_essential_is_taken_over_and_written_down_without_a_new_approval(
    ledger: Ledger,
) -> None:
    planned(ledger, a_post())

    marked = a_post(essential="ACC Smith")
    ledger.adopt([marked], everything, now=at("07:00"))

    standing = ledger.post(marked.key)
    assert standing is not None
    assert (standing.essential, standing.approved_by) == ("ACC Smith", "Ann")
    last = ledger.events(key=marked.key)[-1]
    assert last.sentence == "Marked as essential in the packs: ACC Smith."


# --- when it ends -----------------------------------------------------------------------------


def test_a_hold_whose_end_has_passed_holds_until_somebody_ends_it(ledger: Ledger) -> None:
    post = a_post()
    planned(ledger, post)
    held(ledger, until=at("08:30"), routine=True)

    assert refusal(ledger, post).reason is NotClaimedReason.HELD


def test_the_clock_ends_a_hold_and_what_was_due_under_it_is_missed(ledger: Ledger) -> None:
    under, after = a_post("d1.morning", due=at("09:00")), a_post("d1.noon", due=at("12:00"))
    planned(ledger, under, after)
    held(ledger, until=at("09:30"), routine=True)
    assert ledger.end_holds(now=at("09:29")) == ()

    (ended,) = ledger.end_holds(now=at("09:31"))

    assert ledger.holds() == ()
    ledger.sweep_late(now=at("09:31"))
    assert state(ledger, under) is State.MISSED
    claimed(ledger, after)
    event = next(one for one in ledger.events() if one.action == "released")
    assert (event.by, event.facts["hold"]) == ("the clock", ended.id)
    assert "its end, 2026-11-16 09:30 UTC, had come" in event.sentence


def test_a_hold_cannot_end_before_it_begins(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="has passed"):
        held(ledger, until=at("07:59"))

    assert ledger.holds() == ()


@pytest.mark.parametrize(
    ("kind", "until", "routine"),
    [
        (HoldKind.MOURNING, None, False),
        (HoldKind.HOLD, at("09:00"), False),
        (HoldKind.HOLD, None, True),
    ],
    ids=["lets more pass", "ends sooner", "spares approvals"],
)
def test_a_hold_that_does_less_never_stands_in_for_one_that_does_more(
    ledger: Ledger, kind: HoldKind, until: datetime | None, routine: bool
) -> None:
    less = held(ledger, kind, until=until, routine=routine)

    more = held(ledger, now=at("08:01"))

    assert ledger.holds() == (less, more)
    assert held(ledger, now=at("08:02")) == more


# --- which approvals it costs -----------------------------------------------------------------


def test_the_end_of_a_hold_takes_the_approvals_given_before_it(ledger: Ledger) -> None:
    before, within = a_post("d1.noon", due=at("12:00")), a_post("d1.evening", due=at("17:00"))
    elsewhere = a_post("d1.noon", force="dorset", due=at("12:00"))
    planned(ledger, before, elsewhere)
    hold = held(ledger, scope=Scope.force("kent"))
    planned(ledger, within, now=at("08:10"))
    assert is_approved(ledger, before)

    released(ledger, Scope.force("kent"))

    posts = (before, within, elsewhere)
    assert [is_approved(ledger, post) for post in posts] == [False, True, True]
    lost = ledger.events(key=before.key)[-1]
    assert (lost.action, lost.facts["hold"]) == ("approval-lost", hold.id)
    assert "Ann approved it before force kent was put on hold by Gold: incident" in lost.sentence
    assert isinstance(ledger.verify(), int)


def test_the_clock_takes_them_too(ledger: Ledger) -> None:
    post = a_post(due=at("12:00"))
    planned(ledger, post)
    held(ledger, until=at("08:30"))

    ledger.end_holds(now=at("08:31"))

    assert not is_approved(ledger, post)


def test_a_routine_hold_takes_none(ledger: Ledger) -> None:
    post = a_post(due=at("12:00"))
    planned(ledger, post)
    held(ledger, routine=True)

    released(ledger)

    assert is_approved(ledger, post)
    assert ledger.lost_by_release() == ()


@pytest.mark.parametrize(
    ("scope", "is_lost"),
    [
        (EVERYTHING, True),
        (Scope.account("kent-x"), True),
        (Scope.account("dorset-x"), False),
        (Scope.force("kent"), True),
        (Scope.force("dorset"), False),
        (Scope.campaign("ct-awareness-week"), True),
        (Scope.campaign("another"), False),
        (Scope.theme("day-5"), True),
    ],
    ids=str,
)
def test_an_approval_of_a_post_still_to_be_planned_is_lost_where_it_may_be_in_the_scope(
    ledger: Ledger, scope: Scope, is_lost: bool
) -> None:
    later = a_post("d5.morning", theme="day-5", due=at("09:00", day=5))
    planned(ledger, a_post())
    ledger.approve([(later.key, later.rendering.digest)], by="Ann", now=at("06:00"))
    held(ledger, scope=scope)

    released(ledger, scope)

    assert is_approved(ledger, later) is not is_lost


def test_what_the_end_of_a_hold_took_can_be_reaffirmed_while_it_is_the_same(
    ledger: Ledger,
) -> None:
    same, edited = a_post("d1.noon", due=at("12:00")), a_post("d1.evening", due=at("17:00"))
    never = a_post("d2.morning", due=at("09:00", day=2))
    planned(ledger, same, edited)
    ledger.adopt([never], nothing, now=at("06:00"))
    held(ledger)
    released(ledger)
    changed = a_post("d1.evening", due=at("17:00"), text="Other words.")
    ledger.adopt([same, changed, never], nothing, now=at("08:40"))

    assert [one.key for one in ledger.lost_by_release()] == [same.key]

    ledger.approve([(same.key, same.rendering.digest)], by="Bob", now=at("08:41"))
    assert ledger.lost_by_release() == ()


def test_what_a_rule_had_approved_is_not_for_a_person_to_reaffirm(ledger: Ledger) -> None:
    post = a_post(due=at("12:00"))
    ledger.adopt([post], nothing, now=at("06:00"))
    pair = (post.key, post.rendering.digest)
    ledger.approve([pair], by="the dry run", now=at("06:00"), automatic=True)
    held(ledger)

    released(ledger)

    assert not is_approved(ledger, post)
    assert ledger.lost_by_release() == ()
    assert ledger.approve([pair], by="the dry run", now=at("08:31"), automatic=True) == 1


# --- who ends it ------------------------------------------------------------------------------


def test_a_live_hold_on_everything_takes_two_people(live: Ledger) -> None:
    held(live)

    (asked,) = released(live, by="Ann")
    assert (asked.released_at, asked.asked_by) == (None, "Ann")
    assert live.holds() == (asked,)

    (ended,) = released(live, by="Bob", now=at("10:30"))
    assert (ended.released_at, ended.released_by) == (at("10:30"), "Ann and Bob")
    assert [event.action for event in live.events()] == ["held", "release-asked", "released"]


def test_a_second_word_by_a_clock_that_is_behind_is_the_second(live: Ledger) -> None:
    held(live)
    released(live, by="Ann")

    (ended,) = released(live, by="Bob", now=at("08:29:58"))

    assert ended.released_by == "Ann and Bob"


def test_the_same_person_twice_is_one_person(live: Ledger) -> None:
    held(live)
    released(live, by="Ann Smith")

    (again,) = released(live, by=" ann  SMITH ", now=at("08:40"))

    assert (again.released_at, again.asked_at) == (None, at("08:30"))
    assert [event.action for event in live.events()][1:] == ["release-asked", "release-asked"]


def test_a_first_word_stands_for_two_hours(live: Ledger) -> None:
    held(live)
    released(live, by="Ann")

    (late,) = released(live, by="Bob", now=at("10:30:01"))

    assert (late.released_at, late.asked_by) == (None, "Bob")


def test_a_hold_placed_between_the_two_words_stands(live: Ledger) -> None:
    held(live, HoldKind.MOURNING)
    released(live, by="Ann")
    second = held(live, now=at("08:35"))

    released(live, by="Bob", now=at("08:40"))

    assert [(one.id, one.asked_by) for one in live.holds()] == [(second.id, "Bob")]


@pytest.mark.parametrize("scope", [EVERYTHING, Scope.force("kent")], ids=str)
def test_one_person_is_enough_for_a_part_or_where_it_was_settled_so(
    live: Ledger, scope: Scope
) -> None:
    held(live, scope=scope)
    takes_two = scope.kind is not ScopeKind.EVERYTHING

    live.release(scope, by="Ann", reason="over", now=at("08:30"), takes_two=takes_two)

    assert live.holds() == ()


def test_a_release_can_end_one_kind_only(ledger: Ledger) -> None:
    held(ledger, HoldKind.MOURNING)
    stands = held(ledger, HoldKind.HOLD)

    ledger.release(EVERYTHING, by="Ann", reason="over", now=at("08:30"), kind=HoldKind.MOURNING)

    assert ledger.holds() == (stands,)


# --- holds that cannot be read ----------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE hold SET lets_pass = 'nobody knows'",
        "UPDATE hold SET kind = 'nobody knows'",
        "ALTER TABLE hold RENAME TO lost",
    ],
)
def test_while_holds_cannot_be_read_nothing_is_sent_and_nothing_is_missed(
    ledger: Ledger, behind: Callable[[str], int], damage: str
) -> None:
    post, other = a_post(), a_post(force="dorset")
    planned(ledger, post, other)
    claim = claimed(ledger, other)
    held(ledger, scope=Scope.force("essex"), now=at("08:30"))
    behind(damage)

    with pytest.raises(LedgerError):
        ledger.claim(post.key, worker="w", now=at("09:00"))
    with pytest.raises(LedgerError):
        ledger.intend(claim, payload_sha256="ab", now=at("09:00"))
    with pytest.raises(LedgerError):
        ledger.sweep_late(now=at("09:30"))

    behind("ALTER TABLE lost RENAME TO hold") if "RENAME" in damage else behind("DELETE FROM hold")
    assert (state(ledger, post), state(ledger, other)) == (State.PLANNED, State.SENDING)
    assert ledger.attempts(other.key) == ()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_row_of_a_hold_that_is_garbage_stops_everything(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    post = a_post()
    planned(ledger, post)
    held(ledger, scope=Scope.force("essex"))
    behind("UPDATE hold SET at = 'yesterday'")

    with pytest.raises(LedgerError, match="cannot be read, so nothing is sent"):
        ledger.claim(post.key, worker="w", now=at("09:00"))


# --- what is public ---------------------------------------------------------------------------


def test_what_was_published_lately_is_listed_within_a_scope_the_newest_first(
    ledger: Ledger,
) -> None:
    first, second = a_post("d1.morning"), a_post("d1.noon", due=at("12:00"))
    dorset = a_post(force="dorset", due=at("12:00"))
    for number, post in enumerate((first, second, dorset)):
        ledger.record(intended(ledger, post), Receipt(str(number)), now=post.due)

    found = ledger.published_since(at("09:00"), Scope.force("kent"))

    assert [one.key for one in found] == [second.key, first.key]
    assert [one.key for one in ledger.published_since(at("09:01"))] == [dorset.key, second.key]
