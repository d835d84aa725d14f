"""When events are looked at: what is in order at once, all else in turns, and of a charge point all in their order."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.alerts.test_moments import SHAPES
from wattdeck.domain import events
from wattdeck.domain.moments import Moment, StoredMoment
from wattdeck.domain.records import replace
from wattdeck.domain.sessions import Session

VOLTS, NUMBERS = 5, (1_000_000.0, 11_000.0, 16.0, 16.0, 16.0, 230.0, 230.0)


@pytest.fixture
async def told(house):
    """The watch of a house whose one charge point is connected, what it is told by, and the charge point."""
    await house.connected()
    one = await house.get("charge-points/CP-1")
    watch = house.central_system._watch
    await watch.work()
    return watch, house.central_system.events.publish, one["id"]


def measured(id, numbers=NUMBERS):
    at = datetime.now(UTC)
    moment = Moment(SHAPES[0], numbers, at - timedelta(milliseconds=50))
    return events.MeterValuesStored(id, "CP-1", 1, at, StoredMoment(moment, None))


def session(id):
    return Session(
        id=1,
        transaction_id="1",
        charge_point_id=id,
        charge_point="CP-1",
        connector_id=1,
        id_tag=None,
        started_at=datetime.now(UTC),
    )


async def test_values_in_order_wait_for_no_turn_and_others_do(told):
    watch, publish, id = told
    publish(measured(id))
    assert not watch._waiting
    publish(measured(id, (*NUMBERS[:VOLTS], 300.0, 230.0)))
    assert len(watch._waiting) == 1


async def test_what_comes_after_something_that_waits_waits_behind_it(told):
    watch, publish, id = told
    publish(first := events.SessionStopped(session(id)))
    publish(second := measured(id))
    publish(measured(id + 1))
    assert [event for _, event in watch._waiting] == [first, second]
    await watch.work()
    publish(measured(id))
    assert not watch._waiting


async def test_a_session_is_known_before_its_energy_is_told(house, told):
    watch, publish, id = told
    body = {"kind": "limit", "signal": "session_energy_wh", "above": 1}
    (await house.http.put("alert-rules/fed", json=body)).raise_for_status()
    publish(events.SessionStarted(session(id)))
    publish(events.SessionUpdated(replace(session(id), energy_wh=5.0)))
    await watch.work()
    [alert] = await house.items("alerts", rule="fed")
    assert alert["value"] == 5.0
