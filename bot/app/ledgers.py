"""The ledger of this deployment: where it is, whether it is there, and opening it.

The ledger's own package takes a quarter of a second to import, so each function that needs it
imports it: a preview where nothing has run yet does not wait for it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from bot.app.environment import Environment
from bot.core.model import LedgerError, Mode, SettingsError

if TYPE_CHECKING:
    from bot.ledger import Ledger

EPHEMERAL: Final = ("DYNO", "K_SERVICE", "FLY_APP_NAME", "RENDER")
"""Variables that hosts set whose disk does not outlive a restart."""

ROOM_BYTES: Final = 200_000
"""What an empty ledger needs while it is made."""

_SEEN: Final[set[str]] = set()
"""The ledgers in database servers that this process has found."""


def open_ledger(env: Environment, *, now: datetime, create: bool) -> Ledger:
    """The ledger of this mode. A dry one is made when `create` is true and it is not there yet.

    Raises LedgerError, and SettingsError for live mode on a disk that does not last.
    """
    from bot.ledger import Ledger

    must_last(env)
    if ledger_exists(env):
        return Ledger.open(env.ledger_url, env.mode)
    if env.mode is Mode.LIVE or not create:
        raise SettingsError(
            "there is no live ledger here. For a new deployment make one: .venv/bin/bot db create "
            "--live. If there was one, find it first."
            if env.mode is Mode.LIVE
            else "nothing has run here yet. Start with: make run"
        )
    if _is_file(env):
        _must_be_writable(env.data)
    try:
        return Ledger.create(env.ledger_url, Mode.DRY, now=now)
    except LedgerError:
        if ledger_exists(env):  # another process made it meanwhile
            return Ledger.open(env.ledger_url, Mode.DRY)
        raise


def _must_be_writable(folder: Path) -> None:
    """Makes the data folder where it is not there. Raises SettingsError where nothing fits in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM_BYTES))
    except FileExistsError:
        raise SettingsError(
            f"the ledger's folder would be {folder}, and that is a file. Name a folder by BOT_DATA."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"nothing can be written to {folder}, where the ledger would be: {error.strerror}. "
            "Make room there or give this user the right to write, or name another folder by "
            "BOT_DATA."
        ) from error


def must_last(env: Environment) -> None:
    """Raises SettingsError for a live ledger in a file on a host that loses its disk."""
    host = next((name for name in EPHEMERAL if name in env.values), None)
    if env.mode is Mode.LIVE and host and _is_file(env):
        raise SettingsError(
            f"This host ({host} is set) loses its disk at every restart, and the ledger with it. "
            "Set DATABASE_URL to a PostgreSQL database (postgresql://user:password@host/database), "
            "or publish live from a machine with a disk that lasts."
        )


def modes_here(env: Environment) -> tuple[Mode, ...]:
    """The modes that have a ledger here, live first: a hold means all of them.

    A database server holds one ledger, and its stamp says of which mode. Raises LedgerError when
    it cannot be asked.
    """
    if env.database_url:
        from bot.ledger import Ledger

        stamped = Ledger.stamp(env.database_url)
        return () if stamped is None else (stamped,)
    both = (Mode.LIVE, Mode.DRY)
    return tuple(mode for mode in both if ledger_exists(replace(env, mode=mode)))


def ledger_exists(env: Environment) -> bool:
    """Whether the ledger is there; in a database server, one of any mode. Raises LedgerError.

    What was there once is taken to be there: only a file goes away without a word, and the bot
    asks every two seconds.
    """
    if _is_file(env):
        path = ledger_file(env)
        try:
            return path.exists()
        except OSError as error:  # a folder on the way there may not be looked into
            raise SettingsError(
                f"{path} may not be looked at: {error.strerror}. Run this as the user to whom "
                "the ledger belongs, or name another folder by BOT_DATA."
            ) from error
    if env.ledger_url not in _SEEN:
        from bot.ledger import Ledger

        if Ledger.stamp(env.ledger_url) is not None:
            _SEEN.add(env.ledger_url)
    return env.ledger_url in _SEEN


def ledger_file(env: Environment) -> Path:
    """Where the ledger of a deployment without a database server is."""
    return Path(env.ledger_url.removeprefix("sqlite:///"))


def _is_file(env: Environment) -> bool:
    return env.ledger_url.startswith("sqlite")
