"""What PostgreSQL adds: many at once, who waits for whom, and a server that goes away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from bot.core.model import LedgerError, Mode, Receipt, State
from bot.ledger import Attempt, Claim, Ledger, NotClaimed, NotClaimedReason, Scope
from bot.ledger.database.postgres import GATE
from tests.factories import a_post, at
from tests.ledger.steps import change_behind, claimed, everything, intended, planned, state
from tests.postgres import connect

pytestmark = pytest.mark.parametrize("kind", ["postgres"], indirect=True)

PATIENCE_SECONDS = 10.0


class Rival:
    """A stranger to the program who has locked something in its database."""

    def __init__(self, url: str, statement: str) -> None:
        self._connection, self._onlooker = connect(url), connect(url)
        self._connection.execute("BEGIN")
        self._connection.execute(statement.encode())

    def wait_for(self, waiting: int, *others: Future[Any]) -> bool:
        """Whether so many wait for a lock in this database, before any of the others is done."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and not any(one.done() for one in others):
            # By another connection: within a transaction this view stands still.
            found = self._onlooker.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database()"
            ).fetchone()
            if found is not None and found[0] >= waiting:
                return True
            time.sleep(0.005)
        return False

    def let_go(self) -> None:
        self._connection.close()
        self._onlooker.close()


@contextmanager
def in_the_way(url: str, statement: str) -> Iterator[Rival]:
    rival = Rival(url, statement)
    try:
        yield rival
    finally:
        rival.let_go()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


# --- who waits for whom -------------------------------------------------------------------------


def test_a_hold_waits_for_the_intent_that_has_read_the_holds_already(
    ledger: Ledger, url: str, threads: ThreadPoolExecutor
) -> None:
    post = a_post()
    claim = claimed(ledger, post)
    with in_the_way(url, "LOCK TABLE attempt IN EXCLUSIVE MODE") as rival:
        intent = threads.submit(ledger.intend, claim, payload_sha256="ab", now=at("09:00"))
        assert rival.wait_for(1, intent)

        hold = threads.submit(
            ledger.hold, Scope.everything(), by="gold", reason="incident", now=at("09:00")
        )

        assert rival.wait_for(2, hold), "the hold returned while an intent was under way"
    assert isinstance(intent.result(PATIENCE_SECONDS), Attempt)
    assert hold.result(PATIENCE_SECONDS)
    assert [one.key for one in ledger.in_flight()] == [post.key]


def test_a_claim_that_waited_for_a_hold_sees_it(
    ledger: Ledger, url: str, threads: ThreadPoolExecutor
) -> None:
    post = a_post()
    planned(ledger, post)
    with in_the_way(url, "LOCK TABLE event IN EXCLUSIVE MODE") as rival:
        hold = threads.submit(
            ledger.hold, Scope.everything(), by="gold", reason="incident", now=at("08:59")
        )
        assert rival.wait_for(1, hold)
        claim = threads.submit(ledger.claim, post.key, worker="w", now=at("09:00"))
        assert rival.wait_for(2, claim)
    hold.result(PATIENCE_SECONDS)
    answer = claim.result(PATIENCE_SECONDS)

    assert isinstance(answer, NotClaimed)
    assert answer.reason is NotClaimedReason.HELD


def test_claims_of_two_accounts_go_side_by_side(
    ledger: Ledger, url: str, threads: ThreadPoolExecutor
) -> None:
    kent, dorset = a_post(force="kent"), a_post(force="dorset")
    planned(ledger, kent, dorset)
    with in_the_way(url, "SELECT 1 FROM post WHERE account = 'kent-x' FOR UPDATE") as rival:
        stuck = threads.submit(ledger.claim, kent.key, worker="w", now=at("09:00"))
        assert rival.wait_for(1, stuck)

        assert isinstance(ledger.claim(dorset.key, worker="w", now=at("09:00")), Claim)

        assert not stuck.done()
    assert isinstance(stuck.result(PATIENCE_SECONDS), Claim)


def test_of_two_claims_of_one_post_at_once_one_is_refused(
    ledger: Ledger, url: str, threads: ThreadPoolExecutor
) -> None:
    post = a_post()
    planned(ledger, post)
    with in_the_way(url, "LOCK TABLE event IN EXCLUSIVE MODE") as rival:
        claims = [threads.submit(ledger.claim, post.key, worker=w, now=at("09:00")) for w in "ab"]
        assert rival.wait_for(2, *claims)
    answers = [one.result(PATIENCE_SECONDS) for one in claims]

    (refused,) = [one for one in answers if isinstance(one, NotClaimed)]
    assert refused.reason is NotClaimedReason.NOT_PLANNED


