"""GET of what happened lately."""

from datetime import timedelta

from tests.houses import open_house
from tests.stations import iso, start, status, stop, until
from wattdeck.domain.clock import now


async def test_a_session_and_a_command_are_told_with_what_became_of_them(tmp_path):
    async with open_house(tmp_path) as house:
        station = await house.connected("CP-1")
        await station.call("StatusNotification", status("Available", 1))
        began = await station.call("StartTransaction", start(1, "TAG", 0, iso(now() - timedelta(minutes=5))))
        await station.call("StopTransaction", stop(began["transactionId"], 2500))
        command = (await house.post("charge-points/CP-1/commands", action="ClearCache")).json()
        id, _ = await station.asked("ClearCache")
        await station.answer(id, {"status": "Accepted"})
        await house.settled(command["id"])

        async def all_there():
            items = await house.items("activity")
            return items if {one["event"] for one in items} >= {"connected", "session_stopped", "command"} else None

        items = await until(all_there)
        by_event = {one["event"]: one for one in items}
        assert by_event["session_stopped"]["energy_wh"] == 2500
        assert by_event["session_stopped"]["session_id"] == by_event["session_started"]["session_id"]
        assert by_event["command"] | {"at": ""} == {
            "at": "",
            "event": "command",
            "charge_point": "CP-1",
            "connector_id": None,
            "session_id": None,
            "alert_id": None,
            "command_id": command["id"],
            "energy_wh": None,
            "severity": None,
            "state": "accepted",
            "detail": "ClearCache",
        }
        assert [one["event"] for one in await house.items("activity", kind="command")] == ["command"]
        assert (await house.get("activity", limit=1))["next"] is None
