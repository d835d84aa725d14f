"""Retention"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, column, rows in (
        ("text_values_of_session", "session_id", "session_id IS NOT NULL"),
        ("text_values_unsigned", "received_at", "session_id IS NULL OR length(text) < 40"),
    ):
        op.create_index(name, "text_values", [column], sqlite_where=sa.text(rows))
