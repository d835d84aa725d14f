"""GET of meter values: raw, latest, grouped, statistics."""

import pytest

from tests.api.story import SIGNED
from tests.stations import meter_values, sampled, start, stop

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENERGY, POWER = "Energy.Active.Import.Register", "Power.Active.Import"
FIELDS = {
    *("charge_point", "connector_id", "session_id", "measurand", "value", "unit", "phase", "context", "location"),
    *("taken_at", "received_at", "flags", "original"),
}
RAW = "charge-points/CP-1/meter-values"
STATISTICS = "charge-points/CP-1/statistics"


async def test_a_meter_value_has_the_fields_of_the_contract(story):
    newest, *_ = await story.items(RAW, measurand=ENERGY)
    assert set(newest) >= FIELDS
    assert newest == newest | {
        "charge_point": "CP-1",
        "connector_id": 1,
        "session_id": story.running,
        "measurand": ENERGY,
        "value": 4000,
        "unit": "Wh",
        "phase": None,
        "context": "Sample.Periodic",
        "location": "Outlet",
        "taken_at": story.ago(5),
        "flags": [],
        "original": None,
    }
    assert newest["received_at"].endswith("Z")


async def test_raw_values_are_newest_first(story):
    times = [one["taken_at"] for one in await story.items(RAW, limit=1000)]
    assert times == sorted(times, reverse=True)


async def test_a_value_in_another_unit_is_shown_in_the_base_unit_with_what_was_sent(story):
    oldest = (await story.items(RAW, measurand=POWER))[-1]
    assert (oldest["value"], oldest["unit"], oldest["original"]) == (1200, "W", "1.2 kW")


@pytest.mark.parametrize("limit", [1, 2, 5, 7])
async def test_pages_of_raw_values_neither_skip_nor_repeat(story, limit):
    assert await story.every(RAW, limit=limit) == await story.items(RAW, limit=1000)


async def test_pages_of_values_taken_at_the_same_moment_neither_skip_nor_repeat(story):
    query = {"measurand": "Voltage", "from": story.ago(10), "to": story.ago(9)}
    values = await story.every(RAW, limit=2, **query)
    assert sorted(one["phase"] for one in values) == ["L1", "L2", "L3"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"measurand": "Voltage"}, 9),
        ({"measurand": "Voltage", "phase": "L1"}, 3),
        ({"measurand": "Voltage", "phase": ""}, 0),
        ({"phase": "L3"}, 3),
        ({"context": "Sample.Clock"}, 1),
        ({"context": "Transaction.End"}, 2),
        ({"connector_id": 0}, 1),
        ({"connector_id": 9}, 0),
        ({"measurand": "Frequency"}, 0),
        ({"context": "Other"}, 0),
    ],
)
async def test_raw_values_are_filtered(story, query, count):
    found = await story.items(RAW, **query)
    assert len(found) == count
    for one in found:
        assert one == one | {name: value for name, value in query.items() if value != ""}


async def test_raw_values_are_bounded_by_from_and_to_which_is_exclusive(story):
    query = {"measurand": ENERGY, "from": story.ago(170), "to": story.ago(150)}
    assert [one["value"] for one in await story.items(RAW, **query)] == [1700, 1200]


async def test_raw_values_of_one_session(story):
    found = await story.items(RAW, session_id=story.ended, measurand=ENERGY)
    assert [one["value"] for one in found] == [SIGNED, 2500, 2000, 1700, 1200, 1000]


async def test_the_latest_of_each_series(story):
    found = await story.items(f"{RAW}/latest")
    assert {(one["measurand"], one["phase"], one["location"]): one["value"] for one in found} == {
        (ENERGY, None, "Outlet"): 4000,
        (POWER, None, "Outlet"): 6000,
        ("SoC", None, "Outlet"): 40,
        ("Voltage", "L1", "Outlet"): 231,
        ("Voltage", "L2", "Outlet"): 232,
        ("Voltage", "L3", "Outlet"): 233,
        ("Temperature", None, "Body"): 7,
    }
    assert all(set(one) >= FIELDS for one in found)


