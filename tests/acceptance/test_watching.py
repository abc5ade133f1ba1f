"""Health: each thing that must turn it red, and nothing that hangs holds it up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import watching
from bot.app import Environment, note_jump, open_ledger, read_environment
from bot.app.jumps import Jump
from bot.core.model import PostKey
from bot.ledger import Claim, Ledger
from bot.watching import Kind
from tests.acceptance.conftest import Office
from tests.acceptance.test_database_faults import a_small_disk
from tests.loopback.x_server import XServer, unauthorised

KENT = PostKey.parse("winter@2015/kent-x/d1.morning/en")


def at(time: str) -> datetime:
    return datetime.fromisoformat(f"2015-11-23T{time}:00").replace(tzinfo=UTC)


def environment(office: Office, time: str) -> Environment:
    return replace(read_environment(office.environment), now=at(time))


@contextmanager
def the_ledger(office: Office) -> Iterator[Ledger]:
    ledger = open_ledger(environment(office, "08:00"), now=at("08:00"), create=False)
    try:
        yield ledger
    finally:
        ledger.close()


def codes(office: Office, time: str) -> list[str]:
    """The codes of all that is not well, asked at this time of the first day."""
    found = watching.look(environment(office, time))
    return [one.code for one in found if one.kind is Kind.WRONG]


@contextmanager
def a_silent_server() -> Iterator[str]:
    """A database server's address that takes every line and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql+psycopg://bot:s3cret@127.0.0.1:{server.getsockname()[1]}/kent"


def test_all_is_well_while_the_clock_ticks_and_nothing_is_due(live: Office) -> None:
    with the_ledger(live) as ledger:
        ledger.heartbeat(now=at("08:30"))

    assert codes(live, "08:31") == []
    assert codes(live, "08:40") == ["clock"]


def test_keys_that_the_platform_refuses_are_not_well(live: Office, x: XServer) -> None:
    x.script([unauthorised()])
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:00:10")

    found = watching.look(environment(live, "09:01"))

    (one,) = [one for one in found if one.kind is Kind.WRONG]
    assert one.code == "stopped-account"
    assert "it does not accept the access keys of kent-x" in one.sentence


def test_posts_that_nobody_tries_while_the_clock_ticks_are_not_well(live: Office) -> None:
    with the_ledger(live) as ledger:
        ledger.heartbeat(now=at("09:05"))

    found = {one.code: one.sentence for one in watching.look(environment(live, "09:05"))}

    assert found["nothing-tried"] == (
        "1 post is due and approved, and nothing was tried for 5 minutes, although the clock "
        f"ticks. Start the bot again. The first is {KENT}."
    )
    assert "overdue" in found


def test_posts_that_wait_for_a_person_are_no_reason_to_start_the_bot_again(live: Office) -> None:
    with the_ledger(live) as ledger:
        ledger.heartbeat(now=at("09:05"))
        ledger.stop_account("kent-x", "X refuses the keys.", now=at("08:00"))

    assert codes(live, "09:05") == ["overdue", "stopped-account"]


def test_a_post_just_tried_says_that_somebody_tries(live: Office) -> None:
    with the_ledger(live) as ledger:
        claim = ledger.claim(KENT, worker="w", now=at("09:04"))
        assert isinstance(claim, Claim)
        ledger.put_back(claim, now=at("09:04"), not_before=None, sentence="No line.")
        ledger.heartbeat(now=at("09:09"))

    assert "nothing-tried" not in codes(live, "09:05")
    assert "nothing-tried" in codes(live, "09:09")


def test_a_post_on_its_way_far_beyond_its_lease_is_not_well(live: Office) -> None:
    with the_ledger(live) as ledger:
        assert isinstance(ledger.claim(KENT, worker="w", now=at("09:00")), Claim)
        ledger.heartbeat(now=at("09:02"))
        assert codes(live, "09:02") == []
        ledger.heartbeat(now=at("09:08"))

    assert "stuck" in codes(live, "09:08")


def test_a_database_that_hangs_is_a_finding_and_not_waited_for(live: Office) -> None:
    with a_silent_server() as url:
        env = replace(environment(live, "08:30"), database_url=url)
        found = watching.look(env, deadline_seconds=0.5)

    wrong = {one.code: one.sentence for one in found if one.kind is Kind.WRONG}
    assert wrong == {
        "no-answer": "the ledger's database did not answer within 0.5 seconds. Is it reachable, "
        "or does another program hold it?"
    }
    assert "there is room on the disk." in [one.sentence for one in found]


def test_the_command_ends_by_itself_over_a_database_that_hangs(live: Office) -> None:
    with a_silent_server() as url:
        done = live.bot("health", DATABASE_URL=url)

    assert done.returncode == 1
    assert "NOT WELL: " in done.stdout
    assert "s3cret" not in done.stdout + done.stderr


def test_a_database_that_is_not_there_is_a_finding(live: Office) -> None:
    env = replace(
        environment(live, "08:30"), database_url="postgresql+psycopg://u:p@127.0.0.1:1/kent"
    )

    assert [one.code for one in watching.look(env) if one.kind is Kind.WRONG] == ["unusable"]


def test_a_disk_without_room_is_not_well(live: Office, tmp_path: Path) -> None:
    with a_small_disk(tmp_path / "small") as small:
        env = replace(environment(live, "08:30"), data=small / "data")
        found = {one.code: one.sentence for one in watching.look(env)}

    assert found["disk"].startswith("only 1 MB are free where ")


def test_what_is_for_people_does_not_say_that_the_bot_has_died(live: Office) -> None:
    env = environment(live, "09:05")
    with the_ledger(live) as ledger:
        assert [one.code for one in watching.not_working(env, ledger, at("09:05"))] == [
            "nothing-tried"
        ]
        ledger.stop_account("kent-x", "X refuses the keys.", now=at("08:00"))
        assert watching.not_working(env, ledger, at("09:05")) == ()

        note_jump(env, Jump(at("09:05"), timedelta(hours=1).total_seconds()))
        assert [one.code for one in watching.not_working(env, ledger, at("09:05"))] == [
            "clock-jumped"
        ]
