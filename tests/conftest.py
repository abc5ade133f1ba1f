"""A ledger of its own for every test that asks for one, on SQLite and again on PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.core.model import Mode
from bot.ledger import Ledger
from tests import pds as bluesky
from tests.factories import at
from tests.ledger.steps import an_empty_ledger, change_behind
from tests.postgres import MISSING, Databases, PostgresServer, named, started

KINDS = ("sqlite", "postgres")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As where a shell runs the tests in the background: every program they start would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A real PostgreSQL of our own, which a test may stop and start; else it is skipped, aloud."""
    made = started()
    if made is None:
        pytest.skip(MISSING)
    with made:
        yield made


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Databases on the PostgreSQL that TEST_DATABASE_URL names, or on one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return Databases(named(given, "postgres"))
    own: PostgresServer = request.getfixturevalue("server")
    return Databases(own.url)


@pytest.fixture(scope="session")
def empty_template(databases: Databases) -> Iterator[str]:
    """The name of a database with an empty dry ledger, to be copied."""
    name = databases.make()
    Ledger.create(databases.url_of(name), Mode.DRY, now=at("00:00")).close()
    yield name
    databases.drop(name)


@pytest.fixture(scope="session")
def pds() -> Iterator[bluesky.PdsServer]:
    """A real Bluesky server of our own, where it is installed; else the test is skipped, aloud."""
    made = bluesky.started()
    if made is None:
        pytest.skip(bluesky.MISSING)
    with made:
        yield made


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    kind: str = request.param
    return kind


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the test's ledger is, or may be made if the test does not ask for `ledger`."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/ledger.db"
        return
    databases: Databases = request.getfixturevalue("databases")
    filled = "ledger" in request.fixturenames
    template = request.getfixturevalue("empty_template") if filled else "template1"
    with databases.new(template) as fresh:
        yield fresh


@pytest.fixture
def ledger(kind: str, url: str, tmp_path: Path) -> Iterator[Ledger]:
    if kind == "sqlite":
        made = an_empty_ledger(tmp_path / "ledger.db")
    else:
        made = Ledger.open(url, Mode.DRY)
    yield made
    made.close()


@pytest.fixture
def behind(url: str) -> Callable[[str], int]:
    """Runs SQL behind the ledger's back; how many rows it changed."""
    return lambda statement: change_behind(url, statement)


@pytest.fixture
def empty_ledgers(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[], AbstractContextManager[str]]:
    """Addresses of empty dry ledgers, as many as are asked for; each gone when its block ends."""
    if kind == "sqlite":
        return partial(_empty_file, tmp_path)
    databases: Databases = request.getfixturevalue("databases")
    return partial(databases.new, request.getfixturevalue("empty_template"))


@contextmanager
def _empty_file(folder: Path) -> Iterator[str]:
    place = folder / secrets.token_hex(4)
    place.mkdir()
    an_empty_ledger(place / "ledger.db").close()
    yield f"sqlite:///{place}/ledger.db"
    shutil.rmtree(place)
