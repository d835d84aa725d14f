"""How charge points behave on their connections, and what follows: behind the doors, so one will do."""

import asyncio

import pytest

from tests.gateway.test_connections import history, line
from tests.houses import LISTENER
from tests.stations import until
from wattdeck.gateway.pulse import Pulse


@pytest.fixture
def door() -> str:
    return LISTENER


async def test_one_that_answered_pings_and_does_so_no_more_is_given_up_and_judged_by_its_heartbeats_from_then_on(house):
    cp = await house.station()
    await cp.boot()
    ours, board = line(house), house.central_system._board
    board.learn_pings(ours.charge_point, True)
    ours.pulse = Pulse(0, ours.pulse.heard_at - 3 * 25 - 1)
    await house.central_system._gateway.ping_silent()
    assert (await cp.closed())[1] == "silent for too long"
    assert board.answers_pings(ours) is None


async def test_one_that_answers_no_pings_though_it_sends_frames_is_known_as_such(house):
    """Quirk Q30: it is judged by its heartbeats."""
    cp = await house.station()
    await cp.boot()
    ours, board = line(house), house.central_system._board
    ours.pulse = Pulse(0, ours.pulse.heard_at - 30, pings=2, asked_at=1.0)
    await house.central_system._gateway.ping_silent()
    assert board.answers_pings(ours) is False


async def test_a_silent_charge_point_is_asked_for_a_heartbeat_where_that_is_set(make_house):
    house = await make_house(probe_silent=True, command_timeout_s=30)
    cp = await house.station()
    await cp.boot()
    ours, gateway = line(house), house.central_system._gateway
    ours.pulse.heard_at -= 10_000
    await gateway.ping_silent()
    message_id, payload = await cp.asked("TriggerMessage")
    assert payload == {"requestedMessage": "Heartbeat"}
    await gateway.ping_silent()
    await cp.answer(message_id, {"status": "Accepted"})
    await cp.call("Heartbeat")
    await gateway.ping_silent()
    assert (await house.get("charge-points/CP-1"))["connected"]
    assert ours.pulse.probed_at == 0


# no traffic of ours too early


async def test_a_command_waits_until_the_boot_was_answered(make_house):
    house = await make_house(command_hold_s=600)
    cp = await house.station()
    await until(lambda: line(house))
    await house.post("charge-points/CP-1/commands", action="ClearCache")
    message_id = await cp.say("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"})
    assert [frame[:2] for frame in (await cp.take(),)] == [[3, message_id]]
    assert await cp.asked("ClearCache")


async def test_without_a_word_of_the_charge_point_a_command_goes_out_after_a_while(make_house):
    house = await make_house(command_hold_s=0.3)
    cp = await house.station()
    await until(lambda: line(house))
    opened_at = line(house).pulse.opened_at
    await house.post("charge-points/CP-1/commands", action="ClearCache")
    assert await cp.asked("ClearCache")
    assert asyncio.get_running_loop().time() - opened_at >= 0.3


# deaf


async def unanswered(house, cp, count):
    """Commands that time out one after the other, with a sign of life between them."""
    for _ in range(count):
        sent = (await house.post("charge-points/CP-1/commands", action="ClearCache")).json()
        await cp.asked("ClearCache")
        await cp.call("Heartbeat")
        assert (await house.settled(sent["id"]))["state"] == "timed_out"


async def hear_one(house, cp):
    """A command that is answered, if late: the disk may be slower than the time-out."""
    await house.post("charge-points/CP-1/commands", action="ClearCache")
    message_id, _ = await cp.asked("ClearCache")
    await cp.answer(message_id, {"status": "Accepted"})

    async def answered() -> bool:
        return (await house.get(f"commands/{message_id}"))["state"] in ("accepted", "late")

    await until(answered)


async def is_deaf(house) -> bool:
    return (await house.get("charge-points/CP-1"))["deaf"]


