"""Live streams of whoever may see but some charge points: snapshots, changes and totals of those, of no others."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.people import key_of
from tests.live.clients import browser
from tests.stations import iso, meter_values, sampled, start, status
from wattdeck.domain.people import Scope
from wattdeck.live.messages import FLEET_TOPICS, STREAMS

MINE = Scope(("in-*",), ("Depot",))


@pytest.fixture
async def stations(house):
    return {identifier: await house.connected(identifier) for identifier in ("IN-1", "OUT-1")}


async def say_much(house, station):
    expires_at = iso(datetime.now(UTC) + timedelta(hours=1))
    body = {"charge_point": station.identifier, "connector_id": 2, "id_tag": "TAG", "expires_at": expires_at}
    made = await house.post("reservations", **body)
    message_id, _ = await station.asked("ReserveNow")
    await station.answer(message_id, {"status": "Accepted"})
    await house.settled(made.json()["command_id"])
    await station.call("StatusNotification", status("Faulted", 1))
    session = (await station.call("StartTransaction", start(1, "TAG", 0)))["transactionId"]
    power = sampled(60, "Power.Active.Import", unit="kW")
    await station.call("MeterValues", meter_values(sampled(10), power, transaction=session))


@pytest.mark.parametrize("stream", STREAMS)
async def test_a_topic_of_a_charge_point_outside_the_scope_is_one_of_none(house, stations, stream):
    number = (await house.get("charge-points/OUT-1"))["id"]
    async with browser(house, await key_of(house, "operator", MINE)) as one:
        for name in ("OUT-1", "out-1", number, "NOWHERE"):
            await one.subscribe(f"charge_point_{name}_{stream}")
            answer = await one.take()
            assert (answer["kind"], answer["data"]) == ("error", {"detail": "no such charge point"})


async def test_topics_of_everyone_tell_of_those_in_the_scope(house, stations):
    await say_much(house, stations["OUT-1"])
    topics = [*FLEET_TOPICS.values(), "stats"]
    async with browser(house, await key_of(house, "viewer", MINE)) as one, browser(house) as everyone:
        for watching in (one, everyone):
            await watching.subscribe(*topics, throttle_s=0)
        for station in stations.values():
            await say_much(house, station)
        for station in stations.values():
            await station.call("StatusNotification", status("Unavailable", 1, errorCode="OtherError"))
        await everyone.delta("charge_points_status", charge_point="OUT-1", status="Unavailable")
        await one.delta("charge_points_status", charge_point="IN-1", status="Unavailable")
        assert "OUT-1" in "".join(everyone.frames)
        assert "IN-1" in "".join(one.frames)
        assert "OUT-1" not in "".join(one.frames)


async def test_totals_are_of_those_in_the_scope(house, stations):
    async with browser(house, await key_of(house, "viewer", MINE)) as one, browser(house) as everyone:
        assert (await one.snapshot("stats"))["total_charge_points"] == 1
        assert (await everyone.snapshot("stats"))["total_charge_points"] == 2


async def test_two_with_different_scopes_do_not_hear_of_each_others(house, stations):
    async with (
        browser(house, await key_of(house, "viewer", MINE)) as one,
        browser(house, await key_of(house, "viewer", Scope(("OUT-*",)))) as other,
    ):
        for watching in (one, other):
            await watching.snapshot("charge_points_status")
        for station in stations.values():
            await station.call("StatusNotification", status("Available", 1))
        assert (await one.delta("charge_points_status", connector_id=1))["charge_point"] == "IN-1"
        assert (await other.delta("charge_points_status", connector_id=1))["charge_point"] == "OUT-1"


async def test_what_was_missed_is_given_only_of_those_in_the_scope(house, stations):
    key = await key_of(house, "viewer", MINE)
    async with browser(house, key) as one:
        await one.snapshot("charge_points_status")
        await stations["IN-1"].call("StatusNotification", status("Available", 1))
        seen = (await one.take())["seq"]
        for identifier in ("OUT-1", "IN-1"):
            await stations[identifier].call("StatusNotification", status("Preparing", 1))
        await one.delta("charge_points_status", status="Preparing")
    async with browser(house, key) as again:
        await again.subscribe("charge_points_status", since=seen)
        first = await again.take()
        assert (first["data"]["charge_point"], first["data"]["status"]) == ("IN-1", "Preparing")


async def test_a_charge_point_that_is_moved_out_of_the_scope_falls_silent_and_one_moved_in_is_heard(house, stations):
    async with browser(house, await key_of(house, "viewer", MINE)) as one:
        await one.snapshot("charge_points_status")
        await house.http.patch("charge-points/OUT-1", json={"site": "Depot"})
        await stations["OUT-1"].call("StatusNotification", status("Available", 1))
        assert (await one.delta("charge_points_status", connector_id=1))["charge_point"] == "OUT-1"
        await house.http.patch("charge-points/OUT-1", json={"site": None})
        for identifier in ("OUT-1", "IN-1"):
            await stations[identifier].call("StatusNotification", status("Preparing", 1))
        assert (await one.delta("charge_points_status", status="Preparing"))["charge_point"] == "IN-1"


async def test_a_charge_point_nobody_knew_is_heard_by_whose_scope_it_is_in(house, stations):
    async with browser(house, await key_of(house, "viewer", MINE)) as one:
        await one.snapshot("charge_points_status")
        for identifier in ("OUT-2", "IN-2"):
            await house.connected(identifier)
        assert (await one.delta("charge_points_status", connected=True))["charge_point"] == "IN-2"


async def test_an_event_stream_keeps_to_the_scope_too(house, stations):
    key = await key_of(house, "viewer", MINE)
    headers = {"Authorization": f"Bearer {key}"}
    answer = await house.http.get(
        f"{house.http_url}/live/events", params={"topic": "charge_point_OUT-1_status"}, headers=headers
    )
    assert answer.status_code == 404
    query = {"topic": "charge_points_status"}
    async with house.http.stream("GET", f"{house.http_url}/live/events", params=query, headers=headers) as stream:
        async for line in stream.aiter_lines():
            if "IN-1" in line:
                assert "OUT-1" not in line
                break


async def test_a_scope_that_changes_ends_the_open_socket(house, stations, monkeypatch):
    monkeypatch.setattr("wattdeck.api.live.CHECKED_EVERY_S", 0.05)
    password = "a long enough password"
    await house.post("users", username="ana", password=password, scope={"charge_points": ["IN-*"]})
    login = await house.http.post("login", json={"username": "ana", "password": password})
    cookie = {"Cookie": login.headers["set-cookie"].split(";")[0]}
    async with browser(house, None, headers=cookie) as one:
        assert {item["charge_point"] for item in await one.snapshot("charge_points_status")} == {"IN-1"}
        await house.http.patch("users/ana", json={"scope": {"charge_points": ["OUT-*"]}})
        assert (await one.closed())[0] == 4401
