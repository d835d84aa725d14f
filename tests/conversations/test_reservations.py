"""Reservations where things do not go as the standard has it: other tags, no answer, late answers, the same number."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import iso, start, status, stop, until
from wattdeck.domain.events import ReservationChanged

LATER = iso(datetime.now(UTC) + timedelta(hours=2))


async def booted(house, identifier="CP-1"):
    cp = await house.station(identifier)
    await cp.boot()
    return cp


async def ask(house, cp, **more):
    """A reservation that is under way: what our API said, the id of the CALL and its payload."""
    body = {"charge_point": cp.identifier, "connector_id": 1, "id_tag": "TAG", "expires_at": LATER, **more}
    response = await house.post("reservations", **body)
    assert (response.status_code, response.json()["state"]) == (202, "pending"), response.text
    return (response.json(), *await cp.asked("ReserveNow"))


async def reserve(house, cp, word="Accepted", **more):
    made, message_id, _ = await ask(house, cp, **more)
    await cp.answer(message_id, {"status": word})
    return await settled(house, made)


async def settled(house, made):
    await house.settled(made["command_id"])
    return await house.get(f"reservations/{made['id']}")


async def now(house, reservation):
    return await house.get(f"reservations/{reservation['id']}")


async def test_a_start_that_names_a_reservation_of_another_tag_is_a_session_and_uses_it_up(house):
    cp = await booted(house)
    one = await reserve(house, cp)
    payload = start(1, "SOMEBODY") | {"reservationId": one["reservation_id"]}
    transaction = (await cp.call("StartTransaction", payload))["transactionId"]
    [session] = await house.items("sessions")
    assert (session["transaction_id"], session["status"]) == (str(transaction), "active")
    assert ((await now(house, one))["state"], (await now(house, one))["session_id"]) == ("used", session["id"])
    assert (await house.finding("reservation_of_another_tag"))["count"] == 1


async def test_a_start_that_names_a_reservation_nobody_made_is_a_session(house):
    cp = await booted(house)
    assert (await cp.call("StartTransaction", start() | {"reservationId": 77}))["transactionId"] > 0
    await house.finding("reservation_unknown")


async def test_a_start_of_the_tag_that_names_no_reservation_uses_it_up_all_the_same(house):
    cp = await booted(house)
    one = await reserve(house, cp)
    await cp.call("StartTransaction", start(1, "tag"))
    assert (await now(house, one))["state"] == "used"
    await house.finding("reservation_not_named")


async def test_a_start_of_another_tag_or_on_another_connector_uses_nothing_up(house):
    cp = await booted(house)
    one = await reserve(house, cp)
    await cp.call("StartTransaction", start(1, "OTHER"))
    await cp.call("StartTransaction", start(2, "TAG"))
    assert (await now(house, one))["state"] == "accepted"


async def test_the_same_start_again_uses_nothing_more_up(house):
    cp = await booted(house)
    one = await reserve(house, cp)
    payload = start() | {"reservationId": one["reservation_id"]}
    await cp.call("StartTransaction", payload)
    two = await reserve(house, cp)
    await cp.call("StartTransaction", payload)
    assert [(await now(house, each))["state"] for each in (one, two)] == ["used", "accepted"]
    assert await house.items("charge-points/CP-1/findings") == []


async def test_a_start_that_comes_after_the_expiry_but_began_before_it_has_used_it(house):
    """It was offline; its start is replayed with the charge point's time."""
    cp = await booted(house)
    ends = datetime.now(UTC) + timedelta(seconds=4)
    one = await reserve(house, cp, expires_at=iso(ends))

    async def expired():
        return (await now(house, one))["state"] == "expired"

    await until(expired)
    payload = start(started_at=ends - timedelta(seconds=3)) | {"reservationId": one["reservation_id"]}
    await cp.call("StartTransaction", payload)
    assert (await now(house, one))["state"] == "used"


async def test_a_start_that_comes_after_its_own_stop_has_used_it_too(house):
    cp = await booted(house)
    one = await reserve(house, cp)
    began = datetime.now(UTC)
    await cp.call("StopTransaction", stop(4711, 900, began + timedelta(seconds=1), idTag="TAG"))
    await cp.call("StartTransaction", start(1, "TAG", 100, began) | {"reservationId": one["reservation_id"]})
    [session] = await house.items("sessions")
    used = await now(house, one)
    assert (session["connector_id"], used["state"], used["session_id"]) == (1, "used", session["id"])


