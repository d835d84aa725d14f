"""People in the database, and who a token belongs to: only hashes of passwords and tokens are kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from wattdeck.domain.clock import to_ms
from wattdeck.domain.errors import Conflict
from wattdeck.domain.oidc import NotLetIn, Rights, Told
from wattdeck.domain.people import ADMIN, Scope, scope_of
from wattdeck.domain.records import Record, from_json, replace, to_json
from wattdeck.store.rows import moment, ms
from wattdeck.store.tables import secrets, tokens
from wattdeck.store.tables import users as table
from wattdeck.store.writer import Bulk

LOGIN, API_KEY = "login", "api_key"
MOST_USERS, MOST_LOGINS = 10_000, 50  # the second: of one person, on as many devices
ELSEWHERE = "this user logs in by single sign-on and has no password here"
LAST_ADMIN = "the last admin: there would be nobody left who could make another"
USED = Bulk("UPDATE tokens SET last_used_at = ? WHERE token_hash = ?")


class User(Record, frozen=True):
    """`single_sign_on`: logs in at a provider, as `subject` from the first time on, and has no password here."""

    username: str
    password_hash: str
    role: str
    scope: Scope | None = None
    disabled: bool = False
    created_at: datetime | None = None
    password_set_at: datetime | None = None
    last_login_at: datetime | None = None
    single_sign_on: bool = False
    subject: str | None = None


class Token(Record, frozen=True):
    """What a token stands for, now."""

    name: str
    role: str
    kind: str
    scope: Scope | None = None
    last_used_at: datetime | None = None


def find(connection: Connection, username: str) -> User | None:
    row = connection.execute(select(table).where(table.c.username == username)).one_or_none()
    return None if row is None else _user(row)


def list_all(connection: Connection, limit: int, after: str | None = None) -> list[User]:
    """By name."""
    query = select(table) if after is None else select(table).where(table.c.username > after)
    return [_user(row) for row in connection.execute(query.order_by(table.c.username).limit(limit))]


def put(connection: Connection, user: User) -> None:
    """Add the user or change all that is known of them but when they were made."""
    values = _columns(user)
    if not connection.execute(update(table).where(table.c.username == user.username).values(**values)).rowcount:
        connection.execute(insert(table).values(username=user.username, created_at=ms(user.created_at), **values))


def put_admin(connection: Connection, username: str, password_hash: str | None, at: datetime) -> None:
    """The admin of the settings, who is let in whatever was changed of them. None: the password is as it was; another
    one ends all their log-ins.
    """
    known = find(connection, username) or User(username, "", ADMIN, created_at=at)
    known = replace(known, role=ADMIN, scope=None, disabled=False)
    if password_hash is not None:
        known = replace(known, password_hash=password_hash, password_set_at=at, single_sign_on=False, subject=None)
        end_logins(connection, username)
    put(connection, known)


def add(connection: Connection, user: User) -> None:
    """Raises Conflict where somebody has that name, in whatever letter case, or a key has it."""
    names = connection.execute(select(table.c.username)).scalars().all()
    if len(names) >= MOST_USERS:
        raise Conflict(f"there are {MOST_USERS} users already")
    if is_key_name(connection, user.username) or user.username.casefold() in {name.casefold() for name in names}:
        raise Conflict(f"the name {user.username!r} is taken")
    put(connection, user)


def change(connection: Connection, user: User) -> None:
    """Change somebody who is there; who is disabled is logged out. Raises Conflict where no admin would be left."""
    put(connection, user)
    _require_admin(connection)
    if user.disabled:
        end_logins(connection, user.username)


def remove(connection: Connection, username: str) -> bool:
    """Whether there was one of that name. Raises Conflict where no admin would be left."""
    gone = connection.execute(delete(table).where(table.c.username == username)).rowcount > 0
    _require_admin(connection)
    end_logins(connection, username)
    return gone


def _require_admin(connection: Connection) -> None:
    """The transaction does not take place where it leaves nobody to let others in."""
    admins = select(table.c.id).where(table.c.role == ADMIN, table.c.disabled == 0)
    if connection.execute(admins.limit(1)).first() is None:
        raise Conflict(LAST_ADMIN)


def sign_on_elsewhere(connection: Connection, user: User, elsewhere: bool) -> User:
    """Log in at the provider from now on, or here again once a password is set; log-ins by the other way end."""
    end_logins(connection, user.username)
    return replace(user, password_hash="", password_set_at=None, single_sign_on=elsewhere, subject=None)


def sign_on(connection: Connection, told: Told, rights: Rights | None, adds: bool, at: datetime) -> User:
    """Whom the provider means, with the rights it gives them; None: none, so that they are logged out and refused.

    Raises NotLetIn.
    """
    found = connection.execute(select(table).where(table.c.subject == told.subject)).one_or_none()
    user = find(connection, told.username) if found is None else _user(found)
    if user is None:
        if not adds or rights is None or rights.role is None:
            raise NotLetIn(f"nobody called {told.username} may log in here: ask an admin")
        user = User(told.username, "", rights.role, created_at=at, single_sign_on=True)
        try:
            add(connection, user)
        except Conflict as error:
            raise NotLetIn(str(error)) from None
    elif not user.single_sign_on or (found is None and user.subject is not None):
        # names can be given anew by the provider, and chosen by people: they open nothing that is somebody's
        raise NotLetIn(f"{told.username} is another user here: ask an admin")
    if user.disabled:
        raise NotLetIn(f"{user.username} is disabled here")
    user = replace(user, subject=told.subject)
    if rights is None:
        end_logins(connection, user.username)
    else:
        scope = rights.scope if rights.has_scope else user.scope
        user = replace(user, role=rights.role or user.role, scope=scope)
    put(connection, user)
    return user


def any_exist(connection: Connection) -> bool:
    return connection.execute(select(table.c.id).limit(1)).first() is not None


def is_key_name(connection: Connection, name: str) -> bool:
    keys = select(tokens.c.id).where(tokens.c.kind == API_KEY, func.lower(tokens.c.name) == name.lower())
    return connection.execute(keys.limit(1)).first() is not None


def add_token(connection: Connection, token_hash: str, token: Token, at: datetime, expires_at: datetime | None) -> None:
    values = {"kind": token.kind, "name": token.name, "role": token.role, "scope": packed(token.scope)}
    connection.execute(delete(tokens).where(tokens.c.kind == LOGIN, tokens.c.expires_at <= to_ms(at)))
    connection.execute(delete(tokens).where(tokens.c.token_hash == token_hash))
    made = insert(tokens).values(token_hash=token_hash, created_at=to_ms(at), expires_at=ms(expires_at), **values)
    connection.execute(made)
    if token.kind == LOGIN:
        connection.execute(update(table).where(table.c.username == token.name).values(last_login_at=to_ms(at)))
        own = select(tokens.c.id).where(tokens.c.kind == LOGIN, tokens.c.name == token.name)
        # -1: the rest of them, however many
        oldest = own.order_by(tokens.c.id.desc()).limit(-1).offset(MOST_LOGINS)
        connection.execute(delete(tokens).where(tokens.c.id.in_(oldest)))


def keep_only_token(connection: Connection, name: str, token_hash: str | None) -> None:
    """Remove the keys of this name but one."""
    others = (tokens.c.kind == API_KEY, tokens.c.name == name, tokens.c.token_hash != (token_hash or ""))
    connection.execute(delete(tokens).where(*others))


_OF_TOKEN = (
    select(tokens, table.c.role.label("own_role"), table.c.scope.label("own_scope"), table.c.disabled)
    .outerjoin(table, and_(tokens.c.kind == LOGIN, table.c.username == tokens.c.name))
)  # fmt: skip


def find_token(connection: Connection, token_hash: str, at: datetime) -> Token | None:
    """Whose it is, with the role and scope they have now; None where it counts for nothing (any more)."""
    row = connection.execute(_OF_TOKEN.where(tokens.c.token_hash == token_hash)).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= to_ms(at)):
        return None
    if row.kind == LOGIN:
        if row.own_role is None or row.disabled:
            return None
        return Token(row.name, row.own_role, LOGIN, unpacked(row.own_scope))
    return Token(row.name, row.role, row.kind, unpacked(row.scope), moment(row.last_used_at))


def remove_token(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(tokens).where(tokens.c.token_hash == token_hash))


def end_logins(connection: Connection, username: str, but: str = "") -> None:
    """Log somebody out everywhere, but where they came in by the token of this hash."""
    own = (tokens.c.kind == LOGIN, tokens.c.name == username, tokens.c.token_hash != but)
    connection.execute(delete(tokens).where(*own))


def secret(connection: Connection, name: str, fresh: str) -> str:
    """A secret of this installation; `fresh` is kept where there is none yet."""
    row = connection.execute(select(secrets.c.value).where(secrets.c.name == name)).one_or_none()
    if row is not None:
        return str(row.value)
    connection.execute(insert(secrets).values(name=name, value=fresh))
    return fresh


def packed(scope: Scope | None) -> str | None:
    return None if scope is None else to_json(scope).decode()


def unpacked(text: str | None) -> Scope | None:
    return None if text is None else scope_of(**from_json(text))


def _columns(user: User) -> dict[str, Any]:
    return {
        "password_hash": user.password_hash,
        "role": user.role,
        "scope": packed(user.scope),
        "disabled": int(user.disabled),
        "password_set_at": ms(user.password_set_at),
        "last_login_at": ms(user.last_login_at),
        "single_sign_on": int(user.single_sign_on),
        "subject": user.subject,
    }


def _user(row: Row[Any]) -> User:
    return User(
        row.username,
        row.password_hash,
        row.role,
        unpacked(row.scope),
        bool(row.disabled),
        moment(row.created_at),
        moment(row.password_set_at),
        moment(row.last_login_at),
        bool(row.single_sign_on),
        row.subject,
    )
