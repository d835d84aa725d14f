"""A rule tried on the past fires as it would have fired then."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.alerts.stories import ONE, Story, heat
from tests.stations import iso, meter_values, sampled, start, status, stop
from wattdeck.alerts.back_test import summarise, try_rule
from wattdeck.domain.signals import Observation, Subject

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SERIES = Subject(1, "CP-1", 1, "Temperature", None, "Outlet")


def seen(values):
    return [Observation("Temperature", SERIES, second * 1000, float(value)) for second, value in enumerate(values)]


@given(
    values=some.lists(some.sampled_from([20, 69, 71, 90]), max_size=30),
    for_s=some.sampled_from([0, 2, 5]),
    cool_down_s=some.sampled_from([0, 10, 600]),
)
def test_it_says_what_would_have_happened(values, for_s, cool_down_s):
    rule = heat(for_s=for_s, cool_down_s=cool_down_s)
    story = Story(rule)
    for observation in seen(values):
        story.until(observation.at / 1000)
        story._note(story.evaluator.take(observation))
    story.until(1000)
    fired = [at for at, what in story.happened if what in ("fired", "fired_again")]
    report = summarise(rule, [try_rule(rule, ONE, seen(values), 1_000_000)])
    assert sorted(one.fired_at / 1000 for one in report.episodes) == fired
    assert report.firings == len(fired)
    assert report.alerts == sum(what == "fired" for _, what in story.happened)


@given(values=some.lists(some.sampled_from([20, 71]), max_size=40))
def test_the_for_it_suggests_halves_what_fires(values):
    rule = heat(cool_down_s=0)
    report = summarise(rule, [try_rule(rule, ONE, seen([*values, 20]), 100_000)])
    if report.suggested_for_s is None:
        assert report.firings < 2
        return
    calmer = heat(cool_down_s=0, for_s=report.suggested_for_s)
    again = summarise(calmer, [try_rule(calmer, ONE, seen([*values, 20]), 100_000)])
    assert again.firings == report.suggested_firings <= report.firings / 2


def test_what_takes_too_long_is_given_up():
    assert try_rule(heat(), ONE, seen([20] * 5000), 5_000_000, stop_at=0) is None


async def test_one_that_never_connected_is_nothing_to_try(house):
    await house.post("charge-points", identifier="CP-9")
    assert (await tried(house, kind="limit", signal="Temperature", above=70))["firings"] == 0


async def yesterday(house):
    """A charge point with an afternoon behind it: twice too hot, once for ten minutes, once for one."""
    cp = await house.station()
    noon = datetime.now(UTC).replace(microsecond=0) - 6 * HOUR
    transaction = (await cp.call("StartTransaction", start(1, "TAG", 0, noon)))["transactionId"]
    for minute in range(40):
        hot = 5 <= minute < 15 or minute == 30
        values = sampled(75 if hot else 40, "Temperature"), sampled(minute * 100)
        await cp.call("MeterValues", meter_values(*values, transaction=transaction, taken_at=noon + minute * MINUTE))
    await cp.call("StatusNotification", status("Faulted", timestamp=iso(noon + 41 * MINUTE)))
    await cp.call("StatusNotification", status("Available", timestamp=iso(noon + 45 * MINUTE)))
    await cp.call("StopTransaction", stop(transaction, 4000, noon + 40 * MINUTE))
    return noon


async def tried(house, **rule):
    answer = await house.post("alert-rules/back-test", rule=rule)
    assert answer.is_success, answer.text
    return answer.json()


async def test_a_rule_is_tried_on_what_is_stored_before_it_is_saved(house):
    noon = await yesterday(house)
    report = await tried(house, kind="limit", signal="Temperature", above=70, cool_down_s=0)
    assert (report["alerts"], report["firings"], report["charge_points"]) == (2, 2, 1)
    last, first = report["episodes"]
    assert (first["charge_point"], first["connector_id"], first["fired_at"]) == ("CP-1", 1, iso(noon + 5 * MINUTE))
    assert first["cleared_at"] == iso(noon + 15 * MINUTE)
    assert last["fired_at"] == iso(noon + 30 * MINUTE)
    assert report["by_charge_point"] == [{"charge_point": "CP-1", "firings": 2}]
    assert (report["suggested_for_s"], report["suggested_firings"]) == (61, 1)
    assert (await tried(house, kind="limit", signal="Temperature", above=70, for_s=61))["firings"] == 1
    assert not [one for one in await house.items("alert-rules") if one["name"] == "back-test"]


@pytest.mark.parametrize(
    ("rule", "firings"),
    [
        ({"kind": "word", "signal": "status", "words": ["Faulted"]}, 1),
        ({"kind": "word", "signal": "status", "words": ["Faulted"], "for_s": 300}, 0),
        ({"kind": "stall", "signal": "session_energy_wh", "within_s": 59}, 1),
        ({"kind": "missing", "signal": "sampled", "within_s": 59, "during": "session"}, 1),
        ({"kind": "count", "signal": "connected", "times": 1, "within_s": 60}, 1),
        ({"kind": "limit", "signal": "session_age_s", "above": 1700}, 1),
        ({"kind": "limit", "signal": "Temperature", "above": 70, "select": {"charge_points": ["X*"]}}, 0),
    ],
)
async def test_every_kind_of_history_can_be_tried(house, rule, firings):
    await yesterday(house)
    report = await tried(house, cool_down_s=86_400, **rule)
    assert report["alerts"] == firings


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"rule": {"kind": "count", "signal": "booted", "times": 2, "within_s": 60}}, "not kept"),
        ({"rule": {"kind": "limit", "signal": "Temperature"}}, "above or below"),
        (
            {
                "rule": {"kind": "limit", "signal": "SoC", "above": 1},
                "from": "2026-02-01T00:00:00Z",
                "to": "2026-01-01T00:00:00Z",
            },
            "before",
        ),
    ],
)
async def test_what_cannot_be_tried_is_refused_with_the_reason(house, body, reason):
    refused = await house.post("alert-rules/back-test", **body)
    assert refused.status_code == 422
    assert reason in refused.json()["detail"]
