"""Copies of a ledger that is one file: made while a bot runs, and put back in its place.

A copy never says that an account's timeline has been read, so by whatever way it comes back into
use, each account's page is read before its next post and what it shows is not sent again.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import make_url

from bot.core.holds import HoldKind
from bot.core.model import LedgerError, Mode
from bot.ledger import Ledger, witness
from bot.ledger.values import BrokenEvent, Hold, Scope, ScopeKind

FRESH: Final = timedelta(minutes=2)
"""After a heartbeat so young something runs over the ledger: cron starts the bot each minute."""

_COMPANIONS: Final = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file
_LOCK_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole ledger in one file. `head` is the hash of its last event."""

    path: Path
    mode: Mode
    size: int  # bytes
    posts: int
    events: int
    head: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in the ledger's place, and where the file is that stood there before."""

    copy: Copy
    aside: Path | None
    holds: tuple[Hold, ...]  # active in the file before, and active again
    readable: bool  # whether the file before could be asked for its holds


def file_of(url: str) -> Path:
    """The ledger's file. Raises LedgerError, with what to do, where a server keeps it."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        raise LedgerError(
            "This ledger is kept by a PostgreSQL server: copy it with pg_dump, put it back with "
            "pg_restore while no bot runs, and then give: .venv/bin/bot db restored"
        )
    return Path(address.database)


def copy(url: str, target: Path) -> Copy:
    """A whole copy as of one moment, whoever writes meanwhile. Raises LedgerError.

    It never takes the place of a file that is there.
    """
    path = file_of(url)
    if not path.exists():
        raise LedgerError(f"There is no ledger at {path} to copy.")
    _refuse_own_place(path, target)
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise LedgerError(f"{target} is there already. Name a file that is not.") from None
    except OSError as error:
        raise LedgerError(f"{target} cannot be written: {error.strerror}.") from error
    try:
        _copy_pages(path, target)
        return examine(target)
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)
        raise LedgerError(f"{path} could not be copied to {target}: {error}.") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def examine(path: Path) -> Copy:
    """What a copy holds. Raises LedgerError when it is not a sound ledger."""
    try:
        with closing(_opened(path)) as database:
            sound = database.execute("PRAGMA quick_check").fetchone() == ("ok",)
            stamp = "SELECT mode, events, last_hash FROM ledger"
            mode, events, head = database.execute(stamp).fetchone()
            (posts,) = database.execute("SELECT count(*) FROM post").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise LedgerError(f"{path} is damaged, or not a ledger.") from error
    if not sound:
        raise LedgerError(f"{path} is damaged.")
    return Copy(path, Mode(mode), path.stat().st_size, posts, events, head)


def restore(url: str, mode: Mode, source: Path, *, by: str, now: datetime) -> Restored:
    """Put a copy in the ledger's place, and the file that stood there aside under a new name.

    Holds that are active in the file before are carried over. Raises LedgerError, with nothing
    changed, while anything runs over the ledger, and for a copy that is not a sound ledger of
    this mode.
    """
    path = file_of(url)
    if not source.is_file():
        raise LedgerError(f"There is no file at {source}.")
    if path.exists() and path.samefile(source):
        raise LedgerError(f"{source} is the ledger itself. Name a copy of it.")
    _refuse_while_running(url, mode, now)
    staged = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _stage(source, staged)
        _check(source, staged, mode)
        with _alone(path) as (holds, readable):
            _mark(staged, mode, source, holds, by=by, now=now)
            aside = _put_aside(path, now)
            staged.rename(path)
    except OSError as error:
        raise LedgerError(f"{source} could not be put at {path}: {error.strerror}.") from error
    finally:
        for leftover in _with_companions(staged):
            leftover.unlink(missing_ok=True)
        seen = witness.place(make_url(f"sqlite:///{staged}"))
        if seen is not None:
            seen.unlink(missing_ok=True)
    found = examine(path)
    witness.write(make_url(url), found.events, found.head)
    return Restored(found, aside, holds, readable)


# --- copying ------------------------------------------------------------------------------------


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_LOCK_SECONDS)
    database.isolation_level = None
    return database


def _refuse_own_place(path: Path, target: Path) -> None:
    own = {one.resolve() for one in _with_companions(path)}
    if target.resolve() in own:
        raise LedgerError(f"{target} is the ledger's own place. Name another file.")


def _copy_pages(path: Path, target: Path) -> None:
    with closing(_opened(path)) as source, closing(_opened(target)) as made:
        source.backup(made)
        # One file, which can be carried about without the others that SQLite keeps beside it.
        made.execute("PRAGMA journal_mode = DELETE")
        made.execute("DELETE FROM timeline")
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _with_companions(path: Path) -> list[Path]:
    return [path, *(Path(f"{path}{ending}") for ending in _COMPANIONS)]


# --- restoring ----------------------------------------------------------------------------------


def _refuse_while_running(url: str, mode: Mode, now: datetime) -> None:
    """Raises LedgerError where something ran over the ledger a moment ago, or is sending."""
    if not file_of(url).exists():
        return
    try:
        ledger = Ledger.open(url, mode)
    except LedgerError:
        return  # damaged, which is a reason to restore; `_alone` still looks whether it is in use
    try:
        beat, sending = ledger.last_heartbeat(), ledger.sending()
    finally:
        ledger.close()
    if beat is not None and abs(now - beat) < FRESH:
        raise LedgerError(
            f"A bot ran over this ledger {abs(now - beat).seconds} seconds ago. Stop it, and its "
            "line in cron if it has one; then restore two minutes later."
        )
    if sending:
        raise LedgerError(
            f"{sending[0].key} was being sent when the bot stopped. Start the bot once more, so "
            "that it finds out what became of it: .venv/bin/bot run --once"
        )


def _stage(source: Path, staged: Path) -> None:
    """The copy beside the ledger, with what SQLite had not folded in yet; `source` is untouched."""
    shutil.copyfile(source, staged)
    staged.chmod(0o600)
    log = Path(f"{source}-wal")
    if log.exists():
        shutil.copyfile(log, f"{staged}-wal")


def _check(source: Path, staged: Path, mode: Mode) -> None:
    try:
        found = examine(staged)
    except LedgerError as error:
        raise LedgerError(f"{source} is damaged, or not a ledger. Nothing was changed.") from error
    if found.mode is not mode:
        raise LedgerError(
            f"{source} is a ledger for {found.mode} mode, and this is {mode} mode. Nothing was "
            "changed."
        )
    ledger = Ledger.open(f"sqlite:///{staged}", mode)
    try:
        whole = ledger.verify()
    finally:
        ledger.close()
    if isinstance(whole, BrokenEvent):
        raise LedgerError(
            f"The history in {source} is not whole: {whole.sentence} Nothing was changed. Take "
            "another copy."
        )


@contextmanager
def _alone(path: Path) -> Iterator[tuple[tuple[Hold, ...], bool]]:
    """Nobody else has the ledger open; its active holds, and whether they could be read.

    Raises LedgerError where somebody has it open. Leaving the write-ahead mode needs the file for
    oneself: even a connection that does nothing is in its way.
    """
    if not path.exists():
        yield (), True
        return
    with closing(_opened(path)) as present:
        holds: tuple[Hold, ...] = ()
        readable = True
        try:
            present.execute("PRAGMA journal_mode = DELETE")
            present.execute("BEGIN EXCLUSIVE")
            holds = _active_holds(present)
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise LedgerError(
                    "Another program has the ledger open. Stop the bot, and restore then."
                ) from error
            readable = False
        except sqlite3.DatabaseError:
            readable = False
        yield holds, readable


def _active_holds(present: sqlite3.Connection) -> tuple[Hold, ...]:
    found = present.execute("SELECT * FROM hold WHERE released_at IS NULL ORDER BY id")
    names = [column[0] for column in found.description]
    return tuple(_active_hold(dict(zip(names, row, strict=True))) for row in found)


def _active_hold(row: dict[str, Any]) -> Hold:
    """A hold as its file has it. A file that an older program kept lacks the later columns."""
    until = row.get("until")
    return Hold(
        row["id"],
        Scope(ScopeKind(row["kind"]), row["name"]),
        row["by"],
        row["reason"],
        datetime.min.replace(tzinfo=UTC),
        kind=HoldKind(row.get("lets_pass", HoldKind.HOLD)),
        until=None if until is None else datetime.fromisoformat(until).replace(tzinfo=UTC),
        routine=bool(row.get("routine", False)),
    )


def _mark(
    staged: Path, mode: Mode, source: Path, holds: tuple[Hold, ...], *, by: str, now: datetime
) -> None:
    ledger = Ledger.open(f"sqlite:///{staged}", mode)
    try:
        ledger.mark_restored(why=f"It is the copy {source.name}.", by=by, now=now)
        for one in holds:
            # Without an end that has passed meanwhile: then somebody looks, and releases it.
            until = one.until if one.until is None or one.until > now else None
            ledger.hold(
                one.scope,
                by=one.by,
                reason=one.reason,
                now=now,
                kind=one.kind,
                until=until,
                routine=one.routine,
            )
    finally:
        ledger.close()
    with closing(_opened(staged)) as database:
        database.execute("PRAGMA journal_mode = DELETE")


def _put_aside(path: Path, now: datetime) -> Path | None:
    """Rename the present file, and what SQLite keeps beside it. None where there is none."""
    if not path.exists():
        return None
    stem, number = f"{path.stem}.before-{now:%Y%m%dT%H%M%S}", 1
    aside = path.with_name(f"{stem}{path.suffix}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{stem}-{number}{path.suffix}")
    for ending in ("", *_COMPANIONS):
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    return aside
