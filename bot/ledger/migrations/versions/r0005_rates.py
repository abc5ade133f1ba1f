"""Attempts by account and time, to be counted; and accounts that rest until a time."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("attempt", sa.Column("account", STRING, server_default="", nullable=False))
    op.execute(
        "UPDATE attempt SET account = (SELECT post.account FROM post WHERE post.key = attempt.key)"
    )
    op.create_index("ix_attempt_account_at", "attempt", ["account", "at"])
    op.create_table(
        "resting_account",
        sa.Column("account", STRING, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_resting_account")),
    )
