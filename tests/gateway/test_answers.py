"""Messages that wait behind each other: answered in their order after their commit, and meter values share one."""

import asyncio

from tests.faults.disks import locked
from tests.stations import CALL_ERROR, CALL_RESULT, meter_values, start, stop, until
from wattdeck.domain.messages import MeterValues
from wattdeck.handlers import meter_values as ours

DAY = "2026-11-24T"


def register(number: int, **more) -> dict:
    return meter_values(1000 + number, taken_at=f"{DAY}12:{number // 60:02d}:{number % 60:02d}.000Z", **more)


async def registers(house) -> list[float]:
    return [one["value"] for one in await house.items("charge-points/CP-1/meter-values", limit=1000)][::-1]


async def test_meter_values_that_wait_behind_each_other_share_commits(make_house):
    house = await make_house(linger_s=0)
    cp = await house.connected()
    await cp.call("MeterValues", register(0))
    before = house.metric("wattdeck_store_commits_total")
    asked = [await cp.say("MeterValues", register(number)) for number in range(1, 301)]
    answered = [await cp.take() for _ in asked]
    assert [frame[:2] for frame in answered] == [[CALL_RESULT, message_id] for message_id in asked]
    assert house.metric("wattdeck_store_commits_total") - before < 100
    assert await registers(house) == [1000.0 + number for number in range(301)]


async def test_each_is_answered_in_its_place_whatever_stands_between_them(house):
    cp = await house.connected()
    transaction = (await cp.call("StartTransaction", start(wh=1000, started_at=f"{DAY}12:00:00.000Z")))["transactionId"]
    asked = []
    for number in range(1, 10):
        asked.append(await cp.say("MeterValues", register(number, transaction=transaction)))
        if number % 3 == 0:
            asked.append(await cp.say("Nonsense"))
            asked.append(await cp.say("Heartbeat"))
    asked.append(await cp.say("StopTransaction", stop(transaction, 1010, f"{DAY}12:00:10.000Z")))
    asked += [await cp.say("MeterValues", register(number)) for number in range(20, 23)]
    answered = [await cp.take() for _ in asked]
    assert [frame[1] for frame in answered] == asked
    assert [number for number, frame in enumerate(answered) if frame[0] == CALL_ERROR] == [3, 8, 13]
    [session] = await house.items("sessions")
    assert (session["energy_wh"], session["status"]) == (10, "completed")


async def test_none_of_them_is_answered_before_its_commit_and_all_are_cut_off_together(make_house):
    house = await make_house(write_hold_s=1.6)
    cp = await house.connected()
    with locked(house.central_system.settings.data / "wattdeck.sqlite3"):
        asked = [await cp.say("MeterValues", register(number)) for number in range(20)]
        assert await cp.closed() == (1011, "the database cannot be written now")
    assert not any(frame[1] in asked for frame in cp.received)
    assert house.metric("wattdeck_dropped_total", reason="store_unavailable") == 20
    cp = await house.connected()
    for number in range(20):
        await cp.call("MeterValues", register(number))
    assert await registers(house) == [1000.0 + number for number in range(20)]


async def test_a_guests_handler_is_called_one_by_one(make_house):
    open_now, most = 0, 0

    async def handle(message, context):
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        answer = await ours.handle(message, context)
        open_now -= 1
        return answer

    house = await make_house(parts={"handlers": {MeterValues: handle}})
    cp = await house.connected()
    asked = [await cp.say("MeterValues", register(number)) for number in range(30)]
    assert [(await cp.take())[1] for _ in asked] == asked
    assert most == 1


async def test_a_command_goes_out_when_no_answer_is_owed(house):
    cp = await house.connected()
    asked = [await cp.say("MeterValues", register(number)) for number in range(40)]
    sending = asyncio.ensure_future(house.post("charge-points/CP-1/commands", action="ClearCache", payload={}))
    message_id, _ = await cp.asked("ClearCache")
    await cp.answer(message_id, {"status": "Accepted"})
    await sending
    await until(lambda: len([frame for frame in cp.received if frame[1] in asked]) == 40)


async def known(house):
    """A charge point whose series are known: from now on its values need no worker."""
    cp = await house.connected()
    await cp.call("MeterValues", register(0))
    await cp.call("MeterValues", register(1))
    return cp


async def test_what_is_not_stored_yet_is_answered_before_what_comes_after_it(make_house):
    house = await make_house(linger_s=0.3)
    cp = await known(house)
    asked = [
        await cp.say("MeterValues", register(2)),
        await cp.say("Heartbeat"),
        await cp.say("MeterValues", register(3)),
    ]
    asked += [
        await cp.say("Nonsense"),
        await cp.say("MeterValues", register(4)),
        await cp.say("MeterValues", register(5)),
    ]
    assert [(await cp.take())[1] for _ in asked] == asked
    assert await registers(house) == [1000.0 + number for number in range(6)]


async def test_known_values_are_not_answered_before_their_commit_either(make_house):
    house = await make_house(write_hold_s=1.6, meter_ack="committed")
    cp = await known(house)
    with locked(house.central_system.settings.data / "wattdeck.sqlite3"):
        asked = [await cp.say("MeterValues", register(number)) for number in range(2, 22)]
        assert await cp.closed() == (1011, "the database cannot be written now")
    assert not any(frame[1] in asked for frame in cp.received)
    assert house.metric("wattdeck_dropped_total", reason="store_unavailable") == 20
    cp = await house.connected()
    for number in range(2, 22):
        await cp.call("MeterValues", register(number))
    assert await registers(house) == [1000.0 + number for number in range(22)]


async def test_known_values_are_answered_at_once_where_that_is_wanted(make_house):
    house = await make_house(meter_ack="received")
    cp = await known(house)
    with locked(house.central_system.settings.data / "wattdeck.sqlite3"):
        for number in range(2, 6):
            assert await cp.call("MeterValues", register(number)) == {}
    assert await registers(house) == [1000.0 + number for number in range(6)]


async def test_a_command_waits_for_the_answer_to_known_values(make_house):
    house = await make_house(linger_s=0.3)
    cp = await known(house)
    asked = await cp.say("MeterValues", register(2))
    sending = asyncio.ensure_future(house.post("charge-points/CP-1/commands", action="ClearCache", payload={}))
    message_id, _ = await cp.asked("ClearCache")
    told = [frame[1] for frame in cp.received]
    assert told.index(asked) < told.index(message_id)
    await cp.answer(message_id, {"status": "Accepted"})
    await sending


async def test_values_of_a_connection_that_is_lost_meanwhile_are_stored(make_house):
    house = await make_house(linger_s=0.3)
    cp = await known(house)
    for number in range(2, 10):
        await cp.say("MeterValues", register(number))
    cp.drop()
    cp = await house.connected()
    await cp.call("MeterValues", register(10))
    assert await registers(house) == [1000.0 + number for number in range(11)]
    assert house.metric("wattdeck_dropped_total", reason="connection_failed") == 0


async def test_odd_values_are_found_once(house):
    cp = await known(house)
    await cp.call("MeterValues", meter_values(1002, taken_at="1970-01-01T00:00:00.000Z"))
    [finding] = [one for one in await house.items("charge-points/CP-1/findings") if one["kind"] == "clock_unset"]
    assert finding["count"] == 1
