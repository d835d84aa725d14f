"""Rollups of samples, and which hours of which series are to be folded (again)."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, SmallInteger, Table, Text, text

from wattdeck.store.tables.layout import Id, metadata

# Keyed by series, for one is read over a time far more often than all at one time (decision 0010).
rollups = Table(
    "rollups",
    metadata,
    Column("period", SmallInteger, primary_key=True),  # 1 hour, 2 day, 3 month
    Column("series_id", Id, primary_key=True, autoincrement=False),
    Column("bucket", BigInteger, primary_key=True, autoincrement=False),  # its start
    Column("length_s", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("flagged", Integer, nullable=False),  # samples that do not count
    Column("min", Float),
    Column("max", Float),
    Column("sum", Float),
    Column("last", Float),
    Column("last_at", BigInteger),
    Column("weighted", Float),  # value × milliseconds it was held
    Column("covered_ms", BigInteger, nullable=False),
    Column("energy_wh", Float),  # null where the series is no energy
    Column("quarters", Text),  # JSON: of an hour of power, weighted and covered_ms of each quarter of it, in turn
    sqlite_with_rowid=False,
)

# Energy of everyone over a time, without a look at the rows.
Index(
    "rollups_energy",
    rollups.c.period,
    rollups.c.bucket,
    rollups.c.series_id,
    rollups.c.energy_wh,
    rollups.c.covered_ms,
    sqlite_where=text("energy_wh IS NOT NULL"),
)

# By hours of UTC, so that marking knows no zones; the fold finds the local hours that touch them. `stamp` is random:
# who has folded takes the mark away only if nobody has set it anew meanwhile.
stale_rollups = Table(
    "stale_rollups",
    metadata,
    Column("series_id", Id, primary_key=True, autoincrement=False),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("stamp", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
