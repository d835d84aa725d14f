"""Whether what a charge point accepted comes true, seen in what it says and does afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.live.clients import browser
from tests.stations import BOOT, meter_values, start, status, stop, until


async def booted(house, identifier="CP-1"):
    cp = await house.station(identifier)
    await cp.boot()
    return cp


async def asked(house, cp, action, payload, result=None, identifier="CP-1"):
    """The command, accepted."""
    command = (await house.post(f"charge-points/{identifier}/commands", action=action, payload=payload)).json()
    message_id, _ = await cp.asked(action)
    await cp.answer(message_id, {"status": "Accepted"} if result is None else result)
    return await house.settled(command["id"])


async def effect(house, command, wanted="confirmed"):
    async def shown():
        now = (await house.get(f"commands/{command['id']}"))["effect"]
        return now if now != "pending" else None

    assert await until(shown) == wanted


async def pending(house, command):
    assert (await house.get(f"commands/{command['id']}"))["effect"] == "pending"


async def days_pass(house):
    """What is to be seen within hours was not."""
    await house.central_system._commands.sweep(datetime.now(UTC) + timedelta(days=2))


async def test_a_remote_start_is_confirmed_by_its_session_and_by_no_other(house):
    cp = await booted(house)
    command = await asked(house, cp, "RemoteStartTransaction", {"idTag": "Tag", "connectorId": 2})
    assert (command["state"], command["effect"]) == ("accepted", "pending")
    await cp.call("StartTransaction", start(connector=2, tag="OTHER"))
    await cp.call("StartTransaction", start(connector=1, tag="TAG"))
    await pending(house, command)
    await cp.call("StartTransaction", start(connector=2, tag="TAG"))
    await effect(house, command)


async def test_a_remote_start_is_not_confirmed_by_another_charge_point(house):
    cp, other = await booted(house), await booted(house, "CP-2")
    command = await asked(house, cp, "RemoteStartTransaction", {"idTag": "TAG"})
    await other.call("StartTransaction", start(tag="TAG"))
    await pending(house, command)


async def test_a_remote_start_that_leads_to_no_session_has_no_effect(house):
    cp = await booted(house)
    command = await asked(house, cp, "RemoteStartTransaction", {"idTag": "TAG"})
    await days_pass(house)
    await effect(house, command, "no_effect")
    await cp.call("StartTransaction", start(tag="TAG"))
    await effect(house, command, "no_effect")


async def test_what_happens_before_the_answer_counts(house):
    """Seen on the wire: StopTransaction before the answer."""
    cp = await booted(house)
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    command = (await house.post("charge-points/CP-1/remote-stop")).json()
    message_id, _ = await cp.asked("RemoteStopTransaction")
    await cp.call("StopTransaction", stop(transaction, 500, reason="Remote"))
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(command["id"])
    await effect(house, command)


async def test_a_soft_reset_is_confirmed_by_a_boot_on_the_same_socket(house):
    cp = await booted(house)
    command = await asked(house, cp, "Reset", {"type": "Soft"})
    await cp.call("Heartbeat")
    await pending(house, command)
    await cp.boot()
    await effect(house, command)


async def test_a_reset_is_confirmed_by_a_new_connection(house):
    cp = await booted(house)
    command = await asked(house, cp, "Reset", {"type": "Hard"})
    await cp.close()
    await house.station()
    await effect(house, command)


@pytest.mark.parametrize(
    ("kind", "other", "word"), [("Inoperative", "Faulted", "Unavailable"), ("Operative", "Unavailable", "Preparing")]
)
async def test_a_change_of_availability_is_confirmed_by_the_status(house, kind, other, word):
    cp = await booted(house)
    await cp.call("StatusNotification", status("Unavailable" if kind == "Operative" else "Available"))
    command = await asked(house, cp, "ChangeAvailability", {"connectorId": 1, "type": kind})
    assert command["effect"] == "pending"
    await cp.call("StatusNotification", status(other))
    await cp.call("StatusNotification", status(word, connector=2))
    await pending(house, command)
    await cp.call("StatusNotification", status(word))
    await effect(house, command)


async def test_an_availability_that_is_so_already_is_confirmed_at_once(house):
    """It is accepted (OCPP 1.6 §5.2), and there is nothing to report."""
    cp = await booted(house)
    await cp.call("StatusNotification", status("Available"))
    command = await asked(house, cp, "ChangeAvailability", {"connectorId": 1, "type": "Operative"})
    assert (command["state"], command["effect"]) == ("accepted", "confirmed")


async def test_a_scheduled_change_of_availability_may_take_hours(house):
    cp = await booted(house)
    payload = {"connectorId": 1, "type": "Inoperative"}
    command = await asked(house, cp, "ChangeAvailability", payload, {"status": "Scheduled"})
    await house.central_system._commands.sweep(datetime.now(UTC) + timedelta(hours=8))
    await pending(house, command)
    await cp.call("StatusNotification", status("Unavailable"))
    await effect(house, command)


async def test_a_triggered_message_confirms_its_trigger_even_if_it_says_nothing_new(house):
    cp = await booted(house)
    report = status("Available")
    await cp.call("StatusNotification", report)
    payload = {"requestedMessage": "StatusNotification", "connectorId": 1}
    command = await asked(house, cp, "TriggerMessage", payload)
    await cp.call("StatusNotification", status("Available", connector=2))
    await cp.call("Heartbeat")
    await pending(house, command)
    await cp.call("StatusNotification", report)
    await effect(house, command)


@pytest.mark.parametrize(
    ("message", "payload"),
    [("Heartbeat", {}), ("BootNotification", BOOT), ("MeterValues", meter_values(1))],
)
async def test_any_message_can_be_triggered(house, message, payload):
    cp = await booted(house)
    command = await asked(house, cp, "ExtendedTriggerMessage", {"requestedMessage": message})
    assert command["effect"] == "pending"
    await cp.call(message, payload)
    await effect(house, command)


async def test_a_reservation_is_confirmed_by_the_status_of_its_connector(house):
    cp = await booted(house)
    payload = {"connectorId": 1, "expiryDate": "2099-01-01T00:00:00Z", "idTag": "TAG", "reservationId": 7}
    command = await asked(house, cp, "ReserveNow", payload)
    await cp.call("StatusNotification", status("Reserved", connector=2))
    await pending(house, command)
    await cp.call("StatusNotification", status("Reserved"))
    await effect(house, command)
    replaced = await asked(house, cp, "ReserveNow", {**payload, "idTag": "OTHER"})
    assert replaced["effect"] == "confirmed"
    cancelled = await asked(house, cp, "CancelReservation", {"reservationId": 7})
    assert cancelled["effect"] == "pending"
    await cp.call("StatusNotification", status("Available"))
    await effect(house, cancelled)


async def test_a_firmware_update_is_watched_from_the_time_it_may_be_fetched(house):
    cp = await booted(house)
    payload = {"location": "https://files.example/fw", "retrieveDate": "2026-01-01T00:00:00Z"}
    later = {**payload, "retrieveDate": (datetime.now(UTC) + timedelta(days=3)).isoformat()}
    soon, waits = [await asked(house, cp, "UpdateFirmware", each, {}) for each in (payload, later)]
    await days_pass(house)
    await effect(house, soon, "no_effect")
    await pending(house, waits)
    await cp.call("FirmwareStatusNotification", {"status": "Downloading"})
    await effect(house, waits)


LOG = {"remoteLocation": "https://files.example/log"}
FIRMWARE = {"location": "https://files.example/fw", "retrieveDateTime": "2026-01-01T00:00:00Z"}
FIRMWARE |= {"signingCertificate": "PEM", "signature": "c2ln"}


@pytest.mark.parametrize(
    ("action", "payload", "result", "message", "status"),
    [
        (
            *("GetDiagnostics", {"location": "ftp://files.example"}, {"fileName": "diagnostics.zip"}),
            *("DiagnosticsStatusNotification", {"status": "Uploading"}),
        ),
        (
            *("GetLog", {"logType": "SecurityLog", "requestId": 1, "log": LOG}, {"status": "Accepted"}),
            *("LogStatusNotification", {"status": "Uploading", "requestId": 1}),
        ),
        (
            *("SignedUpdateFirmware", {"requestId": 2, "firmware": FIRMWARE}, {"status": "Accepted"}),
            *("SignedFirmwareStatusNotification", {"status": "Downloading", "requestId": 2}),
        ),
    ],
)
async def test_work_on_files_is_confirmed_by_its_first_status(house, action, payload, result, message, status):
    cp = await booted(house)
    command = await asked(house, cp, action, payload, result)
    assert command["effect"] == "pending"
    await cp.call("FirmwareStatusNotification", {"status": "Downloading"})
    await cp.call(message, {**status, "status": "Idle"})
    if "requestId" in status:
        await cp.call(message, {**status, "requestId": 99})
    await pending(house, command)
    await cp.call(message, status)
    await effect(house, command)


@pytest.mark.parametrize(
    ("action", "payload", "result"),
    [
        ("ClearCache", {}, {"status": "Accepted"}),
        ("UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"}),
        ("Reset", {"type": "Soft"}, {"status": "Rejected"}),
        ("GetDiagnostics", {"location": "ftp://files.example"}, {}),
        ("CancelReservation", {"reservationId": 7}, {"status": "Accepted"}),
    ],
)
async def test_what_promises_nothing_has_no_effect_to_wait_for(house, action, payload, result):
    cp = await booted(house)
    command = await asked(house, cp, action, payload, result)
    assert (command["effect"], command["finished_at"] is None) == (None, False)


async def test_a_late_acceptance_is_watched_too(house):
    cp = await booted(house)
    body = {"action": "RemoteStartTransaction", "payload": {"idTag": "TAG"}, "timeout": 0.3}
    command = (await house.post("charge-points/CP-1/commands", **body)).json()
    message_id, _ = await cp.asked()
    assert (await house.settled(command["id"]))["effect"] is None
    await cp.answer(message_id, {"status": "Accepted"})

    async def late():
        return (await house.get(f"commands/{command['id']}"))["state"] == "late"

    await until(late)
    await cp.call("StartTransaction", start(tag="TAG"))
    await effect(house, command)


async def test_the_effect_is_told_live_in_order(house):
    cp = await booted(house)
    async with browser(house) as one:
        await one.snapshot("charge_point_CP-1_commands")
        command = await asked(house, cp, "RemoteStartTransaction", {"idTag": "TAG"})
        await cp.call("StartTransaction", start(tag="TAG"))
        told = [await one.delta("charge_point_CP-1_commands", id=command["id"]) for _ in range(4)]
    states = [("queued", None), ("sent", None), ("accepted", "pending"), ("accepted", "confirmed")]
    assert [(each["state"], each["effect"]) for each in told] == states


async def test_a_session_that_is_closed_by_hand_does_not_confirm_its_remote_stop(house):
    cp = await booted(house)
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    command = await asked(house, cp, "RemoteStopTransaction", {"transactionId": transaction})
    assert (await house.http.post(f"sessions/{transaction}/close")).status_code == 200
    await pending(house, command)
    await cp.call("StopTransaction", stop(transaction, 500, reason="Remote"))
    await effect(house, command)