async def test_the_latest_are_filtered(story):
    found = await story.items(f"{RAW}/latest", measurand="Voltage", phase="L2", connector_id=1)
    assert [one["value"] for one in found] == [232]


async def test_grouped_by_measurand_the_last_hour_in_order_of_time(story):
    groups = await story.get(f"{RAW}/grouped")
    assert set(groups) == {ENERGY, POWER, "SoC", "Voltage", "Temperature"}
    assert [(one["timestamp"], one["value"], one["unit"]) for one in groups["SoC"]] == [
        (story.ago(15), 40, "Percent"),
        (story.ago(10), 40, "Percent"),
        (story.ago(5), 40, "Percent"),
    ]


async def test_grouped_values_of_another_time(story):
    groups = await story.get(f"{RAW}/grouped", **{"from": story.ago(175), "to": story.ago(155), "connector_id": 1})
    assert {name: [one["value"] for one in group] for name, group in groups.items()} == {
        ENERGY: [1200, 1700],
        POWER: [1200, 1700],
    }


async def test_statistics_of_the_last_hour(story):
    [one] = await story.items(STATISTICS, measurand=ENERGY)
    assert set(one) == {
        *("measurand", "unit", "phase", "connector_id", "location", "count", "min", "max", "mean"),
        *("time_weighted_mean", "sum", "last", "last_at"),
    }
    assert (one["measurand"], one["unit"], one["phase"], one["connector_id"]) == (ENERGY, "Wh", None, 1)
    assert (one["count"], one["min"], one["max"], one["sum"]) == (4, 2500, 4000, 13_000)
    assert (one["mean"], one["last"], one["last_at"]) == (3250, 4000, story.ago(5))
    # 2500, 3000, 3500 and 4000 Wh held for five minutes each
    assert one["time_weighted_mean"] == pytest.approx(3250, rel=0.02)


async def test_statistics_of_the_last_day_reach_further_back(story):
    [one] = await story.items(STATISTICS, measurand=POWER, window="24h")
    assert (one["count"], one["min"], one["max"], one["last"]) == (6, 1200, 6000, 6000)


async def test_statistics_of_the_session_are_those_of_the_running_one(story):
    [one] = await story.items(STATISTICS, measurand=POWER, window="session")
    assert (one["count"], one["min"], one["max"]) == (3, 6000, 6000)


async def test_statistics_keep_phases_apart(story):
    found = await story.items(STATISTICS, measurand="Voltage")
    assert [(one["phase"], one["mean"]) for one in found] == [("L1", 231), ("L2", 232), ("L3", 233)]


async def test_a_charge_point_that_measured_nothing_has_nothing_of_each_kind(story):
    assert await story.items("charge-points/CP-3/meter-values") == []
    assert await story.items("charge-points/CP-3/meter-values/latest") == []
    assert await story.get("charge-points/CP-3/meter-values/grouped") == {}
    assert await story.items("charge-points/CP-3/statistics") == []
    assert await story.items("charge-points/CP-3/statistics", window="session") == []


async def test_signed_values_are_among_the_raw_ones_byte_for_byte(story):
    [one] = [each for each in await story.items(RAW, limit=1000) if isinstance(each["value"], str)]
    assert one["value"] == SIGNED


async def test_signed_values_of_a_session_are_there_byte_for_byte(story):
    values = await story.items(f"sessions/{story.ended}/meter-values")
    assert [one["value"] for one in values if isinstance(one["value"], str)] == [SIGNED]


async def test_values_of_a_session_beyond_the_limit_are_on_the_next_page(story):
    page = await story.get(f"sessions/{story.running}/meter-values", limit=2)
    assert len(page["items"]) == 2
    assert page["next"] is not None


async def test_of_several_sessions_the_running_one_is_the_window(shared):
    station = await shared.connected("CP-9")
    await station.call("StartTransaction", start(1, "LONG", 0))
    await station.call("MeterValues", meter_values(sampled(6000, POWER), connector=1))
    short = await station.call("StartTransaction", start(2, "SHORT", 0))
    await station.call("StopTransaction", stop(short["transactionId"], 10))
    found = await shared.items("charge-points/CP-9/statistics", window="session")
    assert {one["connector_id"] for one in found} == {1}
