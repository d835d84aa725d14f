"""Commands have an effect, a policy, bulk orders"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("commands", sa.Column("timeout_s", sa.Float()))
    op.add_column("commands", sa.Column("offline", sa.String(length=8)))
    op.add_column("commands", sa.Column("effect", sa.String(length=16)))
    op.add_column("commands", sa.Column("effect_until", sa.BigInteger()))
    op.create_index(
        "commands_under_way", "commands", ["charge_point_id", "id"], sqlite_where=sa.text("state IN ('queued', 'sent')")
    )
    op.create_index("commands_with_pending_effect", "commands", ["id"], sqlite_where=sa.text("effect = 'pending'"))
    op.create_table(
        "bulk_commands",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("per_second", sa.Float(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
    )
    op.create_table(
        "bulk_command_items",
        sa.Column("bulk_id", _Id, nullable=False),
        sa.Column("charge_point_id", _Id, nullable=False),
        sa.Column("command_id", sa.BigInteger()),
        sa.Column("problem", sa.Text()),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk_commands.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["charge_point_id"], ["charge_points.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bulk_id", "charge_point_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("command_id", sa.BigInteger()),
        sa.Column("bulk_id", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "idempotency_key"),
    )
