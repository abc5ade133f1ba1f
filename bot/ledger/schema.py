"""The ledger's tables. Every change here is a new file in `migrations/versions`, and a new HEAD."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy import String as AnyString

HEAD: Final = "0007"
"""The newest revision. Kept here so that opening a ledger that is up to date needs no Alembic."""


String: Final = AnyString().with_variant(AnyString(collation="C"), "postgresql")
"""Compared and sorted by its bytes, as SQLite does it: a server may have rules of its own."""


class Utc(TypeDecorator[datetime]):
    """An instant: aware on the way in and out, UTC in the database. Naive times are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be kept: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ledger = Table(
    "ledger",  # one row: whose ledger this is, and the end of its chain of events
    metadata,
    Column("id", String, primary_key=True),
    Column("mode", String, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("events", Integer, nullable=False),
    Column("last_hash", String, nullable=False),
    Column("beat_at", Utc),  # when a process last said that it watches this ledger
    Column("woke_at", Utc),  # when it last did so after a long silence
    CheckConstraint("mode IN ('dry', 'live')", name="mode"),
)

rendering = Table(
    "rendering",  # rows are only ever added
    metadata,
    Column("digest", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("language", String, nullable=False),
    Column("due", Utc, nullable=False),
    Column("message", String, nullable=False),
    Column("wording", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("length", Integer, nullable=False),
    Column("max_length", Integer, nullable=False),
    Column("hashtags", JSON, nullable=False),
    Column("links", JSON, nullable=False),
    Column("pictures", JSON, nullable=False, server_default="[]"),  # all of each but its bytes
    Column("part", Integer, nullable=False, server_default="1"),  # of a thread
    Column("reposts", String),  # the key of another account's post that it passes on
    Column("video", JSON(none_as_null=True)),  # all of it but its bytes
    Column("card", JSON(none_as_null=True)),  # what a link shows, where the author says so
    Column("visibility", String, nullable=False, server_default="public"),
)

picture = Table(
    "picture",  # the bytes that were, or would be, uploaded; rows are only ever added
    metadata,
    Column("sha256", String, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

post = Table(
    "post",
    metadata,
    Column("key", String, primary_key=True),
    Column("run", String, nullable=False),
    Column("account", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("region", String),
    Column("platform", String, nullable=False),
    Column("campaign", String, nullable=False),
    Column("theme", String, nullable=False),
    Column("place", String, nullable=False),
    Column("due", Utc, nullable=False),
    Column("grace_seconds", Integer, nullable=False),
    Column("digest", String, ForeignKey("rendering.digest"), nullable=False),
    Column("state", String, nullable=False),
    Column("since", Utc, nullable=False),
    Column("why", Text, nullable=False),
    Column("not_before", Utc),
    Column("token", Integer, nullable=False),
    Column("phase", String),
    Column("worker", String),
    Column("lease_seconds", Float),
    Column("looks", Integer, nullable=False),
    Column("remote_id", String),
    Column("remote_url", String),
    Column("waits_for", String),  # the key of the post that must be public before it
    Column("essential", Text),  # on whose authority it goes out even in mourning
    Column("removed_at", Utc),  # when somebody said that it was taken down by hand
    UniqueConstraint("account", "remote_id"),
    CheckConstraint(
        "state IN ('planned', 'sending', 'published', 'refused', 'unknown', 'missed',"
        " 'dropped', 'withdrawn')",
        name="state",
    ),
    CheckConstraint(
        "(state = 'sending' AND phase IN ('prepare', 'intent'))"
        " OR (state <> 'sending' AND phase IS NULL)",
        name="phase",
    ),
    CheckConstraint("(state = 'published') = (remote_id IS NOT NULL)", name="published"),
    Index("ix_post_state_due", "state", "due"),
    Index("ix_post_run", "run"),
)
Index(
    "uq_post_one_sending",  # one post in flight per account
    post.c.account,
    unique=True,
    sqlite_where=text("state = 'sending'"),
    postgresql_where=text("state = 'sending'"),
)

approval = Table(
    "approval",  # the ones that stand; lost ones are in the events
    metadata,
    Column("key", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("at", Utc, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("basis", Text, nullable=False),
)

preview = Table(
    "preview",
    metadata,
    Column("code", String, primary_key=True),
    Column("pairs", JSON, nullable=False),
    Column("at", Utc, nullable=False),
)

hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),  # of its scope
    Column("name", String),
    Column("by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("released_at", Utc),
    Column("released_by", String),
    Column("release_reason", Text),
    Column("lets_pass", String, nullable=False, server_default="hold"),  # the hold's own kind
    Column("until", Utc),  # when the clock ends it
    Column("routine", Boolean, nullable=False, server_default=false()),  # approvals outlive it
    Column("asked_by", String),  # the first of the two people whose word ends it
    Column("asked_at", Utc),
    Column("asked_reason", Text),
)

attempt = Table(
    "attempt",  # committed before the first byte leaves
    metadata,
    Column("key", String, ForeignKey("post.key"), primary_key=True),
    Column("token", Integer, primary_key=True),
    Column("digest", String, ForeignKey("rendering.digest"), nullable=False),
    Column("payload_sha256", String, nullable=False),
    Column("worker", String, nullable=False),
    Column("at", Utc, nullable=False),
    Column("outcome", String),
    Column("sentence", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("recorded_at", Utc),
    Column("fenced", Boolean, nullable=False),
    Column("settled_at", Utc),  # when an unknown outcome was settled
    Column("account", String, nullable=False, server_default=""),  # its post's, to be counted by
    Index("ix_attempt_account_at", "account", "at"),
)

stopped_account = Table(
    "stopped_account",
    metadata,
    Column("account", String, primary_key=True),
    Column("sentence", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

resting_account = Table(
    "resting_account",  # its platform takes nothing more from it until then
    metadata,
    Column("account", String, primary_key=True),
    Column("until", Utc, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("account", String, primary_key=True),
    Column("read_at", Utc, nullable=False),
)

timeline_post = Table(
    "timeline_post",  # what accounts showed when read; of the text only a hash
    metadata,
    Column("account", String, primary_key=True),
    Column("remote_id", String, primary_key=True),
    Column("text_sha256", String, nullable=False),
    Column("at", Utc, nullable=False),
    Column("url", String),
    Column("noted_at", Utc, nullable=False),
)

reading = Table(
    "reading",  # of timelines, each at a price; rows are only ever added
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("at", Utc, nullable=False),
    Column("posts", Integer, nullable=False),  # that the platform gave
    Column("succeeded", Boolean, nullable=False),
    Column("why", String, nullable=False),
    Column("key", String, nullable=False),  # the post for whose sake it was read
    Column("token", Integer, nullable=False),
    Index("ix_reading_at", "at"),
    Index("ix_reading_key", "key"),
)

event = Table(
    "event",  # only ever appended to; bot.core.chains has the rule that binds them
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("action", String, nullable=False),
    Column("key", String),
    Column("by", String, nullable=False),
    Column("sentence", Text, nullable=False),  # {by} and {name1} stand for names
    Column("facts", Text, nullable=False),  # canonical JSON, hashed as it stands
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("form", Integer, nullable=False),  # which rule binds it: 1 up to revision 0001
    Column("force", String, nullable=False),  # whose chain it is in; "": the ledger's own
    Column("number", Integer, nullable=False),  # its place there, from 1
    Column("named", Text),  # names in the sentence beside `by`, as JSON
    Column("salt", String, nullable=False),  # the names are hashed with it
    Column("before", String, nullable=False),  # the hash of the event before it in the ledger
    Index("ix_event_key", "key"),
)

chain_end = Table(
    "chain_end",  # where each chain ends
    metadata,
    Column("force", String, primary_key=True),
    Column("events", Integer, nullable=False),
    Column("hash", String, nullable=False),
)

pack_text = Table(
    "pack_text",  # every version of a pack's file that anything was planned from
    metadata,
    Column("sha256", String, primary_key=True),
    Column("name", String, primary_key=True),  # messages/national/...
    Column("text", Text, nullable=False),
)

pack = Table(
    "pack",  # a pack as one sender had it: which files, in which versions
    metadata,
    Column("digest", String, primary_key=True),
    Column("campaign", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("files", JSON, nullable=False),  # pairs of name and sha256
)

rendering_pack = Table(
    "rendering_pack",  # from which pack a rendering was first adopted
    metadata,
    Column("digest", String, ForeignKey("rendering.digest"), primary_key=True),
    Column("pack", String, ForeignKey("pack.digest"), nullable=False),
)
