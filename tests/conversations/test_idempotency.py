"""Idempotency keys: the same request again is the same command, never a second CALL."""

import asyncio

import pytest

from tests.stations import status

START = "charge-points/CP-1/remote-start"


async def booted(house):
    cp = await house.station()
    await cp.boot()
    await cp.call("StatusNotification", status("Available"))
    return cp


def post(house, path, key, **body):
    return house.http.post(path, json=body, headers={"Idempotency-Key": key})


async def calls(cp):
    await cp.call("Heartbeat")
    return [frame[1] for frame in cp.received if frame[0] == 2]


async def test_the_same_key_again_gives_the_same_command_and_sends_nothing(house):
    cp = await booted(house)
    first = await post(house, START, "k-1", id_tag="TAG", connector_id=1)
    message_id, _ = await cp.asked()
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(first.json()["id"])
    await cp.call("StatusNotification", status("Charging"))  # a second start would be refused now
    again = await post(house, START, "k-1", id_tag="TAG", connector_id=1)
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (202, first.json()["id"], "accepted")
    waited = await post(house, f"{START}?wait=5", "k-1", id_tag="TAG", connector_id=1)
    assert (waited.status_code, waited.json()["id"]) == (200, first.json()["id"])
    assert await calls(cp) == [message_id]


async def test_many_at_once_with_one_key_are_one_command(house):
    cp = await booted(house)
    answers = await asyncio.gather(*(post(house, START, "k", id_tag="TAG") for _ in range(8)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    message_id, _ = await cp.asked()
    await cp.answer(message_id, {"status": "Accepted"})
    assert await calls(cp) == [message_id]


async def test_another_key_or_none_is_another_command(house):
    cp = await booted(house)
    path, body = "charge-points/CP-1/commands", {"action": "ClearCache"}
    answers = [await post(house, path, "a", **body), await post(house, path, "b", **body)]
    answers += [await house.post(path, **body), await house.post(path, **body)]
    assert len({answer.json()["id"] for answer in answers}) == 4
    for _ in answers:
        message_id, _ = await cp.asked("ClearCache")
        await cp.answer(message_id, {"status": "Accepted"})


async def test_a_key_that_was_used_for_another_request_is_refused(house):
    await booted(house)
    assert (await post(house, START, "k", id_tag="TAG")).status_code == 202
    for path, body in ((START, {"id_tag": "OTHER"}), ("charge-points/CP-1/commands", {"action": "ClearCache"})):
        answer = await post(house, path, "k", **body)
        assert (answer.status_code, "Idempotency-Key" in answer.json()["detail"]) == (422, True)


async def test_what_was_refused_before_it_was_a_command_may_be_tried_again_with_the_same_key(house):
    await house.post("charge-points", identifier="CP-1")
    assert (await post(house, START, "k", id_tag="TAG")).status_code == 409
    await booted(house)
    assert (await post(house, START, "k", id_tag="TAG")).status_code == 202


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_has_one_to_255_characters(house, key):
    await booted(house)
    assert (await post(house, START, key, id_tag="TAG")).status_code == 422


async def test_a_reservation_is_made_once_for_a_key(house):
    cp = await booted(house)
    body = {"charge_point": "CP-1", "connector_id": 1, "id_tag": "TAG", "expires_at": "2099-01-01T00:00:00Z"}
    first, again = await post(house, "reservations", "k", **body), await post(house, "reservations", "k", **body)
    assert first.json()["id"] == again.json()["id"]
    message_id, _ = await cp.asked("ReserveNow")
    await cp.answer(message_id, {"status": "Accepted"})
    assert await calls(cp) == [message_id]
