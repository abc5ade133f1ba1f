"""One post's way through the ledger: who may send it, and what comes of it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import psycopg
import pytest

from bot.core.model import (
    Language,
    LedgerError,
    Mode,
    NotSent,
    Outcome,
    Post,
    Receipt,
    Refused,
    State,
    Unknown,
)
from bot.ledger import Claim, Ledger, NotClaimed, NotClaimedReason
from tests.factories import a_key, a_post, at
from tests.ledger.steps import claimed, intended, nothing, planned, state, why

ROOT = Path(__file__).parents[2]


def refusal(ledger: Ledger, post: Post, now: str = "09:00") -> NotClaimedReason | None:
    """Why the post cannot be claimed then; None when it was claimed."""
    answer = ledger.claim(post.key, worker="w", now=at(now))
    return answer.reason if isinstance(answer, NotClaimed) else None


def test_a_post_is_due_from_its_time_on(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"))
    planned(ledger, post)

    assert ledger.due(now=at("08:59:59")) == ()
    assert ledger.due(now=at("09:00")) == (post.key,)


def test_the_longest_due_come_first_and_welsh_before_english(ledger: Ledger) -> None:
    english = a_post("d1.noon", force="gwent", due=at("12:00"))
    welsh = a_post("d1.noon", force="gwent", due=at("12:00"), language=Language.CY)
    morning = a_post("d1.morning", force="kent", due=at("09:00"))
    planned(ledger, english, welsh, morning)

    assert ledger.due(now=at("12:00")) == (morning.key, welsh.key, english.key)
    assert ledger.due(now=at("12:00"), limit=1) == (morning.key,)


def test_posts_that_nobody_approved_do_not_crowd_out_the_others(ledger: Ledger) -> None:
    waiting = [a_post(f"d1.w{n}", force=f"force-{n}", due=at("08:50")) for n in range(3)]
    ledger.adopt(waiting, nothing, now=at("06:00"))
    post = a_post(due=at("09:00"))
    planned(ledger, post)

    assert ledger.due(now=at("09:00"), limit=2) == (waiting[0].key, post.key)


def test_a_claim_carries_what_is_needed_to_send(ledger: Ledger) -> None:
    post = a_post()
    planned(ledger, post)

    claim = ledger.claim(post.key, worker="w", now=at("09:00"))

    assert isinstance(claim, Claim)
    assert (claim.key, claim.token, claim.rendering) == (post.key, 1, post.rendering)
    assert state(ledger, post) is State.SENDING


def test_what_is_not_in_the_ledger_is_not_claimed(ledger: Ledger) -> None:
    answer = ledger.claim(a_key(), worker="w", now=at("09:00"))

    assert isinstance(answer, NotClaimed)
    assert answer.reason is NotClaimedReason.NO_SUCH_POST


def test_a_post_is_not_claimed_before_its_time(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"))
    planned(ledger, post)

    assert refusal(ledger, post, "08:59:59") is NotClaimedReason.NOT_DUE


def test_a_post_is_not_claimed_beyond_its_grace(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"), grace=timedelta(minutes=20))
    planned(ledger, post)

    assert refusal(ledger, post, "09:20:01") is NotClaimedReason.LATE
    assert refusal(ledger, post, "09:20") is None


def test_a_post_that_nobody_approved_is_not_claimed(ledger: Ledger) -> None:
    post = a_post()
    ledger.adopt([post], nothing, now=at("06:00"))

    assert refusal(ledger, post) is NotClaimedReason.NOT_APPROVED


def test_an_approval_of_other_words_does_not_count(ledger: Ledger) -> None:
    post = a_post(text="New words.")
    ledger.adopt([post], nothing, now=at("06:00"))
    old = a_post(text="Old words.")
    ledger.approve([(old.key, old.rendering.digest)], by="Ann", now=at("06:00"))

    assert refusal(ledger, post) is NotClaimedReason.NOT_APPROVED


def test_a_post_is_claimed_once(ledger: Ledger) -> None:
    post = a_post()
    claimed(ledger, post)

    assert refusal(ledger, post) is NotClaimedReason.NOT_PLANNED


def test_an_account_sends_one_post_at_a_time(ledger: Ledger) -> None:
    first, second = a_post("d1.morning"), a_post("d1.second")
    elsewhere = a_post("d1.morning", force="dorset")
    planned(ledger, first, second, elsewhere)
    claim = claimed(ledger, first)

    assert refusal(ledger, second) is NotClaimedReason.ACCOUNT_BUSY
    assert refusal(ledger, elsewhere) is None

    ledger.put_back(claim, now=at("09:00"), not_before=at("09:01"), sentence="Later.")
    assert refusal(ledger, second) is None


def test_the_database_itself_allows_one_post_in_flight_for_an_account(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    first, second = a_post("d1.morning"), a_post("d1.second")
    planned(ledger, first, second)
    claimed(ledger, first)

    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="account"):
        behind("UPDATE post SET state = 'sending', phase = 'prepare'")


def test_words_altered_in_the_database_are_not_sent(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    post = a_post()
    planned(ledger, post)
    behind("UPDATE rendering SET text = 'Buy gold.'")

    assert refusal(ledger, post) is NotClaimedReason.DAMAGED


def test_of_two_threads_one_claims(ledger: Ledger) -> None:
    posts = [a_post(f"d1.s{n}", force=f"force-{n}") for n in range(25)]
    planned(ledger, *posts)
    start = Barrier(4)

    def race(worker: str) -> list[Claim]:
        start.wait()
        answers = [ledger.claim(post.key, worker=worker, now=at("09:00")) for post in posts]
        return [answer for answer in answers if isinstance(answer, Claim)]

    with ThreadPoolExecutor(4) as pool:
        won = [claim for claims in pool.map(race, "abcd") for claim in claims]

    assert sorted(claim.key for claim in won) == sorted(post.key for post in posts)
    assert {claim.token for claim in won} == {1}


def test_of_three_processes_one_claims(ledger: Ledger, url: str) -> None:
    posts = [a_post(f"d1.s{n}", force=f"force-{n}") for n in range(25)]
    planned(ledger, *posts)
    program = f"""if True:
        import sys
        from bot.core.model import Mode
        from bot.ledger import Claim, Ledger
        from tests.factories import a_key, at
        ledger = Ledger.open({url!r}, Mode.DRY)
        sys.stdin.read()
        for n in range(25):
            key = a_key(f"d1.s{{n}}", account=f"force-{{n}}-x")
            if isinstance(ledger.claim(key, worker="w", now=at("09:00")), Claim):
                print(key)
        ledger.close()
    """
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.close()
        racer.stdin = None
    won = [line for racer in racers for line in racer.communicate()[0].split()]

    assert sorted(won) == sorted(str(post.key) for post in posts)


def test_the_intent_is_committed_before_it_is_given_back(ledger: Ledger, url: str) -> None:
    post = a_post()
    intended(ledger, post)

    another = Ledger.open(url, Mode.DRY)
    (attempt,) = another.attempts(post.key)
    another.close()

    assert (attempt.token, attempt.digest) == (1, post.rendering.digest)
    assert attempt.payload_sha256 == "ab" * 32
    assert attempt.outcome is None


@pytest.mark.parametrize(
    ("outcome", "after"),
    [
        (Receipt("1", "https://x.com/kent/status/1"), State.PUBLISHED),
        (Refused("Its text is too long."), State.REFUSED),
        (Refused("Its text stands there already.", duplicate=True), State.REFUSED),
        (NotSent("Too many requests.", 90.0), State.PLANNED),
        (Unknown("The line was cut."), State.UNKNOWN),
    ],
)
def test_an_outcome_decides_what_becomes_of_a_post(
    ledger: Ledger, outcome: Outcome, after: State
) -> None:
    post = a_post()

    assert ledger.record(intended(ledger, post), outcome, now=at("09:00:05"))

    assert state(ledger, post) is after


def test_a_receipt_is_kept(ledger: Ledger) -> None:
    post = a_post()
    receipt = Receipt("12", "https://x.com/kent/status/12", "201, id 12")

    ledger.record(intended(ledger, post), receipt, now=at("09:00:05"))

    standing, (attempt,) = ledger.post(post.key), ledger.attempts(post.key)
    assert standing is not None
    assert (standing.remote_id, standing.remote_url) == (receipt.remote_id, receipt.url)
    assert (attempt.outcome, attempt.evidence) == ("receipt", receipt.evidence)
    assert ledger.remote_ids("kent-x") == {"12"}


def test_what_was_surely_not_sent_is_due_again_at_its_stated_time(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), NotSent("Too many requests.", 90.0), now=at("09:01"))

    assert refusal(ledger, post, "09:02:29") is NotClaimedReason.WAITS
    assert ledger.due(now=at("09:02:29")) == ()
    assert ledger.due(now=at("09:02:30")) == (post.key,)
    assert claimed(ledger, post, now=at("09:02:30")).token == 2


def test_what_an_account_missed_while_stopped_says_why(ledger: Ledger) -> None:
    post = a_post()
    planned(ledger, post)
    ledger.stop_account("kent-x", "Out of credit.", now=at("08:00"))

    ledger.sweep_late(now=at("09:30"))

    assert why(ledger, post) == "The account kent-x is stopped: Out of credit."


@pytest.mark.parametrize(
    "outcome",
    [
        Refused("The account is suspended.", stops_account=True),
        NotSent("Out of credit.", 3600.0, stops_account=True),
    ],
)
def test_a_stopped_account_publishes_nothing_more_and_others_go_on(
    ledger: Ledger, outcome: Outcome
) -> None:
    first, later = a_post("d1.morning"), a_post("d1.noon", due=at("12:00"))
    elsewhere = a_post("d1.noon", force="dorset", due=at("12:00"))
    planned(ledger, first, later, elsewhere)

    ledger.record(intended(ledger, first), outcome, now=at("09:00:05"))

    answer = ledger.claim(later.key, worker="w", now=at("12:00"))
    assert isinstance(answer, NotClaimed)
    assert answer.reason is NotClaimedReason.ACCOUNT_STOPPED
    assert not isinstance(outcome, Receipt)
    assert outcome.sentence in answer.sentence
    assert refusal(ledger, elsewhere, "12:00") is None
    assert [stopped.account for stopped in ledger.stopped_accounts()] == ["kent-x"]

    assert ledger.start_account("kent-x", by="Ann", now=at("12:01"))
    assert refusal(ledger, later, "12:01") is None


def test_an_account_stopped_after_the_claim_sends_nothing(ledger: Ledger) -> None:
    claim = claimed(ledger, a_post())
    ledger.stop_account("kent-x", "Credentials were withdrawn.", now=at("09:00"))

    answer = ledger.intend(claim, payload_sha256="ab", now=at("09:00"))

    assert isinstance(answer, NotClaimed)
    assert answer.reason is NotClaimedReason.ACCOUNT_STOPPED


def test_a_duplicate_after_an_unknown_attempt_is_evidence_of_publication(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Unknown("The line was cut."), now=at("09:00:05"))
    _planned_again(ledger, post)

    duplicate = Refused("Its text stands there already.", "403", duplicate=True)
    ledger.record(intended(ledger, post, now=at("09:05")), duplicate, now=at("09:05:05"))

    assert state(ledger, post) is State.UNKNOWN
    assert [attempt.evidence for attempt in ledger.attempts(post.key)] == ["", "403"]


def test_a_receipt_with_the_id_of_another_post_is_not_believed(ledger: Ledger) -> None:
    first, second = a_post("d1.morning"), a_post("d1.second")
    ledger.record(intended(ledger, first), Receipt("7"), now=at("09:00:05"))

    assert ledger.record(intended(ledger, second), Receipt("7"), now=at("09:00:09"))

    assert state(ledger, first) is State.PUBLISHED
    assert state(ledger, second) is State.UNKNOWN


def test_a_stale_token_changes_nothing(ledger: Ledger) -> None:
    post = a_post()
    stale = claimed(ledger, post)
    ledger.expire({post.key: stale.token}, now=at("09:02"))
    fresh = intended(ledger, post, now=at("09:03"))

    answer = ledger.intend(stale, payload_sha256="ab", now=at("09:03"))
    put_back = ledger.put_back(stale, now=at("09:03"), not_before=None, sentence="Late.")
    recorded = ledger.record(stale, Refused("No."), now=at("09:03"))

    assert isinstance(answer, NotClaimed)
    assert answer.reason is NotClaimedReason.LEASE_LOST
    assert (put_back, recorded) == (False, None)
    assert fresh.token == stale.token + 1
    assert state(ledger, post) is State.SENDING
    assert ledger.record(fresh, Receipt("1"), now=at("09:03:05"))


def test_what_comes_back_after_the_claim_was_lost_is_kept_as_evidence(ledger: Ledger) -> None:
    post = a_post()
    lost = intended(ledger, post)
    ledger.expire({post.key: lost.token}, now=at("09:02"))
    ledger.settle(post.key, published="99", by="Ann", now=at("09:03"))

    assert not ledger.record(lost, Refused("Nothing of it.", "403"), now=at("09:04"))

    (attempt,) = ledger.attempts(post.key)
    assert (attempt.fenced, attempt.evidence) == (True, "403")
    assert ledger.events(key=post.key)[-1].action == "fenced-out"
    assert state(ledger, post) is State.PUBLISHED


def test_a_receipt_that_comes_after_the_lease_still_settles_its_post(ledger: Ledger) -> None:
    post = a_post()
    claim = intended(ledger, post)
    ledger.expire({post.key: claim.token}, now=at("09:02"))

    assert ledger.record(claim, Receipt("5"), now=at("09:03"))

    assert state(ledger, post) is State.PUBLISHED


def test_published_is_final(ledger: Ledger) -> None:
    post = a_post()
    claim = intended(ledger, post)
    ledger.record(claim, Receipt("5"), now=at("09:00:05"))
    before = ledger.post(post.key)

    assert not ledger.record(claim, Receipt("6"), now=at("09:01"))
    assert not ledger.record(claim, Unknown("?"), now=at("09:01"))
    assert not ledger.put_back(claim, now=at("09:01"), not_before=None, sentence="?")
    assert ledger.expire({post.key: claim.token}, now=at("09:01")) == {}
    assert ledger.sweep_late(now=at("23:00")) == ()
    assert ledger.looked(post.key, found=Receipt("7"), sentence="?", now=at("09:01"))
    assert refusal(ledger, post, "09:01") is NotClaimedReason.NOT_PLANNED
    assert ledger.post(post.key) == before


def test_a_claim_that_expired_before_its_intent_leaves_the_post_planned(ledger: Ledger) -> None:
    post = a_post()
    claim = claimed(ledger, post)

    assert ledger.expire({post.key: claim.token}, now=at("09:02")) == {post.key: State.PLANNED}
    assert claimed(ledger, post, now=at("09:02")).token == 2


def test_a_claim_that_expired_after_its_intent_leaves_the_post_unknown(ledger: Ledger) -> None:
    post = a_post()
    claim = intended(ledger, post)

    assert ledger.expire({post.key: claim.token}, now=at("09:02")) == {post.key: State.UNKNOWN}
    assert refusal(ledger, post, "09:02") is NotClaimedReason.NOT_PLANNED


def test_only_the_token_that_was_watched_expires(ledger: Ledger) -> None:
    post = a_post()
    ledger.put_back(claimed(ledger, post), now=at("09:00"), not_before=None, sentence="Again.")
    claimed(ledger, post)

    assert ledger.expire({post.key: 1}, now=at("09:02")) == {}
    assert [(one.key, one.token) for one in ledger.sending()] == [(post.key, 2)]


def test_a_process_that_dies_between_intent_and_record_leaves_an_unknown_post(
    ledger: Ledger, url: str
) -> None:
    post = a_post()
    planned(ledger, post)
    program = f"""if True:
        import os
        from bot.core.model import Mode
        from bot.ledger import Ledger
        from tests.factories import a_key, at
        ledger = Ledger.open({url!r}, Mode.DRY)
        claim = ledger.claim(a_key(), worker="w", now=at("09:00"))
        ledger.intend(claim, payload_sha256="ab", now=at("09:00"))
        os.kill(os.getpid(), 9)
    """
    died = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    another = Ledger.open(url, Mode.DRY)
    seen = {one.key: one.token for one in another.sending()}
    another.expire(seen, now=at("09:02"))
    (unknown,) = another.unknown()
    another.close()

    assert died.returncode == -9
    assert (unknown.key, unknown.rendering) == (post.key, post.rendering)
    assert [attempt.at for attempt in unknown.attempts] == [at("09:00")]


def test_an_unknown_post_that_is_found_is_published(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:00:15"))

    found = ledger.looked(post.key, found=Receipt("5"), sentence="Found.", now=at("09:02"))

    assert found is State.PUBLISHED
    assert ledger.unknown() == ()


def test_an_unknown_post_that_is_not_found_stays_unknown_and_the_looks_are_counted(
    ledger: Ledger,
) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:00:15"))

    for _ in range(2):
        ledger.looked(post.key, found=None, sentence="Not there.", now=at("09:02"))

    (unknown,) = ledger.unknown()
    assert unknown.looks == 2
    assert ledger.sweep_late(now=at("23:00")) == ()


def test_a_look_that_finds_another_places_post_settles_nothing(ledger: Ledger) -> None:
    other, post = a_post("d1.morning"), a_post("d1.second")
    ledger.record(intended(ledger, other), Receipt("5"), now=at("09:00:05"))
    ledger.record(intended(ledger, post), Unknown("A timeout."), now=at("09:00:15"))

    found = ledger.looked(post.key, found=Receipt("5"), sentence="Found.", now=at("09:02"))

    assert found is State.UNKNOWN


def test_looking_for_what_is_not_there_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(LedgerError):
        ledger.looked(a_key(), found=None, sentence="", now=at("09:00"))


def test_what_is_late_is_missed_when_its_grace_is_over_and_not_before(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"), grace=timedelta(minutes=20))
    planned(ledger, post)

    assert ledger.sweep_late(now=at("09:20")) == ()
    assert ledger.sweep_late(now=at("09:20:01")) == (post.key,)
    assert why(ledger, post).startswith("More than 20 minutes")


def test_what_nobody_approved_may_be_approved_within_its_grace(ledger: Ledger) -> None:
    late, never = a_post("d1.late"), a_post("d1.never")
    ledger.adopt([late, never], nothing, now=at("06:00"))
    assert ledger.sweep_late(now=at("09:10")) == ()

    ledger.approve([(late.key, late.rendering.digest)], by="Ann", now=at("09:10"))

    assert refusal(ledger, late, "09:10") is None
    assert ledger.sweep_late(now=at("09:21")) == (never.key,)
    assert why(ledger, never) == "Nobody had approved it by its time."


def test_a_put_back_post_waits_until_its_time(ledger: Ledger) -> None:
    post = a_post()
    claim = claimed(ledger, post)

    ledger.put_back(claim, now=at("09:00"), not_before=at("09:01"), sentence="Not yet.")

    assert refusal(ledger, post, "09:00:59") is NotClaimedReason.WAITS
    assert refusal(ledger, post, "09:01") is None


def test_after_the_intent_nothing_is_put_back(ledger: Ledger) -> None:
    post = a_post()
    claim = intended(ledger, post)

    assert not ledger.put_back(claim, now=at("09:00"), not_before=None, sentence="Never mind.")
    assert state(ledger, post) is State.SENDING


def test_when_the_holds_cannot_be_read_nothing_is_claimed(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    post = a_post()
    planned(ledger, post)
    behind("ALTER TABLE hold RENAME TO gone")

    with pytest.raises(LedgerError, match="hold"):
        ledger.claim(post.key, worker="w", now=at("09:00"))

    assert ledger.sending() == ()


def _planned_again(ledger: Ledger, post: Post) -> None:
    """As a person will be able to, once `keep` is written: an unknown post is planned again."""
    from bot.ledger import moves
    from bot.ledger.sending import _row

    with ledger._writing() as connection:
        row = _row(connection, post.key)
        assert row is not None
        again = moves.Move(row, State.PLANNED, "kept", "To be sent again.")
        moves.move(connection, [again], by="Ann", now=at("09:04"))
