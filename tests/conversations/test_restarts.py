"""After a restart the store says what ran; what the charge points say when they come back settles what is true."""

import shutil
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from tests.houses import migrated_database, open_house
from tests.stations import at, iso, meter_values, sampled, start, status, stop, until
from wattdeck.domain.clock import to_ms
from wattdeck.store import sealing

MINUTE = timedelta(minutes=1)
QUICK = {"session_available_s": 0.5, "session_reboot_s": 0.5}


def some_time_ago() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)


@pytest.fixture
async def folder(tmp_path, tmp_path_factory):
    """Of a database that has its tables already."""
    shutil.copy(await migrated_database(tmp_path_factory), tmp_path)
    return tmp_path


@asynccontextmanager
async def restarted(folder, **given):
    """A house in which a session has run at 1000 to 1500 Wh before its restart: house, transaction, start."""
    began = some_time_ago()
    async with open_house(folder, **given) as house:
        cp = await house.station()
        await cp.call("StatusNotification", status("Charging", taken_at=began))
        transaction = (await cp.call("StartTransaction", start(1, "A", 1000, began)))["transactionId"]
        await cp.call("MeterValues", meter_values(1500, transaction=transaction, taken_at=began + 5 * MINUTE))
        before = await house.get("stats")
    async with open_house(folder, **given) as house:
        after = await house.get("stats")
        assert after == before | {"connected": 0, "available": 0}
        yield house, transaction, began


async def settled(house, transaction) -> dict:
    async def is_over():
        session = await house.get(f"sessions/{transaction}")
        return session if session["status"] != "active" else None

    return await until(is_over)


async def test_a_session_that_goes_on_goes_on(folder):
    async with restarted(folder) as (house, transaction, began):
        cp = await house.station()
        await cp.call("MeterValues", meter_values(1900, transaction=transaction, taken_at=began + 15 * MINUTE))
        session = await house.get("charge-points/CP-1/current-session")
        assert (session["id"], session["energy_wh"]) == (transaction, 900)
        await cp.call("StopTransaction", stop(transaction, 2000, began + 20 * MINUTE))
        [session] = await house.items("sessions")
        assert (session["status"], session["energy_wh"], session["flags"]) == ("completed", 1000, [])
        if began.date() == datetime.now(UTC).date():
            assert (await house.get("stats"))["total_energy_today"] == 1.0


async def test_a_session_by_its_phases_goes_on_and_ends_with_its_register(folder):
    def by_phase(wh):
        return [sampled(wh, phase=phase) for phase in ("L1", "L2", "L3")]

    began = some_time_ago()
    async with open_house(folder) as house:
        cp = await house.station()
        transaction = (await cp.call("StartTransaction", start(1, "A", 50_000, began)))["transactionId"]
        for minute in (1, 2, 3):
            told = meter_values(*by_phase(100 * minute), transaction=transaction, taken_at=began + minute * MINUTE)
            await cp.call("MeterValues", told)
    async with open_house(folder) as house:
        assert await told_energies(house) == (600, 600)
        cp = await house.station()
        told = meter_values(*by_phase(400), transaction=transaction, taken_at=began + 4 * MINUTE)
        await cp.call("MeterValues", told)
        assert await told_energies(house) == (900, 900)
        await cp.call("StopTransaction", stop(transaction, 51_000, began + 5 * MINUTE))
        assert await told_energies(house) == (1000, 1000)
    async with open_house(folder) as house:
        assert await told_energies(house) == (1000, 1000)


async def told_energies(house) -> tuple[float, float]:
    """What the session says it took, and what its hours do."""
    [session] = await house.items("sessions")
    hours = await house.items("energy", period="hour")
    return session["energy_wh"], sum(hour["energy_wh"] or 0 for hour in hours)


@pytest.mark.parametrize("order", ["xTx", "Txx", "xxT"])
async def test_a_register_that_is_sampled_and_stands_still_is_believed_in_any_order_and_after_a_restart(folder, order):
    """T: the register of the total, x: the power."""
    began, power = some_time_ago(), sampled(6000, "Power.Active.Import", unit="W")
    async with open_house(folder) as house:
        cp = await house.station()
        transaction = (await cp.call("StartTransaction", start(1, "A", 1000, began)))["transactionId"]
        for place, what in enumerate(order):
            taken_at = began + (5 + 5 * place) * MINUTE
            told = meter_values(1000 if what == "T" else power, transaction=transaction, taken_at=taken_at)
            await cp.call("MeterValues", told)
        assert await told_energies(house) == (0, 0)
    async with open_house(folder) as house:
        cp = await house.station()
        for minute in (25, 22):
            told = meter_values(power, transaction=transaction, taken_at=began + minute * MINUTE)
            await cp.call("MeterValues", told)
            assert await told_energies(house) == (0, 0)
        await house.central_system._recount.sweep()
        [session] = await house.items("sessions")
        assert (session["energy_wh"], session["energy_source"]) == (0, "register")


