"""One command to many charge points: each with its result, at a measured pace, and an end that is clear."""

import asyncio
import csv
import io
import json
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect

from tests.stations import until


async def bulk(house, action="ClearCache", **more):
    response = await house.post("bulk-commands", action=action, **more)
    assert response.status_code == 202, response.text
    return response.json()


async def ended(house, order, state="finished"):
    async def over():
        now = await house.get(f"bulk-commands/{order['id']}", limit=1000)
        return now if now["state"] != "running" else None

    now = await until(over, 60)
    assert now["state"] == state
    return now


@asynccontextmanager
async def answering(house, identifiers, answer):
    """Connected charge points that answer each CALL with `answer(identifier)`; the CALLs each got."""
    got: dict[str, list[str]] = {identifier: [] for identifier in identifiers}

    async def serve(identifier, socket):
        async for text in socket:
            _, message_id, *_ = json.loads(text)
            got[identifier].append(message_id)
            await socket.send(json.dumps([3, message_id, answer(identifier)]))

    async def open_one(identifier):
        options = {"subprotocols": ["ocpp1.6"], "compression": None, "ping_interval": None, "proxy": None}
        return await connect(f"{house.url}/{identifier}", open_timeout=60, **options)

    sockets = []
    for some in in_parts(identifiers, 50):
        sockets += await asyncio.gather(*(open_one(identifier) for identifier in some))
    tasks = [asyncio.create_task(serve(*one)) for one in zip(identifiers, sockets, strict=True)]

    async def all_connected():
        return (await house.get("stats"))["connected"] == len(identifiers)

    await until(all_connected, 60)
    try:
        yield got
    finally:
        for task in tasks:
            task.cancel()
        for some in in_parts(sockets, 50):
            await asyncio.gather(*(socket.close() for socket in some))


def in_parts(those: list, size: int) -> Iterator[list]:
    return (those[start : start + size] for start in range(0, len(those), size))


def version_of(identifier):
    """An answer that is each charge point's own."""
    return {"listVersion": int(identifier.split("-")[1])}


async def each_gets_its_own_result(house, count):
    identifiers = [f"CP-{number}" for number in range(count)]
    async with answering(house, identifiers, version_of) as got:
        order = await bulk(house, "GetLocalListVersion", filter={"connected": True}, per_second=1000)
        assert (order["state"], order["total"]) == ("running", count)
        done = await ended(house, order)
    assert done["counts"] == {"accepted": count}
    assert {one["charge_point"]: one["result"] for one in done["items"]} == {
        identifier: version_of(identifier) for identifier in identifiers
    }
    assert {one["charge_point"]: [str(one["command_id"])] for one in done["items"]} == got


async def test_a_hundred_charge_points_each_get_the_command_once_with_a_result_of_their_own(house):
    await each_gets_its_own_result(house, 100)


@pytest.mark.long
async def test_a_thousand_charge_points_each_get_the_command_once_with_a_result_of_their_own(house):
    await each_gets_its_own_result(house, 1000)


async def test_the_pace_is_kept(house):
    identifiers = [f"CP-{number}" for number in range(10)]
    async with answering(house, identifiers, lambda _: {"status": "Accepted"}):
        began = time.monotonic()
        await ended(house, await bulk(house, charge_points=identifiers, per_second=10))
        assert time.monotonic() - began >= 0.85


async def test_charge_points_that_are_away_refuse_or_cannot_are_told_apart(house):
    there, says_no = await house.station("THERE"), await house.station("SAYS-NO")
    await house.post("charge-points", identifier="AWAY")
    order = await bulk(house, charge_points=["THERE", "SAYS-NO", "AWAY", "there"])
    assert order["total"] == 3
    for cp, answer in ((there, "Accepted"), (says_no, "Rejected")):
        message_id, _ = await cp.asked("ClearCache")
        await cp.answer(message_id, {"status": answer})
    done = await ended(house, order)
    assert done["counts"] == {"accepted": 1, "rejected": 1, "offline": 1}
    states = {one["charge_point"]: one["state"] for one in done["items"]}
    assert states == {"THERE": "accepted", "SAYS-NO": "rejected", "AWAY": "offline"}
    assert done["finished_at"] is not None


async def test_it_may_be_kept_for_those_that_are_away(house):
    await house.post("charge-points", identifier="AWAY")
    order = await bulk(house, charge_points=["AWAY"], offline="queue")

    async def kept():
        return (await house.get(f"bulk-commands/{order['id']}"))["counts"] == {"queued": 1}

    await until(kept)
    cp = await house.station("AWAY")
    await cp.boot()
    message_id, _ = await cp.asked("ClearCache")
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await ended(house, order))["counts"] == {"accepted": 1}


