"""Charge points that come back after hours offline: their queue is told in its time, beside what runs now."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from tests.stations import iso, meter_values, sampled, start, status, stop

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - hours * HOUR


def by_tag(sessions: list[dict]) -> dict[str, dict]:
    return {one["id_tag"]: one for one in sessions}


async def replay(cp, connector: int, tag: str, began: datetime, wh: int, number: int = 6) -> int:
    """One session of an hour: started, sampled, stopped, one message after the other; its transaction."""
    transaction = (await cp.call("StartTransaction", start(connector, tag, wh, began)))["transactionId"]
    for sample in range(1, number):
        at = began + sample * HOUR / number
        await cp.call(
            "MeterValues", meter_values(wh + 500 * sample, connector=connector, transaction=transaction, taken_at=at)
        )
    await cp.call("StopTransaction", stop(transaction, wh + 500 * number, began + HOUR))
    return transaction


@pytest.mark.covers("promise 6")
async def test_many_sessions_replayed_beside_a_running_one_all_keep_their_own_time_and_energy(house):
    """Promise 6: six hours offline, three sessions on one connector and one on the other, while a new one runs."""
    cp = await house.station()
    running = (await cp.call("StartTransaction", start(1, "NOW", 9000, hours_ago(0.5))))["transactionId"]
    await cp.call("MeterValues", meter_values(9300, transaction=running, taken_at=hours_ago(0.4)))
    away = [hours_ago(hours) for hours in (6, 4.5, 3)]
    for number, began in enumerate(away):
        await replay(cp, 1, f"ONE-{number}", began, 3000 * number)
        await cp.call("MeterValues", meter_values(9400 + 100 * number, transaction=running, taken_at=hours_ago(0.3)))
    await replay(cp, 2, "TWO", away[0], 50_000)
    sessions = by_tag(await house.items("sessions"))
    for number, began in enumerate(away):
        one = sessions[f"ONE-{number}"]
        assert (one["status"], one["flags"], one["energy_wh"], one["duration_s"]) == ("completed", [], 3000, 3600)
        assert one["started_at"] == iso(began)
    assert (sessions["TWO"]["energy_wh"], sessions["TWO"]["status"]) == (3000, "completed")
    assert (sessions["NOW"]["status"], sessions["NOW"]["flags"], sessions["NOW"]["energy_wh"]) == ("active", [], 600)
    current = await house.get("charge-points/CP-1/current-session")
    assert current["id"] == running


async def test_the_queues_of_two_connectors_come_mixed(house):
    cp = await house.station()
    began = hours_ago(5)
    plans = {1: ("A", 1000), 2: ("B", 70_000)}
    ids = {}
    for connector, (tag, wh) in plans.items():
        ids[connector] = (await cp.call("StartTransaction", start(connector, tag, wh, began)))["transactionId"]
    random = Random(1)
    messages = [(connector, minute) for connector in plans for minute in range(1, 20)]
    random.shuffle(messages)
    for connector, minute in messages:
        values = (
            plans[connector][1] + 10 * minute,
            sampled(1000 * connector, "Power.Active.Import", unit="W"),
        )
        await cp.call(
            "MeterValues",
            meter_values(*values, connector=connector, transaction=ids[connector], taken_at=began + minute * MINUTE),
        )
    for connector, (_, wh) in plans.items():
        await cp.call("StopTransaction", stop(ids[connector], wh + 200, began + 20 * MINUTE))
    sessions = by_tag(await house.items("sessions"))
    for connector, (tag, _) in plans.items():
        one = sessions[tag]
        assert (one["connector_id"], one["energy_wh"], one["duration_s"], one["flags"]) == (connector, 200, 1200, [])


async def test_a_whole_queue_sent_again_after_the_line_broke_changes_nothing(house):
    began = [hours_ago(hours) for hours in (6, 4)]
    cp = await house.station()
    for number, at in enumerate(began):
        await replay(cp, 1, f"T{number}", at, 3000 * number)
    before = await house.items("sessions")
    values = await house.items("charge-points/CP-1/meter-values", limit=1000)
    cp.drop()
    again = await house.station()
    for number, at in enumerate(began):
        await replay(again, 1, f"T{number}", at, 3000 * number)
    assert await house.items("sessions") == before
    assert await house.items("charge-points/CP-1/meter-values", limit=1000) == values


async def test_a_replay_that_straddles_midnight_gives_today_its_own_share(make_house):
    """Energy since midnight of the zone: only what flowed after it, however late it is told."""
    now = datetime.now(UTC)
    zone = next(
        f"Etc/GMT{-offset:+d}"
        for offset in range(-12, 15)
        if 2 <= ((now + offset * HOUR).hour + (now + offset * HOUR).minute / 60) < 3.5
    )
    house = await make_house(time_zone=zone)
    offset = -int(zone.removeprefix("Etc/GMT"))
    midnight = (now + offset * HOUR).replace(hour=0, minute=0, second=0, microsecond=0) - offset * HOUR
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start(1, "A", 0, midnight - HOUR)))["transactionId"]
    for minute, wh in ((-30, 1000), (30, 3000)):
        await cp.call("MeterValues", meter_values(wh, transaction=transaction, taken_at=midnight + minute * MINUTE))
    await cp.call("StopTransaction", stop(transaction, 4000, midnight + HOUR))
    assert (await house.get("stats"))["total_energy_today"] == 2.0
    assert (await house.get(f"sessions/{transaction}"))["energy_wh"] == 4000


@pytest.mark.parametrize("skew", [-3 * HOUR, 3 * HOUR], ids=["behind", "ahead"])
async def test_a_clock_that_is_hours_wrong_keeps_sessions_whole_and_statuses_in_order(house, skew):
    cp = await house.station()
    now = datetime.now(UTC) + skew

    def at(minute: float) -> datetime:
        return now + minute * MINUTE

    await cp.call("StatusNotification", status("Preparing", taken_at=at(0)))
    transaction = (await cp.call("StartTransaction", start(1, "A", 1000, at(0.1))))["transactionId"]
    await cp.call("StatusNotification", status("Charging", taken_at=at(0.2)))
    for minute in range(1, 5):
        await cp.call("MeterValues", meter_values(1000 + 100 * minute, transaction=transaction, taken_at=at(minute)))
    await cp.call("StopTransaction", stop(transaction, 1600, at(5.1)))
    await cp.call("StatusNotification", status("Available", taken_at=at(6)))
    session = await house.get(f"sessions/{transaction}")
    assert (session["status"], session["energy_wh"], session["duration_s"], session["flags"]) == (
        "completed",
        600,
        300,
        [],
    )
    [connector] = await house.items("charge-points/CP-1/connectors")
    assert connector["status"] == "Available"


async def test_a_fleet_that_comes_back_at_once_is_told_apart(house):
    """A power cut: twenty charge points replay the same hour at the same moment."""
    began = hours_ago(3)
    stations = await asyncio.gather(*(house.station(f"CP-{number}") for number in range(20)))
    await asyncio.gather(*(replay(cp, 1, "SAME", began, 100 * number) for number, cp in enumerate(stations)))
    sessions = await house.items("sessions", limit=100)
    assert len(sessions) == 20
    assert {(one["energy_wh"], one["duration_s"], one["status"]) for one in sessions} == {(3000, 3600, "completed")}
    assert len({one["charge_point"] for one in sessions}) == 20
