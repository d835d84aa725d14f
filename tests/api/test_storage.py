"""What the database takes, asked over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.people import client, is_problem
from tests.houses import open_house
from wattdeck.domain.clock import to_ms
from wattdeck.domain.rollups import DAY, Rollup
from wattdeck.store import charge_points, rollups, series
from wattdeck.store.samples import DAY_MS

pytestmark = pytest.mark.asyncio(loop_scope="module")
KINDS = ["samples", "hours", "days", "months", "frames", "statuses", "commands", "sessions", "texts", "alerts", "audit"]


async def test_storage_says_what_everything_takes(story):
    found = await story.get("storage")
    assert [one["kind"] for one in found["kinds"]] == KINDS
    tables = {one["name"]: one for one in found["tables"]}
    assert tables["sessions"]["exact"]
    assert tables["sessions"]["rows"] == 2
    assert sum(one["bytes"] for one in found["tables"]) <= found["database"]["bytes"]
    assert found["disk"]["total_bytes"] > found["disk"]["free_bytes"] > 0


async def test_samples_and_texts_are_counted(story):
    kinds = {one["kind"]: one for one in (await story.get("storage"))["kinds"]}
    values = [one["value"] for one in await story.every("charge-points/CP-1/meter-values")]
    assert kinds["samples"]["rows"] == len([value for value in values if isinstance(value, float)])
    assert kinds["samples"]["keep_days"] == 7
    assert kinds["samples"]["rows_per_day"] > kinds["samples"]["rows"]  # they came within three hours
    assert kinds["texts"]["rows"] == 1
    assert kinds["sessions"]["keep_days"] is None


async def test_other_settings_are_asked_about_in_the_query(story):
    found = await story.get("storage", keep_samples_days=30, keep_samples_days_of=["Voltage=1"])
    now, asked = found["forecast"], found["asked"]
    assert (now["settings"]["keep_samples_days"], asked["settings"]["keep_samples_days"]) == (7, 30)
    assert asked["settings"]["keep_samples_days_of"] == {"Voltage": 1}
    assert asked["bytes"] > now["bytes"]
    assert (await story.get("storage"))["asked"] is None


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"keep_samples_days": 60}, "keep_samples_days is 60, more than keep_hours_days (30)"),
        ({"keep_samples_days_of": "Voltag=2"}, "there is no measurand 'Voltag' (Voltage is one)"),
        ({"keep_samples_days_of": "Voltage"}, "Voltage is no measurand=days"),
        ({"keep_samples_days_of": "Voltage=nan"}, "Voltage: nan is not between 1 and 36500 days"),
    ],
)
async def test_settings_that_cannot_be_are_refused_with_the_reason(story, query, detail):
    answer = await story.house.http.get("storage", params=query)
    assert is_problem(answer, 422)
    assert answer.json()["detail"] == detail


async def test_charge_points_are_listed_by_what_they_send(story):
    assert await story.items("storage/charge-points") == []  # no whole day has passed


async def test_the_list_of_charge_points_comes_in_pages(tmp_path):
    async with open_house(tmp_path) as house:
        await house.central_system._store.write(_measured_yesterday)
        first = await house.get("storage/charge-points", limit=2)
        rest = await house.get("storage/charge-points", limit=2, cursor=first["next"])
        names = [one["charge_point"] for one in first["items"] + rest["items"]]
        assert (names, rest["next"]) == (["CP-3", "CP-2", "CP-1"], None)
        (most, *_) = first["items"]
        day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
        assert (most["samples"], most["share"]) == (300, 0.5)
        assert [(one["day"], one["samples"]) for one in most["days"]] == [(day, 300)]


def _measured_yesterday(connection):
    at = datetime.now(UTC)
    yesterday = (to_ms(at) // DAY_MS - 1) * DAY_MS
    for number in (1, 2, 3):
        one = charge_points.register(connection, f"CP-{number}", "accepted", at)
        key = (1, "Voltage", "", "Outlet", "V")
        id = series.add(connection, one.id, [key], 1)[key]
        rollups.put(connection, [Rollup(id, DAY, yesterday, 86_400, count=number * 100)])


async def test_readiness_warns_of_a_disk_that_is_nearly_full(tmp_path):
    async with open_house(tmp_path, low_disk_bytes=2**62) as house, client(house) as anyone:
        answer = await anyone.get("/readyz")
    assert (answer.status_code, answer.json()["warning"]) == (200, "the disk is nearly full")
