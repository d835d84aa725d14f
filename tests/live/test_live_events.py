"""The event stream: what a browser's EventSource or `curl -N` gets, over real sockets."""

import asyncio
import json

import pytest

from tests.api.people import PASSWORD, client, is_problem, key_of
from tests.live.clients import DEADLINE_S, event_stream
from tests.live.test_socket_edges import cookie_of
from tests.stations import meter_values, status, until
from wattdeck.api import live, live_events
from wattdeck.api.auth import hash_token
from wattdeck.store import users

STATUS, VALUES, SESSIONS = "charge_points_status", "charge_points_meter_values", "charge_points_sessions"
EVENTS = "/live/events"


async def test_it_answers_as_an_event_stream_that_no_proxy_holds_back(house):
    async with event_stream(house, STATUS) as one:
        assert one.response.status_code == 200
        headers = one.response.headers
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
        assert "content-length" not in headers
        await one.snapshot(STATUS)
        assert 1_000 <= one.retry_ms <= 3_000


async def test_all_snapshots_come_in_one_event_and_changes_after_it(house):
    cp = await house.connected()
    async with event_stream(house, STATUS, "stats", "charge_point_CP-1_sessions") as one:
        assert (await one.snapshot("stats"))["connected"] == 1
        [(_, first)] = one.events
        assert {message["topic"] for message in first} == {STATUS, "stats", "charge_point_CP-1_sessions"}
        assert {message["kind"] for message in first} == {"snapshot"}
        await cp.call("StatusNotification", status("Charging"))
        assert (await one.delta(STATUS, connector_id=1))["status"] == "Charging"


async def test_the_id_of_an_event_covers_every_number_in_it_and_rises(house):
    cp = await house.station()
    async with event_stream(house, STATUS, VALUES, throttle_s=0) as one:
        await one.snapshot(VALUES)
        for number in range(5):
            await cp.call("MeterValues", meter_values(number))
            await cp.call("StatusNotification", status("Charging" if number % 2 else "Preparing"))
        await one.delta(STATUS, status="Preparing")
    ids = [id for id, _ in one.events]
    assert ids == sorted(ids)
    for id, messages in one.events:
        assert id >= max(message["seq"] for message in messages)


async def test_a_viewers_key_is_enough(house):
    async with event_stream(house, STATUS, key=await key_of(house, "viewer")) as one:
        assert await one.snapshot(STATUS) == []


@pytest.mark.parametrize("by", ["Last-Event-ID", "since"])
async def test_a_lost_stream_is_resumed_without_loss(house, by):
    cp = await house.station()
    async with event_stream(house, STATUS, SESSIONS) as one:
        await one.snapshot(SESSIONS)
    for word in ("Charging", "SuspendedEV", "Finishing"):
        await cp.call("StatusNotification", status(word))
    again = {"headers": {by: str(one.last_id)}} if by == "Last-Event-ID" else {by: one.last_id}
    async with event_stream(house, STATUS, SESSIONS, **again) as two:
        assert (await two.delta(STATUS, connector_id=1))["status"] == "Finishing"
    assert not [message for _, messages in two.events for message in messages if "kind" in message]


async def test_a_browser_that_comes_back_is_believed_its_last_id_not_the_query_it_began_with(house):
    async with event_stream(house, STATUS) as one:
        await one.snapshot(STATUS)
    async with event_stream(house, STATUS, since=1, headers={"Last-Event-ID": str(one.last_id)}) as two:
        cp = await house.station()
        await cp.call("StatusNotification", status("Charging"))
        await two.delta(STATUS, connector_id=1)
    assert not [message for _, messages in two.events for message in messages if "kind" in message]


async def test_a_number_that_is_kept_no_more_is_a_gap_and_then_a_snapshot(house):
    async with event_stream(house, STATUS, since=17) as one:
        gap, snapshot = await one.take(), await one.take()
    assert (gap["kind"], gap["data"]["since"], snapshot["kind"]) == ("gap", 17, "snapshot")


async def test_a_value_its_throttle_held_back_is_not_lost_to_the_id_of_a_later_event(house):
    cp = await house.station()
    async with event_stream(house, STATUS, VALUES, throttle_s=60) as one:
        await one.snapshot(VALUES)
        await cp.call("MeterValues", meter_values(1))
        await one.delta(VALUES)
        await cp.call("MeterValues", meter_values(2))
        await cp.call("StatusNotification", status("Charging"))
        await one.delta(STATUS, connector_id=1)
    async with event_stream(house, STATUS, VALUES, throttle_s=60, since=one.last_id) as two:
        await two.delta(VALUES, value=2)


async def test_each_topic_has_the_throttle_at_its_place(house):
    cp = await house.connected()
    mine = "charge_point_CP-1_meter_values"
    async with event_stream(house, VALUES, mine, throttle_s=[60, 0]) as one:
        await one.snapshot(mine)
        for number in range(3):
            await cp.call("MeterValues", meter_values(number))
            await one.delta(mine, value=number)
    told = [message for _, messages in one.events for message in messages if message["topic"] == VALUES]
    assert [message["data"]["value"] for message in told if "kind" not in message] == [0]


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ({}, 422, "topic"),
        ({"topic": "nonsense"}, 422, "no such topic: 'nonsense'"),
        ({"topic": ["stats", "charge_point_NOBODY_status"]}, 404, "no such charge point: 'charge_point_NOBODY_status'"),
        ({"topic": "stats", "since": "yesterday"}, 422, "since"),
        ({"topic": "stats", "since": -1}, 422, "since"),
        ({"topic": "stats", "throttle_s": 61}, 422, "throttle_s"),
        ({"topic": "stats", "throttle_s": "nan"}, 422, "throttle_s"),
        ({"topic": ["stats", STATUS, SESSIONS], "throttle_s": [1, 2]}, 422, "throttle_s"),
    ],
    ids=lambda one: None if isinstance(one, dict) else str(one),
)
async def test_what_is_wrong_is_a_problem_before_the_stream_begins(house, query, code, said):
    answer = await house.http.get(f"{house.http_url}{EVENTS}", params=query)
    is_problem(answer, code)
    assert said in answer.json()["detail"]
    assert house.metric("wattdeck_live_clients") == 0


