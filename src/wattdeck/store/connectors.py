"""Connectors in the database: the current state of each, and the history of what they said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.connectors import Connector
from wattdeck.store.rows import Page, page, within
from wattdeck.store.tables import connectors as table
from wattdeck.store.tables import status_history

_WORDS = ("status", "error_code", "info", "vendor_id", "vendor_error_code")
# Built once: building one takes longer than running it, and statuses come in storms.
_CURRENT = select(table).where(
    table.c.charge_point_id == bindparam("charge_point_id"), table.c.connector_id == bindparam("connector_id")
)
_REMEMBER, _ADD = insert(status_history).prefix_with("OR IGNORE"), insert(table)
_CHANGE = (
    update(table)
    .where(
        table.c.charge_point_id == bindparam("new_charge_point_id"),
        table.c.connector_id == bindparam("new_connector_id"),
    )
    .values(
        updated_at=bindparam("new_taken_at"),
        **{word: bindparam(f"new_{word}") for word in (*_WORDS, "received_at", "since_at")},
    )
)


def of(connection: Connection, charge_point_id: int) -> list[Connector]:
    """All connectors of a charge point, 0 (the whole) first."""
    return of_all(connection, [charge_point_id]).get(charge_point_id, [])


def of_all(connection: Connection, charge_point_ids: Iterable[int] | None = None) -> dict[int, list[Connector]]:
    """Connectors by charge point; of every charge point without `charge_point_ids`."""
    query = select(table).order_by(table.c.charge_point_id, table.c.connector_id)
    if charge_point_ids is not None:
        query = query.where(table.c.charge_point_id.in_(list(charge_point_ids)))
    found: dict[int, list[Connector]] = {}
    for row in connection.execute(query):
        found.setdefault(row.charge_point_id, []).append(_record(row))
    return found


def report(connection: Connection, connector: Connector) -> Connector | None:
    """Keep a status. The connector's new state, or None where what is stored is newer or it arrived before.

    A status older than the current one goes to history alone.
    """
    values = _history(connector)
    row = connection.execute(
        _CURRENT, {name: values[name] for name in ("charge_point_id", "connector_id")}
    ).one_or_none()
    same = row is not None and all(getattr(row, word) == values[word] for word in _WORDS)
    if row is not None and same and row.updated_at == values["taken_at"]:
        return None
    connection.execute(_REMEMBER, values)
    if row is not None and row.updated_at > values["taken_at"]:
        return None
    # a burst of the same word (quirk Q70) does not make it any younger
    stays = row is not None and row.status == connector.status
    values["since_at"] = row.since_at or row.received_at if row is not None and stays else values["received_at"]
    if row is None:
        values["updated_at"] = values.pop("taken_at")
        connection.execute(_ADD, values)
    else:
        connection.execute(_CHANGE, {f"new_{name}": value for name, value in values.items()})
    return connector


def history(
    connection: Connection,
    charge_point_id: int,
    limit: int,
    after: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page:
    """What the connectors said, newest first; `since` and `until` by the charge point's clock."""
    query = select(status_history).where(status_history.c.charge_point_id == charge_point_id)
    query = within(query, status_history.c.taken_at, since, until)
    return page(connection, query, status_history.c.id, _past, limit, after)


def _history(connector: Connector) -> dict[str, Any]:
    return {
        "charge_point_id": connector.charge_point_id,
        "connector_id": connector.connector_id,
        **{word: getattr(connector, word) for word in _WORDS},
        "taken_at": to_ms(connector.updated_at),
        "received_at": to_ms(connector.received_at),
    }


def _past(row: Row[Any]) -> Connector:
    return _build(row, row.taken_at)


def _record(row: Row[Any]) -> Connector:
    return _build(row, row.updated_at)


def _build(row: Row[Any], updated_at: int) -> Connector:
    return Connector(
        charge_point_id=row.charge_point_id,
        connector_id=row.connector_id,
        **{word: getattr(row, word) for word in _WORDS},
        updated_at=from_ms(updated_at),
        received_at=from_ms(row.received_at),
        evse_id=row.connector_id or None,
    )
