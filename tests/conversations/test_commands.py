"""Commands over a real socket: what becomes of each, one outstanding at a time, never in the way of answers."""

import asyncio

import pytest

from tests.stations import BOOT, meter_values, start, status, stop, until


async def booted(house, identifier="CP-1"):
    cp = await house.station(identifier)
    await cp.boot()
    return cp


async def remote_start(house, **more) -> dict:
    response = await house.post("charge-points/CP-1/remote-start", id_tag="TAG", **more)
    assert response.status_code == 202, response.text
    return response.json()


async def test_a_remote_start_that_is_accepted(house):
    cp = await booted(house)
    await cp.call("StatusNotification", status("Available"))
    command = await remote_start(house, connector_id=1)
    assert (command["action"], command["state"]) == ("RemoteStartTransaction", "queued")
    message_id, payload = await cp.asked("RemoteStartTransaction")
    assert list(payload.items()) == [("connectorId", 1), ("idTag", "TAG")]
    await cp.answer(message_id, {"status": "Accepted"})
    done = await house.settled(command["id"])
    assert (done["state"], done["result"], done["error"]) == ("accepted", {"status": "Accepted"}, None)
    assert done["created_at"] <= done["sent_at"] <= done["finished_at"]


async def test_a_remote_start_that_is_rejected(house):
    cp = await booted(house)
    command = await remote_start(house)
    message_id, _ = await cp.asked()
    await cp.answer(message_id, {"status": "Rejected"})
    assert (await house.settled(command["id"]))["state"] == "rejected"


async def test_a_command_that_is_answered_by_an_error(house):
    cp = await booted(house)
    command = await remote_start(house)
    message_id, _ = await cp.asked()
    await cp.refuse(message_id, "NotSupported", "no such thing " * 50)
    done = await house.settled(command["id"])
    assert (done["state"], done["error"]["code"]) == ("error", "NotSupported")
    assert done["error"]["description"].startswith("no such thing")
    assert await cp.call("Heartbeat")


@pytest.mark.covers("promise 15")
async def test_a_command_that_is_never_answered_times_out_and_the_next_is_unaffected(house):
    cp = await booted(house)
    command = await remote_start(house, timeout=0.5)
    late_id, _ = await cp.asked()
    assert (await house.settled(command["id"]))["state"] == "timed_out"
    following = await remote_start(house)
    message_id, _ = await cp.asked()
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(following["id"]))["state"] == "accepted"

    await cp.answer(late_id, {"status": "Accepted"})

    async def late():
        return (await house.get(f"commands/{command['id']}"))["state"] == "late"

    assert await until(late)
    assert (await house.get(f"commands/{following['id']}"))["state"] == "accepted"


async def test_a_command_behind_one_that_is_never_answered_is_still_sent(house):
    cp = await booted(house)
    mute, following = await remote_start(house, timeout=0.5), await remote_start(house)
    await cp.asked()
    assert (await house.settled(mute["id"]))["state"] == "timed_out"
    message_id, _ = await cp.asked()
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(following["id"]))["state"] == "accepted"


async def test_a_late_answer_does_not_settle_the_command_that_is_outstanding_now(house):
    cp = await booted(house)
    first = await remote_start(house, timeout=0.5)
    late_id, _ = await cp.asked()
    assert (await house.settled(first["id"]))["state"] == "timed_out"
    second = await remote_start(house)
    message_id, _ = await cp.asked()
    await cp.answer(late_id, {"status": "Rejected"})
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(second["id"]))["state"] == "accepted"
    assert (await house.get(f"commands/{first['id']}"))["state"] == "late"


async def test_a_connection_that_ends_settles_its_commands_as_lost(house):
    cp = await booted(house)
    first, second = await remote_start(house), await remote_start(house)
    await cp.asked()
    cp.drop()
    for command in (first, second):
        assert (await house.settled(command["id"]))["state"] == "connection_lost"


async def test_after_a_reconnect_no_command_is_sent_a_second_time(house):
    """A hard reset is never answered; the new socket opens within milliseconds."""
    cp = await booted(house)
    response = await house.post("charge-points/CP-1/commands", action="Reset", payload={"type": "Hard"})
    await cp.asked("Reset")
    await cp.say("StopTransaction", stop(99, 5))
    cp.drop()
    again = await booted(house)
    assert (await house.settled(response.json()["id"]))["state"] == "connection_lost"
    following = (await house.post("charge-points/CP-1/commands", action="ClearCache")).json()
    message_id, _ = await again.asked()
    assert message_id == str(following["id"])


@pytest.mark.covers("promise 15")
async def test_three_commands_at_once_go_out_one_at_a_time_and_each_gets_its_own_result(house):
    cp = await booted(house)
    words = {"ClearCache": "Rejected", "GetLocalListVersion": None, "GetConfiguration": "NotSupported"}
    sent = [(await house.post("charge-points/CP-1/commands", action=action)).json() for action in words]
    for action, word in words.items():
        message_id, _ = await cp.asked()
        await cp.call("Heartbeat")  # time for a second command to slip out, if it could
        commands = [frame for frame in cp.received if frame[0] == 2]
        assert commands[-1][2] == action
        if word == "NotSupported":
            await cp.refuse(message_id, word)
        else:
            await cp.answer(message_id, {"status": word} if word else {"listVersion": 7})
    states = [(await house.settled(command["id"])) for command in sent]
    assert [one["state"] for one in states] == ["rejected", "accepted", "error"]
    assert states[1]["result"] == {"listVersion": 7}


