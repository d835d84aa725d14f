"""GET of energy, load, peaks and top consumers: of everyone, a site, single charge points."""

from datetime import timedelta

import pytest
import pytest_asyncio

from tests.api.people import is_problem
from tests.houses import open_house
from tests.stations import iso, meter_values, sampled, start, stop
from wattdeck.domain import buckets
from wattdeck.domain.clock import now

pytestmark = pytest.mark.asyncio(loop_scope="module")

POWER = "Power.Active.Import"
SITES = {"CP-1": "Depot", "CP-2": "Depot", "CP-3": "Airport"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def yard(tmp_path_factory):
    """Three charge points at two sites; each charged a quarter of an hour: 1 kWh times its number."""
    async with open_house(tmp_path_factory.mktemp("yard")) as house:
        began = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=5)
        for number, (identifier, site) in enumerate(SITES.items(), 1):
            await house.post("charge-points", identifier=identifier, site=site)
            station = await house.connected(identifier)
            begin = start(1, f"TAG-{number % 2}", 0, iso(began))
            transaction = (await station.call("StartTransaction", begin))["transactionId"]
            for minutes in (0, 5, 10):
                wh = 1000 * number * minutes / 15
                values = (sampled(wh), sampled(4000 * number, POWER))
                at = iso(began + timedelta(minutes=minutes))
                await station.call("MeterValues", meter_values(*values, transaction=transaction, taken_at=at))
            at = iso(began + timedelta(minutes=15))
            values = (sampled(1000 * number), sampled(0, POWER))
            await station.call("MeterValues", meter_values(*values, transaction=transaction, taken_at=at))
            await station.call("StopTransaction", stop(transaction, 1000 * number, at))
        house.began = iso(began)
        yield house


@pytest.mark.parametrize("period", ["hour", "day", "month"])
async def test_energy_of_everyone(yard, period):
    items = await yard.items("energy", period=period)
    assert sum(one["energy_wh"] for one in items) == 6000
    assert set(items[0]) == {
        *("bucket", "period", "site", "charge_point", "connector_id", "energy_wh", "energy_kwh", "reckoned_wh"),
        "coverage",
    }
    assert {one["period"] for one in items} == {period}


async def test_sessions_without_a_register_count_and_are_told_apart(tmp_path):
    async with open_house(tmp_path) as house:
        await house.post("charge-points", identifier="CP-POWER")
        station = await house.connected("CP-POWER")
        begin = start(1, "TAG", 0, iso(now() - timedelta(minutes=30)))
        transaction = (await station.call("StartTransaction", begin))["transactionId"]
        for minutes in (20, 10):
            at = iso(now() - timedelta(minutes=minutes))
            power = sampled(6000, POWER)
            await station.call("MeterValues", meter_values(power, transaction=transaction, taken_at=at))
        found = await house.items("energy", period="month")
        assert sum(one["energy_wh"] for one in found) == pytest.approx(1000, abs=1)
        assert sum(one["reckoned_wh"] for one in found) == pytest.approx(1000, abs=1)
        (top,) = await house.items("top", by="charge_point")
        assert (top["charge_point"], top["energy_wh"]) == ("CP-POWER", pytest.approx(1000, abs=1))
        assert top["reckoned_wh"] == pytest.approx(1000, abs=1)
        (session,) = await house.items("sessions")
        assert (session["energy_source"], session["energy_wh"]) == ("power", pytest.approx(1000, abs=1))


async def test_energy_by_groups(yard):
    hours = await yard.items("energy", period="hour", group_by="charge_point")
    took = {one["charge_point"]: one["energy_wh"] for one in hours if one["energy_wh"]}
    assert took == {"CP-1": 1000, "CP-2": 2000, "CP-3": 3000}
    assert {one["bucket"] for one in hours if one["energy_wh"]} == {yard.began}
    sites = await yard.items("energy", period="month", group_by="site")
    assert sum(one["energy_kwh"] for one in sites if one["site"] == "Depot") == 3
    connectors = await yard.items("energy", period="month", group_by="connector", charge_point="CP-2")
    assert {(one["charge_point"], one["connector_id"]) for one in connectors} == {("CP-2", 1)}


