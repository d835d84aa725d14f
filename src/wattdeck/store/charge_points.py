"""Charge points in the database: who is known, who is connected (a lease), what they said at boot."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from wattdeck.domain.charge_points import ChargePoint, Known
from wattdeck.domain.clock import to_ms
from wattdeck.domain.messages import BootNotification
from wattdeck.domain.people import Scope
from wattdeck.domain.records import as_dict
from wattdeck.store import scopes
from wattdeck.store.rows import Page, moment, page
from wattdeck.store.tables import charge_points as table
from wattdeck.store.tables import connectors
from wattdeck.store.writer import Bulk

REMOVED = "removed"  # gone from lists; its sessions and samples stay
HEARTBEAT = Bulk("UPDATE charge_points SET last_heartbeat_at = ? WHERE id = ?")
ANSWERS_PINGS = Bulk("UPDATE charge_points SET answers_pings = ? WHERE id = ?")
LEARNED_POWER = Bulk("UPDATE charge_points SET learned_power_w = ? WHERE id = ? AND coalesce(learned_power_w, 0) < ?1")
# not one that was given back meanwhile: in a commit rows come after everything else
RENEW = Bulk(
    "UPDATE charge_points SET online_until = ?, last_seen_at = ?"
    " WHERE id = ? AND generation = ? AND online_until IS NOT NULL"
)


# The statements of a connection's opening and end are built once: building one takes longer than running it, and
# after a power cut ten thousand charge points come at once.
_CONNECT = (
    update(table)
    .where(table.c.identifier_key == bindparam("key"), table.c.registration != REMOVED)
    .values(
        generation=table.c.generation + 1,
        online_until=bindparam("until"),
        connected_at=bindparam("at"),
        last_seen_at=bindparam("at"),
        ocpp_version=bindparam("version"),
    )
    .returning(table)
)
_DISCONNECT = (
    update(table)
    .where(table.c.id == bindparam("own_id"), table.c.generation == bindparam("own_generation"))
    .values(online_until=None, last_seen_at=bindparam("at"))
    .returning(table)
)
_BOOT = (
    update(table)
    .where(table.c.id == bindparam("own_id"))
    .values(
        booted_at=bindparam("at"), **{name: bindparam(f"new_{name}") for name in BootNotification.__struct_fields__}
    )
    .returning(table)
)
_NONE_UNDER_WAY = {"next_password_hash": None, "next_password_command": None}
_BY_KEY = select(table).where(table.c.identifier_key == bindparam("key"))


def key_of(identifier: str) -> str:
    """Identities are compared without regard to case (quirk Q6)."""
    return identifier.casefold()


def known(connection: Connection) -> list[Known]:
    """Everyone, as the doors need them."""
    return [_known(row) for row in connection.execute(select(table).where(table.c.registration != REMOVED))]


def known_as(connection: Connection, id: int) -> Known | None:
    """One of them; None where it was removed."""
    row = _row(connection, table.c.id == id)
    return None if row is None or row.registration == REMOVED else _known(row)


def find(connection: Connection, identifier_or_id: str, removed_too: bool = False) -> ChargePoint | None:
    """By identifier, else by our number. `removed_too`: also where it was deleted and only its history is left."""
    row = _row(connection, table.c.identifier_key == key_of(identifier_or_id))
    if row is None and identifier_or_id.isdecimal() and len(identifier_or_id) < 19:
        row = _row(connection, table.c.id == int(identifier_or_id))
    return None if row is None or (row.registration == REMOVED and not removed_too) else _record(row)


def versions(connection: Connection) -> dict[str, str]:
    """The OCPP version each spoke last, by key of its identifier."""
    query = select(table.c.identifier_key, table.c.ocpp_version).where(table.c.ocpp_version.is_not(None))
    return {row.identifier_key: row.ocpp_version for row in connection.execute(query)}


def get(connection: Connection, id: int, removed_too: bool = False) -> ChargePoint | None:
    """By our number."""
    row = _row(connection, table.c.id == id)
    return None if row is None or (row.registration == REMOVED and not removed_too) else _record(row)


def search(
    connection: Connection,
    *,
    limit: int,
    after: int | None = None,
    text: str | None = None,
    connected: bool | None = None,
    registration: str | None = None,
    status: str | None = None,
    vendor: str | None = None,
    model: str | None = None,
    site: str | None = None,
    scope: Scope | None = None,
    at: datetime,
) -> Page:
    """In order of registration. `status`: of any connector. `text` is sought in identifier, vendor, model, serial."""
    query = select(table).where(table.c.registration != REMOVED)
    if text:
        looked_in = (table.c.identifier, table.c.vendor, table.c.model, table.c.serial_number)
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in looked_in)))
    if connected is not None:
        alive = func.coalesce(table.c.online_until, 0) > to_ms(at)
        query = query.where(alive if connected else ~alive)
    if status is not None:
        says = (connectors.c.charge_point_id == table.c.id) & (connectors.c.status == status)
        query = query.where(select(connectors.c.charge_point_id).where(says).exists())
    if registration is not None:
        query = query.where(table.c.registration == registration)
    if vendor is not None:
        query = query.where(table.c.vendor == vendor)
    if model is not None:
        query = query.where(table.c.model == model)
    if site is not None:
        query = query.where(table.c.site == site)
    if scope is not None:
        query = query.where(scopes.covered(scope))
    return page(connection, query, table.c.id, _record, limit, after, newest_first=False)


def register(
    connection: Connection,
    identifier: str,
    registration: str,
    at: datetime,
    password_hash: str | None = None,
    security_profile: int = 0,
    site: str | None = None,
) -> ChargePoint:
    """Make a charge point known, or bring a removed one back. One that is known is returned as it is."""
    key = key_of(identifier)
    row = connection.execute(_BY_KEY, {"key": key}).one_or_none()
    values = {
        "identifier": identifier,
        "registration": registration,
        "password_hash": password_hash,
        "security_profile": security_profile,
        "site": site,
    }
    if row is None:
        made = insert(table).values(**values, identifier_key=key, registered_at=to_ms(at))
        row = connection.execute(made.returning(table)).one()
    elif row.registration == REMOVED:
        fresh = {"deaf_since": None, "next_security_profile": None}  # what was known of it before its removal
        row = _update(connection, (table.c.id == row.id,), values | fresh)
    return _record(row)


def change(connection: Connection, id: int, values: dict[str, Any]) -> ChargePoint:
    """Set columns: registration, password_hash (which ends one under way), security_profile, deaf_since, site,
    rated_power_w.
    """
    if "password_hash" in values:
        values = {**values, **_NONE_UNDER_WAY}
    if "security_profile" in values:
        values = {**values, "next_security_profile": None}
    where = table.c.id == id
    return _record(_update(connection, (where,), values) if values else _row(connection, where))


def connect(
    connection: Connection,
    identifier: str,
    registration: str,
    version: str,
    at: datetime,
    until: datetime,
    known: bool = False,
) -> tuple[ChargePoint, int] | None:
    """Take the lease for a new connection: the charge point (made known if it was not) and its generation. None where
    it was `known` when it was let in and has been removed since.
    """
    values = {"key": key_of(identifier), "until": to_ms(until), "at": to_ms(at), "version": version}
    row = connection.execute(_CONNECT, values).one_or_none()
    if row is None:
        if known:
            return None
        register(connection, identifier, registration, at)
        row = connection.execute(_CONNECT, values).one()
    return _record(row), row.generation


def disconnect(connection: Connection, id: int, generation: int, at: datetime) -> ChargePoint | None:
    """Give the lease back; None where a newer connection holds it."""
    values = {"own_id": id, "own_generation": generation, "at": to_ms(at)}
    row = connection.execute(_DISCONNECT, values).one_or_none()
    return None if row is None else _record(row)


def end_all_leases(connection: Connection) -> None:
    """At the start of the only process on this database: nobody is connected."""
    connection.execute(update(table).values(online_until=None))


def boot(connection: Connection, id: int, message: BootNotification, at: datetime) -> ChargePoint:
    """Keep what it said of itself."""
    values = {f"new_{name}": value for name, value in as_dict(message).items()}
    return _record(connection.execute(_BOOT, {**values, "own_id": id, "at": to_ms(at)}).one())


def prove(connection: Connection, id: int, next_password: bool, security_profile: int) -> None:
    """What a connection showed: that the charge point has the password that was under way, and which profile."""
    if next_password:
        take_new_password(connection, id)
    reached = (table.c.id == id, table.c.next_security_profile <= security_profile)
    _update(connection, reached, {"security_profile": table.c.next_security_profile, "next_security_profile": None})


def password_command(connection: Connection, id: int) -> int | None:
    """The command that carries a new password to it, where one is under way or has not been heard of again."""
    return connection.execute(select(table.c.next_password_command).where(table.c.id == id)).scalar()


def offer_password(connection: Connection, id: int, password_hash: str, command_id: int) -> None:
    """It may come with this password, too."""
    _update(connection, (table.c.id == id,), {"next_password_hash": password_hash, "next_password_command": command_id})


def take_new_password(connection: Connection, id: int) -> None:
    """It has the password that was under way, and no other."""
    _update(connection, (table.c.id == id,), {"password_hash": table.c.next_password_hash, **_NONE_UNDER_WAY})


def keep_old_password(connection: Connection, id: int) -> None:
    """It has not taken the password that was under way."""
    _update(connection, (table.c.id == id,), _NONE_UNDER_WAY)


def offer_profile(connection: Connection, id: int, security_profile: int) -> bool:
    """It will come with a higher profile; False where that much is demanded already."""
    lower = (table.c.id == id, table.c.security_profile < security_profile)
    return _update(connection, lower, {"next_security_profile": security_profile}) is not None


def _update(connection: Connection, where: tuple[Any, ...], values: dict[str, Any]) -> Any:
    """The row after the change; None where there is none."""
    return connection.execute(update(table).where(*where).values(**values).returning(table)).one_or_none()


def _row(connection: Connection, condition: Any) -> Any:
    return connection.execute(select(table).where(condition)).one_or_none()


_PLAIN = (
    *("id", "identifier", "registration", "vendor", "model", "serial_number", "firmware_version"),
    *("iccid", "imsi", "meter_type", "meter_serial_number", "ocpp_version", "site"),
    *("rated_power_w", "learned_power_w", "time_zone"),
)


def _record(row: Row[Any]) -> ChargePoint:
    return ChargePoint(
        **{name: getattr(row, name) for name in _PLAIN},
        has_password=row.password_hash is not None,
        password_changing=row.next_password_hash is not None,
        security_profile=row.security_profile,
        registered_at=moment(row.registered_at),
        booted_at=moment(row.booted_at),
        connected_at=moment(row.connected_at),
        last_seen_at=moment(row.last_seen_at),
        last_heartbeat_at=moment(row.last_heartbeat_at),
        online_until=moment(row.online_until),
        deaf_since=moment(row.deaf_since),
    )


def _known(row: Row[Any]) -> Known:
    return Known(
        row.id,
        row.identifier,
        row.registration,
        row.password_hash,
        row.next_password_hash,
        row.security_profile,
        row.next_security_profile,
        None if row.answers_pings is None else bool(row.answers_pings),
    )


def without_zone(connection: Connection) -> list[int]:
    """The numbers of those that have no time zone of their own."""
    query = select(table.c.id).where(table.c.time_zone.is_(None)).order_by(table.c.id)
    return list(connection.execute(query).scalars())
