"""How far a test's post has come before the test begins."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from sqlalchemy import Connection, create_engine, text

from bot.core.model import Mode, Post, PostKey, State
from bot.ledger import Attempt, Claim, Ledger, migrate, schema
from tests.factories import at
from tests.postgres import connect


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        Ledger.create(f"sqlite:///{path}", Mode.DRY, now=at("00:00")).close()
        return path.read_bytes()


def an_empty_ledger(path: Path) -> Ledger:
    """A ledger at this place. It is copied: making one takes Alembic a tenth of a second."""
    path.write_bytes(_empty())
    return Ledger.open(f"sqlite:///{path}", Mode.DRY)


def change_behind(url: str, statement: str) -> int:
    """Run SQL on the database of this ledger, past the program; how many rows it changed."""
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            return file.execute(statement).rowcount
    with connect(url) as connection:
        return connection.execute(statement.encode()).rowcount


def dump(url: str) -> str:
    """Everything that the database of this ledger keeps, as text."""
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return "\n".join(file.iterdump())
    with connect(url) as connection:
        rows = [connection.execute(f"SELECT * FROM {t}".encode()) for t in schema.metadata.tables]
        return "\n".join(str(row) for found in rows for row in found)


def everything(_key: PostKey) -> bool:
    """A plan that judged every place."""
    return True


def nothing(_key: PostKey) -> bool:
    """A plan that could judge no place: its packs are broken."""
    return False


def planned(ledger: Ledger, *posts: Post, now: datetime | None = None) -> None:
    """Adopted at six, and approved."""
    ledger.adopt(posts, nothing, now=now or at("06:00"))
    pairs = [(post.key, post.rendering.digest) for post in posts]
    ledger.approve(pairs, by="Ann", now=now or at("06:00"))


def claimed(ledger: Ledger, post: Post, *, now: datetime | None = None) -> Claim:
    """Planned if it was not, and claimed when it is due."""
    if ledger.post(post.key) is None:
        planned(ledger, post)
    claim = ledger.claim(post.key, worker="worker-1", now=now or post.due)
    assert isinstance(claim, Claim), claim
    return claim


def intended(ledger: Ledger, post: Post, *, now: datetime | None = None) -> Claim:
    """Claimed, and past its intent."""
    claim = claimed(ledger, post, now=now)
    attempt = ledger.intend(claim, payload_sha256="ab" * 32, now=now or post.due)
    assert isinstance(attempt, Attempt), attempt
    return claim


def state(ledger: Ledger, post: Post) -> State:
    standing = ledger.post(post.key)
    assert standing is not None
    return standing.state


def why(ledger: Ledger, post: Post) -> str:
    standing = ledger.post(post.key)
    assert standing is not None
    return standing.why


# --- a ledger of the first revision ---------------------------------------------------------------


def an_old_ledger(url: str) -> str:
    """A ledger as revision 0001 wrote it, with one event; the hash of that event."""
    with old_schema(url) as connection:
        content: dict[str, object] = {
            "seq": 1,
            "action": "account-started",
            "key": None,
            "by": "Anna",
            "sentence": "Anna let kent-x publish again.",
            "facts": '{"account":"kent-x"}',
            "previous": "the-id",
        }
        covered = json.dumps(
            {**content, "at": at("06:00").isoformat()}, sort_keys=True, separators=(",", ":")
        )
        head = hashlib.sha256(covered.encode()).hexdigest()
        connection.execute(
            text(
                'INSERT INTO event (seq, at, action, key, "by", sentence, facts, previous, hash)'
                " VALUES (:seq, :at, :action, :key, :by, :sentence, :facts, :previous, :hash)"
            ),
            {**content, "at": "2026-11-16 06:00:00.000000" + zone(url), "hash": head},
        )
        connection.execute(
            text(
                "INSERT INTO ledger (id, mode, created_at, events, last_hash)"
                " VALUES ('the-id', 'dry', :at, 1, :head)"
            ),
            {"at": "2026-11-16 05:00:00.000000" + zone(url), "head": head},
        )
    return head


def zone(url: str) -> str:
    return "" if url.startswith("sqlite") else "+00:00"


@contextmanager
def old_schema(url: str) -> Iterator[Connection]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        made = migrate.config()
        made.attributes["connection"] = connection
        command.upgrade(made, "0001")
        yield connection
    engine.dispose()
