"""The first ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("key", STRING, nullable=False),
        sa.Column("digest", STRING, nullable=False),
        sa.Column("by", STRING, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "digest", name=op.f("pk_approval")),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", STRING, nullable=False),
        sa.Column("key", STRING),
        sa.Column("by", STRING, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", STRING, nullable=False),
        sa.Column("hash", STRING, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    op.create_index("ix_event_key", "event", ["key"])
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("name", STRING),
        sa.Column("by", STRING, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("released_by", STRING),
        sa.Column("release_reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", STRING, nullable=False),
        sa.Column("mode", STRING, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("last_hash", STRING, nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True)),
        sa.Column("woke_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("mode IN ('dry', 'live')", name=op.f("ck_ledger_mode")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_table(
        "preview",
        sa.Column("code", STRING, nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_preview")),
    )
    op.create_table(
        "rendering",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("account", STRING, nullable=False),
        sa.Column("platform", STRING, nullable=False),
        sa.Column("language", STRING, nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message", STRING, nullable=False),
        sa.Column("wording", STRING, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("max_length", sa.Integer(), nullable=False),
        sa.Column("hashtags", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rendering")),
    )
    op.create_table(
        "stopped_account",
        sa.Column("account", STRING, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_stopped_account")),
    )
    op.create_table(
        "timeline",
        sa.Column("account", STRING, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_timeline")),
    )
    op.create_table(
        "timeline_post",
        sa.Column("account", STRING, nullable=False),
        sa.Column("remote_id", STRING, nullable=False),
        sa.Column("text_sha256", STRING, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("url", STRING),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "remote_id", name=op.f("pk_timeline_post")),
    )
    op.create_table(
        "post",
        sa.Column("key", STRING, nullable=False),
        sa.Column("run", STRING, nullable=False),
        sa.Column("account", STRING, nullable=False),
        sa.Column("sender", STRING, nullable=False),
        sa.Column("region", STRING),
        sa.Column("platform", STRING, nullable=False),
        sa.Column("campaign", STRING, nullable=False),
        sa.Column("theme", STRING, nullable=False),
        sa.Column("place", STRING, nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("digest", STRING, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("phase", STRING),
        sa.Column("worker", STRING),
        sa.Column("lease_seconds", sa.Float()),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("remote_id", STRING),
        sa.Column("remote_url", STRING),
        sa.CheckConstraint(
            "(state = 'published') = (remote_id IS NOT NULL)", name=op.f("ck_post_published")
        ),
        sa.CheckConstraint(
            "(state = 'sending' AND phase IN ('prepare', 'intent'))"
            " OR (state <> 'sending' AND phase IS NULL)",
            name=op.f("ck_post_phase"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'sending', 'published', 'refused', 'unknown', 'missed',"
            " 'dropped', 'withdrawn')",
            name=op.f("ck_post_state"),
        ),
        sa.ForeignKeyConstraint(["digest"], ["rendering.digest"], name=op.f("fk_post_digest")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_post")),
        sa.UniqueConstraint("account", "remote_id", name=op.f("uq_post_account_remote_id")),
    )
    op.create_index("ix_post_run", "post", ["run"])
    op.create_index("ix_post_state_due", "post", ["state", "due"])
    op.create_index(
        "uq_post_one_sending",
        "post",
        ["account"],
        unique=True,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_table(
        "attempt",
        sa.Column("key", STRING, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("digest", STRING, nullable=False),
        sa.Column("payload_sha256", STRING, nullable=False),
        sa.Column("worker", STRING, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", STRING),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("fenced", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["digest"], ["rendering.digest"], name=op.f("fk_attempt_digest")),
        sa.ForeignKeyConstraint(["key"], ["post.key"], name=op.f("fk_attempt_key")),
        sa.PrimaryKeyConstraint("key", "token", name=op.f("pk_attempt")),
    )
