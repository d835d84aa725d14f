"""People, their tokens, and secrets of this installation."""

from sqlalchemy import BigInteger, Column, Index, SmallInteger, String, Table, Text

from wattdeck.store.tables.layout import Id, metadata

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("scope", Text),  # JSON of patterns and sites; null: all charge points
    Column("disabled", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger),
    Column("password_set_at", BigInteger),
    Column("last_login_at", BigInteger),
    Column("single_sign_on", SmallInteger, nullable=False, server_default="0"),
    Column("subject", Text),  # issuer and sub of the provider, from the first log-in there on
    Index("users_subject", "subject", unique=True),
)

# Browser log-ins and API keys: opaque random tokens, only their hash is kept. A log-in has the role and scope of its
# user, as they are now; those written here are a key's.
tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # login, api_key
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("scope", Text),
    Column("created_by", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("last_used_at", BigInteger),
)

# Who did what: requests that were to change something, without their bodies.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text),
    Column("kind", String(16)),  # user, api_key, application
    Column("role", String(16)),
    Column("address", Text),
    Column("method", String(8), nullable=False),
    Column("route", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("charge_point", String(255)),
    Column("status", SmallInteger, nullable=False),
)

# Secrets of this installation that are made once: the key of the charge points' password hashes.
secrets = Table(
    "secrets", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False)
)
