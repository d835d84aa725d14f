"""The tables. Times are milliseconds since 1970 in UTC; energies Wh; words as the standard spells them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()
# SQLite gives row numbers of its own only to INTEGER keys
Id = BigInteger().with_variant(Integer(), "sqlite")

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
    Index("sessions_by_charge_point", "charge_point_id", "started_at"),
    Index("sessions_by_transaction", "charge_point_id", "transaction_id"),
    Index("sessions_by_status", "status", "started_at"),
    Index("sessions_by_tag", "tag_key", "status"),
    Index("sessions_by_start", "started_at"),
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
    Column("received_at", BigInteger, nullable=False),
    Column("session_id", BigInteger),
    Column("flags", SmallInteger, nullable=False),
    Column("text", Text),
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
)

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

commands = Table(
    "commands",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("charge_point", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("result", Text),
    Column("error", Text),
    Column("asked_by", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("timeout_s", Float),  # for the answer, where it is not that of the settings
    Column("offline", String(8)),  # refuse, queue: what becomes of it while the charge point is away
    Column("effect", String(16)),
    Column("effect_until", BigInteger),
    Index("commands_by_charge_point", "charge_point_id", "id"),
    # both are few of very many
    Index("commands_under_way", "charge_point_id", "id", sqlite_where=text("state IN ('queued', 'sent')")),
    Index("commands_with_pending_effect", "id", sqlite_where=text("effect = 'pending'")),
)

# One command to many charge points.
bulk_commands = Table(
    "bulk_commands",
    metadata,
    Column("id", Id, primary_key=True),
    Column("action", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("per_second", Float, nullable=False),
    Column("total", Integer, nullable=False),
    Column("asked_by", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
)

bulk_command_items = Table(
    "bulk_command_items",
    metadata,
    Column("bulk_id", ForeignKey("bulk_commands.id", ondelete="CASCADE"), primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), primary_key=True),
    Column("command_id", BigInteger),  # none while its turn has not come, and where there was a reason against it
    Column("problem", Text),
    sqlite_with_rowid=False,
)

# What a person's Idempotency-Key stands for: asked again, the same command is shown.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("person", String(255), primary_key=True),
    Column("idempotency_key", String(255), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("command_id", BigInteger),
    Column("bulk_id", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)

# Firmware updates, diagnostics and log uploads.
file_jobs = Table(
    "file_jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("charge_point", String(255), nullable=False),
    Column("kind", String(16), nullable=False),  # firmware, diagnostics, log
    Column("state", String(16), nullable=False),
    Column("status", Text),  # the last word the charge point reported
    Column("command_id", BigInteger),
    Column("request_id", BigInteger),
    Column("log_type", String(16)),
    Column("firmware_id", BigInteger),
    Column("location", Text, nullable=False),  # secrets blanked
    Column("file_name", Text),  # what the charge point calls it; never a path of ours
    Column("link_hash", String(64), unique=True),  # of the token in our own link; none once it is spent
    Column("link_expires_at", BigInteger),
    Column("has_link", SmallInteger, nullable=False),
    Column("has_file", SmallInteger, nullable=False),
    Column("bytes_received", BigInteger, nullable=False),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # when the charge point is to begin
    Column("fetched_at", BigInteger),
    Column("started_at", BigInteger),
    Column("reported_at", BigInteger),
    Column("finished_at", BigInteger),
    Index("file_jobs_by_charge_point", "charge_point_id", "id"),
    Index("file_jobs_by_command", "command_id"),
    Index("file_jobs_by_state", "state"),
    sqlite_autoincrement=True,  # the number names the file on the disk
)

# Firmware that charge points can be told to fetch; the file itself lies in the data folder.
firmware = Table(
    "firmware",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("uploaded_at", BigInteger, nullable=False),
    Column("uploaded_by", Text),
    sqlite_autoincrement=True,  # the number names the file on the disk
)

# Every status reported about a file, also those that belong to no job.
file_reports = Table(
    "file_reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("job_id", BigInteger),
    Column("kind", String(16), nullable=False),
    Column("status", Text, nullable=False),
    Column("request_id", BigInteger),
    Column("at", BigInteger, nullable=False),
    Index("file_reports_by_job", "job_id", "id"),
)

security_events = Table(
    "security_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("charge_point", String(255), nullable=False),
    Column("type", Text, nullable=False),
    Column("critical", SmallInteger, nullable=False),
    Column("tech_info", Text),
    Column("taken_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index("security_events_by_charge_point", "charge_point_id", "id"),
    Index("security_events_by_time", "charge_point_id", "taken_at"),
)

certificate_requests = Table(
    "certificate_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("charge_point", String(255), nullable=False),
    Column("csr", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("common_name", Text),
    Column("received_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", Text),
    Column("command_id", BigInteger),
    Column("certificate", Text),  # what was signed, PEM
    Column("serial_number", String(64)),
    Column("expires_at", BigInteger),
    Index("certificate_requests_by_charge_point", "charge_point_id", "id"),
    Index("certificate_requests_by_command", "command_id"),
)

# Root certificates that charge points are believed to have.
installed_certificates = Table(
    "installed_certificates",
    metadata,
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), primary_key=True),
    Column("certificate_type", String(32), primary_key=True),
    Column("hash_algorithm", String(8), primary_key=True),
    Column("issuer_name_hash", String(128), primary_key=True),
    Column("issuer_key_hash", String(128), primary_key=True),
    Column("serial_number", String(40), primary_key=True),
    Column("subject", Text),
    Column("expires_at", BigInteger),
    Column("certificate", Text),  # PEM, where it was sent from here
    Column("learnt_at", BigInteger, nullable=False),
)

# The raw frame log.
messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("direction", String(3), nullable=False),  # in, out
    Column("packing", SmallInteger, nullable=False),  # 0: UTF-8 text; 1: deflated with the first dictionary
    Column("frame", LargeBinary, nullable=False),
    Index("messages_by_charge_point", "charge_point_id"),
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

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False),
)

# Browser log-ins and API keys: opaque random tokens, only their hash is kept.
tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),  # login, api_key
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
)

# Secrets of this installation that are made once: the key of the charge points' password hashes.
secrets = Table(
    "secrets", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False)
)
