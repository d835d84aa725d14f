"""Energy without a register"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# What is there already lay evenly between start and stop, for all that is known by now.
_SPREAD = """INSERT INTO reckoned_energy (session_id, at, charge_point_id, connector_id, energy_wh)
WITH RECURSIVE known (id, owner, connector, wh, since, until) AS (
 SELECT id, charge_point_id, connector_id, energy_wh, started_at,
  min(max(coalesce(stopped_at, heard_at, started_at), started_at + 1), started_at + 604800000)
 FROM sessions WHERE energy_source IN ('phases', 'interval', 'power') AND energy_wh > 0),
quarters (id, at) AS (
 SELECT id, since / 900000 * 900000 FROM known
 UNION ALL SELECT quarters.id, at + 900000 FROM quarters JOIN known USING (id) WHERE at + 900000 < until)
SELECT id, at, owner, connector, wh * (min(until, at + 900000) - max(since, at)) / (until - since)
FROM quarters JOIN known USING (id)"""


def upgrade() -> None:
    op.create_table(
        "reckoned_energy",
        sa.Column(
            "session_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("at", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("charge_point_id", sa.BigInteger(), nullable=False),
        sa.Column("connector_id", sa.Integer(), nullable=False),
        sa.Column("energy_wh", sa.Float(), nullable=False),
        sqlite_with_rowid=False,
    )
    columns = ["at", "charge_point_id", "connector_id", "energy_wh"]
    op.create_index("reckoned_energy_by_time", "reckoned_energy", columns)
    op.execute(_SPREAD)
