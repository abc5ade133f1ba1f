"""Many posts on their way out at once, whose steps are taken in one transaction."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.core.model import Post, Receipt, State
from bot.ledger import Attempt, Claim, Ledger, NotClaimed, NotClaimedReason
from bot.ledger.database.postgres import GATE
from tests.factories import a_post, at
from tests.ledger.steps import change_behind, claimed, intended, planned, state
from tests.postgres import connect

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20.0
FORCES = 12

# Placed after those who wait had looked at the clock: they asked at 09:00.
HOLD = (
    "INSERT INTO hold (id, kind, name, by, reason, at)"
    " VALUES (1, 'everything', NULL, 'gold', 'incident', '2026-11-16 09:00:30')"
)


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.002)


@contextmanager
def in_the_way(url: str) -> Iterator[Callable[[str], object]]:
    """Lets no transaction that writes begin; may write itself, and keeps that when it goes."""
    if url.startswith("sqlite:///"):
        file = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield other.execute
            other.execute("COMMIT")
        return
    with connect(url) as connection:
        connection.execute("BEGIN")
        connection.execute(f"SELECT pg_advisory_xact_lock({GATE})".encode())
        yield lambda statement: connection.execute(statement.encode())
        connection.execute("COMMIT")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(48) as pool:
        yield pool


@pytest.fixture
def together(ledger: Ledger, url: str, threads: ThreadPoolExecutor) -> Callable[..., list[Any]]:
    """What each of these steps came to, when all had been asked for before any was taken."""

    def gather(steps: Sequence[Callable[[], Any]], meanwhile: str | None = None) -> list[Any]:
        at_once = ledger._kind.DELIVERIES_AT_ONCE
        with in_the_way(url) as execute:
            results: list[Future[Any]] = [threads.submit(step) for step in steps]
            until(lambda: ledger._steps.waiting == len(steps) - at_once)
            if meanwhile:
                execute(meanwhile)
        return [one.result(PATIENCE_SECONDS) for one in results]

    return gather


def posts_of(forces: int, slot: str = "d1.morning") -> list[Post]:
    return [a_post(slot, force=f"force-{number:02}") for number in range(forces)]


def claiming(ledger: Ledger, posts: Sequence[Post]) -> list[Callable[[], Any]]:
    return [partial(ledger.claim, post.key, worker="w", now=at("09:00")) for post in posts]


def intending(ledger: Ledger, claims: Sequence[Claim]) -> list[Callable[[], Any]]:
    given: dict[str, Any] = {"payload_sha256": "ab", "now": at("09:00")}
    return [partial(ledger.intend, claim, **given) for claim in claims]


def recording(ledger: Ledger, claims: Sequence[Claim]) -> list[Callable[[], Any]]:
    """Each with its number in the list as the platform's id."""
    receipts = [Receipt(str(number)) for number in range(len(claims))]
    now = at("09:01")
    return [partial(ledger.record, c, r, now=now) for c, r in zip(claims, receipts, strict=True)]


def test_many_posts_at_once_are_each_published_once_in_one_whole_history(
    ledger: Ledger, together: Callable[..., list[Any]]
) -> None:
    posts = posts_of(48)
    planned(ledger, *posts)

    claims = together(claiming(ledger, posts))
    intents = together(intending(ledger, claims))
    states = together(recording(ledger, claims))

    assert [one.key for one in claims] == [one.key for one in intents] == [p.key for p in posts]
    assert states == [State.PUBLISHED] * 48
    for number, post in enumerate(posts):
        (attempt,) = ledger.attempts(post.key)
        assert (attempt.token, attempt.outcome) == (1, "receipt")
        assert f"Published as {number}." in attempt.sentence
        actions = [one.action for one in ledger.events(key=post.key)]
        assert actions == ["planned", "approved", "claimed", "intended", "published"]
    assert ledger.verify() == 5 * 48


def test_of_the_posts_of_one_account_one_is_claimed_and_the_other_accounts_are_not_hurt(
    ledger: Ledger, together: Callable[..., list[Any]]
) -> None:
    posts = [*posts_of(FORCES), *posts_of(1, "d1.second"), *posts_of(1, "d1.third")]
    planned(ledger, *posts)

    answers = together(claiming(ledger, posts))

    refused = [one.reason for one in answers if isinstance(one, NotClaimed)]
    assert refused == [NotClaimedReason.ACCOUNT_BUSY] * 2
    assert len(ledger.sending()) == FORCES


def test_a_post_that_is_asked_for_twice_at_once_is_claimed_once(
    ledger: Ledger, together: Callable[..., list[Any]]
) -> None:
    posts = posts_of(FORCES)
    planned(ledger, *posts)

    answers = together(claiming(ledger, [*posts, *posts]))

    assert sum(isinstance(one, Claim) for one in answers) == FORCES
    assert [one.token for one in ledger.sending()] == [1] * FORCES
    assert isinstance(ledger.verify(), int)


def test_one_receipt_that_cannot_be_kept_hurts_no_other(
    ledger: Ledger, together: Callable[..., list[Any]]
) -> None:
    early = a_post("d1.early", force="force-07", due=at("08:50"))
    ledger.record(intended(ledger, early), Receipt("7"), now=at("08:51"))
    posts = posts_of(FORCES)
    claims = [intended(ledger, post) for post in posts]

    states = together(recording(ledger, claims))

    wanted = [State.PUBLISHED] * FORCES
    wanted[7] = State.UNKNOWN
    assert states == wanted == [state(ledger, post) for post in posts]
    assert isinstance(ledger.verify(), int)


