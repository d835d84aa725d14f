"""The four default rules fire exactly at their limits, once per episode, per connector and phase, and clear."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.houses import open_house
from tests.live.clients import browser
from tests.stations import iso, meter_values, sampled, start, stop, until

NOW = timedelta()


async def say(cp, measurand, value, unit=None, phase=None, connector=1, ago=NOW, transaction=None):
    more = {name: word for name, word in (("unit", unit), ("phase", phase)) if word}
    values = meter_values(
        sampled(value, measurand, **more),
        connector=connector,
        transaction=transaction,
        taken_at=iso(datetime.now(UTC) - ago),
    )
    await cp.call("MeterValues", values)


async def raised(house, **query):
    return await house.items("alerts", **query)


async def settled(house, cp):
    """Everything said before has been looked at: an alert of another connector, said last, is there."""
    await say(cp, "Temperature", 99, connector=9)
    await until(lambda: _has(house, "temperature", connector_id=9))


async def _has(house, rule, **query):
    return [one for one in await raised(house, **query) if one["rule"] == rule]


LIMITS = [
    ("power", "Power.Active.Import", "W", 50_000, 50_001, 47_500),
    ("power", "Power.Active.Import", "kW", 50, 50.001, 47.5),
    ("temperature", "Temperature", "Celsius", 70, 71, 68),
    ("temperature", "Temperature", "Celsius", -10, -11, -8),
    ("temperature", "Temperature", "Fahrenheit", 158, 159.8, 154.4),
    ("temperature", "Temperature", "K", 343.15, 344.15, 341.15),
    ("temperature", "Temperature", "K", 263.15, 262.15, 265.15),
    ("voltage", "Voltage", "V", 207, 206, 210),
    ("voltage", "Voltage", "V", 253, 254, 250),
    ("current", "Current.Import", "A", 80, 81, 76),
]


@pytest.mark.parametrize(("rule", "measurand", "unit", "silent", "fires", "clears"), LIMITS)
async def test_a_value_at_the_limit_is_silent_and_one_beyond_it_fires_and_clears(
    house, rule, measurand, unit, silent, fires, clears
):
    cp = await house.station()
    await say(cp, measurand, silent, unit)
    await settled(house, cp)
    assert await _has(house, rule, connector_id=1) == []
    await say(cp, measurand, fires, unit)
    [alert] = await until(lambda: _has(house, rule, connector_id=1))
    assert (alert["state"], alert["count"], alert["measurand"], alert["charge_point"]) == (
        "firing",
        1,
        measurand,
        "CP-1",
    )
    await say(cp, measurand, silent, unit)  # between the limits: it goes on
    await say(cp, measurand, clears, unit)
    [alert] = await until(lambda: _has(house, rule, connector_id=1, state="resolved"))
    assert alert["cleared_at"] >= alert["raised_at"]
    timeline = (await house.get(f"alerts/{alert['id']}"))["timeline"]
    assert [change["what"] for change in timeline] == ["fired", "resolved"]


async def test_an_episode_is_one_alert_however_many_values_it_has(house):
    cp = await house.station()
    for value in (50_001, 60_000, 55_000, 49_000, 52_000):
        await say(cp, "Power.Active.Import", value)
    alert = await until(lambda: _that(house, "power", readings=4))
    assert (alert["count"], alert["peak"], alert["value"], alert["limit"]) == (1, 60_000, 52_000, 50_000)


async def _that(house, rule, **wanted):
    found = [one for one in await _has(house, rule) if wanted.items() <= one.items()]
    return found[0] if found else None


async def test_flapping_is_one_alert_with_a_count(house):
    cp = await house.station()
    for _ in range(3):
        await say(cp, "Current.Import", 81)
        await say(cp, "Current.Import", 10)
    alert = await until(lambda: _that(house, "current", count=3, state="resolved"))
    assert len(await _has(house, "current")) == 1
    timeline = (await house.get(f"alerts/{alert['id']}"))["timeline"]
    assert [one["what"] for one in timeline] == ["fired", "resolved", *["fired_again", "resolved"] * 2]


async def test_phases_and_connectors_have_alerts_of_their_own(house):
    cp = await house.station()
    for phase in ("L1", "L2"):
        await say(cp, "Voltage", 260, phase=phase)
    await say(cp, "Voltage", 260, phase="L1", connector=2)
    await until(lambda: _count(house, "voltage", 3))
    assert {(one["connector_id"], one["phase"]) for one in await _has(house, "voltage")} == {
        (1, "L1"),
        (1, "L2"),
        (2, "L1"),
    }


async def _count(house, rule, count):
    return len(await _has(house, rule)) == count


async def test_an_alert_can_be_acknowledged_once_it_fires_and_not_after(house):
    cp = await house.station()
    await say(cp, "Temperature", 71)
    [alert] = await until(lambda: _has(house, "temperature"))
    taken = await house.post(f"alerts/{alert['id']}/acknowledge", note="on my way")
    assert taken.json()["state"] == "acknowledged"
    assert taken.json()["note"] == "on my way"
    assert taken.json()["acknowledged_by"]
    await say(cp, "Temperature", 20)
    await until(lambda: _has(house, "temperature", state="resolved"))
    assert (await house.post(f"alerts/{alert['id']}/acknowledge")).status_code == 409
    assert (await house.post("alerts/4711/acknowledge")).status_code == 404


async def test_what_comes_hours_late_raises_no_alarm_and_still_corrects(house):
    cp = await house.station()
    await say(cp, "Voltage", 260, ago=timedelta(hours=3))
    await settled(house, cp)
    assert await _has(house, "voltage") == []


async def test_an_alert_about_flow_ends_with_its_session_and_one_about_heat_does_not(house):
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start(1, "TAG", 0)))["transactionId"]
    await say(cp, "Power.Active.Import", 51_000, transaction=transaction)
    await say(cp, "Temperature", 75, transaction=transaction)
    await until(lambda: _has(house, "power"))
    await cp.call("StopTransaction", stop(transaction, 100))
    await until(lambda: _has(house, "power", state="resolved"))
    [hot] = await _has(house, "temperature", state="open")
    assert hot["state"] == "firing"
    [alert] = await _has(house, "power")
    timeline = (await house.get(f"alerts/{alert['id']}"))["timeline"]
    assert timeline[-1]["detail"] == "the session ended"


async def test_alerts_survive_a_restart_and_end_after_it(tmp_path):
    async with open_house(tmp_path) as house:
        cp = await house.station()
        await say(cp, "Temperature", 90)
        [before] = await until(lambda: _has(house, "temperature"))
        await house.post(f"alerts/{before['id']}/acknowledge")
    async with open_house(tmp_path) as house:
        [after] = await _has(house, "temperature")
        assert (after["id"], after["state"]) == (before["id"], "acknowledged")
        cp = await house.station()
        await say(cp, "Temperature", 91)
        await settled(house, cp)
        assert (await house.get(f"alerts/{before['id']}"))["count"] == 1
        await say(cp, "Temperature", 20)
        await until(lambda: _has(house, "temperature", connector_id=1, state="resolved"))


async def test_what_comes_out_of_order_raises_nothing_where_the_newest_is_in_order(house):
    cp = await house.station()
    await say(cp, "Current.Import", 10)
    await say(cp, "Current.Import", 90, ago=timedelta(seconds=30))
    await settled(house, cp)
    assert await _has(house, "current") == []


async def test_a_rule_is_written_changed_and_taken_back(house):
    cp = await house.station()
    await say(cp, "Temperature", 60)
    await settled(house, cp)
    written = {"kind": "limit", "signal": "Temperature", "above": 55, "select": {"charge_points": ["cp-*"]}}
    put = await house.http.put("alert-rules/warm", json=written)
    assert put.json()["rule"] == {"name": "warm", **written}
    await say(cp, "Temperature", 60)
    await until(lambda: _has(house, "warm"))
    assert (await house.http.delete("alert-rules/warm")).status_code == 204
    [ended] = await _has(house, "warm")
    assert ended["state"] == "resolved"
    assert (await house.http.delete("alert-rules/warm")).status_code == 404


async def test_a_ready_made_rule_is_switched_off_and_restored(house):
    off = {**(await house.get("alert-rules/voltage"))["rule"], "enabled": False}
    assert (await house.http.put("alert-rules/voltage", json=off)).json()["changed"]
    cp = await house.station()
    await say(cp, "Voltage", 300)
    await settled(house, cp)
    assert await _has(house, "voltage") == []
    await house.http.delete("alert-rules/voltage")
    assert not (await house.get("alert-rules/voltage"))["changed"]
    await say(cp, "Voltage", 300)
    await until(lambda: _has(house, "voltage"))


@pytest.mark.parametrize(
    ("written", "reason"), [({"kind": "limit", "signal": "Heat"}, "Heat"), ({"name": "other"}, "other"), ([], "object")]
)
async def test_a_rule_that_makes_no_sense_is_refused_and_nothing_is_stored(house, written, reason):
    before = await house.items("alert-rules")
    refused = await house.http.put("alert-rules/warm", json=written)
    assert refused.status_code == 422
    assert "detail" in refused.json()
    assert await house.items("alert-rules") == before


async def test_alerts_are_live_and_a_newcomer_is_shown_those_that_are_raised(house):
    cp = await house.station()
    await say(cp, "Voltage", 300)
    await until(lambda: _has(house, "voltage"))
    async with browser(house) as page:
        for topic in ("alerts", "charge_point_CP-1_alerts"):
            [shown] = await page.snapshot(topic)
            assert (shown["rule"], shown["state"], shown["event"]) == ("voltage", "firing", "updated")
        await say(cp, "Voltage", 230)
        ended = await page.take(
            lambda one: one["topic"] == "charge_point_CP-1_alerts" and one["data"]["event"] != "updated"
        )
        assert (ended["data"]["event"], ended["data"]["rule"]) == ("resolved", "voltage")
        assert (await page.delta("alerts"))["state"] == "resolved"
