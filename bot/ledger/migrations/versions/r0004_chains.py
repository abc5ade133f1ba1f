"""A chain of events for each force, names that can be left out, and the packs as they were."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")

KEPT = 'seq, at, action, key, "by", sentence, facts, previous, hash'
GO_ON = (
    f"INSERT INTO event ({KEPT}, form, force, number, salt, before)"  # noqa: S608  # constants
    f" SELECT {KEPT}, 1, '', seq, '', previous FROM event_0001"
)


def upgrade() -> None:
    # SQLite cannot add a column that must be filled, and writes a renamed table's definition in
    # another form: so the table is made anew, and its rows go there by way of a copy.
    op.execute("CREATE TABLE event_0001 AS SELECT * FROM event")
    op.drop_table("event")
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
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("force", STRING, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("named", sa.Text()),
        sa.Column("salt", STRING, nullable=False),
        sa.Column("before", STRING, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    # What stands is one chain, bound by the older rule: it goes on as the ledger's own.
    op.execute(GO_ON)
    op.drop_table("event_0001")
    op.create_index("ix_event_key", "event", ["key"])
    op.create_table(
        "chain_end",
        sa.Column("force", STRING, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("hash", STRING, nullable=False),
        sa.PrimaryKeyConstraint("force", name=op.f("pk_chain_end")),
    )
    op.execute(
        "INSERT INTO chain_end (force, events, hash)"
        " SELECT '', events, last_hash FROM ledger WHERE events > 0"
    )
    op.create_table(
        "pack_text",
        sa.Column("sha256", STRING, nullable=False),
        sa.Column("name", STRING, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "name", name=op.f("pk_pack_text")),
    )
    op.create_table(
        "pack",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("campaign", STRING, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pack")),
    )
    op.create_table(
        "rendering_pack",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("pack", STRING, nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"], ["rendering.digest"], name=op.f("fk_rendering_pack_digest")
        ),
        sa.ForeignKeyConstraint(["pack"], ["pack.digest"], name=op.f("fk_rendering_pack_pack")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rendering_pack")),
    )
