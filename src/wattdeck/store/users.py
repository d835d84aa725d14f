"""People and their tokens in the database: only hashes of passwords and tokens are kept."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from wattdeck.domain.clock import to_ms
from wattdeck.domain.records import Record
from wattdeck.store.rows import ms
from wattdeck.store.tables import secrets, tokens
from wattdeck.store.tables import users as table

LOGIN, API_KEY = "login", "api_key"


class User(Record, frozen=True):
    username: str
    password_hash: str
    role: str


class Token(Record, frozen=True):
    name: str
    role: str
    kind: str


def find(connection: Connection, username: str) -> User | None:
    row = connection.execute(select(table).where(table.c.username == username)).one_or_none()
    return None if row is None else User(row.username, row.password_hash, row.role)


def put(connection: Connection, user: User) -> None:
    """Add the user or change its password and role."""
    values = {"password_hash": user.password_hash, "role": user.role}
    if not connection.execute(update(table).where(table.c.username == user.username).values(**values)).rowcount:
        connection.execute(insert(table).values(username=user.username, **values))


def any_exist(connection: Connection) -> bool:
    return connection.execute(select(table.c.id).limit(1)).first() is not None


def add_token(connection: Connection, token_hash: str, token: Token, at: datetime, expires_at: datetime | None) -> None:
    values = {"kind": token.kind, "name": token.name, "role": token.role, "created_at": to_ms(at)}
    connection.execute(delete(tokens).where(tokens.c.expires_at <= to_ms(at)))
    connection.execute(delete(tokens).where(tokens.c.token_hash == token_hash))
    connection.execute(insert(tokens).values(token_hash=token_hash, expires_at=ms(expires_at), **values))


def keep_only_token(connection: Connection, name: str, token_hash: str | None) -> None:
    """Remove the tokens of this name but one."""
    connection.execute(delete(tokens).where(tokens.c.name == name, tokens.c.token_hash != (token_hash or "")))


def find_token(connection: Connection, token_hash: str, at: datetime) -> Token | None:
    row = connection.execute(select(tokens).where(tokens.c.token_hash == token_hash)).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= to_ms(at)):
        return None
    return Token(row.name, row.role, row.kind)


def remove_token(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(tokens).where(tokens.c.token_hash == token_hash))


def secret(connection: Connection, name: str, fresh: str) -> str:
    """A secret of this installation; `fresh` is kept where there is none yet."""
    row = connection.execute(select(secrets.c.value).where(secrets.c.name == name)).one_or_none()
    if row is not None:
        return str(row.value)
    connection.execute(insert(secrets).values(name=name, value=fresh))
    return fresh
