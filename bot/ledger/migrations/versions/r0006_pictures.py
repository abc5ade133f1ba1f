"""Pictures: what a rendering says of each, and the bytes of every one that was planned."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column(
        "rendering", sa.Column("pictures", sa.JSON(), server_default="[]", nullable=False)
    )
    op.create_table(
        "picture",
        sa.Column("sha256", STRING, nullable=False),
        sa.Column("media_type", STRING, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_picture")),
    )
