"""What was read of accounts' timelines: it costs money, and a look that failed must be counted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", STRING, nullable=False),
        sa.Column("platform", STRING, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("why", STRING, nullable=False),
        sa.Column("key", STRING, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    op.create_index("ix_reading_at", "reading", ["at"])
    op.create_index("ix_reading_key", "reading", ["key"])
