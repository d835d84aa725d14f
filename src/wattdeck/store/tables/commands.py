"""What was asked of charge points."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from wattdeck.store.tables.layout import Id, metadata

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
