"""The charging profiles that charge points are believed to hold. A TxProfile counts while its session runs (§3.13.1):
whatever ends the session, nobody need remember to remove it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from wattdeck.domain.charging_profiles import Installed, Profile, read, replaces
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import from_json, to_json
from wattdeck.domain.sessions import ACTIVE, Session
from wattdeck.domain.tags import same_tag
from wattdeck.store.rows import moment
from wattdeck.store.tables import commands, sessions
from wattdeck.store.tables import installed_profiles as table

# How long the session of an accepted remote start may be coming: people still have to plug in.
AWAITED_FOR = timedelta(minutes=15)
# Built once: it is asked at every start.
_AWAITED = (
    select(table)
    .where(
        table.c.charge_point_id == bindparam("charge_point_id"),
        table.c.awaited_tag == bindparam("tag"),
        or_(table.c.connector_id.is_(None), table.c.connector_id == bindparam("connector_id")),
        table.c.installed_at >= bindparam("since"),
    )
    .order_by(table.c.id)
    .limit(1)
)


def of(connection: Connection, charge_point_id: int) -> list[Installed]:
    """What a charge point holds now, by connector."""
    query = (
        select(table, sessions.c.started_at.label("session_started_at"), commands.c.action, commands.c.asked_by)
        .outerjoin(sessions, sessions.c.id == table.c.session_id)
        .outerjoin(commands, commands.c.id == table.c.command_id)
        .where(
            table.c.charge_point_id == charge_point_id,
            table.c.awaited_tag.is_(None),
            or_(table.c.session_id.is_(None), sessions.c.status == ACTIVE),
        )
        .order_by(table.c.connector_id, table.c.id)
    )
    return [
        Installed(
            id=row.id,
            connector_id=row.connector_id,
            profile=profile,
            sent=sent,
            command_id=row.command_id,
            session_id=row.session_id,
            session_started_at=moment(row.session_started_at),
            installed_at=from_ms(row.installed_at),
            action=row.action,
            asked_by=row.asked_by,
        )
        for row in connection.execute(query)
        if (profile := read(sent := from_json(row.profile))) is not None
    ]


def install(
    connection: Connection,
    charge_point_id: int,
    connector_id: int,
    profile: Profile,
    sent: dict[str, Any],
    command_id: int,
    session_id: int | None,
    at: datetime,
) -> None:
    """The charge point accepted it: it holds it in the place of what it replaces (§5.16)."""
    remove(connection, charge_point_id, lambda old: replaces(connector_id, profile, old))
    _add(connection, charge_point_id, connector_id, profile, sent, command_id, at, session_id=session_id)


def remove(connection: Connection, charge_point_id: int, is_gone: Callable[[Installed], bool]) -> None:
    """Without those that are gone, and without those of sessions that have ended."""
    kept = [one.id for one in of(connection, charge_point_id) if not is_gone(one)]
    theirs = (table.c.charge_point_id == charge_point_id, table.c.awaited_tag.is_(None))
    connection.execute(delete(table).where(*theirs, table.c.id.not_in(kept)))


def await_session(
    connection: Connection,
    charge_point_id: int,
    connector_id: int | None,
    id_tag: str,
    profile: Profile,
    sent: dict[str, Any],
    command_id: int,
    at: datetime,
) -> None:
    """A remote start with this profile was accepted: its session is still to come."""
    too_old = (table.c.awaited_tag.is_not(None), table.c.installed_at < to_ms(at - AWAITED_FOR))
    connection.execute(delete(table).where(table.c.charge_point_id == charge_point_id, *too_old))
    tag = same_tag(id_tag)
    _add(connection, charge_point_id, connector_id, profile, sent, command_id, at, awaited_tag=tag)


def begin(connection: Connection, session: Session, at: datetime) -> None:
    """A session has begun, `at` by our clock: where a remote start's profile was for it, that is in force now."""
    asked = {
        "charge_point_id": session.charge_point_id,
        "tag": same_tag(session.id_tag or ""),
        "connector_id": session.connector_id,
        "since": to_ms(at - AWAITED_FOR),
    }
    row = connection.execute(_AWAITED, asked).one_or_none()
    if row is None or (profile := read(from_json(row.profile))) is None:
        return
    remove(connection, session.charge_point_id, lambda old: replaces(session.connector_id, profile, old))
    values = {"session_id": session.id, "connector_id": session.connector_id, "awaited_tag": None}
    connection.execute(update(table).where(table.c.id == row.id).values(**values))


def _add(
    connection: Connection,
    charge_point_id: int,
    connector_id: int | None,
    profile: Profile,
    sent: dict[str, Any],
    command_id: int,
    at: datetime,
    **more: Any,
) -> None:
    row = {
        "charge_point_id": charge_point_id,
        "connector_id": connector_id,
        "charging_profile_id": profile.id,
        "purpose": profile.purpose,
        "stack_level": profile.stack_level,
        "profile": to_json(sent).decode(),
        "command_id": command_id,
        "installed_at": to_ms(at),
        **more,
    }
    connection.execute(insert(table).values(**row))