def test_of_two_claims_of_one_account_at_once_one_finds_it_busy(
    ledger: Ledger, url: str, threads: ThreadPoolExecutor
) -> None:
    posts = [a_post("d1.morning"), a_post("d1.second")]
    planned(ledger, *posts)
    with in_the_way(url, "LOCK TABLE event IN EXCLUSIVE MODE") as rival:
        claims = [threads.submit(ledger.claim, p.key, worker="w", now=at("09:00")) for p in posts]
        assert rival.wait_for(2, *claims)
    answers = [one.result(PATIENCE_SECONDS) for one in claims]

    (refused,) = [one for one in answers if isinstance(one, NotClaimed)]
    assert refused.reason is NotClaimedReason.ACCOUNT_BUSY


def test_a_late_receipt_and_a_look_that_finds_the_post_do_not_block_each_other(
    ledger: Ledger, url: str, threads: ThreadPoolExecutor
) -> None:
    post = a_post()
    claim = intended(ledger, post)
    ledger.expire({post.key: claim.token}, now=at("09:02"))
    with in_the_way(url, "LOCK TABLE event IN EXCLUSIVE MODE") as rival:
        look = threads.submit(
            ledger.looked, post.key, found=Receipt("5"), sentence="Found.", now=at("09:03")
        )
        assert rival.wait_for(1, look)
        record = threads.submit(ledger.record, claim, Receipt("5"), now=at("09:03"))
        assert rival.wait_for(2, record)
    look.result(PATIENCE_SECONDS)

    assert record.result(PATIENCE_SECONDS) is None
    assert state(ledger, post) is State.PUBLISHED
    assert [one.action for one in ledger.events(key=post.key)].count("published") == 0
    assert isinstance(ledger.verify(), int)


def test_a_plan_waits_for_the_claims_under_way_and_keeps_their_posts(
    ledger: Ledger, url: str, threads: ThreadPoolExecutor
) -> None:
    post = a_post()
    planned(ledger, post)
    with in_the_way(url, "LOCK TABLE event IN EXCLUSIVE MODE") as rival:
        claim = threads.submit(ledger.claim, post.key, worker="w", now=at("09:00"))
        assert rival.wait_for(1, claim)
        adoption = threads.submit(ledger.adopt, [], everything, now=at("08:00"))
        assert rival.wait_for(2, adoption)
    assert isinstance(claim.result(PATIENCE_SECONDS), Claim)

    assert adoption.result(PATIENCE_SECONDS).kept == (post.key,)
    assert state(ledger, post) is State.SENDING


def test_deliveries_of_many_accounts_at_once_keep_one_whole_history(
    ledger: Ledger, threads: ThreadPoolExecutor
) -> None:
    posts = [a_post(force=f"force-{n}") for n in range(48)]
    planned(ledger, *posts)

    def deliver(number: int) -> bool:
        claim = ledger.claim(posts[number].key, worker="w", now=at("09:00"))
        assert isinstance(claim, Claim), claim
        ledger.heartbeat(now=at("09:00"))
        assert isinstance(ledger.intend(claim, payload_sha256="ab", now=at("09:00")), Attempt)
        return bool(ledger.record(claim, Receipt(f"9{number}"), now=at("09:00")))

    assert list(threads.map(deliver, range(48))) == [True] * 48

    assert ledger.verify() == 5 * 48


def test_posts_of_one_time_come_in_the_order_of_their_bytes(ledger: Ledger) -> None:
    posts = [a_post(slot) for slot in ("d1.b", "d1.A", "d1.a", "d1.B")]
    planned(ledger, *posts)

    keys = [str(key) for key in ledger.due(now=at("09:00"))]

    assert keys == sorted(keys)


# --- a server that goes away --------------------------------------------------------------------


def test_connections_that_were_cut_are_made_anew(ledger: Ledger, url: str) -> None:
    planned(ledger, a_post())

    change_behind(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )

    assert len(ledger.posts()) == 1


