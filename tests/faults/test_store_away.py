"""The database cannot be written for a while: nothing is acknowledged that is not stored, and nothing is lost."""

import asyncio
import logging
from pathlib import Path

import pytest

from tests.faults.disks import Lock, Stuck, fill, locked, make_room
from tests.houses import House
from tests.stations import Ended, meter_values, start, stop, until

DAY = "2026-11-24T"


def store_of(house: House):
    return house.central_system._store


def database(house: House) -> Path:
    return house.central_system.settings.data / "wattdeck.sqlite3"


def register(number: int) -> dict:
    return meter_values(1000 + number, taken_at=f"{DAY}12:{number // 60:02d}:{number % 60:02d}.000Z")


async def stored(house: House, identifier: str = "CP-1") -> list[float]:
    """The registers of one charge point, in order of their time."""
    return [one["value"] for one in await house.items(f"charge-points/{identifier}/meter-values", limit=1000)][::-1]


@pytest.mark.covers("promise 2")
async def test_a_locked_database_holds_the_answers_until_it_is_free_and_loses_nothing(house):
    stations = [await house.connected(f"CP-{number}") for number in range(5)]
    with locked(database(house)):
        asked = [await one.say("MeterValues", register(number)) for one in stations for number in range(4)]
        await until(lambda: store_of(house).trouble == "locked")
        assert not any(frame[1] in asked for one in stations for frame in one.received)
    for one in stations:
        answered = [(await one.take())[1] for _ in range(4)]
        assert answered == [message_id for message_id in asked if message_id in answered]
    for one in stations:
        assert await stored(house, one.identifier) == [1000, 1001, 1002, 1003]


async def test_while_it_cannot_be_written_what_needs_no_storing_is_answered_and_read(house):
    cp, other = await house.connected("CP-1"), await house.connected("CP-2")
    await cp.call("MeterValues", register(0))
    with locked(database(house)):
        await cp.say("MeterValues", register(1))
        await until(lambda: store_of(house).trouble is not None)
        assert "currentTime" in await other.call("Heartbeat")
        assert await stored(house) == [1000]
        ready = await house.http.get(f"{house.http_url}/readyz")
        assert (ready.status_code, ready.json()["detail"]) == (503, "the database cannot be written now: locked")
        assert (await house.http.get(f"{house.http_url}/healthz")).status_code == 200
    await cp.take()
    assert (await house.http.get(f"{house.http_url}/readyz")).status_code == 200


@pytest.mark.covers("promise 2")
async def test_one_that_waited_for_too_long_is_cut_off_without_an_answer_and_sends_it_again(make_house, caplog):
    house = await make_house(write_hold_s=1.6)
    cp = await house.connected()
    with locked(database(house)):
        await cp.say("StartTransaction", start(wh=5, started_at=f"{DAY}08:00:00.000Z"))
        with pytest.raises(Ended):
            await cp.take()
        assert await cp.closed() == (1011, "the database cannot be written now")
    cp = await house.connected()
    transaction = (await cp.call("StartTransaction", start(wh=5, started_at=f"{DAY}08:00:00.000Z")))["transactionId"]
    await cp.call("StopTransaction", stop(transaction, 25, f"{DAY}09:00:00.000Z"))
    [session] = await house.items("sessions")
    assert (session["energy_wh"], session["status"]) == (20, "completed")
    assert house.metric("wattdeck_store_refused_total") >= 1
    said = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert [one.name for one in said] == ["wattdeck.store"]  # once, however many it concerns


async def test_a_full_disk_loses_nothing_and_cannot_be_overlooked(make_house):
    house = await make_house(write_hold_s=30, log_frames=False)
    cp = await house.connected()
    await cp.call("MeterValues", register(0))
    await fill(store_of(house))
    taken = 1
    while store_of(house).trouble is None:  # until what room is left in its pages is used up
        waiting = asyncio.ensure_future(cp.call("MeterValues", meter_values(*big(taken), taken_at=moment(taken))))
        await until(lambda: waiting.done() or store_of(house).trouble)  # noqa: B023
        taken += waiting.done()
    assert store_of(house).trouble == "full"
    assert not waiting.done()
    assert house.metric("wattdeck_store_in_trouble") == 1
    await make_room(store_of(house))
    await waiting
    assert len(await house.items("charge-points/CP-1/meter-values", limit=1000)) == taken + 1


def big(number: int) -> list[dict]:
    """Signed data of 400 kB."""
    return [{"value": f"{number}" + "x" * 400_000, "format": "SignedData"}]


def moment(number: int) -> str:
    return f"{DAY}13:{number // 60:02d}:{number % 60:02d}.000Z"


async def test_a_person_is_told_that_the_disk_is_full(make_house):
    house = await make_house(write_hold_s=2, log_frames=False)
    await fill(store_of(house))
    answer = None
    for number in range(200):
        note = "n" * 900
        answer = await house.http.put(f"tags/TAG-{number}", json={"status": "accepted", "note": note})
        if answer.status_code != 200:
            break
    assert answer is not None
    assert (answer.status_code, answer.json()["detail"]) == (507, "no room on the disk")
    await make_room(store_of(house))
    assert (await house.http.put("tags/AFTER", json={"status": "accepted"})).status_code == 200


async def test_a_slow_disk_delays_answers_and_nothing_else(house):
    cp, other = await house.connected("CP-1"), await house.connected("CP-2")
    disk = Stuck()
    stuck = asyncio.ensure_future(store_of(house).write(disk))
    await until(lambda: not store_of(house)._writer._waiting)
    held = await cp.say("MeterValues", register(1))
    assert "currentTime" in await other.call("Heartbeat")
    assert not stuck.done()
    assert not any(frame[1] == held for frame in cp.received)
    disk.answer()
    await cp.answer_to(held)
    assert await stored(house) == [1001]


async def test_a_flood_behind_a_locked_database_stops_being_read_and_is_stored_in_the_end(make_house):
    house = await make_house(connection_queue=8)
    cp = await house.connected()
    lock = Lock(database(house))
    asked = [await cp.say("MeterValues", register(number)) for number in range(300)]
    await until(lambda: store_of(house).trouble is not None)
    [line] = house.central_system._board.lines
    assert len(line._queue) <= 60  # what had been read from the socket by then, and no more
    lock.let_go()
    assert [(await cp.take())[1] for _ in asked] == asked
    assert await stored(house) == [1000.0 + number for number in range(300)]


async def test_the_end_of_the_process_does_not_wait_for_ever_for_a_locked_database(make_house, caplog):
    house = await make_house(write_hold_s=0.5)
    cp = await house.connected()
    lock = Lock(database(house))
    await cp.say("MeterValues", register(0))
    await until(lambda: store_of(house).trouble is not None)
    async with asyncio.timeout(60):
        await house.central_system.close_charge_points()
    lock.let_go()
