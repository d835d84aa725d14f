"""Reservations and charging profiles"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "reservations",
        sa.Column("id", key, primary_key=True),
        sa.Column("charge_point_id", key, sa.ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
        sa.Column("charge_point", sa.String(255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("connector_id", sa.Integer(), nullable=False),
        sa.Column("id_tag", sa.Text(), nullable=False),
        sa.Column("parent_id_tag", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("cancel_answer", sa.Text()),
        sa.Column("command_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    op.create_index("reservations_by_charge_point", "reservations", ["charge_point_id", "number"])
    op.create_index("reservations_by_command", "reservations", ["command_id"])
    op.create_index("reservations_by_state", "reservations", ["state", "expires_at"])
    op.create_table(
        "charging_profiles",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("charging_profile_id", sa.Integer(), nullable=False, unique=True),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "installed_profiles",
        sa.Column("id", key, primary_key=True),
        sa.Column("charge_point_id", key, sa.ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
        sa.Column("connector_id", sa.Integer()),
        sa.Column("charging_profile_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("stack_level", sa.BigInteger(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("command_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger()),
        sa.Column("awaited_tag", sa.Text()),
        sa.Column("installed_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("installed_profiles_by_charge_point", "installed_profiles", ["charge_point_id"])
