"""Holds of several kinds, with an end, and released by two; essential posts, and removed ones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("hold", sa.Column("lets_pass", STRING, server_default="hold", nullable=False))
    op.add_column("hold", sa.Column("until", sa.DateTime(timezone=True)))
    op.add_column(
        "hold", sa.Column("routine", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("hold", sa.Column("asked_by", STRING))
    op.add_column("hold", sa.Column("asked_at", sa.DateTime(timezone=True)))
    op.add_column("hold", sa.Column("asked_reason", sa.Text()))
    op.add_column("post", sa.Column("essential", sa.Text()))
    op.add_column("post", sa.Column("removed_at", sa.DateTime(timezone=True)))
