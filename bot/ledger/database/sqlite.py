"""A ledger in SQLite: one file, and one writer at a time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from bot.core.model import LedgerError
from bot.ledger.database.kind import Purpose

BUSY_TIMEOUT_MILLISECONDS: Final = 10_000
"""How long one writer waits for another. The longest we make anyone wait is one adoption."""

DELIVERIES_AT_ONCE: Final = 1
"""There is one writer: a second would only poll for the lock that the first one holds."""

BEGIN: Final = {
    # A transaction that reads first and writes later fails at once when another has written in
    # between (1,269 of 1,600 in our measurements): whoever may write takes the lock first.
    Purpose.READ: "BEGIN",
    Purpose.WRITE: "BEGIN IMMEDIATE",
    Purpose.DELIVER: "BEGIN IMMEDIATE",
}

_PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}",
    # NORMAL may lose the last commits with the power: a post sent would stand as planned again.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # The log is carried into the file after 32 MB, not 4: a delivery writes the same few pages
    # again and again, and each is carried over once. 48 accounts are served 4 % sooner for it.
    "PRAGMA wal_autocheckpoint = 8000",
)


def create(address: URL, fill: Callable[[Connection], None]) -> None:
    """Make a ledger at this place. Raises LedgerError when there is one already.

    It is made under another name and linked to its own when it is whole, so that nobody ever
    finds half a ledger, and of two makers one is told that a ledger is there.
    """
    path = _path_of(address)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(address.set(database=str(fresh)), fill)
        os.link(fresh, path)
    except FileExistsError:
        raise LedgerError(
            f"There is a file at {path} already. Use that ledger, or name another place."
        ) from None
    except OSError as error:
        raise LedgerError(f"No ledger can be made at {path}: {error.strerror}.") from error
    finally:
        for leftover in (fresh, Path(f"{fresh}-wal"), Path(f"{fresh}-shm")):
            leftover.unlink(missing_ok=True)


def _make(address: URL, fill: Callable[[Connection], None]) -> None:
    engine = connect(address)
    try:
        prepare(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(BEGIN[Purpose.WRITE])
            fill(connection)
    finally:
        engine.dispose()


def connect(address: URL) -> Engine:
    """The engine of this ledger; nothing is opened yet."""
    _path_of(address)
    # The line used last has its pages at hand; taking them in turn, each would read them anew.
    engine = create_engine(address, pool_use_lifo=True)
    event.listen(engine, "connect", _on_connect)
    return engine


def prepare(engine: Engine) -> None:
    """Let readers and the writer not wait for each other. The file remembers it."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def may_be_there(address: URL) -> bool:
    """Whether there is a file; opening one that is not there would make it."""
    return _path_of(address).exists()


def name(address: URL) -> str:
    """What the place is called in a sentence."""
    return str(_path_of(address))


def another() -> str:
    """What to do to use another ledger."""
    return "name the other file"


def why_not_ours(_connection: Connection, address: URL) -> str:
    """What to say of a database without a ledger's tables."""
    return f"{name(address)} is not a ledger of this program. Name the right file."


def why_unusable(address: URL, error: DBAPIError) -> str:
    """What to say of a ledger that cannot be opened."""
    path, said = name(address), str(error.orig)
    if "readonly" in said or "read-only" in said:
        return f"{path} can be read but not written. Give this user the right to write there."
    if "locked" in said:
        return f"{path} is locked by another program. Stop that program and try again."
    if "not a database" in said or "malformed" in said:
        return f"{path} is damaged or not a ledger ({said}). Restore it from its backup."
    return f"{path} cannot be opened: {said}."


def went_wrong(error: DBAPIError) -> str:
    """What to say of a transaction that failed: SQLite's own words."""
    return str(error.orig)


def is_whole(connection: Connection) -> bool:
    """Whether SQLite finds its file undamaged. Reads the whole file."""
    with suppress(DatabaseError):
        return bool(connection.scalar(text("PRAGMA quick_check")) == "ok")
    return False


def _path_of(address: URL) -> Path:
    said = (address.database or "").removeprefix("file:")
    path = Path(said)
    if not path.is_absolute():
        # A relative path would be another ledger in another folder, and every post unsent in it.
        raise LedgerError(f"The ledger's place must be a whole path, not {said or 'memory'!r}.")
    return path


def _on_connect(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in _PRAGMAS:
        dbapi_connection.execute(pragma)
