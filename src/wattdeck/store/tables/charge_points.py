"""Charge points: themselves, their connections and connectors, what they said, who was turned away."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from wattdeck.store.tables.layout import Id, metadata

charge_points = Table(
    "charge_points",
    metadata,
    Column("id", Id, primary_key=True),
    Column("identifier", String(255), nullable=False),
    Column("identifier_key", String(255), nullable=False, unique=True),  # case folded: how identities compare
    Column("registration", String(16), nullable=False),
    Column("vendor", Text),
    Column("model", Text),
    Column("serial_number", Text),
    Column("firmware_version", Text),
    Column("iccid", Text),
    Column("imsi", Text),
    Column("meter_type", Text),
    Column("meter_serial_number", Text),
    Column("ocpp_version", String(8)),
    Column("password_hash", String(64)),
    # a password under way to it, let in beside the other until it is settled which of them it has
    Column("next_password_hash", String(64)),
    Column("next_password_command", BigInteger),  # the command that carries it
    Column("security_profile", SmallInteger, nullable=False, server_default="0"),  # the least it must come with
    Column("next_security_profile", SmallInteger),  # accepted by it; demanded once it has come with that
    Column("registered_at", BigInteger, nullable=False),
    Column("booted_at", BigInteger),
    Column("connected_at", BigInteger),  # when its newest connection began
    Column("last_seen_at", BigInteger),
    Column("last_heartbeat_at", BigInteger),
    Column("online_until", BigInteger),  # the lease
    Column("generation", Integer, nullable=False, server_default="0"),  # counts its connections; the newest wins
    Column("answers_pings", SmallInteger),  # 1 or 0 once that is known
    Column("deaf_since", BigInteger),  # it sends and answers no command
    Column("rated_power_w", Float),  # what it can give at most, as a person said
    Column("learned_power_w", Float),  # the same as it showed, with a margin
    Column("time_zone", Text),  # where its days begin; null: the setting's
    Column("site", Text),  # what stands together
    Index("charge_points_by_site", "site", "id"),
)

# Its connections: one row each, written when it begins and again when it has ended.
connections = Table(
    "connections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("closed_by", String(16)),  # charge point, wattdeck, network
    Column("reason", Text),
    Column("address", Text),
    Column("door", String(16), nullable=False),  # listener, asgi
    Column("version", String(8), nullable=False),
    Column("tls", String(16)),
    Column("security_profile", SmallInteger, nullable=False),
    Column("frames_in", Integer, nullable=False),
    Column("frames_out", Integer, nullable=False),
    Index("connections_by_charge_point", "charge_point_id", "generation", unique=True),
    Index("connections_by_end", "closed_at"),
)

# Who knocked and was not let in: a counted row per claimed identity and reason.
quarantine = Table(
    "quarantine",
    metadata,
    Column("identifier_key", String(255), primary_key=True),  # case folded; "" where it named none
    Column("reason", String(32), primary_key=True),
    Column("identifier", String(255), nullable=False),
    Column("registered", SmallInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("address", Text),
    Column("target", Text, nullable=False),
    Column("subprotocols", Text, nullable=False),
    Column("tls", String(16)),
)

connectors = Table(
    "connectors",
    metadata,
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), primary_key=True),
    Column("connector_id", Integer, primary_key=True),
    Column("status", String(24), nullable=False),
    Column("error_code", Text, nullable=False),
    Column("info", Text),
    Column("vendor_id", Text),
    Column("vendor_error_code", Text),
    Column("updated_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("since_at", BigInteger),  # when the first status of this word came
)

status_history = Table(
    "status_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("connector_id", Integer, nullable=False),
    Column("status", String(24), nullable=False),
    Column("error_code", Text, nullable=False),
    Column("info", Text),
    Column("vendor_id", Text),
    Column("vendor_error_code", Text),
    Column("taken_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    UniqueConstraint("charge_point_id", "taken_at", "connector_id", "status", "error_code"),
)

# The raw frame log.
messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("direction", String(3), nullable=False),  # in, out
    Column("packing", SmallInteger, nullable=False),  # 0: UTF-8 text; else deflated, in the row this - 1 further on
    Column("frame", LargeBinary, nullable=False),
    # by thousands of rows first: what is written together lies together in it, too, however many charge points it is of
    Index("messages_by_block", text("id >> 12"), "charge_point_id"),
)

findings = Table(
    "findings",
    metadata,
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("example", Text, nullable=False),
)
