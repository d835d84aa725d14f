"""GET …/history: as many points as a chart has room for."""

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")

POWER, VOLTAGE = "Power.Active.Import", "Voltage"
HISTORY = "charge-points/CP-1/history"


async def test_few_samples_are_shown_as_they_are_with_their_gaps(story):
    found = await story.get(HISTORY, measurand=POWER, **{"from": story.ago(180)})
    assert (found["tier"], found["step_s"], found["reason"], found["from"]) == ("raw", None, None, story.ago(180))
    [line] = found["series"]
    assert (line["connector_id"], line["measurand"], line["phase"], line["unit"]) == (1, POWER, None, "W")
    assert [one["mean"] for one in line["points"]] == [1200, 1700, 2000, None, 6000, 6000, 6000]
    assert line["points"][0] == {"at": story.ago(170), "count": 1, "min": 1200, "mean": 1200, "max": 1200}
    assert line["gaps"] == [{"from": story.ago(150), "to": story.ago(15)}]


async def test_what_is_not_kept_as_samples_is_answered_by_a_coarser_tier(story):
    found = await story.get(HISTORY, measurand=POWER, **{"from": story.ago(60 * 24 * 20)})
    assert (found["tier"], found["step_s"], found["reason"]) == ("hour", 3600, "samples are kept for 7 days")
    [line] = found["series"]
    assert max(one["max"] or 0 for one in line["points"]) == 6000


async def test_each_phase_is_a_series(story):
    found = await story.get(HISTORY, measurand=VOLTAGE)
    assert [one["phase"] for one in found["series"]] == ["L1", "L2", "L3"]
    found = await story.get(HISTORY, measurand=VOLTAGE, phase="L2", connector_id=1)
    assert [one["phase"] for one in found["series"]] == ["L2"]


async def test_a_measurand_that_was_never_sent_has_no_series(story):
    assert (await story.get(HISTORY, measurand="RPM"))["series"] == []


async def test_hours_are_those_of_the_rollups(story):
    query = {"measurand": POWER, "from": story.ago(60 * 24 * 20)}
    [line] = (await story.get(HISTORY, **query))["series"]
    rollups = await story.items("charge-points/CP-1/rollups", period="hour", **query)
    expected = {one["bucket"]: (one["count"], one["min"], one["max"]) for one in rollups if one["count"]}
    shown = [one for one in line["points"] if one["count"]]
    assert {one["at"]: (one["count"], one["min"], one["max"]) for one in shown} == expected


async def test_whoever_asks_for_all_time_is_answered(story):
    for query in ({"from": "0001-01-01"}, {"from": "0001-01-01", "to": "9999-12-31"}):
        found = await story.get(HISTORY, measurand=POWER, **query)
        assert (found["tier"], found["from"]) == ("month", "0001-01-01T00:00:00.000Z")
        [line] = found["series"]
        assert max(one["max"] or 0 for one in line["points"]) == 6000


async def test_minutes_are_counted_up_to_now_and_no_further(story):
    rollups = "charge-points/CP-1/rollups"
    asked = {"period": "minute", "measurand": POWER, "from": story.ago(180)}
    until_now = [one["bucket"] for one in await story.items(rollups, **asked)]
    for_ever = [one["bucket"] for one in await story.items(rollups, **asked, to="9999-12-31")]
    assert until_now == for_ever[-len(until_now) :]  # a minute may have begun meanwhile
    answer = await story.house.http.get(rollups, params={"period": "minute", "from": "9000-01-01", "to": "9999-12-31"})
    assert (answer.status_code, answer.json()["items"]) == (200, [])


async def test_a_time_before_which_there_is_none_is_no_surprise(story):
    answer = await story.house.http.get("charge-points/CP-1/rollups", params={"to": "0001-01-01"})
    assert answer.status_code == 422
