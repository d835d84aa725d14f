"""Sessions, resets and locks that we ask for (OCPP 1.6 §5.11, §5.12, §5.14, §5.18)."""

import pytest

from tests.certification.wire import ask, connector, of, sessions, settle
from tests.stations import start, status, stop, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}


async def remote_start(house, cp, answer=ACCEPTED):
    request = house.post(of(cp, "remote-start"), connector_id=1, id_tag="VALID")
    return await settle(house, cp, request, {"connectorId": 1, "idTag": "VALID"}, answer)


async def remote_stop(house, cp, transaction, answer=ACCEPTED):
    return await settle(house, cp, house.post(of(cp, "remote-stop")), {"transactionId": transaction}, answer)


async def charging(cp) -> int:
    await cp.call("StatusNotification", status("Preparing"))
    transaction = (await cp.call("StartTransaction", start(1, "VALID", 0)))["transactionId"]
    await cp.call("StatusNotification", status("Charging"))
    return transaction


@pytest.mark.covers("TC_010", "RemoteStartTransaction")
async def test_a_remote_start_after_the_cable(house, cp):
    await cp.call("StatusNotification", status("Preparing"))
    command = await remote_start(house, cp)
    assert (command["state"], command["result"]) == ("accepted", ACCEPTED)
    assert (await cp.call("Authorize", {"idTag": "VALID"}))["idTagInfo"]["status"] == "Accepted"
    assert (await cp.call("StartTransaction", start(1, "VALID")))["idTagInfo"]["status"] == "Accepted"
    await cp.call("StatusNotification", status("Charging"))
    [session] = await sessions(house, cp)
    assert (session["status"], session["id_tag"], session["connector_id"]) == ("active", "VALID", 1)


@pytest.mark.covers("TC_011_1")
async def test_a_remote_start_before_the_cable(house, cp):
    assert (await remote_start(house, cp))["state"] == "accepted"
    await cp.call("StatusNotification", status("Preparing"))
    assert (await cp.call("StartTransaction", start(1, "VALID")))["idTagInfo"]["status"] == "Accepted"
    await cp.call("StatusNotification", status("Charging"))
    [session] = await sessions(house, cp)
    assert session["status"] == "active"
    assert (await connector(house, cp))["status"] == "Charging"


@pytest.mark.covers("TC_011_2")
async def test_a_remote_start_that_no_cable_follows_is_no_session(house, cp):
    assert (await remote_start(house, cp))["state"] == "accepted"
    await cp.call("StatusNotification", status("Preparing"))
    await cp.call("StatusNotification", status("Available"))
    assert await sessions(house, cp) == []
    assert (await connector(house, cp))["status"] == "Available"


@pytest.mark.covers("TC_012", "RemoteStopTransaction")
async def test_a_remote_stop(house, cp):
    transaction = await charging(cp)
    assert (await remote_stop(house, cp, transaction))["state"] == "accepted"
    assert await cp.call("StopTransaction", stop(transaction, 700, reason="Remote")) == {}
    await cp.call("StatusNotification", status("Finishing"))
    await cp.call("StatusNotification", status("Available"))
    [session] = await sessions(house, cp)
    assert (session["status"], session["stop_reason"], session["energy_wh"]) == ("completed", "Remote", 700)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("Hard", marks=pytest.mark.covers("TC_013", "Reset")),
        pytest.param("Soft", marks=pytest.mark.covers("TC_014", "Reset")),
    ],
)
async def test_after_a_reset_the_charge_point_boots_again(house, connect, cp, kind):
    before = (await house.get(of(cp)))["booted_at"]
    command = await ask(house, cp, "Reset", {"type": kind}, ACCEPTED)
    assert (command["state"], command["result"]) == ("accepted", ACCEPTED)
    await cp.close()

    async def offline() -> bool:
        return not (await house.get(of(cp)))["connected"]

    await until(offline)
    again = await connect(cp.identifier)
    assert (await again.boot())["status"] == "Accepted"
    await again.call("StatusNotification", status("Available", 0))
    await again.call("StatusNotification", status("Available", 1))
    shown = await house.get(of(cp))
    assert (shown["connected"], shown["available"]) == (True, True)
    assert shown["booted_at"] > before


