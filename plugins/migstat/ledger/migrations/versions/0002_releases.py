"""Record releases: one row per vintage of a country."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of releases."""
    op.create_table(
        "releases",
        sa.Column("country_code", sa.String(3), nullable=False),
        sa.Column("vintage", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("content_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("issued_on", sa.String(10), nullable=False),
        sa.Column("n_cells", sa.Integer, nullable=False),
        sa.Column("n_withheld", sa.Integer, nullable=False),
        sa.Column("n_added", sa.Integer, nullable=False),
        sa.Column("n_revised", sa.Integer, nullable=False),
        sa.Column("n_withdrawn", sa.Integer, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("approvals", sa.JSON, nullable=False),
        sa.Column("extracted_at", sa.String(32)),
        sa.PrimaryKeyConstraint("country_code", "vintage", name="pk_releases"),
        sa.UniqueConstraint("content_id", name="uq_releases_content_id"),
        sa.CheckConstraint(
            "kind IN ('first', 'routine', 'correction')", name=op.f("ck_releases_known_kind")
        ),
        sa.CheckConstraint("n_withheld <= n_cells", name=op.f("ck_releases_withheld_among_cells")),
    )
