"""Energy that can be trusted"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("charge_points", sa.Column("rated_power_w", sa.Float()))
    op.add_column("charge_points", sa.Column("learned_power_w", sa.Float()))
    op.add_column("series", sa.Column("factor", sa.Float()))
    op.add_column("series", sa.Column("factor_confidence", sa.Float()))
    op.add_column("series", sa.Column("begins_anew", sa.SmallInteger()))
    op.add_column("sessions", sa.Column("energy_source", sa.String(16)))
    op.add_column("sessions", sa.Column("energy_export_wh", sa.Float()))
    op.create_index("sessions_running", "sessions", ["charge_point_id", "status"])
    op.create_table(
        "late_readings",
        sa.Column("series_id", key, primary_key=True, autoincrement=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "flag_changes",
        sa.Column("id", key, primary_key=True),
        sa.Column("charge_point_id", key, sa.ForeignKey("charge_points.id"), nullable=False),
        sa.Column("series_id", key, sa.ForeignKey("series.id"), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("flag_changes_by_charge_point", "flag_changes", ["charge_point_id", "id"])
