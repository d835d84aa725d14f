"""Tags and local lists"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tags", sa.Column("parent_key", sa.String(length=255), nullable=True))
    op.create_index("tags_by_parent", "tags", ["parent_key"])
    op.create_index("sessions_by_tag", "sessions", ["tag_key", "status"])
    tags = sa.table("tags", sa.column("tag_key"), sa.column("parent"), sa.column("parent_key"))
    connection = op.get_bind()
    for tag_key, parent in connection.execute(sa.select(tags.c.tag_key, tags.c.parent)).all():
        # an empty parent was possible and meant none
        group = (parent or "").strip() or None
        values = {"parent": group, "parent_key": None if group is None else group.casefold()}
        connection.execute(tags.update().where(tags.c.tag_key == tag_key).values(**values))
    id_type = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "unknown_tags",
        sa.Column("id", id_type, nullable=False),
        sa.Column("tag_key", sa.String(length=255), nullable=False),
        sa.Column("id_tag", sa.String(length=255), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("charge_point", sa.String(length=255), nullable=False),
        sa.Column("connector_id", sa.Integer(), nullable=True),
        sa.Column("message", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tag_key"),
    )
    op.create_index("unknown_tags_by_time", "unknown_tags", ["last_at"])
    op.create_table(
        "local_lists",
        sa.Column("charge_point_id", id_type, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("certain", sa.SmallInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("reported_version", sa.Integer(), nullable=True),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("pending_id", sa.BigInteger(), nullable=True),
        sa.Column("doubtful_id", sa.BigInteger(), nullable=True),
        sa.Column("applied_id", sa.BigInteger(), nullable=True),
        sa.Column("full_id", sa.BigInteger(), nullable=True),
        sa.Column("max_length", sa.Integer(), nullable=True),
        sa.Column("send_max_length", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["charge_point_id"], ["charge_points.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("charge_point_id"),
    )
    op.create_table(
        "local_list_entries",
        sa.Column("charge_point_id", id_type, nullable=False),
        sa.Column("tag_key", sa.String(length=255), nullable=False),
        sa.Column("id_tag", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["charge_point_id"], ["charge_points.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("charge_point_id", "tag_key"),
        sqlite_with_rowid=False,
    )
