"""Charging profiles and triggers (OCPP 1.6 §5.5, §5.7, §5.16, §5.17)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.certification.wire import of, settle
from tests.stations import iso, meter_values, start, status, stop

pytestmark = pytest.mark.asyncio(loop_scope="module")
ACCEPTED = {"status": "Accepted"}
AN_HOUR_AGO = iso(datetime.now(UTC) - timedelta(hours=1))


def profile(number, purpose, level=0, kind="Absolute", limit=16.0, **more):
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    if kind == "Absolute":
        schedule = {"duration": 86_400, "startSchedule": AN_HOUR_AGO, **schedule}
    return {
        "chargingProfileId": number,
        **more,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": schedule,
    }


async def set_profile(house, cp, body, payload, answer=ACCEPTED):
    return await settle(house, cp, house.post(of(cp, "charging-profiles"), **body), payload, answer)


async def held(house, cp):
    """Connector and id of what it is believed to hold."""
    profiles = await house.items(of(cp, "charging-profiles"))
    return [(one["connector_id"], one["charging_profile_id"]) for one in profiles]


async def charging(cp):
    transaction = (await cp.call("StartTransaction", start(1, "VALID")))["transactionId"]
    await cp.call("StatusNotification", status("Charging"))
    return transaction


@pytest.mark.covers("TC_056", "SetChargingProfile")
async def test_a_default_profile_for_transactions_is_set(house, cp):
    default = profile(1, "TxDefaultProfile")
    (await house.http.put("charging-profiles/night", json=default)).raise_for_status()
    payload = {"connectorId": 1, "csChargingProfiles": default}
    command = await set_profile(house, cp, {"name": "night", "connector_id": 1}, payload)
    assert (command["state"], await held(house, cp)) == ("accepted", [(1, 1)])
    await charging(cp)
    assert await held(house, cp) == [(1, 1)]


@pytest.mark.covers("TC_057")
async def test_a_profile_for_the_running_transaction_has_its_id_and_goes_with_it(house, cp):
    transaction = await charging(cp)
    given = profile(2, "TxProfile", kind="Relative", limit=6.0)
    sent = profile(2, "TxProfile", kind="Relative", limit=6.0, transactionId=transaction)
    payload = {"connectorId": 1, "csChargingProfiles": sent}
    command = await set_profile(house, cp, {"profile": given, "connector_id": 1}, payload)
    assert (command["state"], await held(house, cp)) == ("accepted", [(1, 2)])
    await cp.call("StopTransaction", stop(transaction, 500))
    assert await held(house, cp) == []


@pytest.mark.covers("TC_059")
async def test_a_profile_inside_a_remote_start_is_for_the_session_that_comes_of_it(house, cp):
    inside = profile(3, "TxProfile", kind="Relative")
    body = {"connector_id": 1, "id_tag": "VALID", "charging_profile": {**inside, "transactionId": 99}}
    payload = {"connectorId": 1, "idTag": "VALID", "chargingProfile": inside}
    await settle(house, cp, house.post(of(cp, "remote-start"), **body), payload, ACCEPTED)
    assert await held(house, cp) == []  # no session yet
    assert (await cp.call("Authorize", {"idTag": "VALID"}))["idTagInfo"]["status"] == "Accepted"
    transaction = await charging(cp)
    [one] = await house.items(of(cp, "charging-profiles"))
    [session] = await house.items(of(cp, "sessions"))
    assert (one["connector_id"], one["charging_profile_id"], one["session_id"]) == (1, 3, session["id"])
    await cp.call("StopTransaction", stop(transaction, 500))
    assert await held(house, cp) == []


@pytest.mark.covers("TC_066", "GetCompositeSchedule")
async def test_the_composite_schedule_is_read_and_ours_stands_beside_it(house, cp):
    whole = profile(4, "ChargePointMaxProfile", limit=10.0)
    await set_profile(house, cp, {"profile": whole, "connector_id": 0}, {"connectorId": 0, "csChargingProfiles": whole})
    default = profile(5, "TxDefaultProfile", limit=16.0)
    await set_profile(
        house, cp, {"profile": default, "connector_id": 1}, {"connectorId": 1, "csChargingProfiles": default}
    )
    asking = asyncio.create_task(house.post(of(cp, "composite-schedule"), connector_id=1, duration=300, unit="A"))
    message_id, payload = await cp.asked("GetCompositeSchedule")
    assert payload == {"connectorId": 1, "duration": 300, "chargingRateUnit": "A"}
    answer = {
        "status": "Accepted",
        "connectorId": 1,
        "scheduleStart": (began := iso(datetime.now(UTC) - timedelta(seconds=2))),
        "chargingSchedule": {
            "duration": 300,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10.0}],
        },
    }
    await cp.answer(message_id, answer)
    response = await asking
    assert response.status_code == 200
    assert response.json()["command"]["result"] == answer
    ours = response.json()["ours"]
    assert (ours["schedule_start"], ours["duration"], ours["unit"]) == (began, 300, "A")
    assert ours["periods"] == [{"start_period": 0, "limit": 10.0, "number_phases": None, "charging_profile_id": 4}]


@pytest.mark.covers("TC_067", "ClearChargingProfile")
async def test_profiles_are_cleared_by_id_and_by_their_members(house, cp):
    for number, level in ((6, 0), (7, 1)):
        default = profile(number, "TxDefaultProfile", level)
        body = {"profile": default, "connector_id": 1}
        await set_profile(house, cp, body, {"connectorId": 1, "csChargingProfiles": default})
    path = of(cp, "charging-profiles/clear")
    await settle(house, cp, house.post(path, id=6), {"id": 6}, ACCEPTED)
    assert await held(house, cp) == [(1, 7)]
    body = {"connector_id": 1, "purpose": "TxDefaultProfile", "stack_level": 1}
    payload = {"connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 1}
    await settle(house, cp, house.post(path, **body), payload, ACCEPTED)
    assert await held(house, cp) == []
    unknown = await settle(house, cp, house.post(path, id=6), {"id": 6}, {"status": "Unknown"})
    assert unknown["state"] == "rejected"


async def trigger(house, cp, body, payload, answer=ACCEPTED):
    return await settle(house, cp, house.post(of(cp, "trigger"), **body), payload, answer)


@pytest.mark.covers("TC_054", "TriggerMessage")
async def test_messages_are_triggered_one_after_the_other(house, cp):
    says = {
        "MeterValues": meter_values(1000),
        "Heartbeat": {},
        "StatusNotification": status("Available"),
        "DiagnosticsStatusNotification": {"status": "Idle"},
        "FirmwareStatusNotification": {"status": "Idle"},
    }
    for message, payload in says.items():
        one_connector = message in ("MeterValues", "StatusNotification")
        body = {"message": message} | ({"connector_id": 1} if one_connector else {})
        on_the_wire = {"requestedMessage": message} | ({"connectorId": 1} if one_connector else {})
        assert (await trigger(house, cp, body, on_the_wire))["state"] == "accepted"
        await cp.call(message, payload)


@pytest.mark.covers("TC_055")
@pytest.mark.parametrize("word", ["Rejected", "NotImplemented"])
async def test_a_trigger_that_is_rejected_is_told_apart(house, cp, word):
    body, payload = {"message": "MeterValues"}, {"requestedMessage": "MeterValues"}
    command = await trigger(house, cp, body, payload, {"status": word})
    assert (command["state"], command["result"]) == ("rejected", {"status": word})


@pytest.mark.covers("ExtendedTriggerMessage")
@pytest.mark.parametrize(
    "body", [{"message": "SignChargePointCertificate"}, {"message": "Heartbeat", "extended": True}]
)
async def test_what_only_the_security_extension_knows_is_asked_for_by_its_own_command(house, cp, body):
    asking = asyncio.create_task(house.post(of(cp, "trigger"), **body))
    message_id, payload = await cp.asked("ExtendedTriggerMessage")
    assert payload == {"requestedMessage": body["message"]}
    await cp.answer(message_id, ACCEPTED)
    assert (await house.settled((await asking).json()["id"]))["state"] == "accepted"