async def test_the_energy_of_today_holds_readings_of_a_clock_that_is_ahead(folder):
    async with open_house(folder) as house:
        cp = await house.station()
        for minute, wh in ((5, 1000), (6, 1200), (7, 1500)):
            await cp.call("MeterValues", meter_values(wh, taken_at=datetime.now(UTC) + minute * MINUTE))
        assert (await house.get("stats"))["total_energy_today"] == 0.5
    async with open_house(folder) as house:
        assert (await house.get("stats"))["total_energy_today"] == 0.5


async def test_days_begin_where_the_setting_says_when_it_was_changed(folder):
    """And hours, days and months hold what they held, and what comes after that."""
    began, count = datetime.now(UTC).replace(minute=7, second=0, microsecond=0) - timedelta(days=5), 0
    for more, zone in ((160, "UTC"), (4, "Asia/Kathmandu"), (4, "America/New_York"), (4, "America/New_York")):
        async with open_house(folder, time_zone=zone) as house:
            assert await by_period(house, began) == [max(0, count - 1) * 100] * 3
            cp = await house.station()
            for number in range(count + 1, count + 1 + more):
                await cp.call("MeterValues", meter_values(100 * number, taken_at=began + number * 30 * MINUTE))
            count += more
            await fold(house)
            assert await by_period(house, began) == [(count - 1) * 100] * 3
            days = await house.items("energy", period="day", **{"from": iso(began)})
            begins = [at(day["bucket"]).astimezone(ZoneInfo(zone)) for day in days]
            assert {f"{begin:%H:%M}" for begin in begins} == {"00:00"}


async def by_period(house, began: datetime) -> list[float]:
    """The energy of hours, of days, of months."""
    span = {"from": iso(began)}
    found = [await house.items("energy", period=period, **span) for period in ("hour", "day", "month")]
    return [round(sum(one["energy_wh"] or 0 for one in some), 3) for some in found]


async def fold(house) -> None:
    """All that is over, as if it had lain there for a while."""
    late = datetime.now(UTC) + timedelta(hours=1)
    await house.central_system._store.write(partial(sealing.seal, before=late, first=0, last=2**60))
    await house.central_system._folding.step(to_ms(late))


async def test_its_start_and_values_sent_again_double_nothing(folder):
    async with restarted(folder) as (house, transaction, began):
        cp = await house.station()
        assert (await cp.call("StartTransaction", start(1, "A", 1000, began)))["transactionId"] == transaction
        await cp.call("MeterValues", meter_values(1500, transaction=transaction, taken_at=began + 5 * MINUTE))
        [session] = await house.items("sessions")
        assert (session["status"], session["energy_wh"]) == ("active", 500)
        assert len(await house.items(f"sessions/{transaction}/meter-values")) == 2


async def test_a_stop_from_while_we_were_down_counts(folder):
    async with restarted(folder) as (house, transaction, began):
        cp = await house.station()
        await cp.call("StatusNotification", status("Available", taken_at=began + 21 * MINUTE))
        await cp.call("StopTransaction", stop(transaction, 2000, began + 20 * MINUTE))
        [session] = await house.items("sessions")
        assert (session["status"], session["energy_wh"], session["end_reason"]) == ("completed", 1000, "stopped")


async def test_a_charge_point_that_comes_back_available_has_lost_its_stop(folder):
    async with restarted(folder, **QUICK) as (house, transaction, _):
        cp = await house.station()
        await cp.call("StatusNotification", status("Available"))
        session = await settled(house, transaction)
        assert (session["end_reason"], session["energy_wh"]) == ("available", 500)
        assert (await house.get("stats"))["charging"] == 0


@pytest.mark.parametrize("word", ["Charging", "SuspendedEV", "SuspendedEVSE"])
async def test_a_charge_point_that_boots_and_says_that_it_charges_is_believed(folder, word):
    async with restarted(folder, **QUICK) as (house, transaction, began):
        cp = await house.station()
        await cp.boot()
        await cp.call("StatusNotification", status(word))
        other = (await cp.call("StartTransaction", start(2, "B", 0, began)))["transactionId"]
        await cp.call("StatusNotification", status("Available", connector=2))
        await settled(house, other)  # the rules were looked at meanwhile
        assert (await house.get(f"sessions/{transaction}"))["status"] == "active"


async def test_a_charge_point_that_boots_and_knows_of_nothing_has_lost_its_stop(folder):
    async with restarted(folder, **QUICK) as (house, transaction, _):
        cp = await house.station()
        await cp.boot()
        assert (await settled(house, transaction))["end_reason"] == "rebooted"


async def test_time_in_which_we_were_down_is_held_against_nobody(folder):
    """A charge point that was heard of last long before the restart is waited for from the restart on."""
    async with restarted(folder, session_available_s=0.5, session_away_s=3600) as (house, transaction, _):
        cp = await house.station("OTHER")
        other = (await cp.call("StartTransaction", start()))["transactionId"]
        await cp.call("StatusNotification", status("Available"))
        await settled(house, other)
        assert (await house.get(f"sessions/{transaction}"))["status"] == "active"
