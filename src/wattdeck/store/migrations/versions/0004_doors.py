"""Connections, quarantine, passwords"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("next_password_hash", sa.String(64)),
        sa.Column("next_password_command", sa.BigInteger()),
        sa.Column("security_profile", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("next_security_profile", sa.SmallInteger()),
        sa.Column("answers_pings", sa.SmallInteger()),
        sa.Column("deaf_since", sa.BigInteger()),
    ):
        op.add_column("charge_points", column)
    op.create_table(
        "connections",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("charge_point_id", _ID, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("closed_by", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("door", sa.String(16), nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("tls", sa.String(16)),
        sa.Column("security_profile", sa.SmallInteger(), nullable=False),
        sa.Column("frames_in", sa.Integer(), nullable=False),
        sa.Column("frames_out", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["charge_point_id"], ["charge_points.id"], ondelete="CASCADE"),
    )
    op.create_index("connections_by_charge_point", "connections", ["charge_point_id", "generation"], unique=True)
    op.create_table(
        "quarantine",
        sa.Column("identifier_key", sa.String(255), primary_key=True),
        sa.Column("reason", sa.String(32), primary_key=True),
        sa.Column("identifier", sa.String(255), nullable=False),
        sa.Column("registered", sa.SmallInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("subprotocols", sa.Text(), nullable=False),
        sa.Column("tls", sa.String(16)),
    )
