"""What is known of a charge point's past: by time, and when it has been removed, too."""

import json
from datetime import timedelta

import pytest

from tests.stations import CALL_RESULT, meter_values, sampled, start, status, stop, until
from wattdeck.domain.clock import iso, now

LISTS = ["status-history", "messages", "commands", "connections"]
KEPT = [*LISTS, "meter-values", "meter-values/latest", "statistics", "findings", "sessions", "rollups", "flag-changes"]


async def lived(house):
    """A charge point that has done something of each kind, and is away."""
    station = await house.connected("CP-1")
    await station.call("StatusNotification", status("Available"))
    begun = await station.call("StartTransaction", start(1, "TAG", 0))
    await station.call("MeterValues", meter_values(sampled(10)))
    await station.call("StopTransaction", stop(begun["transactionId"], 20))
    command = (await house.post("charge-points/CP-1/commands", action="ClearCache")).json()
    message_id, _ = await station.asked("ClearCache")
    await station.answer(message_id, {"status": "Accepted"})
    await house.settled(command["id"])
    await station.close()
    path = "charge-points/CP-1/connections"
    await until(lambda: _all_closed(house, path))
    await until(lambda: _is_logged(house, message_id))


async def _all_closed(house, path):
    return all(one["closed_at"] for one in await house.items(path))


async def _is_logged(house, message_id):
    """Frames are written now and then, in order: this answer was the last one."""
    frames = [json.loads(one["frame"]) for one in await house.items("charge-points/CP-1/messages")]
    return any(frame[:2] == [CALL_RESULT, message_id] for frame in frames)


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_is_asked_for_a_stretch_of_time(house, path):
    await lived(house)
    whole = await house.items(f"charge-points/CP-1/{path}")
    assert whole
    early, late = (iso(now() + timedelta(hours=hours)) for hours in (-1, 1))
    assert await house.items(f"charge-points/CP-1/{path}", **{"from": early, "to": late}) == whole
    assert await house.items(f"charge-points/CP-1/{path}", to=early) == []
    assert await house.items(f"charge-points/CP-1/{path}", **{"from": late}) == []


async def test_the_past_of_one_that_was_removed_can_be_read(house):
    await lived(house)
    before = {path: len(await house.items(f"charge-points/CP-1/{path}")) for path in KEPT}
    assert (await house.http.delete("charge-points/CP-1")).status_code == 204
    assert {path: len(await house.items(f"charge-points/CP-1/{path}")) for path in KEPT} == before
    assert (await house.get("charge-points/CP-1/meter-values/grouped")).keys() == {"Energy.Active.Import.Register"}
    for path in ("", "/connectors", "/current-session", "/local-list"):
        assert (await house.http.get(f"charge-points/CP-1{path}")).status_code == 404
    assert (await house.post("charge-points/CP-1/commands", action="ClearCache")).status_code == 404
