"""What a post is beside words and pictures, and the post that must be public before it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    for column in (
        sa.Column("part", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reposts", STRING, nullable=True),
        sa.Column("video", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("card", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("visibility", STRING, server_default="public", nullable=False),
    ):
        op.add_column("rendering", column)
    op.add_column("post", sa.Column("waits_for", STRING, nullable=True))
