"""kill -9 under load: what was acknowledged is there after the restart, what is sent again is there once."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from tests.faults.ledger import Ledger
from tests.servers import API_KEY, Server, serving
from tests.stations import at, open_station, until

STATIONS = 8


def rows(database: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


async def load(server: Server, ledgers: list[Ledger], count: int) -> list[asyncio.Task]:
    """Let all talk until so many messages more are acknowledged; they go on talking."""
    goal = sum(one.acknowledged for one in ledgers) + count
    tasks = [asyncio.create_task(one.talk(server.ocpp_url)) for one in ledgers]
    await until(lambda: sum(one.acknowledged for one in ledgers) >= goal)
    return tasks


def check(server: Server, ledger: Ledger) -> None:
    """Everything acknowledged is in the database once, by our own API."""
    found = server.get("sessions", charge_point=ledger.identifier, limit=1000)["items"]
    sessions = {int(one["transaction_id"]): one for one in found}
    assert len(found) == len(sessions)
    assert set(ledger.starts) <= set(sessions)
    starts = [(one["started_at"], one["start_meter_wh"]) for one in found]
    assert len(starts) == len(set(starts))
    for transaction, payload in ledger.stops.items():
        one = sessions[transaction]
        assert (one["status"], one["stop_meter_wh"]) == ("completed", payload["meterStop"])
        assert one["energy_wh"] == payload["meterStop"] - ledger.starts[transaction]["meterStart"]
        assert one["flags"] == []
    stored = server.get(f"charge-points/{ledger.identifier}/meter-values", limit=10000)["items"]
    keys = [(at(one["taken_at"]), one["value"], one["session_id"]) for one in stored]
    assert len(keys) == len(set(keys))
    missing = {(taken_at, wh) for _, taken_at, wh in ledger.values} - {key[:2] for key in keys}
    assert not missing


@pytest.mark.covers("promise 2")
async def test_everything_acknowledged_survives_kill_9_and_nothing_is_doubled(tmp_path):
    ledgers = [Ledger(f"CP-{number}") for number in range(STATIONS)]
    with serving(tmp_path) as server:
        ports = server.ports
        tasks = await load(server, ledgers, 150)
        server.kill()
        await asyncio.gather(*tasks)
    with serving(tmp_path, **ports) as server:
        for ledger in ledgers:
            check(server, ledger)
        open_before = server.get("stats")["active_sessions"]
        assert open_before <= STATIONS
        tasks = await load(server, ledgers, 60)  # what was not acknowledged comes again first
        server.kill()
        await asyncio.gather(*tasks)
    with serving(tmp_path, **ports) as server:
        for ledger in ledgers:
            check(server, ledger)
    [(verdict,)] = rows(server.database, "PRAGMA integrity_check")
    assert verdict == "ok"
    doubled = "SELECT count(*) FROM sessions GROUP BY charge_point_id, started_at, start_meter_wh HAVING count(*) > 1"
    assert rows(server.database, doubled) == []


@pytest.mark.covers("promise 14")
async def test_after_kill_9_and_restart_charge_points_that_are_gone_are_offline(tmp_path):
    ledgers = [Ledger("STAYS"), Ledger("GOES")]
    with serving(tmp_path) as server:
        tasks = await load(server, ledgers, 4)
        assert server.get("stats")["connected"] == 2
        server.kill()
        await asyncio.gather(*tasks)
    with serving(tmp_path) as server:
        assert server.get("stats")["connected"] == 0
        tasks = await load(server, ledgers[:1], 1)
        one, other = server.get("charge-points/STAYS"), server.get("charge-points/GOES")
        assert (one["connected"], other["connected"]) == (True, False)
        assert server.ask("POST", "charge-points/GOES/remote-start", json={"id_tag": "T"}).status_code == 409
        assert server.stop() == 0
        await asyncio.gather(*tasks)


async def test_a_local_list_under_way_at_kill_9_is_in_doubt_until_its_version_tells(tmp_path):
    path, entries = "charge-points/CP-1/local-list", [{"id_tag": "A"}]
    with serving(tmp_path) as server:
        cp = await open_station(server.ocpp_url, "CP-1")
        await cp.boot()
        server.ask("PUT", path, json={"version": 7, "update_type": "Full", "entries": entries}).raise_for_status()
        await cp.asked("SendLocalList")
        assert server.get(path)["state"] == "pending"
        server.kill()
        await cp.close()
    with serving(tmp_path) as server:
        now = server.get(path)
        assert (now["state"], now["command_id"], now["version"], now["entries"]) == ("unknown", None, None, [])
        cp = await open_station(server.ocpp_url, "CP-1")
        await cp.boot()
        server.ask("POST", f"{path}/refresh").raise_for_status()
        message_id, _ = await cp.asked("GetLocalListVersion")
        await cp.answer(message_id, {"listVersion": 7})
        now = await until(lambda: (one := server.get(path))["state"] == "in_sync" and one)
        assert (now["version"], [one["id_tag"] for one in now["entries"]]) == (7, ["A"])
        await cp.close()


async def test_sigterm_drains_what_was_received(tmp_path):
    ledgers = [Ledger(f"CP-{number}") for number in range(STATIONS)]
    with serving(tmp_path) as server:
        tasks = await load(server, ledgers, 80)
        assert server.stop() == 0
        await asyncio.gather(*tasks)
        assert "Traceback" not in server.log.read_text()
    with serving(tmp_path) as server:
        for ledger in ledgers:
            check(server, ledger)


@pytest.mark.long
@pytest.mark.parametrize("delay_messages", [1, 37, 90])
async def test_kill_9_at_other_moments_loses_nothing_either(tmp_path, delay_messages):
    ledgers = [Ledger(f"CP-{number}") for number in range(3)]
    with serving(tmp_path) as server:
        tasks = await load(server, ledgers, delay_messages)
        server.kill()
        await asyncio.gather(*tasks)
    with serving(tmp_path) as server:
        for ledger in ledgers:
            check(server, ledger)


async def test_sigterm_ends_event_streams_and_does_not_wait_for_them(tmp_path):
    with serving(tmp_path) as server:
        headers = {"Authorization": f"Bearer {API_KEY}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as client,
            client.stream("GET", f"{server.http_url}/live/events", params={"topic": "stats"}) as response,
        ):
            lines = response.aiter_lines()
            while not (await anext(lines)).startswith("data: "):
                pass
            server.process.terminate()
            async for _ in lines:
                pass
        assert server.stop() == 0
        assert "graceful shutdown" not in server.log.read_text()