async def test_a_start_before_the_answer_to_our_call_stays_used(house):
    cp = await booted(house)
    made, message_id, payload = await ask(house, cp)
    await cp.call("StartTransaction", start() | {"reservationId": payload["reservationId"]})
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await settled(house, made))["state"] == "used"


async def test_the_same_number_again_replaces_the_reservation_once_it_is_accepted(house):
    cp = await booted(house)
    one = await reserve(house, cp, reservation_id=42)
    refused = await reserve(house, cp, "Occupied", reservation_id=42, connector_id=2)
    assert [(await now(house, each))["state"] for each in (one, refused)] == ["accepted", "refused"]
    two = await reserve(house, cp, reservation_id=42, connector_id=2)
    assert [(await now(house, each))["state"] for each in (one, two)] == ["replaced", "accepted"]
    await cp.call("StartTransaction", start(2) | {"reservationId": 42})
    assert [(await now(house, each))["state"] for each in (one, two)] == ["replaced", "used"]


async def test_numbers_of_ours_are_new_to_the_charge_point(house):
    cp, other = await booted(house), await booted(house, "CP-2")
    numbers = [(await reserve(house, cp))["reservation_id"]]
    await reserve(house, cp, reservation_id=7)
    numbers.append((await reserve(house, cp))["reservation_id"])
    assert numbers == [1, 8]
    assert (await reserve(house, other))["reservation_id"] == 1


async def test_two_reservations_at_once_get_two_numbers(house):
    cp = await booted(house)
    body = {"charge_point": "CP-1", "id_tag": "TAG", "expires_at": LATER}
    asking = [asyncio.create_task(house.post("reservations", connector_id=number, **body)) for number in (1, 2, 3)]
    made = [(await each).json() for each in asking]
    on_the_wire = set()
    for _ in made:
        message_id, payload = await cp.asked("ReserveNow")
        on_the_wire.add(payload["reservationId"])
        await cp.answer(message_id, {"status": "Accepted"})
    assert on_the_wire == {each["reservation_id"] for each in made} == {1, 2, 3}


async def test_a_reservation_without_an_answer_is_unknown_until_the_late_one_comes_and_is_never_sent_again(make_house):
    house = await make_house(command_timeout_s=0.5)
    cp = await booted(house)
    made, message_id, _ = await ask(house, cp)
    assert (await settled(house, made))["state"] == "unknown"
    await cp.answer(message_id, {"status": "Accepted"})

    async def accepted():
        return (await now(house, made))["state"] == "accepted"

    await until(accepted)
    await cp.call("Heartbeat")
    assert len([frame for frame in cp.received if frame[0] == 2]) == 1


async def test_a_reservation_whose_connection_was_lost_is_unknown_and_may_still_be_used(house):
    cp = await booted(house)
    made, _, payload = await ask(house, cp)
    cp.drop()
    assert (await settled(house, made))["state"] == "unknown"
    again = await booted(house)
    await again.call("StartTransaction", start() | {"reservationId": payload["reservationId"]})
    assert (await now(house, made))["state"] == "used"
    assert [frame for frame in again.received if frame[0] == 2] == []


async def test_a_charge_point_that_does_not_know_reservations_refuses_with_its_code(house):
    cp = await booted(house)
    made, message_id, _ = await ask(house, cp)
    await cp.refuse(message_id, "NotSupported", "no such profile")
    refused = await settled(house, made)
    assert (refused["state"], refused["answer"]) == ("refused", "NotSupported")


async def test_a_command_that_was_taken_back_takes_its_reservation_back(house):
    cp = await booted(house)
    await house.post("charge-points/CP-1/commands", action="ClearCache")
    await cp.asked("ClearCache")
    body = {"charge_point": "CP-1", "connector_id": 1, "id_tag": "TAG", "expires_at": LATER}
    made = (await house.post("reservations", **body)).json()
    (await house.post(f"commands/{made['command_id']}/cancel")).raise_for_status()
    assert (await now(house, made))["state"] == "cancelled"


async def test_a_charge_point_that_is_away_is_refused_at_once_and_nothing_is_kept(house):
    cp = await booted(house)
    await cp.close()

    async def offline():
        return not (await house.get("charge-points/CP-1"))["connected"]

    await until(offline)
    body = {"charge_point": "CP-1", "connector_id": 1, "id_tag": "TAG", "expires_at": LATER}
    response = await house.post("reservations", **body)
    assert (response.status_code, response.json()["detail"]) == (409, "CP-1 is not connected")
    assert await house.items("reservations") == []


