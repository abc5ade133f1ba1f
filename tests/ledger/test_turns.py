"""Welsh and English of a place in the ledger: neither is released without the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import Language, Post, Receipt, Refused, State
from bot.core.turns import WAITS
from bot.ledger import Claim, HoldKind, Ledger, NotClaimed, Scope
from tests.factories import a_post, at
from tests.ledger.steps import intended, nothing, state, why

CY, EN = Language.CY, Language.EN


def a_pair(*, english_from: str = "gwent-x", slot: str = "d1.morning") -> tuple[Post, Post]:
    """The Welsh post of Gwent's place, and the English one that waits for it."""
    welsh = a_post(slot, force="gwent", account="gwent-x", language=CY, due=at("09:00"))
    english = a_post(slot, force="gwent", account=english_from, language=EN, due=at("09:00"))
    grace = english.grace_seconds + int(WAITS.total_seconds())
    return welsh, replace(english, waits_for=welsh.key, grace_seconds=grace)


def planned(ledger: Ledger, *posts: Post, approved: tuple[Post, ...] | None = None) -> None:
    ledger.adopt(posts, nothing, now=at("06:00"))
    ledger.note_timeline(posts[0].key.account, [], now=at("08:59"))
    ledger.note_timeline(posts[-1].key.account, [], now=at("08:59"))
    pairs = [(one.key, one.rendering.digest) for one in (posts if approved is None else approved)]
    ledger.approve(pairs, by="A. Smith", now=at("07:00"))


def refusal(ledger: Ledger, post: Post, now: str = "09:00") -> str:
    answer = ledger.claim(post.key, worker="w", now=at(now))
    return answer.sentence if isinstance(answer, NotClaimed) else ""


@pytest.mark.parametrize("account", ["gwent-x", "gwent-english-x"])
def test_english_is_claimed_once_the_welsh_has_its_receipt(ledger: Ledger, account: str) -> None:
    welsh, english = a_pair(english_from=account)
    planned(ledger, welsh, english)

    before = refusal(ledger, english)
    claim = intended(ledger, welsh)
    ledger.record(claim, Receipt("7"), now=at("09:01"))
    after = ledger.claim(english.key, worker="w", now=at("09:01"))

    assert before == f"It waits for {welsh.key}, which is planned."
    assert isinstance(after, Claim)


def test_welsh_refused_means_that_english_is_missed_at_once(ledger: Ledger) -> None:
    welsh, english = a_pair()
    planned(ledger, welsh, english)
    ledger.record(intended(ledger, welsh), Refused("Too long."), now=at("09:01"))

    assert ledger.sweep_late(now=at("09:02")) == (english.key,)

    assert why(ledger, english) == f"It waits for {welsh.key}, which is refused."
    assert state(ledger, english) is State.MISSED


def test_welsh_missed_or_dropped_takes_the_english_with_it(ledger: Ledger) -> None:
    welsh, english = a_pair()
    planned(ledger, welsh, english)
    ledger.miss({welsh.key: "Its line was down."}, by="bot", now=at("09:01"))
    ledger.drop([welsh.key], by="Gold", reason="out of date", now=at("09:02"))

    ledger.sweep_late(now=at("09:03"))

    assert why(ledger, english) == f"It waits for {welsh.key}, which is dropped."


def test_one_sweep_misses_the_whole_place_when_its_welsh_is_late(ledger: Ledger) -> None:
    welsh, english = a_pair()
    planned(ledger, welsh, english)

    assert set(ledger.sweep_late(now=at("09:21"))) == {welsh.key, english.key}

    assert why(ledger, english) == f"It waits for {welsh.key}, which is missed."


def test_welsh_taken_down_means_that_english_is_missed(ledger: Ledger) -> None:
    welsh, english = a_pair()
    planned(ledger, welsh, english)
    ledger.record(intended(ledger, welsh), Receipt("7"), now=at("09:01"))
    ledger.mark_removed(welsh.key, by="A. Smith", now=at("09:02"))

    ledger.sweep_late(now=at("09:03"))

    assert why(ledger, english) == f"It waits for {welsh.key}, which was taken down."


def test_welsh_does_not_leave_while_nobody_has_approved_its_english(ledger: Ledger) -> None:
    welsh, english = a_pair()
    planned(ledger, welsh, english, approved=(welsh,))
    alone = f"It goes out with {english.key} or not at all, which nobody has approved."

    assert refusal(ledger, welsh) == alone

    ledger.sweep_late(now=at("09:21"))
    assert (state(ledger, welsh), why(ledger, welsh)) == (State.MISSED, alone)


def test_welsh_does_not_leave_while_the_account_of_its_english_is_on_hold(ledger: Ledger) -> None:
    welsh, english = a_pair(english_from="gwent-english-x")
    planned(ledger, welsh, english)
    ledger.hold(
        Scope.account("gwent-english-x"),
        by="Gold",
        reason="incident",
        now=at("08:00"),
        kind=HoldKind.HOLD,
    )

    said = refusal(ledger, welsh)

    assert said.startswith(f"It goes out with {english.key} or not at all.")
    assert said.endswith("is on hold by Gold: incident")


def test_welsh_does_not_leave_when_its_english_was_dropped(ledger: Ledger) -> None:
    welsh, english = a_pair()
    planned(ledger, welsh, english)
    ledger.miss({english.key: "Its line was down."}, by="bot", now=at("08:00"))

    assert "or not at all, which is missed." in refusal(ledger, welsh)


def test_welsh_of_another_place_at_the_same_time_leaves(ledger: Ledger) -> None:
    welsh, english = a_pair()
    other, _ = a_pair(slot="d1.other")
    planned(ledger, welsh, english, other, approved=(welsh, other))

    assert refusal(ledger, other) == ""
