"""kill -9 where meter values are acknowledged on receipt: what may be lost, to the value; and an end in good order."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.ledger import Ledger
from tests.faults.test_kill import load, rows
from tests.servers import Server, serving
from tests.stations import at, meter_values, start, station, stop, until

RECEIVED = {"meter_ack": "received", "buffer_values": 100, "buffer_s": 300}
BEGAN = datetime(2026, 11, 24, 8, tzinfo=UTC)


def moment(number: int) -> datetime:
    return BEGAN + timedelta(seconds=number)


async def acknowledged(server: Server, count: int) -> None:
    """One charge point sends so many values one by one and has an answer to each; then the server is gone."""
    async with station(server.ocpp_url, "CP-1") as cp:
        for number in range(count):
            await cp.call("MeterValues", meter_values(1000 + number, taken_at=moment(number)))
        server.kill()


def stored(server: Server) -> list[float]:
    found = server.get("charge-points/CP-1/meter-values", limit=1000)["items"]
    return [one["value"] for one in found][::-1]


@pytest.mark.covers("promise 2")
@pytest.mark.parametrize(("sent", "kept"), [(99, 0), (100, 100), (299, 200)])
async def test_kill_9_loses_fewer_than_buffer_values_and_the_newest_of_them(tmp_path, sent, kept):
    with serving(tmp_path, **RECEIVED) as server:
        await acknowledged(server, sent)
    with serving(tmp_path, **RECEIVED) as server:
        found = stored(server)
    assert found == [1000.0 + number for number in range(len(found))]
    assert kept <= len(found) <= sent  # more where it took so long that something else wrote them


@pytest.mark.long
@pytest.mark.covers("promise 2")
async def test_kill_9_under_load_loses_no_more_than_that_and_no_start_and_no_stop(tmp_path):
    ledgers = [Ledger(f"CP-{number}") for number in range(8)]
    lost = 0
    with serving(tmp_path, **RECEIVED) as server:
        tasks = await load(server, ledgers, 400)
        server.kill()
        await asyncio.gather(*tasks)
    with serving(tmp_path, **RECEIVED) as server:
        for one in ledgers:
            found = server.get("sessions", charge_point=one.identifier, limit=1000)["items"]
            known = {int(session["transaction_id"]): session for session in found}
            assert set(one.starts) <= set(known)
            assert all(known[id]["status"] == "completed" for id in one.stops)
            values = server.get(f"charge-points/{one.identifier}/meter-values", limit=10000)["items"]
            kept = {(at(value["taken_at"]), value["value"]) for value in values}
            acknowledged = [(taken_at, wh) for _, taken_at, wh in one.values]
            gone = [key for key in acknowledged if key not in kept]
            assert acknowledged[len(acknowledged) - len(gone) :] == gone  # the newest
            lost += len(gone)
    assert lost < 100


async def test_kill_9_loses_nothing_that_is_older_than_buffer_s(tmp_path):
    with serving(tmp_path, **RECEIVED | {"buffer_s": 0.3}) as server:
        async with station(server.ocpp_url, "CP-1") as cp:
            for number in range(5):
                await cp.call("MeterValues", meter_values(1000 + number, taken_at=moment(number)))
            query = "SELECT count(*) FROM samples_head"
            await until(lambda: rows(server.database, query) == [(5,)])  # by the clock: nobody asked the server
            server.kill()
    with serving(tmp_path, **RECEIVED) as server:
        assert stored(server) == [1000.0 + number for number in range(5)]


@pytest.mark.covers("promise 2")
async def test_starts_and_stops_are_never_among_what_is_lost_nor_what_came_before_them(tmp_path):
    with serving(tmp_path, **RECEIVED) as server:
        async with station(server.ocpp_url, "CP-1") as cp:
            transaction = (await cp.call("StartTransaction", start(wh=1000, started_at=moment(0))))["transactionId"]
            for number in range(1, 10):
                payload = meter_values(1000 + number, taken_at=moment(number), transaction=transaction)
                await cp.call("MeterValues", payload)
            await cp.call("StopTransaction", stop(transaction, 1010, moment(10)))
            server.kill()
    with serving(tmp_path, **RECEIVED) as server:
        [session] = server.get("sessions")["items"]
        assert (session["status"], session["energy_wh"], at(session["stopped_at"])) == ("completed", 10, moment(10))
        assert stored(server) == [1000.0 + number for number in range(11)]


async def test_sigterm_and_a_charge_point_that_leaves_lose_nothing(tmp_path):
    with serving(tmp_path, **RECEIVED) as server:
        async with station(server.ocpp_url, "CP-2") as other:
            async with station(server.ocpp_url, "CP-1") as cp:
                for number in range(7):
                    await cp.call("MeterValues", meter_values(1000 + number, taken_at=moment(number)))
            await other.call("MeterValues", meter_values(5, taken_at=moment(0)))
            assert await asyncio.to_thread(server.stop) == 0
        assert "Traceback" not in server.log.read_text()
    with serving(tmp_path, **RECEIVED) as server:
        assert stored(server) == [1000.0 + number for number in range(7)]
        assert len(server.get("charge-points/CP-2/meter-values")["items"]) == 1


async def test_what_is_shown_includes_what_waits(tmp_path):
    with serving(tmp_path, **RECEIVED) as server:
        async with station(server.ocpp_url, "CP-1") as cp:
            await cp.call("MeterValues", meter_values(1000, taken_at=moment(0)))
            await cp.call("MeterValues", meter_values(1001, taken_at=moment(1)))
            assert stored(server) == [1000.0, 1001.0]
            [latest] = server.get("charge-points/CP-1/meter-values/latest")["items"]
            assert latest["value"] == 1001
