"""What a new subscriber of a topic is shown first: its state as it stands in the store, in the shape of its deltas."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.alerts import UPDATED
from wattdeck.domain.charge_points import is_connected
from wattdeck.domain.people import Scope
from wattdeck.domain.reservations import OPEN
from wattdeck.live import charging_shapes, messages, shapes
from wattdeck.store import alerts, charge_points, commands, connectors, reservations, samples, series, sessions
from wattdeck.store.series import Series

_OF_ONE = re.compile(rf"charge_point_(.+)_({'|'.join(messages.STREAMS)})")
_MOST_CHARGE_POINTS = 100_000
_MOST_NUMBERS = 20_000  # in one statement
_MOST_COMMANDS = 20
_MOST_ALERTS = _MOST_RESERVATIONS = 1_000


def parse(topic: str) -> tuple[str | None, str] | None:
    """(charge point or None for the fleet, stream) of a topic; None where there is no such topic."""
    match = _OF_ONE.fullmatch(topic)
    if match is not None:
        return match[1], match[2]
    if topic == messages.STATS:
        return None, messages.STATS
    return next(((None, stream) for stream, name in messages.FLEET_TOPICS.items() if topic == name), None)


def named(connection: Connection, charge_point: str) -> tuple[int, str] | None:
    """Number and identifier of the charge point that a topic names."""
    one = charge_points.find(connection, charge_point)
    return None if one is None else (one.id, one.identifier)


def read(
    connection: Connection, charge_point: str | None, stream: str, at: datetime, scope: Scope | None = None
) -> list[Any] | None:
    """The items of a snapshot, of a scope; None where there is no such charge point."""
    ids: list[int] | None
    if charge_point is None:
        page = charge_points.search(connection, limit=_MOST_CHARGE_POINTS, at=at, scope=scope)
        wanted, ids = page.items, None
        if scope is not None and len(wanted) <= _MOST_NUMBERS:
            ids = [one.id for one in wanted]
    else:
        one = charge_points.find(connection, charge_point)
        if one is None or (scope is not None and not scope.covers(one.identifier, one.site)):
            return None
        wanted, ids = [one], [one.id]
    if stream == messages.ALERTS:
        raised = alerts.open_of(connection, None if charge_point is None else wanted[0].id, _MOST_ALERTS, scope)
        return [messages.alert(UPDATED, each) for each in raised]
    if stream == messages.RESERVATIONS:
        id = None if charge_point is None else wanted[0].id
        held = reservations.search(connection, limit=_MOST_RESERVATIONS, charge_point_id=id, scope=scope, states=OPEN)
        return [charging_shapes.reservation(one) for one in held.items]
    if stream == messages.STATUS:
        reported = connectors.of_all(connection, ids)
        return [item for one in wanted for item in _status(one, reported.get(one.id, []), at)]
    if stream == messages.SESSIONS:
        own = {one.id for one in wanted}
        running = [one for one in sessions.active(connection, ids) if scope is None or one.charge_point_id in own]
        return [messages.session("updated", session, at) for session in running]
    if stream == messages.COMMANDS:
        return [shapes.command(one) for one in commands.of(connection, wanted[0].id, _MOST_COMMANDS).items]
    everything = series.everyones(connection) if charge_point is None else series.of(connection, wanted[0].id)
    return _latest(connection, everything, {one.id: one.identifier for one in wanted})


def _status(one: Any, reported: list[Any], at: datetime) -> list[dict[str, Any]]:
    connected = is_connected(one, at)
    items = [messages.status(one.identifier, connector, connected) for connector in reported]
    if not any(item["connector_id"] == 0 for item in items):
        items.insert(0, messages.presence(one.identifier, reported, connected, one.last_seen_at or at))
    return items


def _latest(connection: Connection, wanted: list[Series], names: dict[int, str]) -> list[dict[str, Any]]:
    items = []
    for sample in samples.latest(connection, [one for one in wanted if one.charge_point_id in names]):
        shape: dict[str, Any] = dict(shapes.meter_value(sample, names[sample.series.charge_point_id]))
        shape["timestamp"] = shape.pop("taken_at")
        del shape["received_at"], shape["original"]
        items.append(shape)
    return items
