"""Two sockets of one charge point: the newest wins, the older one's end changes nothing (contract §6, 1 and 14)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import CALL_RESULT, meter_values, start, until


async def connected(house, identifier="CP-1") -> bool:
    return (await house.get(f"charge-points/{identifier}"))["connected"]


async def test_a_newer_connection_of_the_same_charge_point_wins(house):
    older = await house.station()
    await older.boot()
    newer = await house.station()
    await newer.boot()
    code, reason = await older.closed()
    assert (code, reason) == (1000, "replaced by a newer connection")
    assert await newer.call("Heartbeat")
    assert await connected(house)


@pytest.mark.covers("promise 1")
async def test_the_late_death_of_the_older_socket_leaves_the_charge_point_online(house):
    older = await house.station()
    await older.boot()
    newer = await house.station()
    await newer.boot()
    older.drop()
    await until(lambda: house.metric("wattdeck_connections") == 1)
    assert await connected(house)
    assert (await house.post("charge-points/CP-1/commands", action="ClearCache")).status_code == 202
    assert await newer.asked("ClearCache")


async def test_frames_that_the_older_socket_had_sent_are_still_stored(house):
    older = await house.station()
    transaction = (await older.call("StartTransaction", start()))["transactionId"]
    for number in range(1, 31):
        await older.say("MeterValues", meter_values(number, transaction=transaction))
    newer = await house.station()
    await newer.boot()
    await older.closed()

    async def all_stored() -> bool:
        return (await house.get("charge-points/CP-1/current-session"))["energy_wh"] == 30

    assert await until(all_stored)


@pytest.mark.covers("promise 1")
async def test_a_command_goes_to_the_newest_connection_once_and_never_to_the_replaced_one(house):
    older = await house.station()
    await older.boot()
    newer = await house.station()
    await newer.boot()
    await house.post("charge-points/CP-1/commands", action="ClearCache")
    message_id, _ = await newer.asked("ClearCache")
    await newer.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(int(message_id)))["state"] == "accepted"
    assert [frame for frame in older.received if frame[0] == 2] == []
    assert [frame[1] for frame in newer.received if frame[0] == 2] == [message_id]


async def test_dozens_of_connections_at_once_end_with_one(house):
    stations = await asyncio.gather(*(house.station() for _ in range(24)))
    await until(lambda: house.metric("wattdeck_connections") == 1)
    [last] = [one for one in stations if one.socket.close_code is None]
    assert await last.call("Heartbeat")
    assert await connected(house)


async def test_a_charge_point_that_hangs_up_is_offline_at_once(house):
    cp = await house.station()
    await cp.boot()
    assert await connected(house)
    await cp.close()

    async def offline() -> bool:
        return not await connected(house)

    assert await until(offline)


async def test_a_charge_point_whose_line_is_cut_is_offline_at_once(house):
    cp = await house.station()
    await cp.boot()
    cp.drop()

    async def offline() -> bool:
        return not await connected(house)

    assert await until(offline)


@pytest.mark.covers("promise 14")
async def test_a_flood_of_connections_that_claim_an_identity_cannot_lock_the_real_one_out(house):
    await house.post("charge-points", identifier="CP-1", password="0123456789abcdef")
    real = await house.station(password="0123456789abcdef")
    tries = [house.station(password="wrong") for _ in range(30)]
    refused = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(one, Exception) for one in refused)
    assert await real.call("Heartbeat")
    again = await house.station(password="0123456789abcdef")
    assert await again.call("Heartbeat")


async def test_closing_the_house_answers_what_it_had_received(house):
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    at = datetime.now(UTC)  # each of another moment: they are said within a millisecond
    ids = [
        await cp.say("MeterValues", meter_values(wh, transaction=transaction, taken_at=at + timedelta(milliseconds=wh)))
        for wh in range(1, 21)
    ]
    await cp.answer_to(ids[0])
    await house.central_system.close_charge_points()
    code, _ = await cp.closed()
    assert code == 1001
    answered = [frame[1] for frame in cp.received[1:] if frame[0] == CALL_RESULT]
    assert answered == ids[: len(answered)]
    values = await house.items("charge-points/CP-1/meter-values")
    assert len(values) >= len(answered) + 1