def test_a_post_that_the_database_refuses_is_an_error_for_its_own_thread_only(
    ledger: Ledger, url: str, together: Callable[..., list[Any]], kind: str
) -> None:
    if kind == "sqlite":
        statement = (
            "CREATE TRIGGER no BEFORE INSERT ON attempt WHEN NEW.worker = 'bad'"
            " BEGIN SELECT RAISE(FAIL, 'no'); END"
        )
    else:
        statement = "ALTER TABLE attempt ADD CONSTRAINT no CHECK (worker <> 'bad')"
    posts = posts_of(FORCES)
    planned(ledger, *posts)
    workers = ["bad" if number == 5 else "w" for number in range(FORCES)]
    claims = [
        ledger.claim(post.key, worker=worker, now=at("09:00"))
        for post, worker in zip(posts, workers, strict=True)
    ]
    change_behind(url, statement)

    def intend(claim: Any) -> object:
        try:
            return ledger.intend(claim, payload_sha256="ab", now=at("09:00"))
        except Exception as error:
            return error

    answers = together([partial(intend, claim) for claim in claims])

    assert [isinstance(one, Attempt) for one in answers] == [w == "w" for w in workers]
    assert isinstance(answers[5], Exception)
    assert [len(ledger.attempts(post.key)) for post in posts] == [w == "w" for w in workers]


def test_nothing_passes_a_hold_that_was_placed_while_it_waited(
    ledger: Ledger, together: Callable[..., list[Any]]
) -> None:
    posts, others = posts_of(FORCES), posts_of(FORCES, "d1.second")
    claims = [claimed(ledger, post) for post in posts]
    planned(ledger, *others)

    answers = together([*intending(ledger, claims), *claiming(ledger, others)], meanwhile=HOLD)

    assert [one.reason for one in answers] == [NotClaimedReason.HELD] * 2 * FORCES
    assert [one.action for one in ledger.events()].count("intended") == 0


# --- a process that dies --------------------------------------------------------------------------

DYING = """
import os, sys, time
from concurrent.futures import ThreadPoolExecutor
from bot.core.model import Mode, Receipt
from bot.ledger import Ledger, sending
from tests.factories import a_post, at

url, stage, moment = sys.argv[1:]
ledger = Ledger.open(url, Mode.DRY)
posts = [a_post(force=f"force-{number:02}") for number in range(12)]
steps = {
    "claim": lambda post, _: ledger.claim(post.key, worker="w", now=at("09:00")),
    "intend": lambda _, claim: ledger.intend(claim, payload_sha256="ab", now=at("09:00")),
    "record": lambda post, claim: ledger.record(claim, Receipt(post.key.account), now=at("09:01")),
}
claims = [None] * len(posts)
for name, step in steps.items():
    if name == stage:
        break
    made = [step(*pair) for pair in zip(posts, claims)]
    claims = claims if name == "intend" else made

take, commit_too = sending.take, sending.Deliveries._take
def wait():
    while ledger._steps.waiting < len(posts) - ledger._kind.DELIVERIES_AT_ONCE and not wait.over:
        time.sleep(0.001)
    wait.over = True
wait.over = False
def die_within(*given):
    answers = take(*given)
    if len(given[1]) > 1:
        os.kill(os.getpid(), 9)
    return answers
def die_after(self, asked):
    wait()
    answers = commit_too(self, asked)
    if len(asked) > 1:
        os.kill(os.getpid(), 9)
    return answers
sending.take = die_within if moment == "before" else take
ledger._steps._answer = lambda asked: die_after(ledger, asked)
with ThreadPoolExecutor(12) as pool:
    list(pool.map(steps[stage], posts, claims))
"""


@pytest.mark.parametrize(
    ("stage", "moment", "found", "settled"),
    [
        ("claim", "before", State.PLANNED, State.PLANNED),
        ("claim", "after", State.SENDING, State.PLANNED),
        ("intend", "before", State.SENDING, State.PLANNED),
        ("intend", "after", State.SENDING, State.UNKNOWN),
        ("record", "before", State.SENDING, State.UNKNOWN),
        ("record", "after", State.PUBLISHED, State.PUBLISHED),
    ],
)
def test_a_process_killed_among_many_steps_leaves_each_post_as_if_it_had_been_alone(
    ledger: Ledger, url: str, stage: str, moment: str, found: State, settled: State
) -> None:
    # Those steps that were not in the group that died were taken, or not begun: before and after.
    steps = ["claim", "intend", "record"]
    untouched = [(State.PLANNED, State.PLANNED), (State.SENDING, State.PLANNED)]
    untouched.append((State.SENDING, State.UNKNOWN))
    taken = [*untouched[1:], (State.PUBLISHED, State.PUBLISHED)]
    number = steps.index(stage)
    posts = posts_of(FORCES)
    planned(ledger, *posts)

    program = [sys.executable, "-c", DYING, url, stage, moment]
    died = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)

    assert died.returncode == -9, died.stderr
    after_death = [state(ledger, post) for post in posts]
    ledger.expire({one.key: one.token for one in ledger.sending()}, now=at("09:05"))
    pairs = list(zip(after_death, [state(ledger, post) for post in posts], strict=True))
    assert set(pairs) <= {untouched[number], taken[number]}
    assert pairs.count((found, settled)) > 1, "a group that died half"
    assert isinstance(ledger.verify(), int)
