"""A ledger that is locked, read-only, full, swapped, damaged, too new or an old copy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import SameLedger, open_ledger, read_environment
from bot.core.model import LedgerError, Mode
from bot.ledger import Ledger
from tests.acceptance.conftest import Office, obeying_rights
from tests.acceptance.running_bot import RunningBot
from tests.ledger.memory_platform import SetClocks
from tests.ledger.steps import change_behind
from tests.loopback.x_server import XServer

MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}
EARLY = {"BOT_NOW": "2015-11-23T06:00:00"}
NEWER = "UPDATE alembic_version SET version_num = '9999'"


def ledger_of(office: Office) -> Path:
    return office.folder / "data/live.sqlite3"


def another_ledger(office: Office) -> Path:
    path = office.folder / "another.sqlite3"
    made = Ledger.create(f"sqlite:///{path}", Mode.LIVE, now=datetime(2015, 11, 1, tzinfo=UTC))
    made.close()
    return path


@contextmanager
def a_small_disk(at: Path) -> Iterator[Path]:
    """A disk of a megabyte and a half at this place. Only root can make one."""
    at.mkdir(parents=True, exist_ok=True)
    size = "size=1536k"
    mounting = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(at)]
    if os.geteuid() != 0 or subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("only root can make a small disk to fill")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


def fill(folder: Path) -> Path:
    """Writes until nothing more fits; the file that did it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            return filler


def is_one_sentence(err: str) -> bool:
    return "Traceback" not in err and len(err.strip().splitlines()) == 1


# --- locked -----------------------------------------------------------------------------------


