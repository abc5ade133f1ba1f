"""The real program over a real PostgreSQL: started twice, killed, and with its server restarted."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Office, an_office
from tests.loopback.x_server import XServer
from tests.postgres import Databases, PostgresServer, connect

PATIENCE_SECONDS = 60.0
BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}
MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}


@pytest.fixture(scope="session")
def gone_live(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """The folder of an office, and the name of a database in which all of it is approved."""
    office = an_office(tmp_path_factory.mktemp("postgres"))
    name = databases.make()
    office.variables = {
        "BOT_MODE": "live",
        "BOT_X_URL": "http://127.0.0.1:9",  # never asked: nothing is due yet
        "DATABASE_URL": databases.url_of(name).replace("postgresql+psycopg", "postgres"),
        "DYNO": "worker.1",
        **BEFORE,
    }
    for command in (("db", "create", "--live"), ("run", "--once")):
        done = office.bot(*command)
        assert done.returncode == 0, done.stderr
    code = office.json("preview", "--campaign", "winter@2015")["code"]
    approved = office.bot("approve", "--preview", code, "--by", "A. Smith")
    assert approved.returncode == 0, approved.stdout + approved.stderr
    yield office.folder, name
    databases.drop(name)


@pytest.fixture
def live(
    gone_live: tuple[Path, str], databases: Databases, tmp_path: Path, x: XServer
) -> Iterator[Office]:
    """An office on a host that loses its disk, gone live on PostgreSQL, all approved."""
    folder, template = gone_live
    shutil.copytree(folder, tmp_path / "office")
    with databases.new(template) as url:
        variables = {
            "BOT_MODE": "live",
            "BOT_X_URL": x.url,
            "DATABASE_URL": url.replace("postgresql+psycopg", "postgres"),
            "DYNO": "worker.1",
        }
        yield Office(tmp_path / "office", variables)


@pytest.fixture
def running(live: Office) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts bots at a pretended time, and ends those that the test left."""
    started: list[subprocess.Popen[str]] = []

    def start(now: str) -> subprocess.Popen[str]:
        started.append(live.start("run", BOT_NOW=now))
        return started[-1]

    yield start
    for bot in started:
        bot.kill()
        bot.communicate()


def number(office: Office, state: str = "published") -> int:
    with connect(office.variables["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT FROM post WHERE state = %s", [state])
        return found.rowcount


def wait_until(is_so: Callable[[], bool], *running: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, "it did not come about"
        for process in running:
            assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def ended(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode


def test_two_bots_by_mistake_publish_everything_once(
    live: Office, x: XServer, running: Callable[[str], subprocess.Popen[str]]
) -> None:
    bots = [running(MORNING["BOT_NOW"]) for _ in range(2)]
    wait_until(lambda: number(live) == 3, *bots)

    assert [ended(bot) for bot in bots] == [0, 0]

    assert len(x.posts()) == 3
    assert max(Counter(post.text for post in x.posts()).values()) == 1


@pytest.mark.parametrize("step", ["intended", "published"])
def test_killed_at_a_step_nothing_is_doubled_and_nothing_is_lost(
    live: Office, x: XServer, step: str
) -> None:
    killed = live.bot("run", "--once", **MORNING, BOT_KILL_AT=step)
    assert killed.returncode == -9

    for minute in ("04", "06"):
        again = live.bot("run", "--once", BOT_NOW=f"2015-11-23T09:{minute}:10")
        assert again.returncode == 0, again.stderr

    assert max(Counter(post.text for post in x.posts()).values()) == 1
    assert number(live) == len(x.posts())
    assert number(live) + number(live, "unknown") == 3


def test_a_server_that_goes_away_and_comes_back_costs_no_post(
    live: Office,
    x: XServer,
    server: PostgresServer,
    running: Callable[[str], subprocess.Popen[str]],
) -> None:
    ten_seconds_before_the_last_two = "2015-11-23T09:02:50"
    bot = running(ten_seconds_before_the_last_two)
    wait_until(lambda: number(live) == 1, bot)

    server.stop()
    assert bot.stderr is not None
    assert any("tick_failed" in line for line in bot.stderr), "the bot ended"
    server.start()
    wait_until(lambda: number(live) == 3, bot)

    assert ended(bot) == 0
    assert max(Counter(post.text for post in x.posts()).values()) == 1
    assert len(x.posts()) == 3


def test_a_hold_finds_the_live_ledger_in_whatever_mode_it_is_typed(
    live: Office, x: XServer
) -> None:
    held = live.bot("hold", "--by", "Gold", "--reason", "incident", BOT_MODE="dry", **MORNING)
    live.bot("run", "--once", **MORNING)

    assert "HELD, LIVE: everything that runs here." in held.stdout
    assert x.posts() == ()


def test_a_dry_run_needs_a_database_of_its_own(live: Office) -> None:
    refused = live.bot("run", "--once", BOT_MODE="dry", **MORNING)

    assert refused.returncode == 1
    assert "name another database in DATABASE_URL" in refused.stderr


def test_a_dry_ledger_is_made_by_itself_in_an_empty_database(
    office: Office, databases: Databases
) -> None:
    with databases.new() as url:
        office.variables = {"DATABASE_URL": url, "DYNO": "worker.1"}
        nothing = office.bot("status", **BEFORE)
        first = office.bot("run", "--once", **BEFORE)
        status = office.json("status", **BEFORE)

    assert "Nothing has run yet" in nothing.stdout
    assert first.returncode == 0, first.stderr
    assert status["waiting"] == 12
    assert not (office.folder / "data").exists()


def test_a_live_ledger_is_never_made_by_itself(office: Office, databases: Databases) -> None:
    with databases.new() as url:
        office.variables = {"DATABASE_URL": url, "BOT_MODE": "live"}
        refused = office.bot("run", "--once")

    assert refused.returncode == 1
    assert "bot db create --live" in refused.stderr


def test_live_in_a_file_is_refused_where_the_disk_does_not_last(office: Office) -> None:
    refused = office.bot("db", "create", "--live", BOT_MODE="live", DYNO="worker.1")

    assert refused.returncode == 1
    assert "Set DATABASE_URL" in refused.stderr


@pytest.mark.parametrize(
    ("command", "url", "said"),
    [
        ("hold", "postgres://bot:s3cret@127.0.0.1:1/kent?sslmode=require", "cannot be reached"),
        ("run", "postgres://bot:s3cret@127.0.0.1:port/kent", "address cannot be read"),
        ("run", "postgresql+psycopg2://bot:s3cret@127.0.0.1:1/kent", "cannot be reached"),
        ("status", "mysql://bot:s3cret@127.0.0.1/kent", "not in mysql"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence_without_its_password(
    office: Office, command: str, url: str, said: str
) -> None:
    refused = office.bot(command, DATABASE_URL=url)

    assert refused.returncode == 1
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert "s3cret" not in refused.stderr + refused.stdout
