"""Alerts"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "alerts",
        sa.Column("id", number, primary_key=True),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("charge_point_id", sa.BigInteger()),
        sa.Column("charge_point", sa.String(255)),
        sa.Column("connector_id", sa.Integer()),
        sa.Column("measurand", sa.Text()),
        sa.Column("phase", sa.Text()),
        sa.Column("location", sa.Text()),
        sa.Column("site", sa.Text()),
        sa.Column("session_id", sa.BigInteger()),
        sa.Column("value", sa.Float()),
        sa.Column("peak", sa.Float()),
        sa.Column("word", sa.Text()),
        sa.Column("limit", sa.Float()),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("readings", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("bad_since", sa.BigInteger()),
        sa.Column("good_since", sa.BigInteger()),
        sa.Column("raised_at", sa.BigInteger()),
        sa.Column("fired_at", sa.BigInteger()),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("cleared_at", sa.BigInteger()),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("lacks_data", sa.SmallInteger(), nullable=False),
        sa.Column("is_silent", sa.SmallInteger(), nullable=False),
        sa.Column("hidden_by", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_by_state", "alerts", ["state", "id"])
    op.create_index("alerts_by_charge_point", "alerts", ["charge_point_id", "id"])
    op.create_index("alerts_by_rule", "alerts", ["rule", "id"])
    op.create_table(
        "alert_changes",
        sa.Column("id", number, primary_key=True),
        sa.Column("alert_id", number, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text()),
        sa.Column("detail", sa.Text()),
        sa.Column("value", sa.Float()),
    )
    op.create_index("alert_changes_by_alert", "alert_changes", ["alert_id", "id"])
    op.create_table(
        "alert_rules",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.Text()),
    )
