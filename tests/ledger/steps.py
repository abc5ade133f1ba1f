"""How far a test's post has come before the test begins."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.core.model import Mode, Post, PostKey, State
from bot.ledger import Attempt, Claim, Ledger, schema
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
