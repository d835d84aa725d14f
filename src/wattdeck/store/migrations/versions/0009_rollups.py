"""Rollups"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# All that is there is to be folded.
_MARK_ALL = (
    "INSERT INTO stale_rollups (series_id, hour, stamp)"
    " SELECT DISTINCT series_id, min(taken_at, received_at) / 3600000 * 3600000, 0 FROM samples"
)


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "rollups",
        sa.Column("period", sa.SmallInteger(), primary_key=True),
        sa.Column("series_id", key, primary_key=True, autoincrement=False),
        sa.Column("bucket", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("length_s", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("min", sa.Float()),
        sa.Column("max", sa.Float()),
        sa.Column("sum", sa.Float()),
        sa.Column("last", sa.Float()),
        sa.Column("last_at", sa.BigInteger()),
        sa.Column("weighted", sa.Float()),
        sa.Column("covered_ms", sa.BigInteger(), nullable=False),
        sa.Column("energy_wh", sa.Float()),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "rollups_energy",
        "rollups",
        ["period", "bucket", "series_id", "energy_wh", "covered_ms"],
        sqlite_where=sa.text("energy_wh IS NOT NULL"),
    )
    op.create_table(
        "stale_rollups",
        sa.Column("series_id", key, primary_key=True, autoincrement=False),
        sa.Column("hour", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("charge_points", sa.Column("time_zone", sa.Text()))
    op.add_column("series", sa.Column("samples_from", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(_MARK_ALL)
