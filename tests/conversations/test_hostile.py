"""What one charge point, or anybody, may throw at the house without the others noticing."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.stations import meter_values

NUMBERS_FOR_TEXTS = [{"timestamp": "x", "sampledValue": [{"value": 1}]}] * 15_000


@pytest.mark.parametrize("items", [[{}] * 60_000, [1] * 60_000, NUMBERS_FOR_TEXTS], ids=["empty", "numbers", "types"])
async def test_a_frame_full_of_faults_is_answered_and_keeps_nobody_waiting(house, items):
    hostile, other = await house.station("EVIL"), await house.station("CP-2")
    flood = asyncio.create_task(hostile.call("MeterValues", {"connectorId": 1, "meterValue": items}))
    for _ in range(3):
        assert await other.call("Heartbeat")
    assert await flood == {}
    assert await house.finding("beyond_mending", "EVIL")


async def test_more_series_than_anybody_measures_are_dropped_and_counted(house):
    cp = await house.station()
    await cp.call("MeterValues", meter_values(1))
    invented = [{"value": "1", "measurand": f"Made.Up.{number}"} for number in range(900)]
    for turn in range(3):
        values = [{**one, "measurand": f"{one['measurand']}.{turn}"} for one in invented]
        await cp.call("MeterValues", meter_values(*values))
    assert house.metric("wattdeck_dropped_total", reason="too_many_series") == 900
    await cp.call("MeterValues", meter_values(2))
    latest = await house.items("charge-points/CP-1/meter-values/latest", measurand="Energy.Active.Import.Register")
    assert latest[0]["value"] == 2


async def test_a_charge_point_that_never_reads_is_let_go(house):
    frame = json.dumps([2, "x" * 900, "Heartbeat", {}])

    async def send_for_ever(deaf):
        while True:
            await deaf.send(frame)

    async with connect(f"{house.url}/DEAF", subprotocols=["ocpp1.6"], max_queue=1, open_timeout=60) as deaf:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(send_for_ever(deaf), 60)


async def test_a_message_id_without_end_is_not_echoed(house):
    cp = await house.station()
    await cp.send([2, "x" * 5_000, "Heartbeat", {}])
    assert await cp.call("Heartbeat")
    assert house.metric("wattdeck_frames_ignored_total", reason="no_message_id") == 1


async def test_a_request_body_without_end_is_refused_before_anyone_is_asked_who_they_are(house):
    answer = await house.http.post("charge-points", content=b" " * 3_000_000, headers={"Authorization": ""})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_one_sample_of_years_ago_costs_no_query_a_day(house):
    cp = await house.station()
    await cp.call("MeterValues", meter_values(1, taken_at="2010-01-02T00:00:00Z"))
    await cp.call("MeterValues", meter_values(2))
    assert [one["value"] for one in await house.items("charge-points/CP-1/meter-values", limit=9)] == [2, 1]
