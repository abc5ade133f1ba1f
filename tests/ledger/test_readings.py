"""What was read of timelines is counted, by account and by time."""

from __future__ import annotations

from datetime import datetime

from bot.core.model import Mode, PlatformName, State, Unknown
from bot.ledger import Ledger, Reading, ReadingReason, ReadTotal
from tests.factories import a_key, a_post, at
from tests.ledger.steps import an_old_ledger, intended


def a_reading(at_: datetime, posts: int, *, account: str = "kent-x") -> Reading:
    return Reading(
        account=account,
        platform=PlatformName.X,
        at=at_,
        posts=posts,
        succeeded=True,
        why=ReadingReason.BEFORE_PUBLISHING,
        key=a_key(account=account),
        token=1,
    )


def test_readings_are_summed_by_account_from_an_instant_up_to_another(ledger: Ledger) -> None:
    for one in (
        a_reading(at("08:59:59"), 100),
        a_reading(at("09:00"), 5),
        a_reading(at("09:30"), 7),
        a_reading(at("09:30"), 0, account="dorset-x"),
        a_reading(at("10:00"), 100),
    ):
        ledger.note_reading(one)

    assert ledger.read_totals(since=at("09:00"), before=at("10:00")) == (
        ReadTotal("dorset-x", PlatformName.X, 1, 0),
        ReadTotal("kent-x", PlatformName.X, 2, 12),
    )
    assert ledger.read_totals(since=at("11:00")) == ()


def test_a_look_that_comes_after_a_person_settled_is_counted_all_the_same(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:01"))
    ledger.settle(post.key, published="1234", by="Ann", now=at("09:02"))

    state = ledger.looked(post.key, found=None, sentence="?", now=at("09:03"), posts=9)

    assert state is State.PUBLISHED
    assert ledger.read_totals(since=at("09:00"))[0].posts == 9


def test_only_the_looks_since_the_last_attempt_count_for_a_post(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:01"))
    ledger.note_reading(a_reading(at("09:01"), 3))
    ledger.could_not_look(post.key, sentence="It did not answer.", now=at("09:02"))
    ledger.looked(post.key, found=None, sentence="Not there.", now=at("09:03"), posts=4)

    (unknown,) = ledger.unknown()

    assert [(one.posts, one.succeeded) for one in unknown.readings] == [(0, False), (4, True)]
    assert (unknown.looks, unknown.failed_looks) == (1, 1)


def test_a_ledger_from_before_readings_were_kept_is_brought_up_to_date(url: str) -> None:
    an_old_ledger(url)

    migrated = Ledger.open(url, Mode.DRY)

    post = a_post()
    migrated.record(intended(migrated, post), Unknown("A timeout."), now=at("09:01"))
    (unknown,) = migrated.unknown()
    assert (unknown.key, unknown.readings) == (post.key, ())
    migrated.could_not_look(post.key, sentence="It did not answer.", now=at("09:02"))
    assert migrated.unknown()[0].failed_looks == 1
    assert isinstance(migrated.verify(), int)
    migrated.close()
