"""What people say now, as the ledger knows it: on SQLite, and on PostgreSQL."""

from __future__ import annotations

import pytest

from bot.core.model import Post, Receipt, State
from bot.ledger import Ledger
from tests.factories import a_post, at
from tests.ledger.steps import everything, intended, nothing, planned, state, why

DAY_BEFORE = at("09:00", day=0)


def said(text: str, clock: str = "09:00", *, account: str = "kent-x", day: int = 1) -> Post:
    return a_post(
        f"t{day}-{clock.replace(':', '')}", text=text, due=at(clock, day=day), account=account
    )


@pytest.mark.parametrize("again", ["Keep clear.", "keep  CLEAR.", "\n Keep clear. "])
def test_the_same_words_are_found_however_they_are_typed(ledger: Ledger, again: str) -> None:
    first = said("Keep clear.", "08:00")
    ledger.record(intended(ledger, first), Receipt("1", "https://x.com/k/1"), now=at("08:00"))
    post = said(again)

    found = ledger.said_since([post], DAY_BEFORE)

    assert found[post.key].remote_url == "https://x.com/k/1"


def test_other_words_another_account_and_an_older_day_are_none(ledger: Ledger) -> None:
    planned(ledger, said("Keep clear.", "08:00", account="sussex-x"), said("Stay in.", "08:01"))
    old = said("Keep clear.", "07:00", day=-1)
    planned(ledger, old, now=at("06:00", day=-1))

    assert ledger.said_since([said("Keep clear.")], DAY_BEFORE) == {}


def test_a_post_taken_back_may_be_said_again(ledger: Ledger) -> None:
    first = said("Keep clear.", "08:00")
    planned(ledger, first)

    back = ledger.take_back([first.key], by="Ann", reason="held", now=at("08:01"))

    assert (back, state(ledger, first)) == ((first.key,), State.DROPPED)
    assert ledger.said_since([said("Keep clear.")], DAY_BEFORE) == {}


def test_what_is_being_sent_is_not_taken_back(ledger: Ledger) -> None:
    post = said("Keep clear.")
    intended(ledger, post)

    assert ledger.take_back([post.key], by="Ann", reason="held", now=at("09:01")) == ()
    assert state(ledger, post) is State.SENDING


def test_a_post_is_missed_for_its_own_reason_where_it_still_waits(ledger: Ledger) -> None:
    waits, sent = a_post("d1.morning"), a_post("d1.evening", account="sussex-x")
    planned(ledger, waits, sent)
    intended(ledger, sent)
    reasons = {waits.key: "A silence.", sent.key: "A silence."}

    assert ledger.miss(reasons, by="bot", now=at("09:01")) == (waits.key,)
    assert (state(ledger, waits), why(ledger, waits)) == (State.MISSED, "A silence.")
    assert state(ledger, sent) is State.SENDING


def test_taking_back_and_missing_leave_the_history_whole(ledger: Ledger) -> None:
    one, other = a_post("d1.morning"), a_post("d1.evening")
    planned(ledger, one, other)

    ledger.take_back([one.key], by="Ann", reason="held", now=at("08:01"))
    ledger.miss({other.key: "A silence."}, by="bot", now=at("09:01"))

    assert isinstance(ledger.verify(), int)
    assert ledger.adopt([], everything, now=at("10:00")).gone == ()
    assert ledger.adopt([], nothing, now=at("10:00")).gone == ()