@pytest.mark.parametrize(
    ("query", "wh"),
    [({"site": "Depot"}, 3000), ({"charge_point": "cp-3"}, 3000), ({"charge_point": ["CP-1", "CP-3"]}, 4000)],
)
async def test_energy_of_some(yard, query, wh):
    assert sum(one["energy_wh"] for one in await yard.items("energy", period="month", **query)) == wh


@pytest.mark.parametrize(("step", "watts"), [("minute", 24_000), ("quarter", 24_000), ("hour", 6000)])
async def test_load_is_the_sum_of_what_they_drew(yard, step, watts):
    items = await yard.items("load", step=step)
    [first] = [one for one in items if one["at"] == yard.began]
    assert first["power_w"] == watts
    assert 0 < first["coverage"] <= 1


async def test_peaks_are_of_the_sum_and_of_single_values(yard):
    [fleet] = await yard.items("peaks")
    assert (fleet["power_w"], fleet["at"], fleet["step_s"], fleet["highest_w"]) == (24_000, yard.began, 900, 12_000)
    sites = await yard.items("peaks", group_by="site", step="hour")
    assert [(one["site"], one["power_w"], one["highest_w"]) for one in sites] == [
        ("Airport", 3000, 12_000),
        ("Depot", 3000, 8000),
    ]


async def test_who_took_most(yard):
    assert [one["charge_point"] for one in await yard.items("top", limit=2)] == ["CP-3", "CP-2"]
    assert {one["site"]: one["energy_kwh"] for one in await yard.items("top", by="site")} == {"Depot": 3, "Airport": 3}
    tags = await yard.items("top", by="tag")
    assert [(one["id_tag"], one["energy_wh"], one["sessions"]) for one in tags] == [
        ("TAG-1", 4000, 2),
        ("TAG-0", 2000, 1),
    ]
    [one] = await yard.items("top", by="connector", site="Airport")
    assert (one["charge_point"], one["connector_id"], one["energy_wh"]) == ("CP-3", 1, 3000)


async def test_the_latest_values_of_everyone(yard):
    latest = await yard.items("meter-values/latest", measurand=POWER)
    assert {one["charge_point"]: one["value"] for one in latest} == {"CP-1": 0, "CP-2": 0, "CP-3": 0}
    depot = await yard.items("meter-values/latest", site="Depot", measurand=POWER, connector_id=1)
    assert [one["charge_point"] for one in depot] == ["CP-1", "CP-2"]
    page = await yard.get("meter-values/latest", limit=1)
    rest = await yard.get("meter-values/latest", limit=100, cursor=page["next"])
    assert len(page["items"] + rest["items"]) == len(await yard.items("meter-values/latest"))
    assert rest["next"] is None


@pytest.mark.parametrize("path", ["energy", "load", "peaks", "top", "charge-points/CP-1/history"])
async def test_a_stretch_that_ends_before_it_begins_holds_nothing(yard, path):
    found = await yard.get(path, **{"from": "2026-02-01", "to": "2026-01-01"})
    assert found.get("items", found.get("series")) == []


async def test_no_more_than_so_many_steps_are_looked_at(yard):
    assert sum(one["energy_wh"] for one in await yard.items("energy", period="hour", **{"from": "0001-01-01"})) == 6000


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("energy", {"charge_point": "nobody"}, 404),
        ("energy", {"period": "year"}, 422),
    ],
)
async def test_what_cannot_be_answered_is_refused(yard, path, query, status):
    is_problem(await yard.http.get(path, params=query), status)


async def test_the_days_of_decades_in_which_there_was_nothing_are_not_looked_at(yard):
    before = buckets._block.cache_info().misses
    items = await yard.items("energy", period="day", **{"from": "1980-01-01"})
    assert sum(one["energy_wh"] for one in items) == 6000
    assert buckets._block.cache_info().misses - before < 100
