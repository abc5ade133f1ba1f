"""A line beside the ledger's file that names the last event before something may have been public.

A copy of a ledger that is put back in its place lacks that event, and so is known for what it is,
however young it is and whatever the clock says. It is written within the transaction that commits
an intent, before the first byte leaves, so it never lags behind what may be public. A database
server's ledger has none: `Accounts.mark_restored` says there what the line says here.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL

from bot.core.model import LedgerError


def place(url: URL) -> Path | None:
    """Where the line stands; None where the ledger is not a file."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(f"{url.database}.seen")


def read(url: URL) -> tuple[int, str] | None:
    """The event's number and hash; None where nothing was ever about to be sent here.

    A line that cannot be read is no event's, so the ledger is taken to be a copy.
    """
    path = place(url)
    if path is None:
        return None
    try:
        seq, _, event_hash = path.read_text(encoding="ascii").strip().partition(" ")
        return int(seq), event_hash
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return 0, ""


def write(url: URL, seq: int, event_hash: str) -> None:
    """Name this event. Raises LedgerError when it cannot be written: nothing may leave then."""
    path = place(url)
    if path is None:
        return
    try:
        # In its place and of one length: the file is never empty, and all wait while it is written.
        file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.write(file, f"{seq:>20} {event_hash}\n".encode("ascii"))
        finally:
            os.close(file)
    except OSError as error:
        raise LedgerError(f"{path} cannot be written: {error.strerror}.") from error
