"""Charging profiles where things go their own way: what is refused before it is sent, and what is believed after."""

import asyncio

import pytest

from tests.stations import start, stop, until

KEPT = "charging-profiles"
PATH = "charge-points/CP-1/charging-profiles"
DEFAULT, TX, WHOLE = "TxDefaultProfile", "TxProfile", "ChargePointMaxProfile"


def profile(number=1, purpose=DEFAULT, level=0, **more):
    schedule = {"chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 5000.0}]}
    return {
        "chargingProfileId": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
        **more,
    }


async def booted(house, identifier="CP-1"):
    cp = await house.station(identifier)
    await cp.boot()
    return cp


async def asked(house, cp, path, action, answer, /, **body):
    """Our request, its CALL and the charge point's answer: the payload on the wire, and the command when settled."""
    response = await house.post(path, **body)
    assert response.status_code == 202, response.text
    message_id, payload = await cp.asked(action)
    await cp.answer(message_id, answer)
    return payload, await house.settled(response.json()["id"])


async def install(house, cp, sent, connector_id=1, word="Accepted"):
    body = {"profile": sent, "connector_id": connector_id}
    return await asked(house, cp, PATH, "SetChargingProfile", {"status": word}, **body)


async def held(house):
    return [(one["connector_id"], one["charging_profile_id"]) for one in await house.items(PATH)]


async def charge(cp, connector=1, tag="TAG"):
    return (await cp.call("StartTransaction", start(connector, tag)))["transactionId"]


# kept by name


async def test_a_profile_is_kept_read_replaced_and_forgotten_by_its_name(house):
    await house.http.put(f"{KEPT}/night", json=profile(1))
    await house.http.put(f"{KEPT}/day", json=profile(2))
    assert [one["name"] for one in await house.items(KEPT)] == ["day", "night"]
    first = await house.get(KEPT, limit=1)
    assert [one["name"] for one in await house.items(KEPT, cursor=first["next"])] == ["night"]
    assert (await house.http.put(f"{KEPT}/night", json=profile(3))).status_code == 200
    assert (await house.get(f"{KEPT}/night"))["profile"] == profile(3)
    assert (await house.http.delete(f"{KEPT}/night")).status_code == 204
    assert (await house.http.get(f"{KEPT}/night")).status_code == 404
    assert (await house.http.delete(f"{KEPT}/night")).status_code == 404


async def test_two_names_cannot_have_one_id(house):
    await house.http.put(f"{KEPT}/night", json=profile(1))
    taken = await house.http.put(f"{KEPT}/day", json=profile(1))
    assert (taken.status_code, taken.json()["detail"]) == (409, "the charging profile 'night' has chargingProfileId 1")
    assert [one["name"] for one in await house.items(KEPT)] == ["night"]


BREAKS_A_RULE = [
    ({**profile(), "chargingProfilePurpose": "Odd"}, "chargingProfilePurpose"),
    ({name: value for name, value in profile().items() if name != "stackLevel"}, "stackLevel"),
    (profile(chargingSchedule={"chargingRateUnit": "W", "chargingSchedulePeriod": []}), "at least one"),
    (profile(recurrencyKind="Daily"), "Recurring"),
    (profile(purpose=TX, transactionId=3), "filled in when the profile is sent"),
]


async def test_a_profile_that_breaks_a_rule_is_not_kept(house):
    for sent, words in BREAKS_A_RULE:
        response = await house.http.put(f"{KEPT}/odd", json=sent)
        assert (response.status_code, words in response.json()["detail"]) == (422, True), response.text
    assert await house.items(KEPT) == []


# what is refused before it is sent


CANNOT_BE_SET = [
    ({"profile": profile(purpose=TX), "connector_id": 1}, "No active session"),
    ({"profile": profile(purpose=TX), "session_id": 4711}, "No active session"),
    ({"profile": profile(purpose=TX), "connector_id": 0}, "not for connector 0"),
    ({"profile": profile(purpose=WHOLE), "connector_id": 1}, "is for connector 0"),
    ({"profile": profile(), "connector_id": 1, "session_id": 1}, "only a TxProfile is for a session"),
    ({"profile": profile()}, "connector_id"),
    ({"profile": profile(), "name": "night", "connector_id": 1}, "either name or profile"),
    ({"connector_id": 1}, "either name or profile"),
    ({"profile": {}, "connector_id": 1}, "is a required property"),
]


async def test_what_cannot_be_set_is_refused_and_not_sent(house):
    cp = await booted(house)
    for body, words in CANNOT_BE_SET:
        response = await house.post(PATH, **body)
        assert (response.status_code, words in response.json()["detail"]) == (422, True), response.text
    await cp.call("Heartbeat")
    assert [frame for frame in cp.received if frame[0] == 2] == []


async def test_a_name_nobody_gave_is_not_found(house):
    await booted(house)
    assert (await house.post(PATH, name="nobody", connector_id=1)).status_code == 404
    start_with = await house.post("charge-points/CP-1/remote-start", id_tag="TAG", charging_profile="nobody")
    assert start_with.status_code == 404


async def test_clearing_by_id_and_more_is_refused(house):
    await booted(house)
    response = await house.post(f"{PATH}/clear", id=1, connector_id=1)
    assert (response.status_code, "id: it stands alone" in response.json()["detail"]) == (422, True)


# transactions


async def test_a_profile_for_a_session_has_the_transaction_id_of_the_session_that_was_meant(house):
    cp = await booted(house)
    first, second = await charge(cp, 1), await charge(cp, 2)
    [newest, oldest] = await house.items("sessions")
    for body, transaction, connector in (
        ({"connector_id": 1}, first, 1),
        ({"session_id": newest["id"]}, second, 2),
        ({"transaction_id": first}, first, 1),
    ):
        payload, _ = await asked(
            house, cp, PATH, "SetChargingProfile", {"status": "Accepted"}, profile=profile(9, TX), **body
        )
        assert payload["connectorId"] == connector
        assert list(payload["csChargingProfiles"])[:2] == ["chargingProfileId", "transactionId"]
        assert payload["csChargingProfiles"]["transactionId"] == transaction
    [one] = await house.items(PATH)
    assert (one["session_id"], one["connector_id"]) == (oldest["id"], 1)


async def test_a_profile_of_a_session_is_gone_however_the_session_ended(house):
    cp = await booted(house)
    await charge(cp)
    await install(house, cp, profile(1, TX))
    assert await held(house) == [(1, 1)]
    await charge(cp, tag="NEXT")  # the stop of the first was lost
    assert await held(house) == []


async def test_a_profile_sent_for_a_session_that_ended_meanwhile_is_not_held(house):
    cp = await booted(house)
    transaction = await charge(cp)
    command = (await house.post(PATH, profile=profile(1, TX), connector_id=1)).json()
    message_id, _ = await cp.asked("SetChargingProfile")
    await cp.call("StopTransaction", stop(transaction, 5))
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(command["id"]))["state"] == "accepted"
    assert await held(house) == []


