"""Record deliveries of extracts: one row per vintage and recipient."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table of deliveries of extracts."""
    op.create_table(
        "extract_deliveries",
        sa.Column("country_code", sa.String(3), nullable=False),
        sa.Column("vintage", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("sums_sha256", sa.String(64), nullable=False),
        sa.Column("n_files", sa.Integer, nullable=False),
        sa.Column("n_bytes", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("first_tried_at", sa.String(32), nullable=False),
        sa.Column("last_tried_at", sa.String(32), nullable=False),
        sa.Column("delivered_at", sa.String(32)),
        sa.PrimaryKeyConstraint(
            "country_code", "vintage", "recipient", name="pk_extract_deliveries"
        ),
        sa.ForeignKeyConstraint(
            ["country_code", "vintage"],
            ["releases.country_code", "releases.vintage"],
            name="fk_extract_deliveries_country_code",
        ),
        sa.CheckConstraint(
            "state IN ('sending', 'delivered', 'failed')",
            name=op.f("ck_extract_deliveries_known_state"),
        ),
        sa.CheckConstraint(
            "(state = 'delivered') = (delivered_at IS NOT NULL)",
            name=op.f("ck_extract_deliveries_delivered_at_a_time"),
        ),
    )
