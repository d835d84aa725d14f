"""Long sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_LONG = "stopped_at - started_at > 604800000"
# Where they ended, hours of power whose samples are still there are folded again, in the background.
_AGAIN = f"""INSERT OR IGNORE INTO stale_rollups (series_id, hour, stamp)
SELECT series.id, stopped_at / 3600000 * 3600000, random() FROM sessions INDEXED BY sessions_long CROSS JOIN series
 ON series.charge_point_id = sessions.charge_point_id AND series.connector_id = sessions.connector_id
WHERE {_LONG} AND measurand = 'Power.Active.Import' AND stopped_at >= samples_from"""


def upgrade() -> None:
    op.create_index("sessions_long", "sessions", ["stopped_at"], sqlite_where=sa.text(_LONG))
    op.execute(_AGAIN)
