"""Create the ledger: deliveries, files of the drop zone, quality results, builds."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the four tables."""
    _create_deliveries()
    _create_drop_zone_files()
    _create_quality_results()
    _create_builds()


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.String(64), nullable=False),
        sa.Column("content_sha256", sa.String(64)),
        sa.Column("survey_code", sa.Text, nullable=False),
        sa.Column("wave", sa.Text, nullable=False),
        sa.Column("country_code", sa.Text),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("requeue_of", sa.String(64)),
        sa.Column("superseded_by", sa.String(64)),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("n_rows_in", sa.Integer),
        sa.Column("n_accepted", sa.Integer),
        sa.Column("n_quarantined", sa.Integer),
        sa.Column("tables", sa.JSON, nullable=False),
        sa.Column("undeclared_columns", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("registered_at", sa.String(32), nullable=False),
        sa.Column("decided_at", sa.String(32)),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["requeue_of"], ["deliveries.delivery_id"], name="fk_deliveries_requeue_of"
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["deliveries.delivery_id"], name="fk_deliveries_superseded_by"
        ),
        sa.UniqueConstraint("sequence", "round", name="uq_deliveries_sequence_round"),
        sa.CheckConstraint(
            "state IN ('registered', 'accepted', 'refused', 'superseded')",
            name=op.f("ck_deliveries_known_state"),
        ),
        sa.CheckConstraint("mode IN ('snapshot', 'append')", name=op.f("ck_deliveries_known_mode")),
        sa.CheckConstraint(
            "n_rows_in = n_accepted + n_quarantined", name=op.f("ck_deliveries_books_balance")
        ),
    )
    op.create_index(
        "ix_deliveries_survey_code_wave_state", "deliveries", ["survey_code", "wave", "state"]
    )
    op.create_index("ix_deliveries_content_sha256", "deliveries", ["content_sha256"])


def _create_drop_zone_files() -> None:
    op.create_table(
        "drop_zone_files",
        sa.Column("look_id", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("modified_at", sa.Text, nullable=False),
        sa.Column("first_seen_at", sa.String(32), nullable=False),
        sa.Column("delivery_id", sa.String(64)),
        sa.PrimaryKeyConstraint("look_id", name="pk_drop_zone_files"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.delivery_id"], name="fk_drop_zone_files_delivery_id"
        ),
    )
    op.create_index("ix_drop_zone_files_path", "drop_zone_files", ["path"])


def _create_quality_results() -> None:
    op.create_table(
        "quality_results",
        sa.Column("delivery_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("n_failed", sa.Integer, nullable=False),
        sa.Column("n_rows", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "position", name="pk_quality_results"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.delivery_id"], name="fk_quality_results_delivery_id"
        ),
    )


def _create_builds() -> None:
    op.create_table(
        "builds",
        sa.Column("build_id", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("finished_at", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("waves", sa.JSON, nullable=False),
        sa.Column("failures", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("build_id", name="pk_builds"),
    )
