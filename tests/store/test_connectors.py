"""Connectors: the newest status counts, older ones go to history alone, the same word with a new error is news."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.connectors import Connector
from wattdeck.store import charge_points, connectors


def said(cp: ChargePoint, at: datetime, status: str, connector_id: int = 1, **more: Any) -> Connector:
    evse_id = connector_id or None
    known = {"charge_point_id": cp.id, "connector_id": connector_id, "evse_id": evse_id, "received_at": at}
    return Connector(**{**known, "status": status, "updated_at": at, **more})


def later(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=seconds)


def history(connection: Connection, cp: ChargePoint) -> list[str]:
    return [one.status for one in connectors.history(connection, cp.id, 100).items]


def test_a_first_status_is_news(connection: Connection, cp: ChargePoint, now: datetime):
    first = said(cp, now, "Available")
    assert connectors.report(connection, first) == first
    assert connectors.of(connection, cp.id) == [first]


def test_everything_that_is_said_is_kept(connection: Connection, cp: ChargePoint, now: datetime):
    more = {"error_code": "OtherError", "info": "door", "vendor_id": "acme", "vendor_error_code": "0x17"}
    fault = said(cp, now, "Faulted", **more, received_at=later(now, 3))
    connectors.report(connection, fault)
    assert connectors.of(connection, cp.id) == [fault]
    assert connectors.history(connection, cp.id, 1).items == [fault]


def test_a_newer_status_replaces_the_older(connection: Connection, cp: ChargePoint, now: datetime):
    connectors.report(connection, said(cp, now, "Available"))
    newer = said(cp, later(now, 1), "Preparing")
    assert connectors.report(connection, newer) == newer
    assert connectors.of(connection, cp.id) == [newer]
    assert history(connection, cp) == ["Preparing", "Available"]


def test_an_older_status_goes_to_history_only(connection: Connection, cp: ChargePoint, now: datetime):
    current = said(cp, now, "Charging")
    connectors.report(connection, current)
    assert connectors.report(connection, said(cp, later(now, -60), "Preparing")) is None
    assert connectors.of(connection, cp.id) == [current]
    assert history(connection, cp) == ["Preparing", "Charging"]


def test_two_statuses_of_the_same_time_count_in_the_order_they_came(
    connection: Connection, cp: ChargePoint, now: datetime
):
    connectors.report(connection, said(cp, now, "Finishing"))
    connectors.report(connection, said(cp, now, "Available"))
    assert [one.status for one in connectors.of(connection, cp.id)] == ["Available"]


def test_a_status_that_arrives_twice_is_neither_news_nor_history(
    connection: Connection, cp: ChargePoint, now: datetime
):
    connectors.report(connection, said(cp, now, "Available"))
    assert connectors.report(connection, said(cp, now, "Available")) is None
    assert history(connection, cp) == ["Available"]


def test_an_older_status_that_arrives_twice_is_in_history_once(connection: Connection, cp: ChargePoint, now: datetime):
    for status, at in (("Charging", now), ("Preparing", later(now, -60)), ("Preparing", later(now, -60))):
        connectors.report(connection, said(cp, at, status))
    assert history(connection, cp) == ["Preparing", "Charging"]


def test_the_same_status_at_a_later_time_is_told_and_is_newer(connection: Connection, cp: ChargePoint, now: datetime):
    connectors.report(connection, said(cp, now, "Available"))
    assert connectors.report(connection, said(cp, later(now, 60), "Available")) == said(cp, later(now, 60), "Available")
    assert connectors.of(connection, cp.id)[0].updated_at == later(now, 60)


@pytest.mark.parametrize("more", [{"error_code": "GroundFailure"}, {"info": "x"}, {"vendor_error_code": "7"}])
def test_the_same_word_with_something_else_beside_it_is_news(
    connection: Connection, cp: ChargePoint, now: datetime, more: dict[str, str]
):
    connectors.report(connection, said(cp, now, "Faulted", error_code="OtherError"))
    news = said(cp, later(now, 1), "Faulted", **{"error_code": "OtherError", **more})
    assert connectors.report(connection, news) == news


def test_connectors_are_apart_and_the_whole_comes_first(connection: Connection, cp: ChargePoint, now: datetime):
    for number, status in ((2, "Charging"), (0, "Available"), (1, "Faulted")):
        connectors.report(connection, said(cp, now, status, number))
    assert [(one.connector_id, one.evse_id, one.status) for one in connectors.of(connection, cp.id)] == [
        (0, None, "Available"),
        (1, 1, "Faulted"),
        (2, 2, "Charging"),
    ]


def test_charge_points_are_apart(connection: Connection, cp: ChargePoint, now: datetime):
    other = charge_points.register(connection, "CP-2", "accepted", now)
    for one, status in ((cp, "Available"), (other, "Charging")):
        connectors.report(connection, said(one, now, status))
    assert [one.status for one in connectors.of(connection, other.id)] == ["Charging"]
    assert set(connectors.of_all(connection)) == {cp.id, other.id}
    assert set(connectors.of_all(connection, [other.id])) == {other.id}
    assert history(connection, cp) == ["Available"]


def test_a_charge_point_that_said_nothing_has_no_connectors(connection: Connection, cp: ChargePoint):
    assert connectors.of(connection, cp.id) == []


def test_history_comes_in_pages_newest_first(connection: Connection, cp: ChargePoint, now: datetime):
    words = ["Available", "Preparing", "Charging", "Finishing", "Unavailable"]
    for number, word in enumerate(words):
        connectors.report(connection, said(cp, later(now, number), word))
    first = connectors.history(connection, cp.id, 3)
    rest = connectors.history(connection, cp.id, 3, first.next)
    assert [one.status for one in first.items + rest.items] == words[::-1]
    assert rest.next is None
