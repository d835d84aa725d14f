"""Frames by block"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("messages_by_charge_point", "messages")
    op.execute("CREATE INDEX messages_by_block ON messages (id >> 12, charge_point_id)")
