"""Record which vintages were rejected, and from which the briefs across countries were made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables of rejections and of briefs across countries."""
    op.create_table(
        "release_rejections",
        sa.Column("country_code", sa.String(3), nullable=False),
        sa.Column("vintage", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("rejected_by", sa.Text, nullable=False),
        sa.Column("rejected_at", sa.String(32), nullable=False),
        sa.Column("why", sa.Text),
        sa.PrimaryKeyConstraint("country_code", "vintage", name="pk_release_rejections"),
        sa.ForeignKeyConstraint(
            ["country_code", "vintage"],
            ["releases.country_code", "releases.vintage"],
            name="fk_release_rejections_country_code",
        ),
    )
    op.create_table(
        "across_briefs",
        sa.Column("sums_sha256", sa.String(64), nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("vintages", sa.JSON, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("sums_sha256", name="pk_across_briefs"),
    )
