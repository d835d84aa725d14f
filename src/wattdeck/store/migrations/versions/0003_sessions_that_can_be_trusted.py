"""Sessions say why they ended, and since when a connector has had its status"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("heard_at", sa.BigInteger()),
        sa.Column("end_reason", sa.String(24)),
        sa.Column("closed_by", sa.Text()),
        sa.Column("note", sa.Text()),
    ):
        op.add_column("sessions", column)
    op.add_column("connectors", sa.Column("since_at", sa.BigInteger()))
    # until now a session ended by its stop or by the next start
    op.execute("UPDATE sessions SET end_reason = 'stopped' WHERE stop_reason IS NOT NULL")
    op.execute("UPDATE sessions SET end_reason = 'next_start' WHERE status = 'abandoned' AND stop_reason IS NULL")