# what is believed to be installed


@pytest.mark.parametrize("word", ["Rejected", "NotSupported"])
async def test_what_was_not_accepted_is_not_held(house, word):
    cp = await booted(house)
    _, command = await install(house, cp, profile(), word=word)
    assert (command["state"], await held(house)) == ("rejected", [])


async def test_what_was_never_answered_is_held_only_after_the_late_answer(make_house):
    house = await make_house(command_timeout_s=0.5)
    cp = await booted(house)
    command = (await house.post(PATH, profile=profile(), connector_id=1)).json()
    message_id, _ = await cp.asked()
    assert (await house.settled(command["id"]))["state"] == "timed_out"
    assert await held(house) == []
    await cp.answer(message_id, {"status": "Accepted"})

    async def late():
        return await held(house)

    assert await until(late) == [(1, 1)]


async def test_a_profile_replaces_the_one_of_its_id_or_place_and_stacks_with_others(house):
    cp = await booted(house)
    await install(house, cp, profile(1, WHOLE), 0)
    [first] = await house.items(PATH)
    assert (first["action"], first["asked_by"]) == ("SetChargingProfile", "WATTDECK_API_KEY")
    await install(house, cp, profile(2, DEFAULT), 0)
    await install(house, cp, profile(3, DEFAULT), 1)
    await install(house, cp, profile(4, DEFAULT, 1), 1)
    assert await held(house) == [(0, 1), (0, 2), (1, 3), (1, 4)]
    await install(house, cp, profile(5, DEFAULT), 1)  # the place of 3
    await install(house, cp, profile(4, DEFAULT, 2), 2)  # the id of 4
    assert await held(house) == [(0, 1), (0, 2), (1, 5), (2, 4)]


async def test_clearing_unknown_profiles_means_that_they_are_not_there(house):
    cp = await booted(house)
    await install(house, cp, profile(1))
    await install(house, cp, profile(2, level=1))
    clear = f"{PATH}/clear"
    _, rejected = await asked(house, cp, clear, "ClearChargingProfile", {"status": "Rejected"}, id=1)
    assert (rejected["state"], await held(house)) == ("rejected", [(1, 1), (1, 2)])
    await asked(house, cp, clear, "ClearChargingProfile", {"status": "Unknown"}, id=1)
    assert await held(house) == [(1, 2)]
    payload, _ = await asked(house, cp, clear, "ClearChargingProfile", {"status": "Accepted"})
    assert (payload, await held(house)) == ({}, [])


async def test_a_profile_sent_as_any_command_is_held_too(house):
    cp = await booted(house)
    payload = {"connectorId": 1, "csChargingProfiles": profile(8)}
    path = "charge-points/CP-1/commands"
    accepted = {"status": "Accepted"}
    await asked(house, cp, path, "SetChargingProfile", accepted, action="SetChargingProfile", payload=payload)
    assert await held(house) == [(1, 8)]


