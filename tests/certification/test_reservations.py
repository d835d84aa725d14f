"""Reservations: made, used, given up, expired (OCPP 1.6 §5.1, §5.13)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.certification.wire import connector, sessions
from tests.stations import iso, start, status, stop, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}


async def reserve(house, cp, answer=ACCEPTED, lasts_s=600.0, connector_id=1, **more):
    """Ask for a reservation and let the charge point answer: what it became, and the payload on the wire."""
    expires_at = iso(datetime.now(UTC) + timedelta(seconds=lasts_s))
    body = {"connector_id": connector_id, "id_tag": "VALID", "expires_at": expires_at, "wait": 30, **more}
    asking = asyncio.create_task(house.post("reservations", charge_point=cp.identifier, **body))
    message_id, payload = await cp.asked("ReserveNow")
    [pending] = await house.items("reservations", charge_point=cp.identifier, state="pending")
    assert pending["reservation_id"] == payload["reservationId"]  # there before the charge point has answered
    await cp.answer(message_id, answer)
    response = await asking
    assert response.status_code == 200, response.text
    expected = {"connectorId": connector_id, "expiryDate": expires_at, "idTag": "VALID", "parentIdTag": "FAMILY"}
    assert list(payload.items()) == [*expected.items(), ("reservationId", response.json()["reservation_id"])]
    return response.json()


async def cancel(house, cp, reservation, answer=ACCEPTED):
    asking = asyncio.create_task(house.post(f"reservations/{reservation['id']}/cancel?wait=30"))
    message_id, payload = await cp.asked("CancelReservation")
    assert payload == {"reservationId": reservation["reservation_id"]}
    await cp.answer(message_id, answer)
    response = await asking
    assert response.status_code == 200, response.text
    return response.json()


async def begin(cp, reservation, id_tag="VALID", connector_id=1):
    payload = start(connector_id, id_tag) | {"reservationId": reservation["reservation_id"]}
    answer = await cp.call("StartTransaction", payload)
    assert answer["idTagInfo"]["status"] == "Accepted"
    await cp.call("StatusNotification", status("Charging", connector_id))
    return answer["transactionId"]


async def used(house, cp, reservation):
    """The reservation, which its session has used up."""
    now = await house.get(f"reservations/{reservation['id']}")
    [session] = await sessions(house, cp)
    assert (now["state"], now["session_id"], now["ended_at"]) == ("used", session["id"], session["started_at"])
    return session


@pytest.mark.covers("TC_046", "ReserveNow")
async def test_a_reserved_connector_is_used_by_whom_it_was_kept_for(house, cp):
    reservation = await reserve(house, cp)
    assert (reservation["state"], reservation["answer"]) == ("accepted", "Accepted")
    await cp.call("StatusNotification", status("Reserved"))
    assert (await connector(house, cp))["status"] == "Reserved"
    assert (await cp.call("Authorize", {"idTag": "VALID"}))["idTagInfo"]["status"] == "Accepted"
    await cp.call("StatusNotification", status("Preparing"))
    transaction = await begin(cp, reservation)
    assert (await used(house, cp, reservation))["transaction_id"] == str(transaction)
    await cp.call("StopTransaction", stop(transaction, 100))
    assert (await house.get(f"reservations/{reservation['id']}"))["state"] == "used"


@pytest.mark.covers("TC_047")
async def test_a_reservation_expires(house, cp):
    reservation = await reserve(house, cp, lasts_s=4)
    await cp.call("StatusNotification", status("Reserved"))

    async def expired():
        now = await house.get(f"reservations/{reservation['id']}")
        return now if now["state"] != "accepted" else None

    over = await until(expired)
    assert (over["state"], over["session_id"]) == ("expired", None)
    await cp.call("StatusNotification", status("Available"))
    assert (await connector(house, cp))["status"] == "Available"


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("Faulted", marks=pytest.mark.covers("TC_048_1")),
        pytest.param("Occupied", marks=pytest.mark.covers("TC_048_2")),
        pytest.param("Unavailable", marks=pytest.mark.covers("TC_048_3")),
        pytest.param("Rejected", marks=pytest.mark.covers("TC_048_4")),
    ],
)
async def test_a_reservation_that_is_refused_keeps_the_charge_points_word(house, cp, word):
    reservation = await reserve(house, cp, {"status": word})
    assert (reservation["state"], reservation["answer"]) == ("refused", word)
    assert (await house.get(f"commands/{reservation['command_id']}"))["state"] == "rejected"


@pytest.mark.covers("TC_049")
async def test_a_reservation_of_the_whole_charge_point_is_used_on_any_connector(house, cp):
    await cp.call("StatusNotification", status("Available", 2))
    reservation = await reserve(house, cp, connector_id=0)
    await begin(cp, reservation, connector_id=2)
    assert (await used(house, cp, reservation))["connector_id"] == 2


@pytest.mark.covers("TC_051", "CancelReservation")
async def test_a_reservation_is_cancelled_once_the_charge_point_has_agreed(house, cp):
    reservation = await reserve(house, cp)
    await cp.call("StatusNotification", status("Reserved"))
    over = await cancel(house, cp, reservation)
    assert (over["state"], over["cancel_answer"]) == ("cancelled", "Accepted")
    await cp.call("StatusNotification", status("Available"))
    again = await house.post(f"reservations/{reservation['id']}/cancel")
    assert (again.status_code, again.json()["detail"]) == (422, "the reservation is cancelled")


@pytest.mark.covers("TC_052")
async def test_a_cancellation_that_is_rejected_leaves_the_reservation_as_it_was(house, cp):
    reservation = await reserve(house, cp)
    left = await cancel(house, cp, reservation, REJECTED)
    assert (left["state"], left["cancel_answer"], left["ended_at"]) == ("accepted", "Rejected", None)


@pytest.mark.covers("TC_053")
async def test_a_reservation_is_used_by_another_tag_of_its_group(house, cp):
    reservation = await reserve(house, cp)
    info = (await cp.call("Authorize", {"idTag": "SIBLING"}))["idTagInfo"]
    assert info == {"parentIdTag": "FAMILY", "status": "Accepted"}
    await begin(cp, reservation, "SIBLING")
    assert (await used(house, cp, reservation))["id_tag"] == "SIBLING"
    assert await house.items(f"charge-points/{cp.identifier}/findings") == []
