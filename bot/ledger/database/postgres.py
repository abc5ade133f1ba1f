"""A ledger in PostgreSQL: a database of its own, and many at work in it at once.

Every transaction that writes passes one gate, an advisory lock that ends with the transaction:

    WRITE    takes it alone: plans, approvals, holds, people's words, sweeps. It is beside no other
             writer, as in SQLite, so whatever it reads first and writes later stays true.
    DELIVER  shares it: claims, intents, records and the looks, each about one post. It locks the
             posts' rows first, by their keys, then takes accounts, by their ids, and locks the end
             of the chain of events last, and nothing else that another delivery could hold, so no
             two of them can wait for each other in a ring.

A hold is a WRITE: when it has the gate no claim or intent is under way, and the next one begins
after it. Isolation is READ COMMITTED, because every statement after the wait for a lock must see
what was committed while it waited; with REPEATABLE READ a claim would wait for a hold and then
not see it. Nothing can fail to serialise, so no transaction is ever tried again in here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, inspect
from sqlalchemy.exc import DBAPIError

from bot.core.model import LedgerError
from bot.ledger import schema
from bot.ledger.database.kind import Purpose

GATE: Final = 7_216_301_142_015
"""The advisory lock's number. Any would do; other programs in the database must not use it."""

POOL: Final = 10
OVERFLOW: Final = 60
"""Connections kept, and opened beyond those when the carrier's threads all work at once."""

DELIVERIES_AT_ONCE: Final = 4
"""So a post that another process has locked does not keep those of all accounts waiting."""

_TIMEOUTS: Final = {
    "statement_timeout": 15_000,  # milliseconds
    "lock_timeout": 10_000,
    # A process frozen within a transaction would keep every hold waiting at the gate.
    "idle_in_transaction_session_timeout": 30_000,
}

_CONNECTING: Final[dict[str, Any]] = {
    "connect_timeout": 10,  # seconds
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "application_name": "campaign-bot",
    "options": " ".join(f"-c {name}={value}" for name, value in _TIMEOUTS.items()),
}

BEGIN: Final = {
    Purpose.READ: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    Purpose.WRITE: f"SELECT pg_advisory_xact_lock({GATE})",
    Purpose.DELIVER: f"SELECT pg_advisory_xact_lock_shared({GATE})",
}


def create(address: URL, fill: Callable[[Connection], None]) -> None:
    """Make a ledger in this database. Raises LedgerError when it holds tables of these names.

    All in one transaction behind the gate: there is a whole ledger or none, and of two makers one
    finds the other's.
    """
    engine = connect(address)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(BEGIN[Purpose.WRITE])
            taken = _ours_or_namesakes(connection)
            if {"alembic_version", "ledger", "event"} <= taken:
                raise LedgerError(
                    f"There is a ledger in {name(address)} already. Use it, or {another()}."
                )
            if taken:
                raise LedgerError(why_not_ours(connection, address))
            fill(connection)
    except DBAPIError as error:
        raise LedgerError(why_unusable(address, error)) from error
    finally:
        engine.dispose()


def connect(address: URL) -> Engine:
    """The engine of this ledger; nothing is opened yet. What the address says is left as it is."""
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args={key: _CONNECTING[key] for key in _CONNECTING.keys() - address.query.keys()},
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # an error that is logged must not quote what it was about
        pool_size=POOL,
        max_overflow=OVERFLOW,
        pool_pre_ping=True,  # a server that was started again is found again
        pool_timeout=10,  # seconds
    )


def prepare(_engine: Engine) -> None:
    """Nothing: the server keeps its own settings."""


def may_be_there(_address: URL) -> bool:
    """True: only the server knows."""
    return True


def name(address: URL) -> str:
    """What the database is called in a sentence: never with its user or password."""
    host = address.host or address.query.get("host", "this machine")
    port = f":{address.port}" if address.port else ""
    return f"the PostgreSQL database {address.database or address.username!r} on {host}{port}"


def another() -> str:
    """What to do to use another ledger."""
    return "name another database in DATABASE_URL"


def why_not_ours(connection: Connection, address: URL) -> str:
    """What to say of a database without a ledger's tables."""
    taken = sorted(_ours_or_namesakes(connection))
    if taken:
        return (
            f"{_capital(name(address))} holds tables of another program by the same names"
            f" ({', '.join(taken)}). Give the bot a database of its own."
        )
    return (
        f"There is no ledger in {name(address)}. If this is a new deployment, make one with"
        " 'bot db create'; if it is not, find the old database first."
    )


def why_unusable(address: URL, error: DBAPIError) -> str:
    """What to say of a database that cannot be opened, or not be written."""
    place, state = _capital(name(address)), _state(error)
    said = _first_line(error)
    if state == "42501" and ("schema" in said or "create" in said):
        return (
            f"In {name(address)} this user may make no tables. Its owner must allow it:"
            " GRANT CREATE ON SCHEMA public TO the user."
        )
    if state == "42501":
        return f"{place} may not be written by this user ({said}). Give it the right to."
    if state == "25006":
        return f"{place} can be read but not written: it is a read-only copy. Name the first one."
    if state == "3D000" or ("does not exist" in said and "database" in said):
        return f"{place} does not exist. Make it, or correct its name in DATABASE_URL."
    if state in ("28P01", "28000") or "authentication failed" in said or "no password" in said:
        return f"{place} refused the user or the password. Correct them in DATABASE_URL."
    if "role" in said and "does not exist" in said:
        return f"{place} knows no such user. Correct it in DATABASE_URL."
    if state == "55P03" or state == "57014":
        return f"{place} is busy: somebody else kept it locked too long. Try again."
    if "invalid connection option" in said or "invalid sslmode" in said or "URI" in said:
        return f"DATABASE_URL has an option that PostgreSQL does not know: {said}."
    if getattr(error.orig, "pgconn", None) is None or state is None:
        return (
            f"{place} cannot be reached: {_without_place(said)}."
            " Is the server running, and are host and port in DATABASE_URL right?"
        )
    return f"{place} cannot be used: {said}."


def went_wrong(error: DBAPIError) -> str:
    """What to say of a transaction that failed; nothing of it was kept."""
    state = _state(error)
    if state in ("55P03", "57014"):
        return "another kept it locked, or it took too long. Nothing was changed; try again."
    if error.connection_invalidated:
        return "the connection to the database was lost. It is made anew by itself."
    return f"{_first_line(error)}."


def is_whole(_connection: Connection) -> bool:
    """True: a server's own checksums speak up when a damaged page is read."""
    return True


def _ours_or_namesakes(connection: Connection) -> set[str]:
    ours = {"alembic_version", *schema.metadata.tables}
    return ours & set(inspect(connection).get_table_names())


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _first_line(error: DBAPIError) -> str:
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    fatal = next((line for line in lines if "FATAL:" in line), lines[0] if lines else "")
    return fatal.rpartition("FATAL:")[2].strip().rstrip(".") or "no reason given"


def _without_place(said: str) -> str:
    """The reason at the end of libpq's sentence, which names host, address and port before it."""
    return said.rpartition("failed: ")[2] or said


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
