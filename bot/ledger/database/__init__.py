"""Reaching the database: making, opening and migrating a ledger, and its kinds of transaction.

What is particular to a database stands in a file of its own, `sqlite` or `postgres`, and each
gives the same few answers: how a ledger is made where none is, whether one is there, how a
transaction of each Purpose begins, and what a database that cannot be used should be called.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import URL, Connection, Engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.core.model import LedgerError, Mode
from bot.ledger import schema
from bot.ledger.database import postgres, sqlite
from bot.ledger.database.kind import Kind, Purpose, fill, migrate, transaction

__all__ = ["Book", "Purpose", "create", "is_whole", "open_existing", "stamp"]

_KINDS: Final[dict[str, Kind]] = {"sqlite": sqlite, "postgresql": postgres}


class Book:
    """An opened ledger: its mode, its id, and transactions on it. The base of every part."""

    def __init__(self, engine: Engine, mode: Mode, ledger_id: str) -> None:
        self._engine = engine
        self._kind = _kind(engine.url)
        self.mode = mode
        self.id = ledger_id

    def close(self) -> None:
        """Let go of the database. The ledger cannot be used afterwards."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction that may write; no other writer is within one at the same time."""
        with self._transaction(Purpose.WRITE) as connection:
            yield connection

    @contextmanager
    def _delivering(self) -> Iterator[Connection]:
        """One transaction that writes about some posts, and locks those posts' rows first.

        Where the database can, others of its kind go on beside it; `_writing` never does. So it
        may trust what it reads of holds, plans and approvals, and of its own posts.
        """
        with self._transaction(Purpose.DELIVER) as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One transaction that only reads, and sees one moment."""
        with self._transaction(Purpose.READ) as connection:
            yield connection

    @contextmanager
    def _transaction(self, purpose: Purpose) -> Iterator[Connection]:
        with _plainly(self._kind), transaction(self._engine, self._kind, purpose) as connection:
            yield connection


@contextmanager
def _plainly(kind: Kind) -> Iterator[None]:
    """Say what the database could not do as a LedgerError; a broken constraint stays itself."""
    try:
        yield
    except IntegrityError:
        raise
    except NoConnectionFree as error:
        raise LedgerError("The ledger is too busy: no connection to it came free.") from error
    except DBAPIError as error:
        said = kind.went_wrong(error)
        raise LedgerError(f"The ledger could not be read or written: {said}") from error


def create(url: str, mode: Mode, *, now: datetime) -> tuple[Engine, str]:
    """A new, empty ledger of this mode: its engine and its id. Raises LedgerError.

    Nobody ever finds half a ledger, and of two makers one is told that a ledger is there.
    """
    address = _read_url(url)
    kind = _kind(address)
    try:
        kind.create(address, lambda connection: fill(connection, mode, now))
    except DBAPIError as error:
        raise LedgerError(kind.why_unusable(address, error)) from error
    return open_existing(url, mode)


def open_existing(url: str, mode: Mode) -> tuple[Engine, str]:
    """The ledger that is there, brought up to date: its engine and its id. Raises LedgerError."""
    address = _read_url(url)
    kind = _kind(address)
    if not kind.may_be_there(address):
        raise LedgerError(_none_there(kind.name(address)))
    engine = kind.connect(address)
    try:
        return engine, _check(engine, kind, address, mode)
    except DBAPIError as error:
        engine.dispose()
        raise LedgerError(kind.why_unusable(address, error)) from error
    except BaseException:
        engine.dispose()
        raise


def stamp(url: str) -> Mode | None:
    """The mode of the ledger that is there; None where there is none. Changes nothing.

    Raises LedgerError when the database cannot be asked.
    """
    address = _read_url(url)
    kind = _kind(address)
    if not kind.may_be_there(address):
        return None
    engine = kind.connect(address)
    try:
        with transaction(engine, kind, Purpose.READ) as connection:
            if not _is_ours(connection):
                return None
            mode = connection.scalar(select(schema.ledger.c.mode))
            return None if mode is None else Mode(mode)
    except DBAPIError as error:
        raise LedgerError(kind.why_unusable(address, error)) from error
    finally:
        engine.dispose()


def is_whole(connection: Connection) -> bool:
    """Whether the database itself finds what it keeps undamaged. May read everything."""
    return _kind(connection.engine.url).is_whole(connection)


def _check(engine: Engine, kind: Kind, address: URL, mode: Mode) -> str:
    name = kind.name(address)
    with transaction(engine, kind, Purpose.READ) as connection:
        if not _is_ours(connection):
            raise LedgerError(kind.why_not_ours(connection, address))
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        row = connection.execute(select(schema.ledger.c.id, schema.ledger.c.mode)).first()
    if row is None:
        raise LedgerError(f"{name} was never finished. Remove it and make it again.")
    ledger_id, stamped = str(row[0]), str(row[1])
    if stamped != mode:
        raise LedgerError(
            f"{name} is a ledger for {stamped} mode, and this is {mode} mode."
            f" Each mode keeps a ledger of its own: {kind.another()}, or change BOT_MODE."
        )
    kind.prepare(engine)
    with transaction(engine, kind, Purpose.WRITE) as connection:
        # Begun for writing even when nothing is to be migrated: a ledger that cannot be written
        # is better found now than between a post and its record.
        if revision != schema.HEAD:
            migrate(connection)
        connection.execute(schema.ledger.update().values(id=ledger_id))
    return ledger_id


def _is_ours(connection: Connection) -> bool:
    return {"alembic_version", "ledger", "event"} <= set(inspect(connection).get_table_names())


def _none_there(name: str) -> str:
    return (
        f"There is no ledger at {name}. If this is a new deployment, make one with"
        " 'bot db create'; if it is not, find the old one first."
    )


def _read_url(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Without its cause: the error may quote a part of the address, and so the password.
        raise LedgerError(
            "The ledger's address cannot be read. Write it as sqlite:////path/to/ledger.db or"
            " postgresql://user:password@host/database, with %40 for an @ in the password."
        ) from None


def _kind(address: URL) -> Kind:
    try:
        return _KINDS[address.get_backend_name()]
    except KeyError:
        raise LedgerError(
            "A ledger is kept in SQLite (sqlite:////path/to/ledger.db) or in PostgreSQL"
            f" (postgresql://user:password@host/database), not in {address.get_backend_name()}."
        ) from None