NONSENSE = [
    ("SetChargingProfile", {}),
    ("SetChargingProfile", {"connectorId": "x", "csChargingProfiles": profile()}),
    ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile(2**62)}),
    ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": [5]}),
    ("ClearChargingProfile", {"id": "x", "stackLevel": {}}),
    ("RemoteStartTransaction", {"idTag": 5, "chargingProfile": "x"}),
]


async def test_nonsense_sent_as_a_profile_is_settled_like_any_command(house):
    cp = await booted(house)
    for action, payload in NONSENSE:
        body = {"action": action, "payload": payload, "validate": False}
        _, command = await asked(house, cp, "charge-points/CP-1/commands", action, {"status": "Accepted"}, **body)
        assert (command["state"], await held(house)) == ("accepted", [])


# inside a remote start


async def remote_start(house, cp, word="Accepted", **body):
    path = "charge-points/CP-1/remote-start"
    return await asked(house, cp, path, "RemoteStartTransaction", {"status": word}, id_tag="TAG", **body)


async def test_a_kept_profile_goes_inside_a_remote_start_by_its_name(house):
    cp = await booted(house)
    await house.http.put(f"{KEPT}/slow", json=profile(4, TX))
    payload, _ = await remote_start(house, cp, charging_profile="slow")
    assert payload == {"idTag": "TAG", "chargingProfile": profile(4, TX)}
    await charge(cp, 2)
    assert await held(house) == [(2, 4)]


async def test_only_a_profile_for_a_transaction_goes_inside_a_remote_start(house):
    await booted(house)
    response = await house.post("charge-points/CP-1/remote-start", id_tag="TAG", charging_profile=profile(1, DEFAULT))
    assert response.status_code == 422
    assert "a profile inside a remote start is a TxProfile" in response.json()["detail"]


async def test_the_profile_of_a_remote_start_is_for_no_other_session(house):
    cp = await booted(house)
    await remote_start(house, cp, connector_id=1, charging_profile=profile(4, TX))
    await charge(cp, 1, "SOMEBODY")
    await charge(cp, 2, "TAG")
    assert await held(house) == []
    await remote_start(house, cp, "Rejected", connector_id=3, charging_profile=profile(5, TX))
    await charge(cp, 3, "TAG")
    assert await held(house) == []


async def test_a_session_that_began_before_the_answer_to_the_remote_start_has_its_profile(house):
    cp = await booted(house)
    body = {"id_tag": "TAG", "charging_profile": profile(4, TX)}
    command = (await house.post("charge-points/CP-1/remote-start", **body)).json()
    message_id, _ = await cp.asked("RemoteStartTransaction")
    await charge(cp)
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(command["id"])
    assert await held(house) == [(1, 4)]


# the composite schedule and triggers


async def test_our_own_composite_schedule_asks_nothing_of_the_charge_point(house):
    cp = await booted(house)
    await install(house, cp, profile(1, WHOLE), 0)
    already = len(cp.received)
    ours = await house.get("charge-points/CP-1/composite-schedule", connector_id=0, duration=60)
    assert ours["periods"] == [{"start_period": 0, "limit": 5000.0, "number_phases": None, "charging_profile_id": 1}]
    await cp.call("Heartbeat")
    assert len(cp.received) == already + 1


async def test_a_composite_schedule_that_is_rejected_is_shown_beside_ours(house):
    cp = await booted(house)
    asking = asyncio.create_task(house.post("charge-points/CP-1/composite-schedule", connector_id=7, duration=60))
    message_id, payload = await cp.asked("GetCompositeSchedule")
    assert payload == {"connectorId": 7, "duration": 60}
    await cp.answer(message_id, {"status": "Rejected"})
    shown = (await asking).json()
    assert (shown["command"]["state"], shown["ours"]["periods"][0]["limit"]) == ("rejected", None)


CANNOT_BE_TRIGGERED = [
    ({"message": "StartTransaction"}, "cannot be triggered"),
    ({"message": "DiagnosticsStatusNotification", "extended": True}, "not known to ExtendedTriggerMessage"),
    ({"message": "BootNotification"}, "may not be triggered"),
    ({"message": "Heartbeat", "connector_id": -1}, "connector_id"),
]


async def test_what_cannot_be_triggered_is_refused_in_words(house):
    await booted(house)
    for body, words in CANNOT_BE_TRIGGERED:
        response = await house.post("charge-points/CP-1/trigger", **body)
        assert (response.status_code, words in response.json()["detail"]) == (422, True), response.text


async def test_a_boot_can_be_triggered_where_none_was_accepted_on_this_connection(house):
    cp = await booted(house)
    await cp.close()
    again = await house.station()
    await again.call("Heartbeat")
    accepted = {"status": "Accepted"}
    await asked(house, again, "charge-points/CP-1/trigger", "TriggerMessage", accepted, message="BootNotification")
