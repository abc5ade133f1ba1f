"""What every kind of database answers, and what both share: purposes, and an empty ledger."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, insert
from sqlalchemy.exc import DBAPIError

from bot.core.model import Mode
from bot.ledger import schema


class Purpose(StrEnum):
    """What a transaction is for: it decides how it begins."""

    READ = "read"  # one moment, and nothing written
    WRITE = "write"  # alone among all that write
    DELIVER = "deliver"  # writes about posts, beside others of its kind where that can be


class Kind(Protocol):
    """One kind of database. Both are modules."""

    @property
    def BEGIN(self) -> Mapping[Purpose, str]:  # noqa: N802  # a module's constant
        """The first statement of a transaction of each purpose."""

    @property
    def DELIVERIES_AT_ONCE(self) -> int:  # noqa: N802  # a module's constant
        """How many transactions of one process may take steps of deliveries side by side."""

    def create(self, address: URL, fill: Callable[[Connection], None], /) -> None:
        """Make a ledger here, whole or not at all. Raises LedgerError when one is there."""

    def connect(self, address: URL, /) -> Engine:
        """The engine of this ledger; nothing is opened yet."""

    def prepare(self, engine: Engine, /) -> None:
        """Set what the database remembers, before the first transaction that writes."""

    def may_be_there(self, address: URL, /) -> bool:
        """Whether it is worth opening; opening must not make what is not there."""

    def name(self, address: URL, /) -> str:
        """What the place is called within a sentence, without a password."""

    def another(self) -> str:
        """What to do to use another ledger, within a sentence."""

    def why_not_ours(self, connection: Connection, address: URL, /) -> str:
        """What to say of a database without a ledger's tables."""

    def why_unusable(self, address: URL, error: DBAPIError, /) -> str:
        """What to say of a ledger that cannot be opened."""

    def went_wrong(self, error: DBAPIError, /) -> str:
        """What to say of a transaction that failed."""

    def is_whole(self, connection: Connection, /) -> bool:
        """Whether the database finds what it keeps undamaged."""


@contextmanager
def transaction(engine: Engine, kind: Kind, purpose: Purpose) -> Iterator[Connection]:
    """The only way in which a transaction on a ledger begins; kept when the block ends well.

    Said here and not by an event of the engine's: with one, SQLAlchemy asks before and after every
    statement who else wants to hear of it, which cost a tenth of all that a delivery does.
    """
    with engine.begin() as connection:
        connection.exec_driver_sql(kind.BEGIN[purpose])
        yield connection


def fill(connection: Connection, mode: Mode, now: datetime) -> None:
    """Make the tables and the stamp, in the transaction that `connection` is in."""
    ledger_id = secrets.token_hex(16)
    migrate(connection)
    connection.execute(
        insert(schema.ledger).values(
            id=ledger_id, mode=mode, created_at=now, events=0, last_hash=ledger_id
        )
    )


def migrate(connection: Connection) -> None:
    """Bring the schema up to date. Alembic is imported only now: it costs a tenth of a second."""
    from bot.ledger import migrate as migrations

    migrations.upgrade(connection)
