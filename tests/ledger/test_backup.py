"""Copies of a ledger, and what a copy that comes back must not forget."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.core.model import LedgerError, Mode, Receipt
from bot.ledger import Ledger, backup
from tests.factories import a_post, at
from tests.ledger.steps import an_empty_ledger, intended, planned


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "here" / "ledger.db"


def a_ledger(place: Path) -> Ledger:
    place.parent.mkdir()
    return an_empty_ledger(place)


def reopened(place: Path) -> Ledger:
    return Ledger.open(f"sqlite:///{place}", Mode.DRY)


def used(ledger: Ledger) -> None:
    """Kent's page was read, and a post went out."""
    ledger.note_timeline("kent-x", [], now=at("08:59"))
    ledger.record(intended(ledger, a_post()), Receipt("1"), now=at("09:00"))
    ledger.heartbeat(now=at("09:00"))


def test_a_copy_has_the_head_of_the_ledger_it_was_made_of(place: Path, tmp_path: Path) -> None:
    ledger = a_ledger(place)
    planned(ledger, a_post())

    made = backup.copy(f"sqlite:///{place}", tmp_path / "copy.db")

    assert (made.events, made.head) == ledger.head()
    assert (made.posts, made.mode) == (1, Mode.DRY)
    assert made.path.stat().st_mode & 0o077 == 0  # it names staff
    copied = reopened(made.path)
    assert copied.verify() == made.events
    copied.close()
    ledger.close()


def test_a_copy_never_says_that_a_page_was_read(place: Path, tmp_path: Path) -> None:
    ledger = a_ledger(place)
    used(ledger)
    made = backup.copy(f"sqlite:///{place}", tmp_path / "copy.db")

    copied = reopened(made.path)

    assert not ledger.must_read_timeline("kent-x", now=at("09:01"))
    assert copied.must_read_timeline("kent-x", now=at("09:01"))
    copied.close()
    ledger.close()


@pytest.mark.parametrize("name", ["ledger.db", "ledger.db-wal", "there.db", "no/such/folder.db"])
def test_a_copy_takes_the_place_of_nothing(place: Path, name: str) -> None:
    ledger = a_ledger(place)
    (place.parent / "there.db").write_text("something", encoding="utf-8")

    with pytest.raises(LedgerError):
        backup.copy(f"sqlite:///{place}", place.parent / name)

    assert (place.parent / "there.db").read_text(encoding="utf-8") == "something"
    assert isinstance(ledger.verify(), int)
    ledger.close()


def test_an_older_file_in_the_ledgers_place_is_noticed_whatever_the_clock_says(
    place: Path,
) -> None:
    ledger = a_ledger(place)
    ledger.note_timeline("kent-x", [], now=at("08:59"))
    planned(ledger, a_post())
    ledger.heartbeat(now=at("08:59"))
    ledger.close()
    older = place.with_name("older.db")
    shutil.copyfile(place, older)
    ledger = reopened(place)
    used(ledger)
    ledger.close()

    shutil.copyfile(older, place)
    again = reopened(place)
    assert not again.must_read_timeline("kent-x", now=at("08:59:30"))
    again.heartbeat(now=at("08:59:30"))

    assert again.must_read_timeline("kent-x", now=at("08:59:30"))
    again.note_timeline("kent-x", [], now=at("08:59:30"))
    again.heartbeat(now=at("08:59:40"))
    assert not again.must_read_timeline("kent-x", now=at("08:59:40"))
    assert [one.action for one in again.events()].count("restored") == 1
    again.close()


def test_a_ledger_that_was_not_exchanged_is_not_taken_for_a_copy(place: Path) -> None:
    ledger = a_ledger(place)
    used(ledger)
    ledger.close()

    again = reopened(place)
    again.heartbeat(now=at("09:01"))

    assert not again.must_read_timeline("kent-x", now=at("09:01"))
    again.close()


def test_a_line_beside_the_ledger_that_cannot_be_read_counts_as_a_copys(place: Path) -> None:
    ledger = a_ledger(place)
    used(ledger)
    Path(f"{place}.seen").write_bytes(b"\xff\x00")

    ledger.heartbeat(now=at("09:01"))

    assert ledger.must_read_timeline("kent-x", now=at("09:01"))
    ledger.close()


def test_nothing_is_sent_where_the_line_cannot_be_written(place: Path) -> None:
    ledger = a_ledger(place)
    Path(f"{place}.seen").mkdir()

    with pytest.raises(LedgerError, match="cannot be written"):
        intended(ledger, a_post())

    assert ledger.attempts(a_post().key) == ()
    ledger.close()
