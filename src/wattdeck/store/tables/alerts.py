"""Alerts, what became of them, and the rules that people wrote or changed."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, SmallInteger, String, Table, Text

from wattdeck.store.tables.layout import Id, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("signal", Text, nullable=False),
    # whom it is about; no foreign key: alerts stay when a charge point is removed
    Column("charge_point_id", BigInteger),
    Column("charge_point", String(255)),
    Column("connector_id", Integer),
    Column("measurand", Text),
    Column("phase", Text),
    Column("location", Text),
    Column("site", Text),
    Column("session_id", BigInteger),
    Column("value", Float),
    Column("peak", Float),
    Column("word", Text),
    Column("limit", Float),
    Column("count", Integer, nullable=False),
    Column("readings", BigInteger, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("bad_since", BigInteger),
    Column("good_since", BigInteger),
    Column("raised_at", BigInteger),
    Column("fired_at", BigInteger),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_by", Text),
    Column("cleared_at", BigInteger),
    Column("updated_at", BigInteger, nullable=False),
    Column("note", Text),
    Column("lacks_data", SmallInteger, nullable=False),
    Column("is_silent", SmallInteger, nullable=False),
    Column("hidden_by", BigInteger),
    Index("alerts_by_state", "state", "id"),
    Index("alerts_by_charge_point", "charge_point_id", "id"),
    Index("alerts_by_rule", "rule", "id"),
    sqlite_autoincrement=True,  # a number is never given twice: deliveries and links name it
)

alert_changes = Table(
    "alert_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    Column("what", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Text),
    Column("detail", Text),
    Column("value", Float),
    Index("alert_changes_by_alert", "alert_id", "id"),
)

# Rules as they were written, as JSON; one with the name of a ready-made rule stands in its place.
alert_rules = Table(
    "alert_rules",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("rule", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", Text),
)

# When nobody is to be told: `rules`, `severities` and `selects` as JSON. `over_at`: when it is over for good.
silences = Table(
    "silences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("rules", Text, nullable=False),
    Column("severities", Text, nullable=False),
    Column("selects", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("repeats_until", BigInteger),
    Column("over_at", BigInteger, nullable=False),
    Column("comment", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", Text),
    Index("silences_by_over", "over_at"),
)

# The ways by which people are told, as JSON, secrets included: whoever reads the file can use them.
alert_channels = Table(
    "alert_channels",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", Text),
)

# `rule`, `site`: what it was gathered by, `*` all of them.
alert_deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("what", String(16), nullable=False),
    Column("rule", String(64)),
    Column("site", Text),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("body", Text),
    Index("alert_deliveries_by_state", "state", "id"),
    Index("alert_deliveries_by_channel", "channel", "id"),
    Index("alert_deliveries_by_time", "sent_at"),
)

alert_delivery_alerts = Table(
    "alert_delivery_alerts",
    metadata,
    Column("delivery_id", ForeignKey("alert_deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("alert_id", BigInteger, primary_key=True),
    Index("alert_delivery_alerts_by_alert", "alert_id"),
)
