"""Who is told of what: channels named and default, grave enough, once an episode, not while it is hidden; storms."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.alerts.notify.receivers import deliveries, delivery, hook, put_channel, release, watt
from tests.houses import open_house
from tests.stations import iso, meter_values, sampled, until


async def put_rule(house, name="hot", **more):
    rule = {"kind": "limit", "signal": "Temperature", "above": 55, **more}
    answer = await house.http.put(f"alert-rules/{name}", json=rule)
    assert answer.status_code == 200, answer.text


async def heat(cp, value):
    await cp.call("MeterValues", meter_values(sampled(value, "Temperature")))


async def told(house):
    """Rule and channel of what has gone out or is about to."""
    return sorted((one["rule"], one["channel"]) for one in await deliveries(house) if one["state"] != "dropped")


async def test_without_a_channel_nothing_is_kept(house):
    await watt(house)
    await until(lambda: house.items("alerts", rule="power"))
    assert await deliveries(house) == []


async def test_a_rule_that_names_channels_tells_those_and_others_tell_the_default_ones(house):
    await put_channel(house, "usual", "log")
    await put_channel(house, "special", "log", default=False)
    await put_channel(house, "off", "log", enabled=False)
    await put_rule(house, channels=["special", "off"])
    cp = await watt(house)
    await heat(cp, 60)
    await until(lambda: told(house))
    await delivery(house, channel="special", state="sent")
    await delivery(house, channel="usual", state="sent")
    assert await told(house) == [("hot", "special"), ("power", "usual")]


async def test_a_channel_hears_of_what_is_grave_enough(house):
    await put_channel(house, "pager", "log", severity="critical")
    cp = await watt(house)
    await heat(cp, 71)
    await delivery(house, channel="pager", rule="temperature", state="sent")
    assert await told(house) == [("temperature", "pager")]


async def test_an_episode_is_told_once_and_its_end_to_those_who_want_it(house, receiver):
    await put_channel(house, settings=hook(receiver))
    await put_channel(house, "ends-not", "log", sends_resolved=False)
    cp = await watt(house)
    await receiver.message()
    for value in (61_000, 62_000, 1_000):
        await cp.call("MeterValues", meter_values(sampled(value, "Power.Active.Import")))
    assert (await receiver.message(2))["resolved"] == 1
    await watt_again(cp, 70_000)
    assert (await receiver.message(3))["alerts"][0]["count"] == 2
    await delivery(house, channel="ends-not", id=max([one["id"] for one in await deliveries(house)]))
    assert len(await deliveries(house, channel="ends-not")) == 2
    assert len(receiver.got) == 3


async def watt_again(cp, value):
    await cp.call("MeterValues", meter_values(sampled(value, "Power.Active.Import")))


async def test_what_is_silenced_is_told_when_that_ends(house, receiver):
    await put_channel(house, settings=hook(receiver))
    ends_at = iso(datetime.now(UTC) + timedelta(hours=1))
    made = (await house.post("silences", rules=["power"], ends_at=ends_at, comment="known")).json()
    await watt(house)
    await until(lambda: house.items("alerts", rule="power"))
    assert await deliveries(house) == []
    await house.post(f"silences/{made['id']}/end")
    assert (await receiver.message())["alerts"][0]["rule"] == "power"


async def test_what_becomes_hidden_while_it_waits_is_not_told(house):
    await put_channel(house, "log", "log", wait_s=3600)
    await watt(house)
    await delivery(house, state="queued", rule="power")
    ends_at = iso(datetime.now(UTC) + timedelta(hours=1))
    made = (await house.post("silences", rules=["power"], ends_at=ends_at, comment="known")).json()
    await delivery(house, state="dropped", rule="power")
    await house.post(f"silences/{made['id']}/end")
    await delivery(house, state="queued", rule="power")


async def test_five_hundred_charge_points_going_silent_at_once_are_one_summary_and_then_one_of_their_return(
    tmp_path, receiver
):
    async with open_house(tmp_path, alerts_grace_s=0) as house:
        await put_channel(house, settings=hook(receiver), wait_s=3600, default=False)
        await put_rule(
            house, "charge-point-silent", kind="word", signal="connection", words=["offline"], above=None,
            channels=["ops"], severity="critical",
        )  # fmt: skip
        crowd = [await house.station(f"CP-{number}") for number in range(500)]
        await asyncio.gather(*(one.call("Heartbeat") for one in crowd))
        for number in range(0, 500, 5):
            await house.http.patch(f"charge-points/CP-{number}", json={"site": f"Site {number // 5 % 7}"})
        for one in crowd:
            one.drop()
        await delivery(house, state="queued", alerts=500)
        release(house)
        first = await receiver.message()
        assert first["firing"] + first["resolved"] == 500
        assert first["subject"] == "[critical] 500 alerts: charge-point-silent: 500 firing"
        assert (len(first["alerts"]), first["more"]) == (100, 400)
        assert len(first["text"]) < 2_000
        back = [await house.station(f"CP-{number}") for number in range(500)]
        await asyncio.gather(*(one.call("Heartbeat") for one in back))
        await delivery(house, state="queued", alerts=500)
        release(house)
        second = await receiver.message(2)
        assert second["subject"] == "[critical] 500 alerts: charge-point-silent: 500 resolved"
        assert len(receiver.got) == 2


async def test_more_than_a_channel_takes_in_an_hour_waits(house, receiver):
    await put_channel(house, settings=hook(receiver), most_per_hour=1)
    cp = await watt(house)
    await receiver.message()
    await heat(cp, 80)
    await cp.call("MeterValues", meter_values(sampled(99, "Current.Import")))
    waiting = await delivery(house, state="queued", rule="*")
    assert waiting["alerts"] == 2
    assert len(receiver.got) == 1


async def test_a_rule_cannot_name_a_channel_that_is_not_there_and_one_it_names_cannot_go(house):
    rule = {"kind": "limit", "signal": "Temperature", "above": 55, "channels": ["ops"]}
    answer = await house.http.put("alert-rules/hot", json=rule)
    assert (answer.status_code, answer.json()["detail"]) == (422, "alert rule hot: there is no channel 'ops'")
    await put_channel(house, "ops", "log")
    await put_rule(house, channels=["ops"])
    answer = await house.http.delete("alert-channels/ops")
    assert (answer.status_code, answer.json()["detail"]) == (409, "the alert rule hot names it")
    await house.http.delete("alert-rules/hot")
    assert (await house.http.delete("alert-channels/ops")).status_code == 204
    assert (await house.http.delete("alert-channels/ops")).status_code == 404


async def test_secrets_go_in_and_never_come_out_and_stay_when_they_are_sent_back(house, receiver, caplog):
    settings = hook(receiver, secret="s3cret", headers={"Authorization": "Bearer t0ken"})
    shown = await put_channel(house, settings=settings)
    assert shown["settings"] == {
        "url": f"{receiver.url}/***",
        "allow_private": True,
        "secret": "***",
        "headers": {"Authorization": "***"},
    }
    assert await house.items("alert-channels") == [await house.get("alert-channels/ops")] == [shown]
    again = {name: value for name, value in shown.items() if name != "name"}
    await put_channel(house, **again)
    receiver.answers = [500]
    assert (await house.post("alert-channels/ops/test")).json()["state"] == "dead"
    await house.post("alert-channels/ops/test")
    headers, _ = receiver.got[0]
    assert (headers["authorization"], headers[":path"]) == ("Bearer t0ken", "/alerts")
    assert "v1=" in headers["wattdeck-signature"]
    for word in ("s3cret", "t0ken", "/alerts"):
        assert word not in caplog.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "pigeon"}, "pigeon"),
        ({"settings": {}}, "url"),
        ({"settings": {"url": "ftp://example.com"}}, "http"),
        ({"settings": {"url": "https://u:p@example.com"}}, "headers"),
        ({"settings": {"url": "https://example.com/***"}}, "whole"),
        ({"settings": {"url": "https://example.com", "colour": 1}}, "colour"),
        ({"settings": {"url": "https://example.com", "headers": {"Host": "x"}}}, "Host"),
        ({"settings": {"url": "https://example.com", "headers": {"X": "a\nb"}}}, "headers"),
        ({"severity": "bad"}, "severity"),
        ({"most_per_hour": 0}, "most_per_hour"),
        ({"wait_s": -1}, "wait_s"),
        ({"name": "other"}, "called"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
async def test_a_channel_that_makes_no_sense_is_refused_and_nothing_is_stored(house, wrong, said):
    body = {"kind": "webhook", "settings": {"url": "https://example.com"}, **wrong}
    answer = await house.http.put("alert-channels/ops", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert await house.items("alert-channels") == []


async def test_a_channel_that_is_taken_away_or_switched_off_drops_what_waits(house):
    for name in ("a", "b"):
        await put_channel(house, name, "log", wait_s=3600)
    await watt(house)
    await until(lambda: _waiting(house, 2))
    await put_channel(house, "a", "log", enabled=False)
    await house.http.delete("alert-channels/b")
    await until(lambda: _waiting(house, 0))
    assert sorted(one["error"] for one in await deliveries(house)) == [
        "the channel is no more",
        "the channel was switched off",
    ]


async def _waiting(house, number):
    return len(await deliveries(house, state="queued")) == number


async def test_channels_are_there_again_after_a_restart_and_nobody_is_told_twice(tmp_path, receiver):
    async with open_house(tmp_path) as house:
        await put_channel(house, settings=hook(receiver))
        await watt(house)
        await receiver.message()
        await delivery(house, state="sent")
    async with open_house(tmp_path) as house:
        [channel] = await house.items("alert-channels")
        assert channel["name"] == "ops"
        await watt(house, 70_000)
        await watt(house, 10_000)
        assert (await receiver.message(2))["resolved"] == 1
        assert len(receiver.got) == 2


async def test_a_rule_that_waits_for_what_never_comes_about_is_refused_however_it_is_written(house):
    rule = {"name": "bad", "kind": "word", "signal": "status", "words": ["faulted"]}
    one = await house.http.put("alert-rules/bad", json=rule)
    many = await house.post("alert-rules/apply", rules=[rule])
    for answer in (one, many):
        assert answer.status_code == 422
        assert "status never says 'faulted'" in answer.json()["detail"]


async def test_a_comparison_and_a_rate_are_told_as_a_share_and_as_so_much_a_second(house, receiver):
    await put_channel(house, settings=hook(receiver))
    await put_rule(
        house, "half", kind="compare", signal="Power.Active.Import", against="Power.Offered", above=None, below=0.5
    )
    cp = await house.connected()
    for _ in range(2):
        values = sampled(3_000, "Power.Active.Import"), sampled(10_000, "Power.Offered")
        await cp.call("MeterValues", meter_values(*values))
    said = (await receiver.message())["alerts"][0]
    assert said["headline"] == "half: CP-1 connector 1: Power.Active.Import 0.3 of Power.Offered (limit 0.5)"
    [alert] = await house.items("alerts")
    assert (alert["unit"], alert["word"], alert["headline"]) == ("", "Power.Offered", said["headline"])


async def test_of_a_fault_is_told_what_the_charge_point_says_of_it(house, receiver):
    await put_channel(house, settings=hook(receiver))
    body = {"kind": "word", "signal": "status", "words": ["Faulted"], "severity": "critical"}
    (await house.http.put("alert-rules/connector-faulted", json=body)).raise_for_status()
    cp = await house.connected()
    said = {"connectorId": 1, "status": "Faulted", "errorCode": "GroundFailure", "info": "earth  leak"}
    await cp.call("StatusNotification", {**said, "vendorErrorCode": "E17"})
    assert "\n  it says: GroundFailure, earth leak, E17\n" in (await receiver.message())["text"]
