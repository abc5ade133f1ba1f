"""What a platform takes in how long: counted here, and heard from the platform."""

from __future__ import annotations

from datetime import timedelta

from bot.core.model import NotSent, PlatformName, Post, Receipt, State
from bot.core.rates import RATES
from bot.ledger import Ledger, NotClaimed, NotClaimedReason
from tests.factories import a_post, at
from tests.ledger.steps import claimed, intended, planned, state

X = RATES[PlatformName.X]


def waits(ledger: Ledger, post: Post, now: str) -> bool:
    answer = ledger.claim(post.key, worker="w", now=at(now))
    return isinstance(answer, NotClaimed) and answer.reason is NotClaimedReason.WAITS


def test_every_platform_has_its_limit() -> None:
    assert RATES.keys() == set(PlatformName)


def test_an_account_waits_when_it_has_used_up_what_its_platform_takes(ledger: Ledger) -> None:
    first, *posts, last = (a_post(f"d1.s{number:03}") for number in range(X.posts + 1))
    planned(ledger, first, *posts, last)
    ledger.record(intended(ledger, first, now=at("09:00")), Receipt("1"), now=at("09:00"))
    for number, post in enumerate(posts, 2):
        done = Receipt(str(number))
        ledger.record(intended(ledger, post, now=at("09:05")), done, now=at("09:05"))

    assert waits(ledger, last, "09:10")
    assert not waits(ledger, a_dorset_post(ledger), "09:10")
    free = at("09:00") + X.within
    assert not isinstance(ledger.claim(last.key, worker="w", now=free), NotClaimed)


def test_an_attempt_that_was_refused_counts_too(ledger: Ledger) -> None:
    posts = [a_post(f"d1.s{number:03}") for number in range(X.posts + 1)]
    planned(ledger, *posts)
    for post in posts[:-1]:
        again = NotSent("X is away.", 3600.0)
        ledger.record(intended(ledger, post, now=at("09:00")), again, now=at("09:00"))

    assert waits(ledger, posts[-1], "09:10")


def test_an_account_rests_for_as_long_as_its_platform_says(ledger: Ledger) -> None:
    first, second = a_post("d1.a"), a_post("d1.b")
    planned(ledger, first, second)

    last = Receipt("5", rests_seconds=300.0)
    ledger.record(intended(ledger, first, now=at("09:00")), last, now=at("09:00"))

    assert waits(ledger, second, "09:04:59")
    assert not waits(ledger, a_dorset_post(ledger), "09:04:59")
    claimed(ledger, second, now=at("09:05"))


def test_the_newest_word_on_how_long_to_rest_counts(ledger: Ledger) -> None:
    first, second = a_post("d1.a"), a_post("d1.b")
    planned(ledger, first, second)
    for moment, seconds in (("09:00", 60.0), ("09:02", 300.0)):
        limited = NotSent("X takes no more for now.", 0.0, rests_seconds=seconds)
        ledger.record(intended(ledger, first, now=at(moment)), limited, now=at(moment))

    assert waits(ledger, second, "09:06")
    assert state(ledger, second) is State.PLANNED


def test_essential_posts_go_first(ledger: Ledger) -> None:
    early = a_post("d1.early", due=at("09:00"))
    essential = a_post("d1.late", due=at("09:05"), essential="ACC Smith")
    planned(ledger, early, essential)

    assert ledger.due(now=at("09:06")) == (essential.key, early.key)
    assert ledger.due(now=at("09:06"), limit=1) == (essential.key,)
    assert ledger.due(now=at("09:04")) == (early.key,)


def a_dorset_post(ledger: Ledger) -> Post:
    post = a_post("d1.one", force="dorset", grace=timedelta(hours=1))
    planned(ledger, post)
    return post
