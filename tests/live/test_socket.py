"""The live socket: snapshots and deltas of each topic, as a browser gets them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from tests.live.clients import browser
from tests.stations import iso, meter_values, sampled, start, status, stop

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATUS = {
    *("connector_id", "status", "error_code", "info", "vendor_id", "vendor_error_code", "timestamp", "connected"),
}
SESSION = {
    *("id", "transaction_id", "charge_point", "connector_id", "id_tag", "started_at", "start_meter_value"),
    *("stopped_at", "energy_consumed", "energy_wh", "duration_seconds", "stop_reason", "power_w", "soc"),
}
VALUE = {
    *("connector_id", "measurand", "value", "unit", "phase", "context", "location", "timestamp", "session_id"),
    "flags",
}


@pytest_asyncio.fixture(loop_scope="module")
async def cp(shared, request):
    """A charge point of this test's own."""
    one = await shared.station(request.node.name[:100])
    await one.boot()
    return one


def of(cp, stream):
    return f"charge_point_{cp.identifier}_{stream}"


async def test_a_status_is_shown_in_the_snapshot_and_then_told(shared, cp):
    at = iso()
    await cp.call("StatusNotification", status("Available", 1, at))
    async with browser(shared) as one:
        shown = await one.snapshot(of(cp, "status"))
        assert all(set(each) >= STATUS for each in shown)
        assert [(each["connector_id"], each["status"], each["connected"]) for each in shown] == [
            (0, "Available", True),
            (1, "Available", True),
        ]
        later = iso()
        odd = {"errorCode": "OverVoltage", "info": "hot", "vendorId": "v", "vendorErrorCode": "E1"}
        await cp.call("StatusNotification", status("Faulted", 1, later, **odd))
        assert await one.delta(of(cp, "status")) == {
            "charge_point": cp.identifier,
            "connector_id": 1,
            "status": "Faulted",
            "error_code": "OverVoltage",
            "info": "hot",
            "vendor_id": "v",
            "vendor_error_code": "E1",
            "timestamp": later,
            "connected": True,
        }


async def test_a_charge_point_that_leaves_and_comes_back_is_told_of(shared, cp):
    async with browser(shared) as one:
        await one.snapshot(of(cp, "status"))
        await cp.close()
        gone = await one.delta(of(cp, "status"))
        assert set(gone) >= STATUS
        assert (gone["connector_id"], gone["connected"]) == (0, False)
        await shared.station(cp.identifier)
        assert (await one.delta(of(cp, "status")))["connected"] is True


async def test_a_status_that_says_the_same_again_is_told_too(shared, cp):
    await cp.call("StatusNotification", status("Available", 1, "2026-01-01T00:00:00.000Z"))
    async with browser(shared) as one:
        await one.snapshot(of(cp, "status"))
        await cp.call("StatusNotification", status("Available", 1, "2026-01-01T00:01:00.000Z"))
        await cp.call("StatusNotification", status("Preparing", 1, "2026-01-01T00:02:00.000Z"))
        assert (await one.delta(of(cp, "status")))["status"] == "Available"


async def test_a_session_is_told_from_start_to_stop_with_what_it_has_so_far(shared, cp):
    topic = of(cp, "sessions")
    async with browser(shared) as one:
        assert await one.snapshot(topic) == []
        session = (await cp.call("StartTransaction", start(1, "TAG", 1000)))["transactionId"]
        started = await one.delta(topic)
        assert (started["event"], set(started["session"]) >= SESSION) == ("started", True)
        assert (started["session"]["id"], started["session"]["start_meter_value"]) == (session, 1000)
        values = (1500, sampled(7400, "Power.Active.Import"), sampled(55, "SoC"))
        await cp.call("MeterValues", meter_values(*values, transaction=session))
        updated = await one.delta(topic, event="updated")
        live = updated["session"]
        assert (live["energy_wh"], live["energy_consumed"], live["power_w"], live["soc"]) == (500, 0.5, 7400, 55)
        assert 0 <= live["duration_seconds"] < 60
        assert live["stopped_at"] is None
        await cp.call("StopTransaction", stop(session, 1600, reason="Remote"))
        stopped = (await one.delta(topic, event="stopped"))["session"]
        assert (stopped["energy_wh"], stopped["stop_reason"], stopped["power_w"]) == (600, "Remote", 0)
        assert stopped["stopped_at"].endswith("Z")


async def test_a_running_session_is_in_the_snapshot(shared, cp):
    session = (await cp.call("StartTransaction", start()))["transactionId"]
    async with browser(shared) as one:
        [shown] = await one.snapshot(of(cp, "sessions"))
    assert (shown["event"], shown["session"]["id"]) == ("updated", session)
    assert set(shown["session"]) >= SESSION


async def test_meter_values_are_told_with_the_fields_of_the_contract(shared, cp):
    topic, at = of(cp, "meter_values"), iso()
    session = (await cp.call("StartTransaction", start()))["transactionId"]
    async with browser(shared) as one:
        await one.snapshot(topic, throttle_s=0)
        volts = sampled("229.5", "Voltage", phase="L1", context="Sample.Clock", location="Inlet", unit="V")
        await cp.call("MeterValues", meter_values(volts, transaction=session, taken_at=at))
        assert await one.delta(topic) == {
            "charge_point": cp.identifier,
            "connector_id": 1,
            "measurand": "Voltage",
            "value": 229.5,
            "unit": "V",
            "phase": "L1",
            "context": "Sample.Clock",
            "location": "Inlet",
            "timestamp": at,
            "session_id": session,
            "flags": [],
        }