async def test_the_charge_points_own_calls_between_our_call_and_its_answer_are_answered_at_once(house):
    cp = await booted(house)
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    command = (await house.post("charge-points/CP-1/remote-stop")).json()
    message_id, payload = await cp.asked("RemoteStopTransaction")
    assert payload == {"transactionId": transaction}
    await cp.call("StatusNotification", status("Finishing"))
    await cp.call("StopTransaction", stop(transaction, 500, reason="Remote"))
    assert (await house.get(f"commands/{command['id']}"))["state"] == "sent"
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(command["id"]))["state"] == "accepted"
    [session] = await house.items("sessions")
    assert (session["status"], session["stop_reason"]) == ("completed", "Remote")


async def test_a_command_waits_until_the_answers_that_are_owed_went_out(house):
    cp = await booted(house)
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    already = len(cp.received)
    ids = [await cp.say("MeterValues", meter_values(wh, transaction=transaction)) for wh in range(1, 31)]
    await cp.answer_to(ids[0])
    response = asyncio.create_task(house.post("charge-points/CP-1/commands", action="ClearCache"))
    await cp.asked("ClearCache")
    order = [frame[1] for frame in cp.received[already:]]
    assert order == [*ids, str((await response).json()["id"])]


async def test_a_command_before_the_boot_was_answered_comes_after_that_answer(house):
    cp = await house.station()
    boot = await cp.say("BootNotification", BOOT)

    async def sent():
        response = await house.post("charge-points/CP-1/commands", action="ClearCache")
        return response if response.status_code == 202 else None

    await until(sent)
    await cp.asked("ClearCache")
    assert cp.received[0][1] == boot


async def test_waiting_for_the_result_returns_it(house):
    cp = await booted(house)
    asking = asyncio.create_task(house.post("charge-points/CP-1/remote-start?wait=20", id_tag="TAG"))
    message_id, _ = await cp.asked()
    await cp.answer(message_id, {"status": "Accepted"})
    response = await asking
    assert (response.status_code, response.json()["state"]) == (200, "accepted")


@pytest.mark.covers("promise 15")
async def test_a_command_to_a_charge_point_that_is_away_is_refused_at_once(house):
    cp = await booted(house)
    await cp.close()

    async def offline():
        return not (await house.get("charge-points/CP-1"))["connected"]

    await until(offline)
    response = await house.post("charge-points/CP-1/remote-start", id_tag="TAG")
    assert response.status_code == 409
    assert "not connected" in response.text


async def test_a_payload_goes_out_as_it_was_given_and_only_validate_false_lets_nonsense_through(house):
    cp = await booted(house)
    path = "charge-points/CP-1/commands"
    payload = {"idTag": "T", "zzz": 1, "connectorId": 99, "aaa": None}
    refused = await house.post(path, action="RemoteStartTransaction", payload=payload)
    assert refused.status_code == 422
    await house.post(path, action="RemoteStartTransaction", payload=payload, validate=False)
    _, received = await cp.asked()
    assert list(received.items()) == list(payload.items())


@pytest.mark.parametrize("answer", [[3, "{id}", None], [3, "{id}"], [4, "{id}"], [4, "{id}", "Odd", None, "text"]])
async def test_an_odd_answer_settles_the_command_all_the_same(house, answer):
    cp = await booted(house)
    command = await remote_start(house)
    message_id, _ = await cp.asked()
    await cp.send([message_id if part == "{id}" else part for part in answer])
    assert (await house.settled(command["id"]))["state"] == ("accepted" if answer[0] == 3 else "error")
    assert await cp.call("Heartbeat")


async def test_commands_to_one_charge_point_do_not_wait_for_another(house):
    mute, cp = await booted(house, "MUTE"), await booted(house)
    await house.post("charge-points/MUTE/commands", action="ClearCache")
    await mute.asked()
    command = await remote_start(house)
    message_id, _ = await cp.asked()
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(command["id"]))["state"] == "accepted"


async def test_an_answer_of_another_charge_point_settles_nothing(house):
    """Ids mean nothing beyond their connection, whatever one of them says."""
    other, cp = await booted(house, "OTHER"), await booted(house)
    command = await remote_start(house)
    message_id, _ = await cp.asked()
    await other.answer(message_id, {"status": "Rejected"})
    await other.refuse(message_id, "GenericError")
    await other.call("Heartbeat")
    assert await house.finding("stray_answer", "OTHER")
    assert (await house.get(f"commands/{command['id']}"))["state"] == "sent"
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(command["id"]))["state"] == "accepted"


async def test_an_answer_given_twice_or_to_a_command_of_an_earlier_connection_changes_nothing(house):
    cp = await booted(house)
    first = await remote_start(house)
    message_id, _ = await cp.asked()
    await cp.answer(message_id, {"status": "Accepted"})
    await cp.answer(message_id, {"status": "Rejected"})
    assert (await house.settled(first["id"]))["state"] == "accepted"
    second = await remote_start(house)
    message_id, _ = await cp.asked()
    cp.drop()
    again = await booted(house)
    await again.answer(message_id, {"status": "Accepted"})
    await again.call("Heartbeat")
    assert (await house.settled(second["id"]))["state"] == "connection_lost"
    assert (await house.get(f"commands/{first['id']}"))["result"] == {"status": "Accepted"}