async def test_one_that_sends_and_answers_no_commands_is_deaf_until_it_answers_one(make_house):
    """Quirk Q30c."""
    house = await make_house(command_timeout_s=0.1)
    cp = await house.station()
    await cp.boot()
    await hear_one(house, cp)
    await unanswered(house, cp, 2)
    assert not await is_deaf(house)
    await unanswered(house, cp, 1)
    await cp.call("Heartbeat")
    await until(lambda: is_deaf(house))
    assert (await house.finding("deaf"))["count"] == 1
    assert await cp.call("Heartbeat")
    assert await is_deaf(house)
    await hear_one(house, cp)

    async def hears() -> bool:
        return not await is_deaf(house)

    await until(hears)


async def test_a_deaf_one_stays_deaf_over_a_new_connection_and_is_recycled_once_where_that_is_set(make_house):
    house = await make_house(command_timeout_s=0.1, recycle_deaf=True)
    cp = await house.station()
    await cp.boot()
    await unanswered(house, cp, 3)
    assert (await cp.closed())[1] == "it answers no commands"
    again = await house.station()
    await again.boot()
    assert await is_deaf(house)
    await unanswered(house, again, 3)
    assert await again.call("Heartbeat")


async def test_one_that_is_silent_altogether_is_not_called_deaf(make_house):
    house = await make_house(command_timeout_s=0.05)
    cp = await house.station()
    await cp.boot()
    for _ in range(4):
        sent = (await house.post("charge-points/CP-1/commands", action="ClearCache")).json()
        await house.settled(sent["id"])
    assert not await is_deaf(house)


# haste


async def test_a_charge_point_that_comes_back_again_and_again_is_let_in_and_flaps(house):
    """Quirk Q13."""
    for _ in range(8):
        cp = await house.station()
        await cp.boot()
        await cp.close()
    assert (await house.finding("flapping"))["count"] == 1
    assert await (await house.station()).boot()


async def test_more_than_three_boots_in_a_quarter_of_an_hour_are_a_boot_loop(house):
    """Quirk Q84."""
    cp = await house.station()
    for _ in range(4):
        assert (await cp.boot())["status"] == "Accepted"
    assert (await house.finding("boot_loop"))["count"] == 1


async def test_heartbeat_intervals_are_spread_by_a_tenth_and_always_the_same_for_one(make_house):
    house = await make_house(spread_heartbeats=True, heartbeat_interval_s=300)
    intervals = [(await (await house.station(f"CP-{n}")).boot())["interval"] for n in range(12)]
    assert len(set(intervals)) > 3
    assert all(270 <= interval <= 330 for interval in intervals)
    assert (await (await house.station("cp-0")).boot())["interval"] == intervals[0]


async def test_what_a_pending_charge_point_sends_is_stored_and_is_a_finding(make_house):
    """OCPP 1.6 §4.2."""
    house = await make_house(unknown_charge_points="pending")
    cp = await house.station()
    assert (await cp.boot())["status"] == "Pending"
    await cp.call("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"})
    assert (await house.get("charge-points/CP-1"))["connectors"][0]["status"] == "Available"
    assert "StatusNotification" in (await house.finding("sent_before_accepted"))["example"]


# decided in the instant it came in


async def test_a_charge_point_that_was_removed_in_the_instant_it_came_in_does_not_come_back(make_house):
    house = await make_house(unknown_charge_points="refuse")
    await house.post("charge-points", identifier="CP-1")
    board = house.central_system._board
    known = board.known["cp-1"]
    assert (await house.http.delete("charge-points/CP-1")).status_code == 204
    board.known["cp-1"] = known  # as the door saw it a moment before
    cp = await house.station()
    assert await cp.closed() == (1008, "removed")
    assert await house.items("charge-points") == []


async def test_a_charge_point_that_was_refused_in_the_instant_it_came_in_is_not_let_in(make_house):
    house = await make_house(unknown_charge_points="refuse")
    await house.post("charge-points", identifier="CP-1")
    board = house.central_system._board
    known = board.known["cp-1"]
    await house.http.patch("charge-points/CP-1", json={"registration": "refused"})
    board.known["cp-1"] = known
    cp = await house.station()
    assert await cp.closed() == (1008, "refused")
    [row] = await history(house)
    assert row["reason"] == "refused"
    assert not (await house.get("charge-points/CP-1"))["connected"]
