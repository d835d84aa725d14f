"""Meter values as they come, seen by the hour, the day and the month, over the API."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.stations import iso, meter_values, start, stop, until
from wattdeck.store import sealing

HOUR = timedelta(hours=1)
ENERGY = "Energy.Active.Import.Register"
ROLLUPS = "charge-points/CP-1/rollups"


def full_hour(ago: int) -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - ago * HOUR


async def energies(house, period: str = "hour", **query) -> dict[str, float]:
    asked = {"period": period, "measurand": ENERGY, "from": iso(full_hour(48)), "limit": 1000} | query
    return {one["bucket"]: one["energy_wh"] for one in await house.items(ROLLUPS, **asked) if one["energy_wh"]}


@pytest.mark.covers("promise 6")
async def test_a_session_replayed_at_noon_has_its_energy_in_the_hour_it_was_charged_in(house):
    """Promise 6: offline from 8 to 9, told hours later."""
    cp, eight = await house.station(), full_hour(4)
    transaction = (await cp.call("StartTransaction", start(1, "A", 1000, eight)))["transactionId"]
    for minute in (10, 25, 50):
        at = eight + timedelta(minutes=minute)
        await cp.call("MeterValues", meter_values(1000 + 100 * minute, transaction=transaction, taken_at=at))
    await cp.call("StopTransaction", stop(transaction, 7000, eight + HOUR))
    assert await energies(house) == {iso(eight): 6000}
    [session] = await house.items("sessions")
    assert (session["duration_s"], session["energy_wh"]) == (3600, 6000)


@pytest.mark.covers("promise 6")
async def test_hours_add_up_to_the_days_and_to_the_sessions(house):
    cp = await house.station()
    for number, (ago, minutes) in enumerate([(40, 200), (30, 30), (9, 130)]):
        began, wh = full_hour(ago) + timedelta(minutes=17), 10_000.0 * number
        transaction = (await cp.call("StartTransaction", start(1, "A", int(wh), began)))["transactionId"]
        at = began + timedelta(minutes=minutes / 3)
        await cp.call("MeterValues", meter_values(wh + 1234, transaction=transaction, taken_at=at))
        await cp.call("StopTransaction", stop(transaction, int(wh) + 4321, began + timedelta(minutes=minutes)))
        await cp.call("MeterValues", meter_values(10_000 * (number + 1), taken_at=full_hour(ago - 6)))
    hours, days, months = [await energies(house, period) for period in ("hour", "day", "month")]
    assert sum(hours.values()) == pytest.approx(30_000)
    assert sum(days.values()) == pytest.approx(sum(months.values())) == pytest.approx(30_000)
    assert sum(one["energy_wh"] for one in await house.items("sessions")) == 3 * 4321


@pytest.mark.parametrize("seed", range(4))
async def test_hours_hold_what_the_sessions_took_in_whatever_order_they_were_told(house, seed):
    """Sessions one after the other, with gaps; their samples shuffled, some twice, some only after the stop."""
    cp, random = await house.station(), Random(seed)
    at, wh = full_hour(40), random.randrange(10**6)
    for _ in range(4):
        at += timedelta(minutes=random.randrange(1, 300))
        transaction = (await cp.call("StartTransaction", start(1, "A", wh, at)))["transactionId"]
        told = []
        for _ in range(random.randrange(6)):
            at += timedelta(minutes=random.randrange(1, 90))
            wh += random.randrange(9000)
            told.append(meter_values(wh, transaction=transaction, taken_at=at))
        at += timedelta(minutes=random.randrange(1, 90))
        wh += random.randrange(9000)
        told += random.sample(told, min(2, len(told)))
        random.shuffle(told)
        late = random.randrange(len(told) + 1)
        for values in told[late:]:
            await cp.call("MeterValues", values)
        await cp.call("StopTransaction", stop(transaction, wh, at))
        for values in told[:late]:
            await cp.call("MeterValues", values)
        if random.random() < 0.5:
            await fold_everything(house)
    took = sum(one["energy_wh"] for one in await house.items("sessions"))
    for _ in range(2):
        for period in ("hour", "day", "month"):
            assert sum((await energies(house, period)).values()) == pytest.approx(took, abs=1e-3)
        await fold_everything(house)


async def test_a_rollup_has_the_fields_of_the_contract(house):
    cp, at = await house.station(), full_hour(3)
    for minute, volts in ((0, 230), (10, 232), (15, 231)):
        taken_at = at + timedelta(minutes=minute)
        sampled = {"value": str(volts), "measurand": "Voltage", "phase": "L1"}
        await cp.call(
            "MeterValues", {"connectorId": 1, "meterValue": [{"timestamp": iso(taken_at), "sampledValue": [sampled]}]}
        )
    [one] = await house.items(ROLLUPS, **{"from": iso(at)})
    assert one == {
        "bucket": iso(at),
        "bucket_end": iso(at + HOUR),
        "period": "hour",
        "charge_point": "CP-1",
        "connector_id": 1,
        "measurand": "Voltage",
        "phase": "L1",
        "location": "Outlet",
        "unit": "V",
        "count": 3,
        "flagged": 0,
        "min": 230,
        "max": 232,
        "mean": 231,
        "time_weighted_mean": pytest.approx((230 * 10 + 232 * 5 + 231 * 20) / 35),
        "sum": 693,
        "last": 231,
        "last_at": iso(at + timedelta(minutes=15)),
        "energy_wh": None,
        "coverage": pytest.approx(35 / 60),
    }


async def test_gaps_are_left_out_or_shown_as_what_they_are(house):
    cp, at = await house.station(), full_hour(5)
    for taken_at, wh in ((at, 100), (at + 4 * HOUR, 100)):
        await cp.call("MeterValues", meter_values(wh, taken_at=taken_at))
    query = {"from": iso(at), "to": iso(at + 5 * HOUR)}
    assert [one["count"] for one in await house.items(ROLLUPS, **query)] == [1, 1]
    shown = await house.items(ROLLUPS, gaps="true", **query)
    assert [(one["count"], one["mean"]) for one in shown] == [(1, 100), (0, None), (0, None), (0, None), (1, 100)]
    assert [one["coverage"] for one in shown[1:4]] == [0, 0, 0]


async def test_pages_neither_skip_nor_repeat(house):
    cp, at = await house.station(), full_hour(6)
    for hour in range(5):
        for connector in (1, 2):
            await cp.call("MeterValues", meter_values(100 * hour, connector=connector, taken_at=at + hour * HOUR))
    whole, pages, cursor = await house.items(ROLLUPS, **{"from": iso(at)}), [], {}
    while True:
        page = await house.get(ROLLUPS, limit=3, **{"from": iso(at)}, **cursor)
        pages += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert pages == whole
    assert len(whole) == 10


async def test_minutes_are_there_too(house):
    cp, at = await house.station(), full_hour(1)
    for minute in (0, 1, 3):
        await cp.call("MeterValues", meter_values(600 * minute, taken_at=at + timedelta(minutes=minute)))
    found = await energies(house, "minute", **{"from": iso(at)})
    assert list(found.values()) == [pytest.approx(600)] * 3


async def test_a_late_sample_corrects_an_hour_that_is_over_and_folded(make_house):
    house = await make_house()
    cp, at = await house.station(), full_hour(10)
    await cp.call("MeterValues", meter_values(0, taken_at=at))
    await cp.call("MeterValues", meter_values(4000, taken_at=at + 4 * HOUR))
    assert list((await energies(house)).values()) == [1000] * 4
    await fold_everything(house)
    await cp.call("MeterValues", meter_values(4000, taken_at=at + HOUR))
    assert await energies(house) == {iso(at): 4000}
    await fold_everything(house)
    assert await energies(house) == {iso(at): 4000}


async def fold_everything(house) -> None:
    """Seal what is there, and fold it."""
    csms = house.central_system
    await csms._pipeline.buffer.settle()
    at = datetime.now(UTC) + timedelta(seconds=1)
    await csms._store.write(lambda connection: sealing.seal(connection, at, 0, 10**6))
    await csms._folding.fold()


async def test_days_begin_where_the_charge_point_says_and_are_made_anew_when_that_changes(house):
    cp, at = await house.station(), full_hour(30)
    for hour in range(20):
        await cp.call("MeterValues", meter_values(1000 * hour, taken_at=at + hour * HOUR))
    await fold_everything(house)
    for name in ("Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "UTC", None):
        response = await house.http.patch("charge-points/CP-1", json={"time_zone": name})
        assert response.json()["time_zone"] == name
        zone = ZoneInfo(name or "UTC")
        for _ in range(2):
            days = await energies(house, "day", **{"from": iso(at)})
            assert {datetime.fromisoformat(day).astimezone(zone).hour for day in days} == {0}
            assert sum(days.values()) == pytest.approx(19_000)
            hours = await energies(house, "hour", **{"from": iso(at)})
            assert {datetime.fromisoformat(hour).astimezone(zone).minute for hour in hours} == {0}
            assert sum(hours.values()) == pytest.approx(19_000)
            await fold_everything(house)
    wrong = await house.http.patch("charge-points/CP-1", json={"time_zone": "Berlin"})
    assert wrong.status_code == 422


async def test_recomputing_twice_changes_nothing(house):
    cp, at = await house.station(), full_hour(12)
    for hour in range(10):
        await cp.call("MeterValues", meter_values(1000 * hour, taken_at=at + hour * HOUR))
    await fold_everything(house)
    await house.central_system._store.write(lambda c: c.exec_driver_sql("UPDATE rollups SET energy_wh = 7, sum = 1"))
    assert set((await energies(house)).values()) == {7}

    async def done():
        found = await house.get("recompute")
        return found if found["state"] != "running" else None

    found = []
    for _ in range(2):
        response = await house.post("recompute", charge_point="CP-1")
        assert response.status_code == 202
        found.append(await until(done))
    assert [one["state"] for one in found] == ["done", "done"]
    assert found[0]["changed"] > 0
    assert found[1]["changed"] == 0
    assert found[1]["hours"] == found[0]["hours"] == 10
    assert list((await energies(house)).values()) == [1000] * 9


@pytest.mark.parametrize("body", [{"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, {"since": 1}])
async def test_a_recomputation_that_makes_no_sense_is_refused(house, body):
    assert (await house.post("recompute", **body)).status_code == 422


async def test_an_application_asks_for_rollups_in_python(house):
    cp, at = await house.station(), full_hour(2)
    await cp.call("MeterValues", meter_values(0, taken_at=at))
    await cp.call("MeterValues", meter_values(500, taken_at=at + HOUR / 2))
    [one] = await house.central_system.rollups("CP-1", "hour", at, at + HOUR, measurand=ENERGY)
    assert (one["energy_wh"], one["bucket"]) == (500, iso(at))


async def test_a_last_value_is_not_held_into_the_future(house):
    cp = await house.station()
    await cp.call("MeterValues", meter_values(5, taken_at=datetime.now(UTC) - timedelta(seconds=30)))
    found = await house.items(ROLLUPS, **{"from": iso(full_hour(1))})
    assert sum(one["coverage"] for one in found) * 3600 < 120