def test_a_connection_that_is_cut_within_a_transaction_changes_nothing(
    ledger: Ledger, url: str, threads: ThreadPoolExecutor
) -> None:
    post = a_post()
    planned(ledger, post)
    with in_the_way(url, "LOCK TABLE event IN EXCLUSIVE MODE") as rival:
        claim = threads.submit(ledger.claim, post.key, worker="w", now=at("09:00"))
        assert rival.wait_for(1, claim)
        change_behind(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        with pytest.raises(LedgerError, match="connection to the database was lost"):
            claim.result(PATIENCE_SECONDS)

    assert state(ledger, post) is State.PLANNED


def test_who_waits_too_long_for_a_lock_is_told_that_nothing_was_changed(
    ledger: Ledger, url: str
) -> None:
    hasty = Ledger.open(f"{url}?options=-c%20lock_timeout%3D50", Mode.DRY)
    with (
        in_the_way(url, f"SELECT pg_advisory_xact_lock({GATE})"),
        pytest.raises(LedgerError, match="locked"),
    ):
        hasty.hold(Scope.everything(), by="gold", reason="incident", now=at("09:00"))
    hasty.close()

    assert ledger.holds() == ()


# --- a database that cannot be used -------------------------------------------------------------


def refusal(url: str) -> str:
    """What is said of a database in which no ledger can be made."""
    with pytest.raises(LedgerError) as refused:
        Ledger.create(url, Mode.DRY, now=at("06:00"))
    said = str(refused.value)
    assert "s3cret" not in said
    assert "\n" not in said
    return said


def as_user(url: str, user: str, **changes: Any) -> str:
    changed = make_url(url).set(username=user, password="s3cret", **changes)
    return changed.render_as_string(hide_password=False)


@pytest.fixture
def guarded(url: str) -> Iterator[str]:
    """A user with a password and no rights."""
    role = f"guarded_{make_url(url).database}"
    with connect(url) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 's3cret'".encode())
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    yield role
    with connect(url) as connection:
        connection.execute(f"DROP OWNED BY {role}".encode())
        connection.execute(f"DROP ROLE {role}".encode())


def test_a_server_that_is_not_there_is_named_without_its_password(url: str) -> None:
    said = refusal(as_user(url, "bot", port=1))

    assert "cannot be reached: Connection refused" in said
    assert ":1 " in said


def test_a_host_that_nobody_knows_is_named(url: str) -> None:
    assert "cannot be reached" in refusal(as_user(url, "bot", host="nowhere.invalid"))


def test_a_database_that_does_not_exist_is_named(url: str) -> None:
    gone = make_url(url).set(database="gone").render_as_string(hide_password=False)

    assert "'gone'" in refusal(gone)
    assert "does not exist" in refusal(gone)


def test_a_wrong_password_is_said_to_be_wrong(url: str, guarded: str) -> None:
    wrong = as_user(url, guarded).replace("s3cret", "s3crets")

    assert "refused the user or the password" in refusal(wrong)


def test_a_user_who_may_make_no_tables_is_told_what_to_ask_for(url: str, guarded: str) -> None:
    assert "GRANT CREATE ON SCHEMA public" in refusal(as_user(url, guarded))


def test_a_user_who_may_not_write_the_ledger_is_told_so(
    ledger: Ledger, url: str, guarded: str
) -> None:
    change_behind(url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {guarded}")

    with pytest.raises(LedgerError, match="may not be written by this user"):
        Ledger.open(as_user(url, guarded), Mode.DRY)


def test_tables_of_another_program_are_left_alone(url: str) -> None:
    change_behind(url, "CREATE TABLE event (name text)")

    said = refusal(url)

    assert "another program by the same names (event)" in said
    with pytest.raises(LedgerError, match="same names"):
        Ledger.open(url, Mode.DRY)


def test_tables_of_other_names_are_no_hindrance(url: str) -> None:
    change_behind(url, "CREATE TABLE diary (entry text)")

    Ledger.create(url, Mode.DRY, now=at("06:00")).close()

    Ledger.open(url, Mode.DRY).close()


def test_one_database_holds_one_ledger_of_one_mode(ledger: Ledger, url: str) -> None:
    with pytest.raises(LedgerError, match="name another database in DATABASE_URL"):
        Ledger.open(url, Mode.LIVE)


def test_an_option_that_nobody_knows_is_named(url: str) -> None:
    assert "option that PostgreSQL does not know" in refusal(f"{url}?colour=blue")


def test_what_the_address_says_goes_before_what_the_program_would_say(
    ledger: Ledger, url: str
) -> None:
    named = Ledger.open(f"{url}?application_name=kent", Mode.DRY)
    with named._reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("application_name", "statement_timeout", "transaction_isolation")
        }
    named.close()

    assert settings == {
        "application_name": "kent",
        "statement_timeout": "15s",
        "transaction_isolation": "repeatable read",
    }
