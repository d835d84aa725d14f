"""Series: what is measured, named once."""

from typing import Any

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.meter_values import ENERGY
from wattdeck.store import series

VOLTAGE = (1, "Voltage", "L1", "Outlet", "V")
REGISTER = (1, ENERGY, "", "Outlet", "Wh")


def test_a_series_is_named_once(connection: Connection, cp: ChargePoint):
    first = series.add(connection, cp.id, [VOLTAGE, REGISTER], 5)
    again = series.add(connection, cp.id, [REGISTER, VOLTAGE], 9)
    assert again == first
    assert [one.last_day for one in series.of(connection, cp.id)] == [5, 5]


@pytest.mark.parametrize(
    "other",
    [
        (2, "Voltage", "L1", "Outlet", "V"),
        (1, "Voltage", "", "Outlet", "V"),
        (1, "Voltage", "L1", "Inlet", "V"),
        (1, "Voltage", "L1", "Outlet", "mV"),
        (1, "Current.Import", "L1", "Outlet", "V"),
    ],
)
def test_connector_measurand_phase_location_and_unit_tell_series_apart(
    connection: Connection, cp: ChargePoint, other: tuple[Any, ...]
):
    numbers = series.add(connection, cp.id, [VOLTAGE, other], 5)
    assert len(set(numbers.values())) == 2


def test_a_series_is_known_by_its_key(connection: Connection, cp: ChargePoint):
    numbers = series.add(connection, cp.id, [VOLTAGE, REGISTER], 5)
    known = series.of(connection, cp.id)
    assert {series.key_of(one): one.id for one in known} == numbers
    assert series.everyones(connection) == known
    assert [one.phase for one in known] == ["L1", None]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [VOLTAGE, REGISTER]),
        ({"measurand": "Voltage"}, [VOLTAGE]),
        ({"phase": ""}, [REGISTER]),
        ({"phase": "L1"}, [VOLTAGE]),
        ({"connector_id": 2}, []),
    ],
)
def test_series_are_found_by_what_they_measure(
    connection: Connection, cp: ChargePoint, asked: dict[str, Any], found: list[tuple[Any, ...]]
):
    series.add(connection, cp.id, [VOLTAGE, REGISTER], 5)
    assert [series.key_of(one) for one in series.find(connection, cp.id, **asked)] == found


@pytest.mark.parametrize(("day", "newest"), [(4, 5), (5, 5), (6, 6)])
def test_the_newest_day_only_moves_on(connection: Connection, cp: ChargePoint, day: int, newest: int):
    (number,) = series.add(connection, cp.id, [VOLTAGE], 5).values()
    connection.connection.driver_connection.execute(series.NEW_DAY.sql, (day, number))
    assert series.of(connection, cp.id)[0].last_day == newest
