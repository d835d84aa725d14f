"""What ended lately"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("sessions_by_stop", "sessions", ["stopped_at"])
    op.create_index("connections_by_end", "connections", ["closed_at"])
