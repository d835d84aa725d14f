"""Raw frames live: each at once to operators who watch, secrets blanked, and nothing of it where nobody does."""

import asyncio

import pytest

from tests.api.people import client, is_problem, key_of
from tests.live.clients import browser, event_stream
from tests.stations import status

TOPIC = "charge_point_CP-1_messages"


async def test_every_frame_in_and_out_is_told_in_order(house):
    cp = await house.connected()
    async with browser(house) as one:
        await one.snapshot(TOPIC)
        await cp.call("StatusNotification", status("Charging"))
        told = [(await one.take(lambda message: message["topic"] == TOPIC))["data"] for _ in range(2)]
    assert [each["direction"] for each in told] == ["in", "out"]
    assert {each["charge_point"] for each in told} == {"CP-1"}
    assert "StatusNotification" in told[0]["frame"]
    assert told[1]["frame"].startswith("[3,")
    assert told[0]["at"].endswith("Z")


async def test_the_snapshot_holds_what_passed_before_even_if_it_was_not_stored_yet(house):
    cp = await house.station()
    await cp.call("StatusNotification", status("Preparing"))
    await cp.call("StatusNotification", status("Charging"))
    async with browser(house) as one:
        shown = await one.snapshot(TOPIC)
    assert [each["direction"] for each in shown] == ["out", "in", "out", "in"]  # newest first
    assert "Charging" in shown[1]["frame"]


async def test_a_frame_is_in_the_snapshot_or_told_after_it_never_both(house):
    cp = await house.connected()
    async with browser(house, max_queue=None) as first:
        await first.snapshot(TOPIC)
        talking = asyncio.create_task(_talk(cp, 20))
        async with browser(house) as second:
            shown = await second.snapshot(TOPIC)
            await talking
            await cp.call("StatusNotification", status("Faulted"))
            told = []
            while not told or "Faulted" not in told[-1]["frame"]:
                told.append((await second.take(lambda message: message["topic"] == TOPIC))["data"])
    frames = [each["frame"] for each in [*reversed(shown), *told] if each["direction"] == "in"]
    assert len(frames) == len(set(frames)) == 22


async def _talk(cp, count):
    for _ in range(count):
        await cp.call("Heartbeat")


async def test_a_password_is_blanked(house):
    cp = await house.station()
    await cp.boot()
    async with browser(house) as one:
        await one.snapshot(TOPIC)
        payload = {"key": "AuthorizationKey", "value": "0123456789abcdef"}
        await house.post("charge-points/CP-1/commands", action="ChangeConfiguration", payload=payload)
        told = await one.delta(TOPIC, direction="out")
    assert "ChangeConfiguration" in told["frame"]
    assert "0123456789abcdef" not in told["frame"]
    message_id, _ = await cp.asked("ChangeConfiguration")
    await cp.answer(message_id, {"status": "Accepted"})


async def test_frames_that_are_not_kept_are_told_all_the_same(make_house):
    house = await make_house(log_frames=False)
    cp = await house.connected()
    async with browser(house) as one:
        assert await one.snapshot(TOPIC) == []
        await cp.call("Heartbeat")
        assert "Heartbeat" in (await one.delta(TOPIC, direction="in"))["frame"]
    assert await house.items("charge-points/CP-1/messages") == []


async def test_a_viewer_is_refused_and_the_others_topics_served(house):
    await house.connected()
    async with browser(house, await key_of(house, "viewer")) as one:
        await one.subscribe(TOPIC, "stats")
        said = [await one.take(), await one.take()]
    assert {(each["topic"], each["kind"]) for each in said} == {(TOPIC, "error"), ("stats", "snapshot")}
    async with browser(house, await key_of(house, "operator")) as other:
        await other.snapshot(TOPIC)


async def test_a_viewers_event_stream_does_not_begin_and_an_operators_does(house):
    await house.connected()
    async with client(house, await key_of(house, "viewer")) as viewer:
        is_problem(await viewer.get("/live/events", params={"topic": TOPIC}), 403)
    async with event_stream(house, TOPIC, key=await key_of(house, "operator")) as one:
        await one.snapshot(TOPIC)


async def test_where_nobody_watches_nothing_is_made_of_a_frame(house, monkeypatch):
    hub = house.central_system._hub
    monkeypatch.setattr(hub.frames, "hear", lambda *_: pytest.fail("nobody watches"))
    cp = await house.connected("CP-2")
    await house.connected("CP-1")
    await cp.call("Heartbeat")
    assert not hub.frames.watched


async def test_whoever_left_long_ago_is_watching_no_more(house, monkeypatch):
    await house.connected()
    hub = house.central_system._hub
    outbox = hub.attach()
    await hub.subscribe(outbox, [TOPIC, "charge_point_1_messages"])
    assert list(hub.frames.watched.values()) == ["CP-1"]
    hub.detach(outbox)
    monkeypatch.setattr("wattdeck.live.hub.KEEP_WARM_S", -1.0)
    await hub.beat()
    assert not hub.frames.watched