def test_posts_go_out_when_a_locked_ledger_is_let_go(live: Office, x: XServer) -> None:
    with RunningBot(live, BOT_NOW="2015-11-23T08:59:58") as bot:
        with closing(sqlite3.connect(ledger_of(live), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            refused = live.bot("run", "--once", **MORNING)
            bot.until(lambda: any("locked" in line.get("why", "") for line in bot.lines))
            other.execute("ROLLBACK")
        bot.until(lambda: len(bot.actions("published")) == 1)
        assert bot.stop() == 0

    assert refused.returncode == 1
    assert "is locked by another program. Stop that program and try again." in refused.stderr
    assert is_one_sentence(refused.stderr)
    assert bot.plain == []
    assert len(x.posts()) == 1


# --- not to be written ------------------------------------------------------------------------


def test_a_ledger_that_may_not_be_written_sends_nothing(live: Office, x: XServer) -> None:
    ledger_of(live).chmod(0o444)
    (live.folder / "data").chmod(0o555)

    done = obeying_rights(live, "run", "--once", **MORNING)

    (live.folder / "data").chmod(0o755)
    assert done.returncode == 1
    assert "can be read but not written. Give this user the right to write there." in done.stderr
    assert is_one_sentence(done.stderr)
    assert x.posts() == ()


def test_a_data_folder_that_may_not_be_written_is_one_sentence(office: Office) -> None:
    (office.folder / "data").mkdir(mode=0o555)
    for data in ("data", "data/deeper"):
        done = obeying_rights(office, "run", BOT_DATA=str(office.folder / data), **EARLY)

        assert done.returncode == 1
        assert f"Nothing can be written to {office.folder / data}" in done.stderr
        assert "Permission denied. Make room there or give this user the right" in done.stderr
        assert is_one_sentence(done.stderr)


def test_a_data_folder_that_may_not_be_looked_into_is_one_sentence(live: Office) -> None:
    (live.folder / "data").chmod(0)
    for command in ("run", "status"):
        done = obeying_rights(live, command, **EARLY)

        assert done.returncode == 1
        assert "may not be looked at: Permission denied." in done.stderr
        assert is_one_sentence(done.stderr)
    (live.folder / "data").chmod(0o755)


def test_a_file_in_the_place_of_the_data_folder_is_one_sentence(office: Office) -> None:
    office.write("data", "")

    refused = office.bot("run", **EARLY)

    assert refused.returncode == 1
    assert "and that is a file. Name a folder by BOT_DATA." in refused.stderr
    assert is_one_sentence(refused.stderr)


# --- full -------------------------------------------------------------------------------------


def test_a_full_disk_sends_nothing_and_what_is_due_goes_out_when_there_is_room(
    live: Office, x: XServer, tmp_path: Path
) -> None:
    with a_small_disk(tmp_path / "small") as small:
        shutil.copytree(live.folder / "data", small / "data")
        live.variables["BOT_DATA"] = str(small / "data")
        with RunningBot(live, BOT_NOW="2015-11-23T08:59:57") as bot:
            filler = fill(small)
            bot.until(lambda: any("full" in line.get("why", "") for line in bot.lines))
            refused = live.bot("run", "--once", **MORNING)
            assert x.posts() == ()
            filler.unlink()
            bot.until(lambda: len(bot.actions("published")) == 1)
            assert bot.stop() == 0

    assert refused.returncode == 1
    assert "full" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert len(x.posts()) == 1


def test_no_room_for_a_first_ledger_is_one_sentence(office: Office, tmp_path: Path) -> None:
    with a_small_disk(tmp_path / "small") as small:
        fill(small)
        refused = office.bot("run", BOT_DATA=str(small / "data"), **EARLY)

    assert refused.returncode == 1
    assert "No space left on device. Make room there" in refused.stderr
    assert is_one_sentence(refused.stderr)


# --- another one in its place -----------------------------------------------------------------


def put_another_in_its_place(office: Office) -> None:
    os.replace(another_ledger(office), ledger_of(office))


def put_garbage_in_its_place(office: Office) -> None:
    os.replace(office.write("garbage", "this is no ledger\n" * 999), ledger_of(office))


def remove_the_ledger(office: Office) -> None:
    ledger_of(office).unlink()


@pytest.mark.parametrize(
    ("swap", "sentence"),
    [
        (put_another_in_its_place, "another file stands in the place of the ledger."),
        (put_garbage_in_its_place, "another file stands in the place of the ledger."),
        (remove_the_ledger, "there is no ledger any more at its place."),
    ],
)
def test_a_bot_whose_ledger_is_swapped_stops_and_sends_nothing_by_the_old_one(
    live: Office, x: XServer, swap: Callable[[Office], None], sentence: str
) -> None:
    with RunningBot(live, BOT_NOW="2015-11-23T08:59:57") as bot:
        swap(live)
        assert bot.ended() == 1

    (line,) = bot.actions("ledger-gone")
    assert line["so"].startswith(f"{sentence} The bot stops, and nothing more is sent.")
    assert bot.plain == []
    assert x.posts() == ()


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks(wall=datetime(2015, 11, 22, 9, tzinfo=UTC))


@pytest.fixture
def place(live: Office, clocks: SetClocks) -> Iterator[SameLedger]:
    env = replace(read_environment(live.environment), now=None)
    ledger = open_ledger(env, now=clocks.now(), create=False)
    yield SameLedger(env, ledger, clocks)
    ledger.close()


def whole(path: Path) -> bytes:
    """All that a ledger's file holds; nothing of it is beside it in the write-ahead log."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def overwrite(path: Path, content: bytes) -> None:
    """In place, as `cp` does: the file stays the same file."""
    with path.open("r+b") as file:
        file.truncate()
        file.write(content)


def test_another_ledger_written_over_this_one_is_found_within_a_minute(
    live: Office, place: SameLedger, clocks: SetClocks
) -> None:
    whole(ledger_of(live))
    overwrite(ledger_of(live), whole(another_ledger(live)))
    clocks.pass_time(61)

    assert "another ledger stands in the place of this one." in str(place.gone())
    assert not place.is_in_place()


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda path: overwrite(path, b"garbage" * 999), "is damaged or not a ledger"),
        (
            lambda path: change_behind(f"sqlite:///{path}", NEWER) and whole(path),
            "newer version of this program",
        ),
    ],
)
def test_a_ledger_that_is_damaged_or_too_new_sends_nothing_until_it_is_right(
    live: Office,
    place: SameLedger,
    clocks: SetClocks,
    break_it: Callable[[Path], object],
    sentence: str,
) -> None:
    before = whole(ledger_of(live))
    break_it(ledger_of(live))
    clocks.pass_time(61)

    with pytest.raises(LedgerError, match=sentence):
        place.gone()
    assert not place.is_in_place()

    overwrite(ledger_of(live), before)
    assert place.gone() is None
    assert place.is_in_place()


# --- at the start -----------------------------------------------------------------------------


def make_it_newer(office: Office) -> None:
    change_behind(f"sqlite:///{ledger_of(office)}", NEWER)


def make_it_dry(office: Office) -> None:
    change_behind(f"sqlite:///{ledger_of(office)}", "UPDATE ledger SET mode = 'dry'")


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (make_it_newer, "made by a newer version of this program. Update the program."),
        (put_garbage_in_its_place, "is damaged or not a ledger"),
        (remove_the_ledger, "there is no live ledger here"),
        (make_it_dry, "is a ledger for dry mode, and this is live mode."),
    ],
)
def test_a_ledger_that_is_not_right_is_one_sentence(
    live: Office, x: XServer, break_it: Callable[[Office], None], sentence: str
) -> None:
    break_it(live)

    refused = live.bot("run", "--once", **MORNING)

    assert refused.returncode == 1
    assert sentence.lower() in refused.stderr.lower()
    assert is_one_sentence(refused.stderr)
    assert x.posts() == ()


def test_an_old_copy_put_back_publishes_nothing_again(live: Office, x: XServer) -> None:
    copy = whole(ledger_of(live))
    live.bot("run", "--once", **MORNING)
    assert len(x.posts()) == 3

    whole(ledger_of(live))
    overwrite(ledger_of(live), copy)
    again = live.bot("run", "--once", BOT_NOW="2015-11-23T09:05:00")

    assert again.returncode == 0
    assert len(x.posts()) == 3
    assert live.json("status", BOT_NOW="2015-11-23T09:05:00")["today"]["published"] == 3


def test_a_database_server_that_is_not_there_is_one_sentence(office: Office) -> None:
    refused = office.bot("run", DATABASE_URL="postgres://bot:s3cret@127.0.0.1:1/kent", **EARLY)

    assert refused.returncode == 1
    assert "cannot be reached" in refused.stderr
    assert "Is the server running, and are host and port in DATABASE_URL right?" in refused.stderr
    assert is_one_sentence(refused.stderr)
    assert "s3cret" not in refused.stderr
