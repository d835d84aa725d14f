"""The live socket where something is not as it should be: strangers, nonsense, slow readers, lost connections."""

import asyncio
import contextlib
import json
import time

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.api.people import PASSWORD, client
from tests.houses import open_house, serving_asgi, settings
from tests.live.clients import browser
from tests.stations import meter_values, sampled, status, until
from wattdeck import CentralSystem

STATUS, VALUES = "charge_points_status", "charge_points_meter_values"


async def cookie_of(house):
    async with client(house) as one:
        await one.post("/api/v1/login", json={"username": "admin", "password": PASSWORD})
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in one.cookies.items())}


@pytest.mark.parametrize("key", [None, "wrong"])
async def test_a_stranger_is_told_to_log_in_by_the_close_code(house, key):
    async with browser(house, key) as one:
        assert (await one.closed())[0] == 4401


async def test_a_browser_comes_in_by_its_cookie_unless_another_site_sent_it(make_house):
    house = await make_house(admin_password=PASSWORD)
    cookie = await cookie_of(house)
    for origin in (None, house.http_url):
        async with browser(house, None, headers=cookie, origin=origin) as one:
            assert await one.snapshot(STATUS) == []
    for origin in ("https://elsewhere.example", "null"):
        async with browser(house, None, headers=cookie, origin=origin) as one:
            assert (await one.closed())[0] == 4401


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        '{"action": "subscribe"}',
        '{"action": "subscribe", "topics": "stats"}',
        '{"action": "subscribe", "topics": [1]}',
        '{"action": "explode", "topics": []}',
        '{"action": "subscribe", "topics": ["stats"]',
        '{"action": "subscribe", "topics": ["' + "x" * 70_000 + '"]}',
        "[" * 60_000,
        '{"action": "subscribe", "topics": ["stats"], "since": "1795247928464"}',
        '{"action": "subscribe", "topics": ["stats"], "since": 1e999}',
        '{"action": "subscribe", "topics": ["stats"], "since": true}',
        '{"action": "subscribe", "topics": ["stats"], "since": ' + "9" * 400 + "}",
        '{"action": "subscribe", "topics": ["stats"], "throttle_s": "5"}',
        '{"action": "subscribe", "topics": ["stats"], "throttle_s": ' + "9" * 400 + "}",
    ],
    ids=range(18),
)
async def test_a_malformed_request_is_answered_and_the_next_one_served(house, text):
    async with browser(house) as one:
        await one.socket.send(text)
        error = await one.take()
        assert (error["topic"], error["kind"]) == ("server", "error")
        assert "subscribe" in error["data"]["detail"]
        assert await one.snapshot(STATUS) == []


async def test_a_topic_that_does_not_exist_is_answered_and_the_others_served(house):
    async with browser(house) as one:
        await one.subscribe("nonsense", "charge_point_NOBODY_status", "stats")
        said = [await one.take() for _ in range(3)]
    assert {(one["topic"], one["kind"], one["data"].get("detail")) for one in said} == {
        ("nonsense", "error", "no such topic"),
        ("charge_point_NOBODY_status", "error", "no such charge point"),
        ("stats", "snapshot", None),
    }


async def test_a_binary_frame_ends_the_connection_and_nobody_elses(house):
    async with browser(house) as other, browser(house) as one:
        await one.socket.send(b"\x00\x01")
        assert (await one.closed())[0] == 1008
        assert await other.snapshot(STATUS) == []


async def test_a_closed_browser_is_forgotten(house):
    async with browser(house) as one:
        await one.snapshot(STATUS)
        assert house.metric("wattdeck_live_clients") == 1
    await until(lambda: house.metric("wattdeck_live_clients") == 0)


async def test_a_throttle_gives_at_most_one_frame_per_interval_with_the_latest_of_each_series(house):
    cp = await house.station()
    async with browser(house) as one:
        await one.snapshot(VALUES, throttle_s=0.3)
        began = time.monotonic()
        for number in range(30):
            values = (sampled(number, "Voltage", phase="L1"), sampled(1000 + number, "Voltage", phase="L2"))
            await cp.call("MeterValues", meter_values(*values))
        await one.delta(VALUES, value=1029)
        took = time.monotonic() - began
    frames = [json.loads(text) for text in one.frames[1:]]
    assert len(frames) <= took / 0.3 + 2
    for frame in frames:
        series = [message["data"]["phase"] for message in frame]
        assert len(series) == len(set(series))


async def test_a_status_does_not_wait_for_the_throttle(house):
    cp = await house.station()
    async with browser(house) as one:
        await one.snapshot(STATUS, throttle_s=60)
        await one.snapshot(VALUES)
        for number in range(3):
            await cp.call("MeterValues", meter_values(number))
        await cp.call("StatusNotification", status("Charging"))
        assert (await one.delta(STATUS, connector_id=1))["status"] == "Charging"


async def test_a_lost_connection_is_resumed_without_loss(house):
    cp = await house.station()
    async with browser(house) as one:
        await one.snapshot(STATUS)
        await cp.call("StatusNotification", status("Preparing"))
        seen = await one.take(lambda message: message["topic"] == STATUS and message["data"]["connector_id"] == 1)
        one.socket.transport.abort()
    for word in ("Charging", "SuspendedEV", "Finishing"):
        await cp.call("StatusNotification", status(word))
    async with browser(house) as one:
        await one.subscribe(STATUS, since=seen["seq"])
        assert (await one.delta(STATUS))["status"] == "Finishing"
        assert all(message.get("kind") is None for message in json.loads(one.frames[0]))


