"""Making and opening a ledger: the right one, of the right mode, or a sentence that says why."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.core.model import LedgerError, Mode
from bot.ledger import HoldKind, Ledger, migrate, schema
from tests.factories import a_post, at
from tests.ledger.steps import an_old_ledger, everything

ROOT = Path(__file__).parents[2]

in_a_file = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def test_a_made_ledger_opens_again_with_its_id(url: str) -> None:
    made = Ledger.create(url, Mode.LIVE, now=at("06:00"))
    made.close()

    opened = Ledger.open(url, Mode.LIVE)

    assert (opened.id, opened.mode) == (made.id, Mode.LIVE)
    opened.close()


def test_a_ledger_is_never_made_over_another(ledger: Ledger, url: str) -> None:
    with pytest.raises(LedgerError, match="already"):
        Ledger.create(url, Mode.DRY, now=at("06:00"))


def test_a_dry_ledger_is_refused_in_live_mode(ledger: Ledger, url: str) -> None:
    with pytest.raises(LedgerError, match="for dry mode, and this is live mode"):
        Ledger.open(url, Mode.LIVE)


def test_a_missing_ledger_is_not_made_by_opening_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="bot db create"):
        Ledger.open(url, Mode.DRY)

    assert Ledger.stamp(url) is None
    assert list(tmp_path.iterdir()) == []


def test_the_stamp_of_a_ledger_says_its_mode(ledger: Ledger, url: str) -> None:
    assert Ledger.stamp(url) is Mode.DRY


def test_a_place_that_depends_on_the_folder_is_refused() -> None:
    with pytest.raises(LedgerError, match="whole path"):
        Ledger.open("sqlite:///ledger.db", Mode.DRY)


@in_a_file
def test_a_file_that_is_no_database_is_called_damaged(url: str, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("Dear diary, " * 100)

    with pytest.raises(LedgerError, match="damaged or not a ledger"):
        Ledger.open(url, Mode.DRY)


@in_a_file
def test_another_programs_database_is_refused_and_left_as_it_was(url: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as other:
        other.execute("CREATE TABLE diary (entry TEXT)")
    other.close()
    before = (tmp_path / "ledger.db").read_bytes()

    with pytest.raises(LedgerError, match="not a ledger of this program"):
        Ledger.open(url, Mode.DRY)

    with sqlite3.connect(tmp_path / "ledger.db") as other:
        tables = [name for (name,) in other.execute("SELECT name FROM sqlite_master")]
    other.close()
    assert tables == ["diary"]
    assert (tmp_path / "ledger.db").read_bytes() == before


@in_a_file
def test_a_ledger_that_cannot_be_written_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()

    with pytest.raises(LedgerError, match="can be read but not written"):
        Ledger.open(f"sqlite:///file:{tmp_path}/ledger.db?mode=ro&uri=true", Mode.DRY)


def test_a_ledger_of_a_newer_program_is_refused(
    ledger: Ledger, url: str, behind: Callable[[str], int]
) -> None:
    behind("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(LedgerError, match=r"newer version of this program\. Update the program"):
        Ledger.open(url, Mode.DRY)


def test_a_ledger_that_was_not_finished_leaves_no_file(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "config", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        Ledger.create(url, Mode.DRY, now=at("06:00"))

    assert list(tmp_path.iterdir()) == []


def test_of_two_makers_one_is_told_that_a_ledger_is_there(url: str, tmp_path: Path) -> None:
    def make(_maker: int) -> str:
        try:
            Ledger.create(url, Mode.DRY, now=at("06:00")).close()
        except LedgerError as error:
            return str(error)
        return "made"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(make, range(2)), key=len)

    assert said[0] == "made"
    assert "already" in said[1]
    Ledger.open(url, Mode.DRY).close()
    assert [path.name for path in tmp_path.iterdir()] in (["ledger.db"], [])


@in_a_file
def test_the_ledger_is_written_ahead_and_fully(ledger: Ledger, tmp_path: Path) -> None:
    with ledger._writing() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]

    assert settings == ["wal", 2, 1, 10_000]


def test_the_newest_migration_is_the_one_the_schema_names() -> None:
    assert migrate.head() == schema.HEAD


def test_the_migrations_make_exactly_the_schema(ledger: Ledger, url: str) -> None:
    made = _definitions(url)
    drawn = create_engine(url)
    with drawn.begin() as connection:
        schema.metadata.drop_all(connection)
        schema.metadata.create_all(connection)
    drawn.dispose()

    assert _definitions(url) == made


def test_a_ledger_of_the_first_revision_opens_with_its_holds_and_posts(
    url: str, behind: Callable[[str], int]
) -> None:
    an_old_ledger(url)
    behind(
        'INSERT INTO hold (id, kind, "by", reason, at)'
        " VALUES (1, 'everything', 'Gold', 'incident', '2026-11-16 06:00:00.000000')"
    )

    opened = Ledger.open(url, Mode.DRY)

    (hold,) = opened.holds()
    assert (hold.by, hold.kind, hold.until, hold.routine) == ("Gold", HoldKind.HOLD, None, False)
    post = a_post()
    opened.adopt([post], everything, now=at("06:30"))
    standing = opened.post(post.key)
    assert standing is not None
    assert (standing.held_by, standing.essential) == (hold, None)
    opened.close()


def test_a_ledger_is_made_silently_from_any_folder_and_opened_without_alembic(
    url: str, tmp_path: Path
) -> None:
    program = f"""if True:
        import sys
        from datetime import UTC, datetime
        from bot.core.model import Mode
        from bot.ledger import Ledger
        url = {url.replace("ledger.db", "100% our ledger.db")!r}
        if sys.argv[1] == "create":
            Ledger.create(url, Mode.DRY, now=datetime(2026, 1, 1, tzinfo=UTC)).close()
        else:
            Ledger.open(url, Mode.DRY).close()
            assert "alembic" not in sys.modules
    """
    for what in ("create", "open"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program, what],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _definitions(url: str) -> set[tuple[str, ...]]:
    """Every table and index, its parts sorted: the order of constraints is nobody's promise."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text(_SQLITE if "sqlite" in url else _POSTGRES)).scalars().all()
    engine.dispose()
    return {tuple(sorted(_parts(sql))) for sql in rows if "alembic_version" not in sql}


_SQLITE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
_POSTGRES = """
    SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable,
                     column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


def _parts(sql: str) -> list[str]:
    """A table's columns and constraints, on whichever lines: SQLite adds a column to the last."""
    if not sql.startswith("CREATE TABLE"):
        return [" ".join(sql.split())]
    head, _, body = sql.partition("(")
    parts, depth = [""], 0
    for letter in body[: body.rindex(")")]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [" ".join(part.split()) for part in (head, *parts)]
