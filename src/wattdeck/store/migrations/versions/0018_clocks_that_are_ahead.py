"""Clocks that are ahead"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    condition = sa.text("taken_at - received_at > 60000")
    op.create_index("samples_far_ahead", "samples", ["series_id", "taken_at"], sqlite_where=condition)
