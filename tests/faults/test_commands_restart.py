"""Commands when the server is killed: what was kept goes out afterwards, what was sent never a second time."""

import asyncio

import pytest

from tests.servers import serving
from tests.stations import start, station, until


def commands(server, identifier="CP-1"):
    return {one["id"]: one for one in server.get(f"charge-points/{identifier}/commands")["items"]}


def send(server, action="ClearCache", identifier="CP-1", **more):
    body = {"action": action, **more}
    answer = server.ask("POST", f"charge-points/{identifier}/commands", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


@pytest.mark.covers("promise 15")
async def test_after_kill_9_what_was_kept_goes_out_in_order_and_what_was_sent_is_lost(tmp_path):
    with serving(tmp_path) as server:
        async with station(server.ocpp_url) as cp:
            await cp.boot()
            sent = send(server, "Reset", payload={"type": "Hard"}, offline="queue")
            await cp.asked("Reset")
            refused = send(server, "GetLocalListVersion")
            kept = [send(server, offline="queue"), send(server, "GetLocalListVersion", offline="queue")]
            server.kill()
    with serving(tmp_path) as server:
        states = {id: one["state"] for id, one in commands(server).items()}
        assert states == {sent: "connection_lost", refused: "connection_lost", kept[0]: "queued", kept[1]: "queued"}
        async with station(server.ocpp_url) as cp:
            await cp.boot()
            for id in kept:
                message_id, _ = await cp.asked()
                assert message_id == str(id)
                await cp.answer(message_id, {"status": "Accepted"})
            await until(lambda: {commands(server)[id]["state"] for id in kept} == {"accepted"})
            assert len([frame for frame in cp.received if frame[0] == 2]) == 2


async def answering(cp, seen, enough):
    """Accept what is asked, until so much was seen by all charge points together."""
    while len(seen) < enough:
        message_id, _ = await cp.asked()
        seen.append(message_id)
        await cp.answer(message_id, {"status": "Accepted"})


async def test_a_server_killed_while_it_works_off_what_was_kept_sends_nothing_twice(tmp_path):
    with serving(tmp_path) as server:
        server.ask("POST", "charge-points", json={"identifier": "CP-1"})
        ids = [send(server, offline="queue") for _ in range(30)]
        seen: list[str] = []
        async with station(server.ocpp_url) as cp:
            await cp.boot()
            await answering(cp, seen, 8)
            server.kill()
            first = [frame[1] for frame in cp.received if frame[0] == 2]
    with serving(tmp_path) as server:
        rest = [str(id) for id, one in commands(server).items() if one["state"] == "queued"]
        async with station(server.ocpp_url) as cp:
            await cp.boot()
            await answering(cp, seen, len(seen) + len(rest))
            second = [frame[1] for frame in cp.received if frame[0] == 2]
            await until(lambda: not {one["state"] for one in commands(server).values()} & {"queued", "sent"})
            states = {str(id): one["state"] for id, one in commands(server).items()}
    assert second == sorted(rest, key=int)
    assert (set(first) & set(second), {*first, *second} <= set(map(str, ids))) == (set(), True)
    assert all(states[id] == "accepted" for id in second)
    assert set(states.values()) <= {"accepted", "connection_lost"}


async def test_an_effect_that_was_waited_for_at_kill_9_is_seen_after_the_restart(tmp_path):
    with serving(tmp_path) as server:
        async with station(server.ocpp_url) as cp:
            await cp.boot()
            id = send(server, "RemoteStartTransaction", payload={"idTag": "TAG"})
            message_id, _ = await cp.asked()
            await cp.answer(message_id, {"status": "Accepted"})
            await until(lambda: commands(server)[id]["effect"] == "pending")
            server.kill()
    with serving(tmp_path) as server:
        assert commands(server)[id]["effect"] == "pending"
        async with station(server.ocpp_url) as cp:
            await cp.call("StartTransaction", start(tag="TAG"))
            await until(lambda: commands(server)[id]["effect"] == "confirmed")


async def test_a_key_that_was_used_before_kill_9_stands_for_the_same_command(tmp_path):
    def ask(server):
        path, headers = "charge-points/CP-1/commands", {"Idempotency-Key": "k"}
        return server.ask("POST", path, json={"action": "ClearCache"}, headers=headers)

    with serving(tmp_path) as server:
        async with station(server.ocpp_url) as cp:
            await cp.boot()
            first = await asyncio.to_thread(ask, server)
            await cp.asked()
            server.kill()
    with serving(tmp_path) as server:
        async with station(server.ocpp_url) as cp:
            await cp.boot()
            again = await asyncio.to_thread(ask, server)
            assert (again.json()["id"], again.json()["state"]) == (first.json()["id"], "connection_lost")
            await cp.call("Heartbeat")
            assert [frame for frame in cp.received if frame[0] == 2] == []


async def test_a_bulk_command_that_kill_9_interrupted_says_so_and_sends_no_more(tmp_path):
    def counts(server):
        one = server.get(f"bulk-commands/{order['id']}")
        return one["state"], one["counts"]

    with serving(tmp_path) as server:
        async with station(server.ocpp_url, "CP-1") as cp:
            await cp.boot()
            server.ask("POST", "charge-points", json={"identifier": "CP-2"})
            body = {"action": "ClearCache", "filter": {}, "per_second": 0.1}
            order = server.ask("POST", "bulk-commands", json=body).json()
            await cp.asked("ClearCache")
            assert counts(server) == ("running", {"sent": 1, "waiting": 1})
            server.kill()
    with serving(tmp_path) as server:
        assert counts(server) == ("interrupted", {"connection_lost": 1, "not_sent": 1})