async def test_sessions_that_started_and_stopped_meanwhile_are_all_told(house):
    cp = await house.station()
    async with browser(house) as one:
        await one.snapshot("charge_points_sessions")
        await one.subscribe("nonsense")
        seen = await one.take()
    ids = []
    for wh in range(3):
        payload = {"connectorId": 1, "idTag": "T", "meterStart": wh, "timestamp": f"2026-01-01T0{wh}:00:00Z"}
        ids.append((await cp.call("StartTransaction", payload))["transactionId"])
        payload = {"transactionId": ids[-1], "meterStop": wh, "timestamp": f"2026-01-01T0{wh}:30:00Z"}
        await cp.call("StopTransaction", payload)
    async with browser(house) as one:
        await one.subscribe("charge_points_sessions", since=seen["seq"])
        told = [await one.take() for _ in range(6)]
    assert [(one["data"]["event"], one["data"]["session"]["id"]) for one in told] == [
        (event, id) for id in ids for event in ("started", "stopped")
    ]


async def test_a_server_that_was_restarted_tells_of_the_gap_and_shows_its_state(tmp_path):
    async with open_house(tmp_path) as house:
        cp = await house.station()
        async with browser(house) as one:
            await one.snapshot(STATUS)
            await cp.call("StatusNotification", status("Charging"))
            seen = await one.take()
    async with open_house(tmp_path) as house, browser(house) as one:
        await one.subscribe(STATUS, since=seen["seq"])
        gap, snapshot = await one.take(), await one.take()
    assert (gap["topic"], gap["kind"], gap["data"]["since"]) == (STATUS, "gap", seen["seq"])
    assert snapshot["kind"] == "snapshot"
    assert [each["status"] for each in snapshot["data"] if each["connector_id"] == 1] == ["Charging"]
    assert snapshot["seq"] > seen["seq"]


async def test_a_browser_that_does_not_read_delays_nobody_and_is_told_what_it_missed(house, monkeypatch):
    monkeypatch.setattr("wattdeck.live.outbox.MOST_WAITING", 20)
    cp = await house.station()
    async with browser(house, max_queue=1, max_size=None) as slow, browser(house, max_size=None) as quick:
        for one in (slow, quick):
            await one.snapshot("charge_points_sessions")
        outboxes = list(house.central_system._hub._clients)
        count = 0

        async def started():
            nonlocal count
            count += 1
            payload = {"connectorId": 1, "idTag": "T" * 20, "meterStart": count, "timestamp": "2026-01-01T00:00:00Z"}
            await cp.call("StartTransaction", payload)
            await quick.delta("charge_points_sessions", event="started")
            return any(outbox._skipped for outbox in outboxes)

        async with asyncio.timeout(50):
            slow.socket.transport.pause_reading()
            await _fill(house, "charge_points_sessions")
            while not await started():
                pass
        assert all(outbox._waiting <= 20 for outbox in outboxes)
        slow.socket.transport.resume_reading()
        notice = await slow.take(lambda message: message.get("kind") == "skipped")
        assert 0 < notice["data"]["count"] <= house.metric("wattdeck_dropped_total", reason="browser_behind")
        assert await slow.snapshot("stats")


async def test_a_browser_that_reads_nothing_for_a_while_is_told_nothing_more(house, monkeypatch):
    monkeypatch.setattr("wattdeck.api.live.LET_GO_S", 0.1)
    async with browser(house, max_queue=1, max_size=None) as slow:
        await slow.snapshot("charge_points_sessions")
        slow.socket.transport.pause_reading()
        await _fill(house, "charge_points_sessions")
        await until(lambda: house.metric("wattdeck_live_clients") == 0)
        slow.socket.transport.resume_reading()
        with contextlib.suppress(ConnectionClosed):
            while True:  # what was on its way already
                await slow.socket.recv()
        assert slow.socket.close_code in (1013, 1006)  # 1006: the web server has lost patience with the farewell


async def test_the_server_ends_in_good_order_while_a_browser_that_reads_nothing_says_goodbye(tmp_path):
    async with contextlib.AsyncExitStack() as later, open_house(tmp_path) as house:
        slow = await later.enter_async_context(browser(house, max_queue=1, max_size=None))
        await slow.snapshot("charge_points_sessions")
        slow.socket.transport.pause_reading()
        await _fill(house, "charge_points_sessions")
        slow.socket.protocol.send_close(1000)
        slow.socket.send_data()
        await until(lambda: house.metric("wattdeck_live_clients") == 0)
        # what is on its way to it keeps the connection, until it is cut
        asyncio.get_running_loop().call_later(0.3, slow.socket.transport.abort)


async def _fill(house, topic):
    """What fits the buffers of a socket between two processes of one machine, and more."""
    hub = house.central_system._hub
    filling = json.dumps({"event": "filling", "session": "x" * 1_000_000}).encode()
    for _ in range(16):
        hub._hand_out(hub._topics[topic, None], None, filling)
        await asyncio.sleep(0)


async def test_before_the_house_runs_a_browser_is_asked_to_try_again_later(tmp_path):
    app = CentralSystem(settings(tmp_path)).asgi
    async with (
        serving_asgi(app) as http,
        connect(f"{http.replace('http', 'ws', 1)}/live", proxy=None, open_timeout=60) as socket,
    ):
        await socket.wait_closed()
    assert socket.close_code == 1013
