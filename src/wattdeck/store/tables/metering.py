"""Sessions and what was measured."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from wattdeck.store.tables.layout import Id, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id"), nullable=False),
    Column("charge_point", String(255), nullable=False),  # its identifier: a session outlives its charge point
    Column("connector_id", Integer, nullable=False),
    Column("transaction_id", String(64), nullable=False),
    Column("id_tag", Text),
    Column("tag_key", Text),  # case folded
    Column("status", String(16), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("stopped_at", BigInteger),
    Column("start_meter_wh", Float),
    Column("stop_meter_wh", Float),
    Column("meter_wh", Float),
    Column("meter_at", BigInteger),
    Column("energy_wh", Float, nullable=False),
    Column("power_w", Float),
    Column("soc", Float),
    Column("stop_reason", Text),
    Column("flags", Integer, nullable=False),
    Column("heard_at", BigInteger),  # the last message that showed it to go on, by our clock
    Column("end_reason", String(24)),
    Column("closed_by", Text),
    Column("note", Text),
    Column("energy_source", String(16)),  # what its energy was reckoned from
    Column("energy_export_wh", Float),
    Index("sessions_by_charge_point", "charge_point_id", "started_at"),
    Index("sessions_by_transaction", "charge_point_id", "transaction_id"),
    Index("sessions_by_status", "status", "started_at"),
    Index("sessions_running", "charge_point_id", "status"),
    Index("sessions_by_tag", "tag_key", "status"),
    Index("sessions_by_start", "started_at"),
    Index("sessions_by_stop", "stopped_at"),
    # those that are not found by a start of the week before: few
    Index("sessions_long", "stopped_at", sqlite_where=text("stopped_at - started_at > 604800000")),
    sqlite_autoincrement=True,  # a transaction id is never given twice
)

series = Table(
    "series",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id"), nullable=False),
    Column("connector_id", Integer, nullable=False),
    Column("measurand", Text, nullable=False),
    Column("phase", Text, nullable=False),  # "" = none: NULLs would not be unique
    Column("location", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("last_day", Integer, nullable=False),  # the newest day with samples: where the latest value lies
    # samples before it were deleted: rollups of then are final
    Column("samples_from", BigInteger, nullable=False, server_default="0"),
    Column("factor", Float),  # its values are sent in another unit than they say: taken times this
    Column("factor_confidence", Float),
    Column("begins_anew", SmallInteger),  # 1: a register that counts each transaction from zero
    UniqueConstraint("charge_point_id", "connector_id", "measurand", "phase", "location", "unit"),
)

# Where samples arrive: in order of time, so that a group commit touches a few pages, not one per series.
samples_head = Table(
    "samples_head",
    metadata,
    Column("taken_at", BigInteger, primary_key=True, autoincrement=False),
    Column("series_id", Id, primary_key=True, autoincrement=False),
    Column("context", SmallInteger, primary_key=True, autoincrement=False),
    Column("value", Float, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("session_id", BigInteger),
    Column("flags", SmallInteger, nullable=False),
    Column("text", Text),  # what was sent, where its unit or spelling was changed
    sqlite_with_rowid=False,
)

# Where they lie once sealed: by day first, so that one series' day is contiguous and retention drops a range.
samples = Table(
    "samples",
    metadata,
    Column("day", Integer, primary_key=True),  # taken_at in days since 1970, UTC
    Column("series_id", Id, primary_key=True, autoincrement=False),
    Column("taken_at", BigInteger, primary_key=True, autoincrement=False),
    Column("context", SmallInteger, primary_key=True, autoincrement=False),
    Column("value", Float, nullable=False),
    Column("delay_ms", BigInteger, nullable=False),  # so long after `taken_at` it came
    Column("session_id", BigInteger),
    Column("flags", SmallInteger, nullable=False),
    Column("text", Text),
    # by clocks that are ahead: whoever asks what came until a time need not look through all that was taken after it
    Index("samples_far_ahead", "series_id", "taken_at", sqlite_where=text("delay_ms < -60000")),
    Index("samples_in_doubt", "series_id", "taken_at", sqlite_where=text("flags & 15 <> 0")),
    sqlite_with_rowid=False,
)

# What is not a number: signed data byte for byte, and what could not be read.
text_values = Table(
    "text_values",
    metadata,
    Column("id", Id, primary_key=True),
    Column("series_id", Id, nullable=False),
    Column("taken_at", BigInteger, nullable=False),
    Column("context", SmallInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("session_id", BigInteger),
    Column("text", Text, nullable=False),
    UniqueConstraint("series_id", "taken_at", "context", "text"),
    # signed data stays as long as its session; what is of none, or too short for a signature, as long as samples
    Index("text_values_of_session", "session_id", sqlite_where=text("session_id IS NOT NULL")),
    Index("text_values_unsigned", "received_at", sqlite_where=text("session_id IS NULL OR length(text) < 40")),
)

# Registers of which readings came late: the chain is to be judged again from `since` to `until`.
late_readings = Table(
    "late_readings",
    metadata,
    Column("series_id", Id, primary_key=True, autoincrement=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column(
        "stamp", BigInteger, nullable=False
    ),  # random: what is judged again is taken away only if it was not set anew
)

# Energy of sessions that was reckoned without a register, by quarter of an hour.
reckoned_energy = Table(
    "reckoned_energy",
    metadata,
    Column("session_id", Id, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # where the quarter begins
    Column("charge_point_id", BigInteger, nullable=False),  # it outlives its session
    Column("connector_id", Integer, nullable=False),
    Column("energy_wh", Float, nullable=False),
    # everything that sums over a time want, without a look at the rows
    Index("reckoned_energy_by_time", "at", "charge_point_id", "connector_id", "energy_wh"),
    sqlite_with_rowid=False,
)

# Flags that a person lifted, or set again.
flag_changes = Table(
    "flag_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id"), nullable=False),
    Column("series_id", ForeignKey("series.id"), nullable=False),
    Column("since", BigInteger, nullable=False),  # of the samples' times, both included
    Column("until", BigInteger, nullable=False),
    Column("action", String(8), nullable=False),  # lifted, flagged
    Column("samples", Integer, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("note", Text),
    Column("at", BigInteger, nullable=False),
    Index("flag_changes_by_charge_point", "charge_point_id", "id"),
)
