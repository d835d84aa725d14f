"""Channels and deliveries"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "alert_channels",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.Text()),
    )
    op.create_table(
        "alert_deliveries",
        sa.Column("id", number, primary_key=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("rule", sa.String(64)),
        sa.Column("site", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("body", sa.Text()),
    )
    op.create_index("alert_deliveries_by_state", "alert_deliveries", ["state", "id"])
    op.create_index("alert_deliveries_by_channel", "alert_deliveries", ["channel", "id"])
    op.create_index("alert_deliveries_by_time", "alert_deliveries", ["sent_at"])
    op.create_table(
        "alert_delivery_alerts",
        sa.Column("delivery_id", number, sa.ForeignKey("alert_deliveries.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("alert_id", sa.BigInteger(), primary_key=True),
    )
    op.create_index("alert_delivery_alerts_by_alert", "alert_delivery_alerts", ["alert_id"])