@pytest.mark.parametrize(
    ("word", "state"),
    [
        pytest.param("Unlocked", "accepted", marks=pytest.mark.covers("TC_017_1", "UnlockConnector")),
        pytest.param("NotSupported", "rejected", marks=pytest.mark.covers("TC_017_2")),
        pytest.param("UnlockFailed", "rejected", marks=pytest.mark.covers("TC_030")),
    ],
)
async def test_unlocking_a_free_connector_ends_as_the_charge_point_says(house, cp, word, state):
    command = await ask(house, cp, "UnlockConnector", {"connectorId": 1}, {"status": word})
    assert (command["state"], command["result"]) == (state, {"status": word})
    assert (await connector(house, cp))["status"] == "Available"


@pytest.mark.covers("TC_018_1")
async def test_unlocking_a_connector_that_charges_ends_its_session(house, cp):
    transaction = await charging(cp)
    command = await ask(house, cp, "UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"})
    assert command["state"] == "accepted"
    assert await cp.call("StopTransaction", stop(transaction, 300, reason="UnlockCommand")) == {}
    await cp.call("StatusNotification", status("Finishing"))
    await cp.call("StatusNotification", status("Available"))
    [session] = await sessions(house, cp)
    assert (session["status"], session["stop_reason"]) == ("completed", "UnlockCommand")


@pytest.mark.covers("TC_031")
async def test_a_connector_that_does_not_exist_is_asked_for_all_the_same(house, cp):
    command = await ask(house, cp, "UnlockConnector", {"connectorId": 99}, {"status": "NotSupported"})
    assert command["state"] == "rejected"
    assert [one["connector_id"] for one in (await house.get(of(cp)))["connectors"] if one["connector_id"]] == [1]


@pytest.mark.covers("TC_026")
async def test_a_remote_start_that_is_rejected_is_no_session(house, cp):
    command = await remote_start(house, cp, REJECTED)
    assert (command["state"], command["result"]) == ("rejected", REJECTED)
    assert await sessions(house, cp) == []


@pytest.mark.covers("TC_028")
async def test_a_remote_stop_that_is_rejected_leaves_the_session_running(house, cp):
    transaction = await charging(cp)
    assert (await remote_stop(house, cp, transaction, REJECTED))["state"] == "rejected"
    unknown = await ask(house, cp, "RemoteStopTransaction", {"transactionId": transaction + 77_777}, REJECTED)
    assert unknown["state"] == "rejected"
    [session] = await sessions(house, cp)
    assert session["status"] == "active"


@pytest.mark.covers("ChangeAvailability")
async def test_a_connector_that_is_taken_out_of_use_and_back(house, cp):
    payload = {"connectorId": 1, "type": "Inoperative"}
    assert (await ask(house, cp, "ChangeAvailability", payload, {"status": "Scheduled"}))["state"] == "accepted"
    await cp.call("StatusNotification", status("Unavailable"))
    assert (await house.get(of(cp)))["available"] is False
    payload = {"connectorId": 1, "type": "Operative"}
    assert (await ask(house, cp, "ChangeAvailability", payload, ACCEPTED))["state"] == "accepted"
    await cp.call("StatusNotification", status("Available"))
    assert (await house.get(of(cp)))["available"] is True


@pytest.mark.covers("DataTransfer command")
async def test_data_for_the_charge_point_goes_out_and_its_answer_is_shown(house, cp):
    payload = {"vendorId": "org.example", "messageId": "Light", "data": "on"}
    command = await ask(house, cp, "DataTransfer", payload, {"status": "Accepted", "data": "was off"})
    assert (command["state"], command["result"]["data"]) == ("accepted", "was off")
    command = await ask(house, cp, "DataTransfer", {"vendorId": "org.example"}, {"status": "UnknownMessageId"})
    assert command["state"] == "rejected"
