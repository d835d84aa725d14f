"""GET of charge points and of what is kept beside each: lists, filters, pages, shapes."""

import pytest

from tests.api.story import BOOT
from tests.stations import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIELDS = {
    *("id", "identifier", "vendor", "model", "serial_number", "firmware_version", "iccid", "imsi"),
    *("meter_type", "meter_serial_number", "ocpp_version", "registration", "has_password", "connected", "available"),
    *("status", "summary_status", "registered_at", "booted_at", "last_seen_at", "last_heartbeat_at"),
    *("connectors", "current_session"),
}
CONNECTOR = {
    *("connector_id", "evse_id", "status", "error_code", "info", "vendor_id", "vendor_error_code", "updated_at"),
}


def names(items):
    return [one["identifier"] for one in items]


async def test_totals_are_six_numbers(story):
    stats = await story.get("stats")
    energy = stats.pop("total_energy_today")
    assert stats == {"total_charge_points": 3, "connected": 1, "available": 0, "charging": 1, "active_sessions": 1}
    assert isinstance(energy, float)
    assert 0 <= energy <= 3


async def test_a_charge_point_has_the_fields_of_the_contract(story):
    one = await story.get("charge-points/CP-1")
    assert set(one) >= FIELDS
    said = [one[name] for name in ("vendor", "model", "serial_number", "firmware_version")]
    assert said == ["Alfa", "One", "A-1", "1.2.3"]
    assert [one[name] for name in ("iccid", "imsi", "meter_type", "meter_serial_number")] == list(BOOT.values())[4:]
    assert (one["ocpp_version"], one["registration"], one["connected"]) == ("1.6", "accepted", True)
    assert (one["status"], one["summary_status"], one["available"]) == ("Available", "Faulted", False)


async def test_times_of_a_charge_point_end_in_z(story):
    one = await story.get("charge-points/CP-1")
    for name in ("registered_at", "booted_at", "last_seen_at", "last_heartbeat_at"):
        assert one[name].endswith("Z"), name


async def test_its_current_session_is_the_one_that_runs(story):
    one = await story.get("charge-points/CP-1")
    assert one["current_session"]["id"] == story.running
    assert (await story.get("charge-points/CP-1/current-session"))["id"] == story.running


async def test_without_a_running_session_the_current_one_is_null(story):
    assert (await story.get("charge-points/CP-2"))["current_session"] is None
    assert await story.get("charge-points/CP-2/current-session") is None


async def test_connectors_come_in_order_with_the_whole_first(story):
    listed = await story.items("charge-points/CP-1/connectors")
    assert listed == (await story.get("charge-points/CP-1"))["connectors"]
    assert [(one["connector_id"], one["evse_id"]) for one in listed] == [(0, None), (1, 1), (2, 2)]
    assert all(set(one) >= CONNECTOR for one in listed)


async def test_a_connector_says_what_is_wrong_with_it(story):
    *_, two = await story.items("charge-points/CP-1/connectors")
    assert two == {
        "connector_id": 2,
        "evse_id": 2,
        "status": "Faulted",
        "error_code": "OverCurrentFailure",
        "info": "breaker",
        "vendor_id": "alfa",
        "vendor_error_code": "E7",
        "updated_at": story.ago(230),
    }


@pytest.mark.parametrize("name", ["CP-1", "cp-1", "Cp-1", "1"])
async def test_a_charge_point_is_found_in_other_letter_case_and_by_number(story, name):
    assert (await story.get(f"charge-points/{name}"))["identifier"] == "CP-1"
    assert await story.items(f"charge-points/{name}/connectors")


async def test_the_list_holds_all_in_the_order_they_became_known(story):
    listed = await story.get("charge-points")
    assert names(listed["items"]) == ["CP-1", "CP-2", "CP-3"]
    assert listed["next"] is None


async def test_pages_of_the_list_neither_skip_nor_repeat(story):
    assert names(await story.every("charge-points", limit=1)) == ["CP-1", "CP-2", "CP-3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "cp-"}, ["CP-1", "CP-2", "CP-3"]),
        ({"search": "bravo"}, ["CP-2"]),
        ({"search": "ONE"}, ["CP-1"]),
        ({"search": "a-1"}, ["CP-1"]),
        ({"search": "%"}, []),
        ({"search": "_"}, []),
        ({"search": "nobody"}, []),
        ({"connected": True}, ["CP-1"]),
        ({"connected": False}, ["CP-2", "CP-3"]),
        ({"registration": "pending"}, ["CP-3"]),
        ({"status": "Charging"}, ["CP-1"]),
        ({"status": "Available"}, ["CP-1", "CP-2"]),
        ({"status": "Available", "connected": False}, ["CP-2"]),
    ],
)
async def test_the_list_is_filtered(story, query, found):
    assert names(await story.items("charge-points", **query)) == found


async def test_status_history_is_newest_first_with_both_times(story):
    history = await story.items("charge-points/CP-1/status-history")
    assert [(one["connector_id"], one["status"]) for one in history] == [
        (1, "Charging"),
        (1, "Available"),
        (2, "Faulted"),
        (0, "Available"),
    ]
    assert set(history[0]) >= CONNECTOR | {"received_at"}
    assert history[0]["updated_at"] == story.ago(20)
    assert history[0]["received_at"].endswith("Z")


async def test_pages_of_the_status_history_neither_skip_nor_repeat(story):
    path = "charge-points/CP-1/status-history"
    assert await story.every(path, limit=1) == await story.items(path)


async def frames_of(story):
    """All of CP-1's: each CALL and its answer, which are written a moment later."""

    async def logged():
        found = await story.items("charge-points/CP-1/messages", limit=1000)
        return found if len(found) == 2 * len(story.stations["CP-1"].received) else None

    return await until(logged)


async def test_raw_frames_are_newest_first_in_both_directions(story):
    frames = await frames_of(story)
    assert set(frames[0]) == {"id", "at", "direction", "frame"}
    assert frames[0]["at"].endswith("Z")
    assert {one["direction"] for one in frames} == {"in", "out"}
    numbers = [one["id"] for one in frames]
    assert numbers == sorted(numbers, reverse=True)
    assert '"BootNotification"' in frames[-1]["frame"]


async def test_pages_of_raw_frames_neither_skip_nor_repeat(story):
    assert await frames_of(story) == await story.every("charge-points/CP-1/messages", limit=7)


async def test_findings_are_counted_with_an_example(story):
    found = await story.house.finding("schema_minor", "CP-2")
    assert set(found) == {"kind", "first_at", "last_at", "count", "example"}
    assert found["count"] == 1
    assert found["first_at"].endswith("Z")


async def test_a_charge_point_that_follows_the_standard_has_no_findings(story):
    assert await story.items("charge-points/CP-1/findings") == []