async def test_the_latest_values_are_in_the_snapshot_in_the_shape_of_the_deltas(shared, cp):
    await cp.call("MeterValues", meter_values(sampled(230, "Voltage"), sampled(16, "Current.Import")))
    async with browser(shared) as one:
        shown = await one.snapshot(of(cp, "meter_values"))
    assert {each["measurand"]: each["value"] for each in shown} == {"Voltage": 230, "Current.Import": 16}
    assert all(set(each) == VALUE | {"charge_point"} for each in shown)


async def test_a_command_is_told_from_queued_to_settled(shared, cp):
    topic = of(cp, "commands")
    async with browser(shared) as one:
        assert await one.snapshot(topic) == []
        sent = await shared.post(f"charge-points/{cp.identifier}/commands", action="ClearCache")
        message_id, _ = await cp.asked()
        await cp.answer(message_id, {"status": "Accepted"})
        states = [(await one.delta(topic, id=sent.json()["id"]))["state"] for _ in range(3)]
        assert states == ["queued", "sent", "accepted"]
        [shown] = await one.snapshot(f"charge_point_{cp.identifier.upper()}_commands")
        assert shown == await shared.get(f"commands/{sent.json()['id']}")


async def test_a_reservation_is_told_from_the_answer_to_its_use_and_is_in_the_snapshot_while_it_is_open(shared, cp):
    topic = of(cp, "reservations")
    async with browser(shared) as one:
        assert await one.snapshot(topic) == await one.snapshot("charge_points_reservations") == []
        body = {"charge_point": cp.identifier, "connector_id": 1, "id_tag": "TAG1"}
        made = (
            await shared.post("reservations", **body, expires_at=iso(datetime.now(UTC) + timedelta(hours=1)))
        ).json()
        message_id, payload = await cp.asked("ReserveNow")
        assert (made.pop("command")["id"], made["state"]) == (made["command_id"], "pending")
        await cp.answer(message_id, {"status": "Accepted"})
        accepted = await one.delta(topic, id=made["id"])
        assert accepted == made | {"state": "accepted", "answer": "Accepted"}
        assert await one.delta("charge_points_reservations", id=made["id"]) == accepted
        assert await one.snapshot(f"charge_point_{cp.identifier.upper()}_reservations") == [accepted]
        await cp.call("StartTransaction", start(1, "TAG1") | {"reservationId": payload["reservationId"]})
        used = await one.delta(topic, id=made["id"])
        assert (used["state"], used["session_id"] is None) == ("used", False)
        assert await one.snapshot(f"charge_point_{cp.identifier.title()}_reservations") == []


@pytest.mark.parametrize("spelling", [str.lower, str.upper])
async def test_a_charge_point_is_watched_by_its_name_in_other_letter_case(shared, cp, spelling):
    topic = f"charge_point_{spelling(cp.identifier)}_status"
    async with browser(shared) as one:
        await one.snapshot(topic)
        await cp.call("StatusNotification", status("Charging"))
        assert (await one.delta(topic, connector_id=1))["charge_point"] == cp.identifier


async def test_a_charge_point_is_watched_by_its_number(shared, cp):
    number = (await shared.get(f"charge-points/{cp.identifier}"))["id"]
    async with browser(shared) as one:
        await one.snapshot(f"charge_point_{number}_meter_values", throttle_s=0)
        await cp.call("MeterValues", meter_values(5))
        assert (await one.delta(f"charge_point_{number}_meter_values"))["value"] == 5


async def test_topics_of_everyone_tell_of_everyone(shared, cp):
    other = await shared.station("OTHER")
    async with browser(shared) as one:
        for stream in ("status", "sessions", "meter_values"):
            await one.snapshot(f"charge_points_{stream}", throttle_s=0)
        for number, station in enumerate((cp, other)):
            name = station.identifier
            await station.call("StatusNotification", status("Preparing", 3 + number))
            assert (await one.delta("charge_points_status", charge_point=name))["connector_id"] == 3 + number
            session = (await station.call("StartTransaction", start(3, wh=number)))["transactionId"]
            assert (await one.delta("charge_points_sessions", event="started"))["session"]["charge_point"] == name
            await station.call("MeterValues", meter_values(70 + number, connector=3, transaction=session))
            assert (await one.delta("charge_points_meter_values", value=70 + number))["charge_point"] == name


async def test_totals_change_when_a_charge_point_connects(shared):
    async with browser(shared) as one:
        before = await one.snapshot("stats")
        assert before == await shared.get("stats")
        await shared.station("NEWCOMER")
        after = await one.delta("stats", total_charge_points=before["total_charge_points"] + 1)
        assert after["connected"] == before["connected"] + 1


async def test_every_frame_is_an_array_and_numbers_rise(shared, cp):
    async with browser(shared) as one:
        topics = [of(cp, "status"), of(cp, "meter_values"), "charge_points_status"]
        for topic in topics:
            await one.snapshot(topic, throttle_s=0)  # what comes while a snapshot is read is told after it
        for number in range(5):
            await cp.call("StatusNotification", status("Charging", number))
            await cp.call("MeterValues", meter_values(number))
        await one.delta(of(cp, "meter_values"), value=4)
    frames = [json.loads(text) for text in one.frames]
    assert all(isinstance(frame, list) for frame in frames)
    numbers = [message["seq"] for frame in frames for message in frame if "kind" not in message]
    assert numbers == sorted(set(numbers))


async def test_what_was_unsubscribed_is_told_no_more(shared, cp):
    async with browser(shared) as one:
        await one.snapshot(of(cp, "status"))
        await one.snapshot("charge_points_status")
        await one.unsubscribe(of(cp, "status"))
        await one.subscribe("nonsense")  # what is answered is taken in order
        await one.take(lambda message: message.get("kind") == "error")
        await cp.call("StatusNotification", status("Charging"))
        message = await one.take()
        assert message["topic"] == "charge_points_status"
