"""What was missed, and what people decide about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.model import LedgerError, Pick, Post, Receipt, State, Unknown
from bot.ledger import Ledger, TimelinePost
from tests.factories import a_post, a_rendering, at
from tests.ledger.steps import everything, intended, nothing, planned, state


def missed(ledger: Ledger, *posts: Post) -> None:
    """Adopted, approved, and slept over."""
    planned(ledger, *posts)
    ledger.sweep_late(now=at("12:00"))


def at_another_time(post: Post, due: datetime, text: str | None = None) -> Post:
    rendering = a_rendering(text or post.rendering.text, account=post.key.account, due=due)
    return replace(post, rendering=rendering)


def given(ledger: Ledger, post: Post, due: datetime) -> Post:
    """Missed, and given another time by Ann."""
    missed(ledger, post)
    again = at_another_time(post, due)
    assert ledger.give_times([again], by="Ann", now=at("12:00")) == (post.key,)
    return again


def test_what_was_missed_waits_in_the_order_of_its_time(ledger: Ledger) -> None:
    late, early = a_post("d1.evening", due=at("10:00")), a_post("d1.morning", due=at("09:00"))
    missed(ledger, late, early)

    assert [one.key for one in ledger.missed()] == [early.key, late.key]
    assert [one.key for one in ledger.missed(since=at("09:30"))] == [late.key]


def test_a_post_given_a_new_time_is_planned_then_and_not_approved(ledger: Ledger) -> None:
    again = given(ledger, a_post(), at("15:00"))

    standing = ledger.post(again.key)
    assert standing is not None
    assert (standing.state, standing.due, standing.approved_by) == (
        State.PLANNED, at("15:00"), None,
    )  # fmt: skip
    assert ledger.due(now=at("14:59")) == ()
    assert ledger.due(now=at("15:00")) == (again.key,)
    assert ledger.missed() == ()
    assert isinstance(ledger.verify(), int)


def test_a_time_that_has_passed_is_not_given(ledger: Ledger) -> None:
    post = a_post()
    missed(ledger, post)

    with pytest.raises(LedgerError, match="has passed"):
        ledger.give_times([at_another_time(post, at("12:00"))], by="Ann", now=at("12:00"))

    assert state(ledger, post) is State.MISSED


def test_only_what_was_missed_is_given_a_time(ledger: Ledger) -> None:
    post = a_post(due=at("13:00"))
    planned(ledger, post)

    again = at_another_time(post, at("15:00"))

    assert ledger.give_times([again], by="Ann", now=at("12:00")) == ()
    assert ledger.is_approved(post.key, post.rendering.digest)


def test_a_plan_leaves_the_time_a_person_gave(ledger: Ledger) -> None:
    post = a_post()
    again = given(ledger, post, at("15:00"))
    ledger.approve([(again.key, again.rendering.digest)], by="Ann", now=at("12:00"))

    first = ledger.adopt([post], everything, now=at("12:01"))  # the packs' own time
    second = ledger.adopt([], everything, now=at("12:02"))  # a day that is planned no more
    third = ledger.adopt([a_post(due=at("18:00"))], nothing, now=at("12:03"))

    assert first.kept == second.kept == third.kept == (post.key,)
    assert ledger.due(now=at("15:00")) == (post.key,)
    assert ledger.is_approved(again.key, again.rendering.digest)


def test_new_words_at_the_time_a_person_gave_are_taken_and_lose_the_approval(
    ledger: Ledger,
) -> None:
    again = given(ledger, a_post(), at("15:00"))
    ledger.approve([(again.key, again.rendering.digest)], by="Ann", now=at("12:00"))
    edited = at_another_time(again, at("15:00"), "The level has changed.")

    assert ledger.adopt([edited], everything, now=at("12:01")).changed == (again.key,)

    assert not ledger.is_approved(again.key, edited.rendering.digest)


def test_words_that_no_pack_holds_any_more_are_withdrawn_whatever_their_time(
    ledger: Ledger,
) -> None:
    again = given(ledger, a_post(), at("15:00"))

    ledger.adopt([], everything, now=at("12:01"), gone=[again.key])

    assert state(ledger, again) is State.WITHDRAWN


def test_the_message_of_a_post_given_its_time_stays_in_its_place(ledger: Ledger) -> None:
    again = given(ledger, a_post(message="act"), at("15:00"))

    assert ledger.picks()[again.key] == Pick("act", "a")


def test_what_may_be_public_is_not_offered(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:01"))

    assert ledger.missed() == ()
    assert ledger.give_times([at_another_time(post, at("15:00"))], by="A", now=at("12:00")) == ()
    assert ledger.drop([post.key], by="Ann", reason="old", now=at("12:00")) == ()


def test_a_post_dropped_stays_dropped(ledger: Ledger) -> None:
    post = a_post()
    missed(ledger, post)

    assert ledger.drop([post.key], by="Ann", reason="out of date", now=at("12:00")) == (post.key,)
    ledger.adopt([at_another_time(post, at("18:00"))], everything, now=at("12:01"))

    assert state(ledger, post) is State.DROPPED
    assert ledger.drop([post.key], by="Ann", reason="again", now=at("12:02")) == ()


def test_a_post_moved_by_days_is_known_again_on_the_page_of_its_first_day(ledger: Ledger) -> None:
    """It went out under a ledger that was lost; this one was restored, and missed it."""
    again = given(ledger, a_post(), at("15:00", day=4))
    stood = TimelinePost("77", again.rendering.text, at("09:01"))
    ledger.note_timeline("kent-x", [stood], now=at("15:00", day=4))

    found = ledger.standing("kent-x", again.rendering)

    assert found is not None
    assert found.remote_id == "77"


def test_a_post_that_went_out_long_before_is_another(ledger: Ledger) -> None:
    post = a_post(due=at("09:00", day=4))
    planned(ledger, post)
    earlier = TimelinePost("77", post.rendering.text, at("09:00"))
    ledger.note_timeline("kent-x", [earlier], now=at("09:00", day=4))

    assert ledger.standing("kent-x", post.rendering) is None


def test_a_post_published_after_a_move_is_whole_in_the_history(ledger: Ledger) -> None:
    again = given(ledger, a_post(), at("15:00"))
    ledger.approve([(again.key, again.rendering.digest)], by="Ann", now=at("12:00"))

    ledger.record(intended(ledger, again), Receipt("1"), now=at("15:01"))

    assert state(ledger, again) is State.PUBLISHED
    assert isinstance(ledger.verify(), int)