async def test_one_that_is_cancelled_sends_no_more(house):
    identifiers = [f"CP-{number}" for number in range(5)]
    async with answering(house, identifiers, lambda _: {"status": "Accepted"}) as got:
        order = await bulk(house, charge_points=identifiers, per_second=0.1)
        await until(lambda: sum(map(len, got.values())) == 1)
        cancelled = await house.post(f"bulk-commands/{order['id']}/cancel")
        assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
        done = await house.get(f"bulk-commands/{order['id']}")
        assert done["counts"]["not_sent"] == 4
        assert (await house.post(f"bulk-commands/{order['id']}/cancel")).status_code == 409
        assert sum(map(len, got.values())) == 1


async def test_filters_are_those_of_the_list(house):
    one, other = await house.station("DEPOT-1"), await house.station("DEPOT-2")
    await one.boot(chargePointModel="Fast")
    await other.boot(chargePointModel="Slow")
    for wanted in ({"model": "Fast"}, {"search": "depot-1"}, {"connected": True, "vendor": "Vendor", "model": "Fast"}):
        order = await bulk(house, filter=wanted)
        message_id, _ = await one.asked()
        await one.answer(message_id, {"status": "Accepted"})
        assert [item["charge_point"] for item in (await ended(house, order))["items"]] == ["DEPOT-1"]
        assert [found["identifier"] for found in await house.items("charge-points", **wanted)] == ["DEPOT-1"]
    assert [frame for frame in other.received if frame[0] == 2] == []


async def test_they_are_listed_newest_first_and_items_come_in_pages(house):
    for number in range(3):
        await house.post("charge-points", identifier=f"CP-{number}")
    orders = [await ended(house, await bulk(house, filter={}, per_second=1000)) for _ in range(2)]
    assert [one["id"] for one in await house.items("bulk-commands")] == [orders[1]["id"], orders[0]["id"]]
    first = await house.get(f"bulk-commands/{orders[0]['id']}", limit=2)
    rest = await house.get(f"bulk-commands/{orders[0]['id']}", limit=2, cursor=first["next"])
    assert [one["charge_point"] for one in first["items"] + rest["items"]] == ["CP-0", "CP-1", "CP-2"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"action": "ClearCache"}, "either charge_points or filter"),
        ({"action": "ClearCache", "charge_points": ["CP-1"], "filter": {}}, "either charge_points or filter"),
        ({"action": "ClearCache", "charge_points": ["NOBODY"]}, "no charge point 'NOBODY'"),
        ({"action": "ClearCache", "filter": {"search": "nobody"}}, "no charge point fits"),
        ({"action": "Reset", "payload": {"type": "Medium"}, "charge_points": ["CP-1"]}, "Medium"),
        ({"action": "ClearCache", "charge_points": ["CP-1"], "per_second": 0}, "per_second"),
    ],
)
async def test_what_could_not_be_sent_to_anybody_is_refused(house, body, why):
    await house.station()
    await until_known(house)
    answer = await house.post("bulk-commands", **body)
    assert (answer.status_code, why in answer.json()["detail"]) == (422, True), answer.text
    assert await house.items("bulk-commands") == []


async def until_known(house):
    async def known():
        return await house.items("charge-points")

    await until(known)


async def test_the_same_key_again_is_the_same_order(house):
    await house.post("charge-points", identifier="CP-1")
    body, headers = {"action": "ClearCache", "filter": {}}, {"Idempotency-Key": "k"}
    answers = [await house.http.post("bulk-commands", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert len(await house.items("bulk-commands")) == 1


async def test_a_password_is_not_for_many(house):
    """It would lock them out: the doors know of a new password for one charge point at a time."""
    cp = await house.station()
    await cp.boot()
    payload = {"key": "AuthorizationKey", "value": "secret-secret-secret"}
    answer = await house.post("bulk-commands", action="ChangeConfiguration", payload=payload, charge_points=["CP-1"])
    assert (answer.status_code, "a password is for one charge point" in answer.text) == (422, True)


async def test_what_is_secret_goes_out_to_all_and_is_not_kept_with_the_order(house):
    payload = {"location": "ftp://me:secret-secret@files.example/up"}
    cp = await house.station()
    await cp.boot()
    order = await bulk(house, "GetDiagnostics", payload=payload, charge_points=["CP-1"])
    message_id, received = await cp.asked("GetDiagnostics")
    await cp.answer(message_id, {})
    assert received == payload
    assert (await ended(house, order))["payload"] == {"location": "ftp://***@files.example/up"}


@pytest.mark.parametrize("id", [0, 77, 2**63])
async def test_an_order_that_does_not_exist_is_not_found(house, id):
    assert (await house.http.get(f"bulk-commands/{id}")).status_code == 404
    assert (await house.post(f"bulk-commands/{id}/cancel")).status_code == 404


async def test_what_became_of_each_comes_as_a_file(house):
    names = ["CP-1", "CP-2", "CP-3"]
    for identifier in names:
        await house.post("charge-points", identifier=identifier)
    order = await ended(house, await bulk(house, charge_points=names))
    answer = await house.http.get(f"bulk-commands/{order['id']}?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [(row["charge_point"], row["state"], row["problem"]) for row in rows] == [
        (item["charge_point"], item["state"], item["problem"] or "") for item in order["items"]
    ]
    assert sorted(row["charge_point"] for row in rows) == names