async def test_a_last_id_that_is_no_number_is_a_problem(house):
    answer = await house.http.get(
        f"{house.http_url}{EVENTS}", params={"topic": "stats"}, headers={"Last-Event-ID": "the last one"}
    )
    is_problem(answer, 422)


@pytest.mark.parametrize("key", [None, "wrong"])
async def test_a_stranger_is_refused(house, key):
    async with client(house, key) as one:
        is_problem(await one.get(EVENTS, params={"topic": "stats"}), 401)


async def test_a_cookie_counts_unless_another_site_sent_it(make_house):
    house = await make_house(admin_password=PASSWORD)
    cookie = await cookie_of(house)
    for origin in ({}, {"Origin": house.http_url}):
        async with event_stream(house, STATUS, key=None, headers=cookie | origin) as one:
            assert await one.snapshot(STATUS) == []
    async with client(house) as stranger:
        for origin in ("https://elsewhere.example", "null"):
            answer = await stranger.get(EVENTS, params={"topic": STATUS}, headers=cookie | {"Origin": origin})
            is_problem(answer, 403)


async def test_a_silent_stream_shows_that_the_server_lives(house, monkeypatch):
    monkeypatch.setattr(live_events, "BEAT_S", 0.05)
    async with event_stream(house, STATUS) as one:
        await one.snapshot(STATUS)
        while len(one.comments) < 3:
            await one.read()
    assert len(one.events) == 1


async def test_heartbeats_of_the_socket_are_not_told(house):
    async with event_stream(house, STATUS) as one:
        await one.snapshot(STATUS)
        await house.central_system._hub.beat()
        cp = await house.station()
        await cp.call("StatusNotification", status("Charging"))
        await one.delta(STATUS, connector_id=1)
    assert {message["topic"] for _, messages in one.events for message in messages} == {STATUS}


async def test_who_has_gone_is_forgotten(house):
    async with event_stream(house, STATUS) as one:
        await one.snapshot(STATUS)
        assert house.metric("wattdeck_live_clients") == 1
    await until(lambda: house.metric("wattdeck_live_clients") == 0)


async def test_a_key_that_is_taken_back_ends_its_stream_and_says_why(house, monkeypatch):
    monkeypatch.setattr(live, "CHECKED_EVERY_S", 0.05)
    key = await key_of(house, "viewer")
    async with event_stream(house, STATUS, key=key) as one:
        await one.snapshot(STATUS)
        await house.central_system._store.write(lambda c: users.remove_token(c, hash_token(key)))
        last = await one.take()
        await one.ended()
    assert (last["topic"], last["kind"]) == ("server", "error")
    assert "logged out" in last["data"]["detail"]
    assert one.last_id != 0


async def test_a_log_out_ends_the_stream_of_its_cookie(make_house, monkeypatch):
    monkeypatch.setattr(live, "CHECKED_EVERY_S", 0.05)
    house = await make_house(admin_password=PASSWORD)
    cookie = await cookie_of(house)
    async with event_stream(house, STATUS, key=None, headers=cookie) as one, client(house) as person:
        await one.snapshot(STATUS)
        await person.post("/api/v1/logout", headers=cookie)
        await one.ended()


async def test_one_who_does_not_read_costs_no_more_than_its_outbox(house, monkeypatch):
    monkeypatch.setattr("wattdeck.live.outbox.MOST_WAITING", 20)
    hub = house.central_system._hub
    query = f"{EVENTS}?topic={SESSIONS}"
    host, port = house.http_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    try:
        key = house.http.headers["authorization"]
        writer.write(f"GET {query} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {key}\r\n\r\n".encode())
        await until(lambda: (SESSIONS, None) in hub._topics and hub._topics[SESSIONS, None].clients)
        [outbox] = hub._clients
        filling = json.dumps("x" * 1_000_000).encode()
        async with asyncio.timeout(DEADLINE_S):
            while not outbox._skipped:
                hub._hand_out(hub._topics[SESSIONS, None], None, filling)
                await asyncio.sleep(0)
        assert outbox._waiting <= 20
        async with event_stream(house, "stats") as quick:
            assert await quick.snapshot("stats")
        async with asyncio.timeout(DEADLINE_S):
            while b'"kind":"skipped"' not in await reader.read(1_000_000):
                pass
    finally:
        writer.close()
    await until(lambda: house.metric("wattdeck_live_clients") == 0)


async def test_the_end_of_the_house_ends_its_streams(make_house):
    house = await make_house()
    async with event_stream(house, STATUS) as one:
        await one.snapshot(STATUS)
        house.central_system.end_live_streams()
        await one.ended()
    async with event_stream(house, STATUS) as late:
        await late.ended()
