"""Bringing a ledger's schema up to date, by Alembic, without its files or its command line."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from bot.core.model import LedgerError

_ONE_AT_A_TIME: Final = threading.Lock()
"""Alembic keeps its environment in module globals: two threads would take it from each other."""


def config() -> Config:
    """Where the migrations are: beside this file, wherever the program was started."""
    made = Config()
    place = str(Path(__file__).parent / "migrations")
    made.set_main_option("script_location", place.replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def head() -> str | None:
    """The newest revision that this program knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def upgrade(connection: Connection) -> None:
    """Run what is missing, within the transaction that `connection` is in."""
    made = config()
    made.attributes["connection"] = connection
    try:
        with _ONE_AT_A_TIME:
            command.upgrade(made, "head")
    except CommandError as error:
        raise LedgerError(
            "This ledger was made by a newer version of this program. Update the program."
        ) from error
