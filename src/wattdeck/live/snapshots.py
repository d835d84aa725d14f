"""What a new subscriber of a topic is shown first: its state as it stands in the store, in the shape of its deltas."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.alerts import UPDATED
from wattdeck.domain.charge_points import is_connected
from wattdeck.live import messages, shapes
from wattdeck.store import alerts, charge_points, commands, connectors, samples, series, sessions
from wattdeck.store.series import Series

_OF_ONE = re.compile(rf"charge_point_(.+)_({'|'.join(messages.STREAMS)})")
_MOST_CHARGE_POINTS = 100_000
_MOST_COMMANDS = 20
_MOST_ALERTS = 1_000


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


def read(connection: Connection, charge_point: str | None, stream: str, at: datetime) -> list[Any] | None:
    """The items of a snapshot; None where there is no such charge point."""
    if charge_point is None:
        page = charge_points.search(connection, limit=_MOST_CHARGE_POINTS, at=at)
        wanted, ids = page.items, None
    else:
        one = charge_points.find(connection, charge_point)
        if one is None:
            return None
        wanted, ids = [one], [one.id]
    if stream == messages.ALERTS:
        raised = alerts.open_of(connection, None if ids is None else ids[0], _MOST_ALERTS)
        return [messages.alert(UPDATED, each) for each in raised]
    if stream == messages.STATUS:
        reported = connectors.of_all(connection, ids)
        return [item for one in wanted for item in _status(one, reported.get(one.id, []), at)]
    if stream == messages.SESSIONS:
        return [messages.session("updated", session, at) for session in sessions.active(connection, ids)]
    if stream == messages.COMMANDS:
        return [shapes.command(one) for one in commands.of(connection, wanted[0].id, _MOST_COMMANDS).items]
    everything = series.everyones(connection) if ids is None else series.of(connection, ids[0])
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
