"""People, their tokens, and secrets of this installation."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from wattdeck.store.tables.layout import Id, metadata

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
