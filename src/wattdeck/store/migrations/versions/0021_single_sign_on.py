"""Single sign-on"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("single_sign_on", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("users", sa.Column("subject", sa.Text()))
    op.create_index("users_subject", "users", ["subject"], unique=True)
