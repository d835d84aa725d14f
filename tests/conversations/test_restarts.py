"""After a restart the store says what ran; what the charge points say when they come back settles what is true."""

import shutil
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.houses import migrated_database, open_house
from tests.stations import meter_values, sampled, start, status, stop, until

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


async def test_the_energy_of_today_holds_readings_of_a_clock_that_is_ahead(folder):
    async with open_house(folder) as house:
        cp = await house.station()
        for minute, wh in ((5, 1000), (6, 1200), (7, 1500)):
            await cp.call("MeterValues", meter_values(wh, taken_at=datetime.now(UTC) + minute * MINUTE))
        assert (await house.get("stats"))["total_energy_today"] == 0.5
    async with open_house(folder) as house:
        assert (await house.get("stats"))["total_energy_today"] == 0.5


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
