"""GET of sessions and their meter values: shapes, filters, pages, live figures."""

import pytest

from tests.api.story import SIGNED

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIELDS = {
    *("id", "transaction_id", "charge_point", "connector_id", "id_tag", "status", "started_at", "stopped_at"),
    *("duration_s", "energy_wh", "energy_kwh", "power_w", "soc", "start_meter_wh", "stop_meter_wh", "stop_reason"),
    "flags",
}


def numbers(items):
    return [one["id"] for one in items]


async def test_a_session_that_ended_has_the_fields_of_the_contract(story):
    one = await story.get(f"sessions/{story.ended}")
    assert set(one) >= FIELDS
    assert one == one | {
        "id": story.ended,
        "transaction_id": str(story.ended),
        "charge_point": "CP-1",
        "connector_id": 1,
        "id_tag": "TAG-1",
        "status": "completed",
        "started_at": story.ago(180),
        "stopped_at": story.ago(120),
        "duration_s": 3600,
        "energy_wh": 1500,
        "energy_kwh": 1.5,
        "start_meter_wh": 1000,
        "stop_meter_wh": 2500,
        "stop_reason": "EVDisconnected",
        "flags": [],
    }


async def test_a_running_session_shows_its_energy_power_charge_and_time_so_far(story):
    one = await story.get(f"sessions/{story.running}")
    assert (one["status"], one["stopped_at"], one["stop_meter_wh"], one["stop_reason"]) == ("active", None, None, None)
    assert (one["energy_wh"], one["power_w"], one["soc"]) == (1500, 6000, 40)
    assert 1200 <= one["duration_s"] < 1300
    assert (await story.get(f"sessions/{story.running}"))["duration_s"] >= one["duration_s"]


async def test_sessions_are_listed_newest_first(story):
    listed = await story.get("sessions")
    assert numbers(listed["items"]) == [story.running, story.ended]
    assert listed["next"] is None


async def test_pages_of_sessions_neither_skip_nor_repeat(story):
    assert numbers(await story.every("sessions", limit=1)) == [story.running, story.ended]
    assert numbers(await story.every("charge-points/CP-1/sessions", limit=1)) == [story.running, story.ended]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "active"}, ["running"]),
        ({"state": "completed"}, ["ended"]),
        ({"charge_point": "CP-1"}, ["running", "ended"]),
        ({"charge_point": "cp-1"}, ["running", "ended"]),
        ({"charge_point": "CP-2"}, []),
        ({"connector_id": 1}, ["running", "ended"]),
        ({"connector_id": 2}, []),
        ({"id_tag": "TAG-1"}, ["ended"]),
        ({"id_tag": "TAG-2"}, ["running"]),
        ({"id_tag": "nobody's"}, []),
        ({"flag": "any"}, []),
        ({"flag": "stop_lost"}, []),
    ],
)
async def test_sessions_are_filtered(story, query, found):
    assert numbers(await story.items("sessions", **query)) == [getattr(story, name) for name in found]


async def test_from_and_to_bound_the_start_of_sessions(story):
    assert numbers(await story.items("sessions", **{"from": story.ago(180), "to": story.ago(20)})) == [story.ended]
    assert numbers(await story.items("sessions", **{"from": story.ago(20)})) == [story.running]


async def test_a_time_in_another_zone_means_the_same_moment(story):
    there = f"{story.ago(180 - 120)[:-1]}+02:00"
    assert numbers(await story.items("sessions", **{"to": there})) == []
    assert numbers(await story.items("sessions", **{"from": there})) == [story.running, story.ended]


async def test_the_sessions_of_a_charge_point_take_the_same_filters(story):
    path = "charge-points/CP-1/sessions"
    assert numbers(await story.items(path, state="active")) == [story.running]
    assert numbers(await story.items(path, connector_id=2)) == []
    assert numbers(await story.items(path, **{"to": story.ago(100)})) == [story.ended]
    assert await story.items("charge-points/CP-2/sessions") == []


async def test_meter_values_of_a_session_are_in_order_of_time(story):
    listed = await story.items(f"sessions/{story.ended}/meter-values", measurand="Energy.Active.Import.Register")
    values = [one for one in listed if one["value"] != SIGNED]
    assert len(values) == len(listed) - 1
    assert [(one["taken_at"], one["value"]) for one in values] == [
        (story.ago(180), 1000),
        (story.ago(170), 1200),
        (story.ago(160), 1700),
        (story.ago(150), 2000),
        (story.ago(120), 2500),
    ]
    assert [one["context"] for one in values[::4]] == ["Transaction.Begin", "Transaction.End"]
    assert {one["session_id"] for one in values} == {story.ended}


async def test_meter_values_of_a_session_are_filtered_by_phase(story):
    values = await story.items(f"sessions/{story.running}/meter-values", measurand="Voltage", phase="L2")
    assert [(one["value"], one["phase"]) for one in values] == [(232, "L2")] * 3
