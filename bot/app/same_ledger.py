"""Whether the ledger that a running bot has open is still the one that stands in its place.

A file that was moved away stays open: the bot would go on in it, and a hold in the new one would
stop nothing. So the file's own number is looked at before each post, and once a minute the ledger
is opened anew, which also finds one that a newer version brought up to date.
"""

from __future__ import annotations

import threading
from typing import Final

from bot.app.environment import Environment
from bot.app.ledgers import ledger_exists, ledger_file
from bot.core.model import LedgerError
from bot.delivery import Clocks
from bot.ledger import Ledger

OPENED_ANEW_SECONDS: Final = 60.0

ENDS: Final = "The bot stops, and nothing more is sent."


class SameLedger:
    """Watches the place of one opened ledger. Safe to share between threads."""

    def __init__(self, env: Environment, ledger: Ledger, clocks: Clocks) -> None:
        self._env, self._ledger, self._clocks = env, ledger, clocks
        self._lock = threading.Lock()
        self._file = self._number()
        self._opened = clocks.boot()
        self._usable = True

    def gone(self) -> str | None:
        """Why the bot must stop, in a sentence; None while the same ledger is in its place.

        Raises LedgerError where that cannot be told.
        """
        if not ledger_exists(self._env):
            return f"there is no ledger any more at its place. {ENDS}"
        if self._number() != self._file:
            return f"another file stands in the place of the ledger. {ENDS} Start it again."
        return self._opened_anew()

    def is_in_place(self) -> bool:
        """Whether a post may be sent by it: asked before each."""
        return self._usable and self._number() == self._file

    def _opened_anew(self) -> str | None:
        with self._lock:
            if self._usable and self._clocks.boot() - self._opened < OPENED_ANEW_SECONDS:
                return None
            try:
                found = Ledger.open(self._env.ledger_url, self._env.mode)
            except LedgerError:
                self._usable = False
                raise
            found.close()
            if found.id != self._ledger.id:
                self._usable = False
                return f"another ledger stands in the place of this one. {ENDS} Start it again."
            self._usable, self._opened = True, self._clocks.boot()
            return None

    def _number(self) -> tuple[int, int] | None:
        """The file system's number of the ledger's file; None where it has none."""
        if self._env.database_url:
            return None
        try:
            found = ledger_file(self._env).stat()
        except OSError as error:
            raise LedgerError(f"The ledger cannot be looked at: {error.strerror}.") from error
        return found.st_dev, found.st_ino
