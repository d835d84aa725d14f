"""What nobody takes up: further channels after a while, reminders that become rarer; a link to take it up by."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.alerts.notify.receivers import deliveries, delivery, hook, put_channel, watt
from tests.houses import open_house
from tests.stations import iso, until
from wattdeck.alerts.notify import links
from wattdeck.alerts.notify.pressing import Pressing, noted, recalled, reminders_due, step_due
from wattdeck.domain.alert_rules import Rule, Step
from wattdeck.domain.alerts import FIRING, Alert, Change
from wattdeck.domain.records import replace
from wattdeck.domain.signals import Subject

STEPS = (Step(after_s=60, channels=("boss",)), Step(after_s=600, channels=("chief",)))
RULE = Rule(name="hot", kind="limit", signal="Temperature", above=1, escalate=STEPS, remind_s=3600)
ALERT = Alert(
    id=1, rule="hot", severity="info", state=FIRING, subject=Subject(), signal="x", began_at=0, fired_at=0, updated_at=0
)


def test_each_step_is_taken_when_its_time_has_come():
    one = Pressing(ALERT)
    assert step_due(one, RULE, 59_999) is None
    assert step_due(one, RULE, 60_000) == STEPS[0]
    assert step_due(Pressing(ALERT, 1), RULE, 599_999) is None
    assert step_due(Pressing(ALERT, 1), RULE, 600_000) == STEPS[1]
    assert step_due(Pressing(ALERT, 2), RULE, 10**9) is None


def test_the_time_between_two_reminders_doubles_up_to_a_day():
    due = [reminders_due(Pressing(ALERT), RULE, hour * 3_600_000) for hour in range(201)]
    assert [hour for hour in range(1, 201) if due[hour] > due[hour - 1]] == [
        1,
        3,
        7,
        15,
        31,
        55,
        79,
        103,
        127,
        151,
        175,
        199,
    ]


def test_while_an_alert_is_silenced_or_hidden_no_time_passes():
    silent = replace(ALERT, is_silent=True)
    one = noted(None, silent, 700)  # from the beginning, though it was looked at later
    one = noted(one, replace(silent, value=2.0), 10_000)
    one = noted(one, ALERT, 50_000)
    assert step_due(one, RULE, 109_999) is None
    assert step_due(one, RULE, 110_000) == STEPS[0]
    one = noted(noted(one, replace(ALERT, hidden_by=2), 100_000), ALERT, 120_000)
    assert step_due(one, RULE, 129_999) is None
    assert step_due(one, RULE, 130_000) == STEPS[0]
    assert reminders_due(one, RULE, 3_669_999) == 0
    assert reminders_due(one, RULE, 3_670_000) == 1


def test_when_it_fires_again_it_all_begins_anew():
    one = replace(noted(noted(None, replace(ALERT, is_silent=True), 0), ALERT, 50_000), steps=2, reminders=5)
    assert noted(one, replace(ALERT, fired_at=90_000), 90_000) == Pressing(replace(ALERT, fired_at=90_000))


def test_after_a_restart_the_timeline_says_what_was_done_and_how_long_it_was_covered():
    said = (
        *(("silenced", -1_000), ("fired", 0), ("unsilenced", 50_000), ("escalated", 60_000), ("inhibited", 70_000)),
        *(("silenced", 75_000), ("uninhibited", 80_000), ("unsilenced", 90_000), ("reminded", 95_000)),
    )
    assert recalled(ALERT, [Change(*one) for one in said]) == Pressing(ALERT, 1, 1, None, 70_000)
    again = [Change(*one) for one in (*said, ("inhibited", 99_000), ("fired_again", 100_000))]
    assert recalled(ALERT, again) == Pressing(ALERT, covered_at=100_000)


async def test_nobody_is_reminded_at_once_of_what_was_silenced(house, receiver):
    await put_channel(house, settings=hook(receiver), default=False)
    rule = {"kind": "limit", "signal": "Power.Active.Import", "above": 50_000, "channels": ["ops"], "remind_s": 0.4}
    await house.http.put("alert-rules/power", json=rule)
    ends_at = iso(datetime.now(UTC) + timedelta(hours=1))
    made = (await house.post("silences", rules=["power"], ends_at=ends_at, comment="work")).json()
    await watt(house)
    [alert] = await until(lambda: house.items("alerts", state="firing"))
    fired_at = datetime.fromisoformat(alert["raised_at"])
    await until(lambda: datetime.now(UTC) - fired_at > timedelta(seconds=0.5))
    await house.post(f"silences/{made['id']}/end")
    await delivery(house, what="reminder")
    timeline = (await house.get(f"alerts/{alert['id']}"))["timeline"]
    at = {one["what"]: datetime.fromisoformat(one["at"]) for one in reversed(timeline)}
    assert at["reminded"] - at["unsilenced"] > timedelta(seconds=0.3)


@pytest.fixture
async def pressing(house, receiver):
    """A rule that presses from the first moment on."""
    await put_channel(house, settings=hook(receiver), default=False)
    await put_channel(house, "boss", "log", default=False)
    rule = {"kind": "limit", "signal": "Power.Active.Import", "above": 50_000, "channels": ["ops"]}
    steps = [{"after_s": 0.001, "channels": ["boss"]}]
    answer = await house.http.put("alert-rules/power", json={**rule, "escalate": steps, "remind_s": 0.2})
    assert answer.status_code == 200, answer.text
    return house


async def whats(house):
    [alert] = await house.items("alerts", rule="power")
    return [one["what"] for one in (await house.get(f"alerts/{alert['id']}"))["timeline"]]


async def test_what_nobody_takes_up_is_told_to_others_and_again_until_somebody_does(pressing, receiver):
    await watt(pressing)
    await delivery(pressing, channel="boss", what="escalation", state="sent")
    await delivery(pressing, channel="ops", what="reminder", state="sent")
    reminders = [one for one in receiver.messages if one["what"] == "reminder"]
    assert reminders[0]["subject"].startswith("Still so: [warning] power: CP-1")
    [alert] = await pressing.items("alerts", rule="power")
    await pressing.post(f"alerts/{alert['id']}/acknowledge")
    assert pressing.central_system._notices._pressing == {}
    told = await whats(pressing)
    assert told.count("escalated") == 1
    assert told.count("reminded") >= 1


async def test_while_it_is_silenced_nobody_is_pressed(pressing):
    ends_at = iso(datetime.now(UTC) + timedelta(hours=1))
    silence = (await pressing.post("silences", rules=["power"], ends_at=ends_at, comment="known")).json()
    await watt(pressing)
    await until(lambda: pressing.items("alerts", rule="power"))
    assert await deliveries(pressing) == []
    await pressing.post(f"silences/{silence['id']}/end")
    await delivery(pressing, channel="boss", what="escalation")


async def test_after_a_restart_no_step_is_taken_twice(tmp_path):
    rule = {"kind": "limit", "signal": "Power.Active.Import", "above": 50_000}
    async with open_house(tmp_path) as house:
        await put_channel(house, "boss", "log", default=False)
        steps = [{"after_s": 0.001, "channels": ["boss"]}]
        await house.http.put("alert-rules/power", json={**rule, "escalate": steps})
        await watt(house)
        await delivery(house, what="escalation", state="sent")
    async with open_house(tmp_path) as house:
        [pressing] = house.central_system._notices._pressing.values()
        assert pressing.steps == 1


async def test_a_link_shows_a_page_and_its_button_takes_the_alert_up(make_house, receiver):
    house = await make_house(public_url="http://charge.example/base")
    await put_channel(house, settings=hook(receiver))
    await watt(house)
    message = await receiver.message()
    link = message["alerts"][0]["acknowledge"]
    assert link.startswith("http://charge.example/base/alerts/ack?alert=1&")
    assert f"take it up: {link}" in message["text"]
    path = link.removeprefix("http://charge.example/base")
    async with httpx2.AsyncClient(base_url=house.http_url, trust_env=False) as anybody:
        shown = await anybody.get(path)
        assert (shown.status_code, "Take this alert up?" in shown.text) == (200, True)
        assert re.search('<form method="post">', shown.text)
        assert (await house.get("alerts/1"))["state"] == "firing"  # looking is not taking
        for wrong in (path.replace("alert=1", "alert=2"), path[:-1] + "x", "/alerts/ack", path.replace("ops", "boss")):
            assert (await anybody.get(wrong)).status_code == 403
            assert (await anybody.post(wrong)).status_code == 403
        assert "It is yours" in (await anybody.post(path)).text
        assert "It is acknowledged by link (ops)" in (await anybody.get(path)).text
        assert "It is acknowledged by link (ops)" in (await anybody.post(path)).text
    alert = await house.get("alerts/1")
    assert (alert["state"], alert["acknowledged_by"]) == ("acknowledged", "link (ops)")


def test_a_link_is_good_for_some_days():
    key = b"key"
    link = links.link(key, "http://x", 7, "ops", 1_000, 86_400_000)
    query = {name: each[0] for name, each in parse_qs(urlsplit(link).query).items()}
    asked = links.read(key, query["alert"], query["channel"], query["until"], query["signature"], 2_000)
    late = 3_600_000 + 86_400_000
    assert asked == links.Asked(7, "ops", late)
    assert links.read(key, query["alert"], query["channel"], query["until"], query["signature"], late) is None
    assert links.read(b"other", query["alert"], query["channel"], query["until"], query["signature"], 2_000) is None
    assert links.read(key, "7", "ops", "٣", "x", 0) is None
