"""Who may charge, when and how much: tags, local lists, reservations, charging profiles."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text

from wattdeck.store.tables.layout import Id, metadata

tags = Table(
    "tags",
    metadata,
    Column("tag_key", String(255), primary_key=True),  # case folded
    Column("id_tag", String(255), nullable=False),
    Column("status", String(16), nullable=False),
    Column("expires_at", BigInteger),
    Column("parent", Text),
    Column("note", Text),
    Column("max_sessions", Integer),
    Column("parent_key", String(255)),  # case folded: what makes a group
    Index("tags_by_parent", "parent_key"),
)

# Tags that were refused because nobody knows them, for a person to adopt.
unknown_tags = Table(
    "unknown_tags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tag_key", String(255), nullable=False, unique=True),
    Column("id_tag", String(255), nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("charge_point", String(255), nullable=False),  # where it was seen last
    Column("connector_id", Integer),
    Column("message", String(24), nullable=False),  # the action it came in
    Index("unknown_tags_by_time", "last_at"),
)

# What we believe a charge point's local list to be; it changes only when the charge point has accepted a change.
local_lists = Table(
    "local_lists",
    metadata,
    Column(
        "charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("version", Integer),
    Column("state", String(16), nullable=False),  # in_sync, mismatch, unsupported, unknown
    Column("certain", SmallInteger, nullable=False),  # at `version` it holds just the entries we keep
    Column("error", Text),
    Column("changed_at", BigInteger),  # when it last accepted something
    Column("reported_version", Integer),
    Column("reported_at", BigInteger),
    Column("pending_id", BigInteger),  # the SendLocalList that is under way
    Column("doubtful_id", BigInteger),  # one that went out and was never answered
    Column("applied_id", BigInteger),  # the last one it accepted
    Column("full_id", BigInteger),  # the last one it accepted that replaced the whole list
    Column("max_length", Integer),  # LocalAuthListMaxLength
    Column("send_max_length", Integer),  # SendLocalListMaxLength
)

local_list_entries = Table(
    "local_list_entries",
    metadata,
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_key", String(255), primary_key=True),
    Column("id_tag", String(255), nullable=False),
    Column("status", String(16), nullable=False),
    Column("expires_at", BigInteger),
    Column("parent", Text),
    sqlite_with_rowid=False,
)

# One row per ReserveNow: the same number again at a charge point replaces the one before (OCPP 1.6 §5.13).
reservations = Table(
    "reservations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("charge_point", String(255), nullable=False),
    Column("number", Integer, nullable=False),  # its reservationId on the wire
    Column("connector_id", Integer, nullable=False),
    Column("id_tag", Text, nullable=False),
    Column("parent_id_tag", Text),
    Column("state", String(16), nullable=False),
    Column("answer", Text),  # the charge point's word
    Column("cancel_answer", Text),
    Column("command_id", BigInteger, nullable=False),
    Column("session_id", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("reservations_by_charge_point", "charge_point_id", "number"),
    Index("reservations_by_command", "command_id"),
    Index("reservations_by_state", "state", "expires_at"),
    sqlite_autoincrement=True,  # a number of ours is never given twice
)

# Charging profiles to be sent, by the name people give them.
charging_profiles = Table(
    "charging_profiles",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("charging_profile_id", Integer, nullable=False, unique=True),
    Column("profile", Text, nullable=False),  # as on the wire
    Column("updated_at", BigInteger, nullable=False),
)

# What charge points are believed to hold: written when they accepted it.
installed_profiles = Table(
    "installed_profiles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("connector_id", Integer),  # none: of a remote start that left the choice to the charge point
    Column("charging_profile_id", BigInteger, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("stack_level", BigInteger, nullable=False),
    Column("profile", Text, nullable=False),
    Column("command_id", BigInteger, nullable=False),
    Column("session_id", BigInteger),  # a TxProfile's; it holds no longer than the session runs
    Column("awaited_tag", Text),  # case folded: a remote start's, until its session has begun
    Column("installed_at", BigInteger, nullable=False),
    Index("installed_profiles_by_charge_point", "charge_point_id"),
)
