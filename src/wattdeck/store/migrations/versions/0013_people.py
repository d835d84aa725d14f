"""People"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("users", sa.Column("scope", sa.Text()))
    op.add_column("users", sa.Column("disabled", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("users", sa.Column("created_at", sa.BigInteger()))
    op.add_column("users", sa.Column("password_set_at", sa.BigInteger()))
    op.add_column("users", sa.Column("last_login_at", sa.BigInteger()))
    # keys get numbers, by which they can be named without a word of their hash
    op.rename_table("tokens", "old_tokens")
    op.create_table(
        "tokens",
        sa.Column("id", number, primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("scope", sa.Text()),
        sa.Column("created_by", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("last_used_at", sa.BigInteger()),
    )
    op.execute(
        "INSERT INTO tokens (token_hash, kind, name, role, created_at, expires_at)"
        " SELECT token_hash, kind, name, role, created_at, expires_at FROM old_tokens ORDER BY created_at"
    )
    op.drop_table("old_tokens")