CANNOT_BE_RESERVED = [
    ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at has passed"),
    ({"id_tag": "x" * 21}, "id_tag"),
    ({"connector_id": -1}, "connector_id"),
    ({"reservation_id": 2**31}, "reservation_id"),
]


async def test_what_cannot_be_reserved_is_refused_in_words(house):
    await booted(house)
    body = {"charge_point": "CP-1", "connector_id": 1, "id_tag": "TAG", "expires_at": LATER}
    for wrong, words in CANNOT_BE_RESERVED:
        response = await house.post("reservations", **{**body, **wrong})
        assert (response.status_code, words in response.json()["detail"]) == (422, True), response.text


async def test_a_reservation_sent_as_any_command_is_kept_once_it_is_accepted(house):
    cp = await booted(house)
    payload = {"connectorId": 1, "expiryDate": LATER, "idTag": "TAG", "reservationId": 5}
    command = (await house.post("charge-points/CP-1/commands", action="ReserveNow", payload=payload)).json()
    message_id, _ = await cp.asked("ReserveNow")
    assert await house.items("reservations") == []
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(command["id"])
    [one] = await house.items("reservations")
    assert (one["reservation_id"], one["state"], one["expires_at"]) == (5, "accepted", LATER)


@pytest.mark.parametrize("payload", [{}, {"reservationId": "x", "expiryDate": 3}, {"reservationId": 2**70}])
async def test_nonsense_sent_as_a_reservation_is_settled_like_any_command(house, payload):
    cp = await booted(house)
    for action in ("ReserveNow", "CancelReservation"):
        body = {"action": action, "payload": payload, "validate": False}
        response = await house.post("charge-points/CP-1/commands", **body)
        if response.status_code == 422:
            return  # a number that no JSON of ours holds
        message_id, _ = await cp.asked(action)
        await cp.answer(message_id, {"status": "Accepted"})
        assert (await house.settled(response.json()["id"]))["state"] == "accepted"
    assert await house.items("reservations") == []


async def test_listeners_hear_of_each_change(house):
    heard = []
    house.central_system.events.subscribe(ReservationChanged, lambda event: heard.append(event.reservation.state))
    cp = await booted(house)
    one = await reserve(house, cp)
    await cp.call("StartTransaction", start() | {"reservationId": one["reservation_id"]})
    await until(lambda: heard == ["accepted", "used"])


async def test_reservations_are_listed_by_charge_point_and_state(house):
    cp, other = await booted(house), await booted(house, "CP-2")
    one, two = await reserve(house, cp), await reserve(house, cp, "Occupied")
    third = await reserve(house, other)
    ids = [each["id"] for each in await house.items("reservations")]
    assert ids == [third["id"], two["id"], one["id"]]
    assert [each["id"] for each in await house.items("reservations", charge_point="CP-1", state="accepted")] == [
        one["id"]
    ]
    either = await house.items("reservations", state=["accepted", "refused"], charge_point="CP-1")
    assert [each["id"] for each in either] == [two["id"], one["id"]]
    page = await house.get("reservations", limit=2)
    assert [each["id"] for each in (await house.get("reservations", cursor=page["next"]))["items"]] == [one["id"]]
    assert (await house.http.get("reservations/99")).status_code == 404


@pytest.mark.parametrize(("connector", "word"), [(1, "Faulted"), (1, "Unavailable"), (0, "Unavailable")])
async def test_a_connector_out_of_service_drops_its_reservation_unless_a_session_shows_otherwise(
    house, connector, word
):
    cp = await booted(house)
    one, other = await reserve(house, cp), await reserve(house, cp, connector_id=2)
    await cp.call("StatusNotification", status(word, connector))
    states = [(await now(house, each))["state"] for each in (one, other)]
    assert states == ["dropped", "dropped" if connector == 0 else "accepted"]
    await cp.call("StartTransaction", start() | {"reservationId": one["reservation_id"]})
    assert (await now(house, one))["state"] == "used"


async def test_a_status_of_reserved_before_the_answer_does_no_harm(house):
    cp = await booted(house)
    made, message_id, _ = await ask(house, cp)
    await cp.call("StatusNotification", status("Reserved"))
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await settled(house, made))["state"] == "accepted"
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    await cp.call("StopTransaction", stop(transaction, 5))
