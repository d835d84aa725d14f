"""Sites and exports"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("charge_points", sa.Column("site", sa.Text()))
    op.create_index("charge_points_by_site", "charge_points", ["site", "id"])
