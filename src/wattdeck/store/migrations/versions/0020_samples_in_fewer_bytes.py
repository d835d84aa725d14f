"""Samples in fewer bytes"""

import sqlalchemy as sa
from alembic import op

from wattdeck.telemetry import logger

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KEPT = "day, series_id, taken_at, context, value, {}, session_id, flags, text"
# A day at a time, taken away where it has been: its pages are there for the next one, so that the file does not grow.
_MOVE = (
    f"INSERT INTO samples_anew ({_KEPT.format('delay_ms')})"
    f" SELECT {_KEPT.format('received_at - taken_at')} FROM samples WHERE day = ? ORDER BY series_id, taken_at, context"
)
_DELETE = "DELETE FROM samples WHERE day = ?"
_log = logger("wattdeck.store")


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "samples_anew",
        sa.Column("day", sa.Integer(), primary_key=True),
        sa.Column("series_id", key, primary_key=True, autoincrement=False),
        sa.Column("taken_at", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("context", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("delay_ms", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger()),
        sa.Column("flags", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text()),
        sqlite_with_rowid=False,
    )
    op.drop_index("samples_far_ahead", "samples")  # it would be kept up to date row by row
    _move(op.get_bind())
    op.drop_table("samples")
    op.rename_table("samples_anew", "samples")
    for name, rows in (("samples_far_ahead", "delay_ms < -60000"), ("samples_in_doubt", "flags & 15 <> 0")):
        op.create_index(name, "samples", ["series_id", "taken_at"], sqlite_where=sa.text(rows))


def _move(connection: sa.Connection) -> None:
    """In the transaction of all migrations: killed in between, nothing has happened, and the next start begins anew."""
    newest: int | None = connection.exec_driver_sql("SELECT max(day) FROM samples").scalar()
    moved = 0
    while (day := connection.exec_driver_sql("SELECT min(day) FROM samples").scalar()) is not None:
        moved += connection.exec_driver_sql(_MOVE, (day,)).rowcount
        connection.exec_driver_sql(_DELETE, (day,))
        _log.info("samples are written anew in fewer bytes", samples=moved, days_left=int(newest or day) - day)
