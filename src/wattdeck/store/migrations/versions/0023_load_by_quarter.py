"""Load by quarter"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_DAY_MS = 86_400_000
# Hours of power whose samples are still there are folded again, in the background: then they know their quarters.
_AGAIN = f"""INSERT OR IGNORE INTO stale_rollups (series_id, hour, stamp)
SELECT series.id, bucket / 3600000 * 3600000, random() FROM series CROSS JOIN rollups ON period = 1
 AND series_id = series.id AND bucket >= max(samples_from, coalesce((SELECT min(day) FROM samples), 0) * {_DAY_MS})
WHERE measurand = 'Power.Active.Import'"""


def upgrade() -> None:
    op.add_column("rollups", sa.Column("quarters", sa.Text()))
    op.execute(_AGAIN)
