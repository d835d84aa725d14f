"""Boot, tags and sessions as they begin and end at the charge point (OCPP 1.6 §4)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.certification.wire import ask, connector, of, sessions
from tests.stations import at, meter_values, start, status, stop

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def begin(cp, tag="VALID", wh=1000) -> int:
    """A session on connector 1 with the usual words before it; its transaction."""
    await cp.call("StatusNotification", status("Preparing"))
    await cp.call("Authorize", {"idTag": tag})
    transaction = (await cp.call("StartTransaction", start(1, tag, wh)))["transactionId"]
    await cp.call("StatusNotification", status("Charging"))
    return transaction


@pytest.mark.covers("TC_001", "BootNotification", "StatusNotification", "Heartbeat")
async def test_a_cold_boot_is_accepted_and_what_it_says_is_shown(house, connect):
    cp = await connect()
    answer = await cp.boot(chargePointSerialNumber="SN-1", firmwareVersion="1.0.3", meterType="M3")
    assert list(answer) == ["currentTime", "interval", "status"]
    assert (answer["interval"], answer["status"]) == (300, "Accepted")
    assert abs(at(answer["currentTime"]) - datetime.now(UTC)) < timedelta(seconds=30)
    for number in (0, 1, 2):
        assert await cp.call("StatusNotification", status("Available", number)) == {}
    assert list(await cp.call("Heartbeat")) == ["currentTime"]

    shown = await house.get(of(cp))
    assert (shown["connected"], shown["available"], shown["status"]) == (True, True, "Available")
    assert (shown["vendor"], shown["model"], shown["ocpp_version"]) == ("Vendor", "Model", "1.6")
    assert (shown["serial_number"], shown["firmware_version"], shown["meter_type"]) == ("SN-1", "1.0.3", "M3")
    assert [one["status"] for one in shown["connectors"] if one["connector_id"]] == ["Available", "Available"]


@pytest.mark.covers("TC_003", "Authorize", "StartTransaction", "StopTransaction", "MeterValues")
async def test_a_session_that_begins_with_the_cable(house, cp):
    await cp.call("StatusNotification", status("Preparing"))
    assert await cp.call("Authorize", {"idTag": "VALID"}) == {
        "idTagInfo": {"parentIdTag": "FAMILY", "status": "Accepted"}
    }
    started = await cp.call("StartTransaction", start(1, "VALID", 1000))
    assert list(started) == ["idTagInfo", "transactionId"]
    assert started["idTagInfo"] == {"parentIdTag": "FAMILY", "status": "Accepted"}
    transaction = started["transactionId"]
    await cp.call("StatusNotification", status("Charging"))
    [session] = await sessions(house, cp)
    assert (session["transaction_id"], session["status"]) == (str(transaction), "active")
    assert (await connector(house, cp))["status"] == "Charging"

    assert await cp.call("MeterValues", meter_values(2500, transaction=transaction)) == {}
    ended = await cp.call("StopTransaction", stop(transaction, 4000, idTag="VALID", reason="Local"))
    assert ended == {"idTagInfo": {"parentIdTag": "FAMILY", "status": "Accepted"}}
    await cp.call("StatusNotification", status("Finishing"))
    await cp.call("StatusNotification", status("Available"))
    [session] = await sessions(house, cp)
    assert (session["status"], session["stop_reason"], session["energy_wh"]) == ("completed", "Local", 3000)
    assert (session["id_tag"], session["flags"]) == ("VALID", [])
    assert (await connector(house, cp))["status"] == "Available"


@pytest.mark.covers("TC_004_1")
async def test_a_session_that_begins_with_the_identification(house, cp):
    assert (await cp.call("Authorize", {"idTag": "VALID"}))["idTagInfo"]["status"] == "Accepted"
    await cp.call("StatusNotification", status("Preparing"))
    assert (await cp.call("StartTransaction", start(1, "VALID")))["idTagInfo"]["status"] == "Accepted"
    await cp.call("StatusNotification", status("Charging"))
    [session] = await sessions(house, cp)
    assert (session["id_tag"], session["connector_id"], session["status"]) == ("VALID", 1, "active")


@pytest.mark.covers("TC_004_2")
async def test_an_identification_that_no_cable_follows_is_no_session(house, cp):
    assert (await cp.call("Authorize", {"idTag": "VALID"}))["idTagInfo"]["status"] == "Accepted"
    await cp.call("StatusNotification", status("Preparing"))
    await cp.call("StatusNotification", status("Available"))
    assert await sessions(house, cp) == []
    assert (await house.get(of(cp)))["available"] is True


@pytest.mark.covers("TC_005_1")
async def test_a_cable_that_is_taken_off_at_the_vehicle_ends_the_session(house, cp):
    transaction = await begin(cp)
    await cp.call("StatusNotification", status("SuspendedEV"))
    assert (await connector(house, cp))["status"] == "SuspendedEV"
    assert await cp.call("StopTransaction", stop(transaction, 1500, reason="EVDisconnected")) == {}
    await cp.call("StatusNotification", status("Finishing"))
    await cp.call("StatusNotification", status("Available"))
    [session] = await sessions(house, cp)
    assert (session["status"], session["stop_reason"], session["energy_wh"]) == ("completed", "EVDisconnected", 500)


@pytest.mark.covers("TC_007")
async def test_a_start_without_authorize_before_it_is_decided_by_its_tag(house, cp):
    await cp.call("StatusNotification", status("Preparing"))
    assert (await cp.call("StartTransaction", start(1, "VALID")))["idTagInfo"]["status"] == "Accepted"
    await cp.call("StatusNotification", status("Charging"))
    [session] = await sessions(house, cp)
    assert (session["status"], session["flags"]) == ("active", [])


@pytest.mark.covers("TC_061", "ClearCache")
async def test_the_cache_is_cleared(house, cp):
    command = await ask(house, cp, "ClearCache", {}, {"status": "Accepted"})
    assert (command["state"], command["result"]) == ("accepted", {"status": "Accepted"})


@pytest.mark.parametrize(
    ("tag", "info"),
    [
        pytest.param("NOBODY", {"status": "Invalid"}, marks=pytest.mark.covers("TC_023_1")),
        pytest.param(
            "EXPIRED",
            {"expiryDate": "2020-01-01T00:00:00.000Z", "status": "Expired"},
            marks=pytest.mark.covers("TC_023_2"),
        ),
        pytest.param("BLOCKED", {"status": "Blocked"}, marks=pytest.mark.covers("TC_023_3")),
    ],
)
async def test_a_tag_that_may_not_charge_is_told_so(house, cp, tag, info):
    await cp.call("StatusNotification", status("Preparing"))
    assert await cp.call("Authorize", {"idTag": tag}) == {"idTagInfo": info}
    await cp.call("StatusNotification", status("Available"))
    assert await sessions(house, cp) == []


@pytest.mark.covers("TC_024")
async def test_a_lock_that_fails_is_shown_and_no_session_begins(house, cp):
    await cp.call("StatusNotification", status("Preparing"))
    assert (await cp.call("Authorize", {"idTag": "VALID"}))["idTagInfo"]["status"] == "Accepted"
    fault = status("Faulted") | {"errorCode": "ConnectorLockFailure"}
    assert await cp.call("StatusNotification", fault) == {}
    shown = await connector(house, cp)
    assert (shown["status"], shown["error_code"]) == ("Faulted", "ConnectorLockFailure")
    assert (await house.get(of(cp)))["summary_status"] == "Faulted"
    assert await sessions(house, cp) == []


@pytest.mark.covers("TC_064", "DataTransfer")
async def test_data_of_a_vendor_nobody_knows_is_answered_so(house, cp):
    payload = {"vendorId": "org.example", "messageId": "Temperature", "data": '{"celsius": 21}'}
    assert await cp.call("DataTransfer", payload) == {"status": "UnknownVendorId"}


@pytest.mark.covers("TC_068")
async def test_a_strangers_tag_is_told_apart_from_the_one_that_began_and_its_own_ends_the_session(house, cp):
    transaction = await begin(cp)
    stranger = await cp.call("Authorize", {"idTag": "STRANGER"})
    assert stranger == {"idTagInfo": {"status": "Accepted"}}  # no parent: the charge point goes on charging
    [session] = await sessions(house, cp)
    assert session["status"] == "active"
    ended = await cp.call("StopTransaction", stop(transaction, 1200, idTag="VALID"))
    assert ended["idTagInfo"]["status"] == "Accepted"
    [session] = await sessions(house, cp)
    assert (session["status"], session["id_tag"]) == ("completed", "VALID")


@pytest.mark.covers("TC_069")
async def test_another_tag_of_the_group_ends_the_session(house, cp):
    transaction = await begin(cp)
    sibling = await cp.call("Authorize", {"idTag": "SIBLING"})
    assert sibling == {"idTagInfo": {"parentIdTag": "FAMILY", "status": "Accepted"}}
    ended = await cp.call("StopTransaction", stop(transaction, 1200, idTag="SIBLING"))
    assert ended == sibling
    [session] = await sessions(house, cp)
    assert (session["status"], session["id_tag"], session["energy_wh"]) == ("completed", "VALID", 200)
