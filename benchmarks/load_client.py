"""The load client, a process of its own: pretended charge points on raw picows connections.

It reads one command per line from standard input and answers each with one line, both JSON:
`{"do": "open", ...}`, `{"do": "saturate", ...}`, `{"do": "pace", ...}`; it leaves at the end of input.
Every load is bounded in count and time and goes to 127.0.0.1 only.
"""

import asyncio
import gc
import json
import sys
import time
from typing import Any

import uvloop

from benchmarks import stations
from benchmarks.stations import Fleet, Station

MOST_CONNECTIONS = 10_000
MOST_MESSAGES = 1_000_000
MOST_SECONDS = 60.0
DRAIN_S = 15.0
TICK_S = 0.001


async def saturate(fleet: Fleet, seconds: float) -> dict[str, Any]:
    """Closed loop: every charge point sends its next message as soon as the last one is answered.

    Counted from the first message to the last answer, when nothing is on its way any more: a server that answers
    in long bursts would make any window in between a matter of luck. The client never sleeps meanwhile: to wake it for
    each answer would be the server's work, a tenth of it, which charge points elsewhere do not ask of it.
    """
    latencies: list[float] = []
    sending = True
    began_at = ended_at = time.perf_counter()

    def answered(station: Station) -> None:
        nonlocal ended_at
        ended_at = time.perf_counter()
        latencies.append(ended_at - station.due)
        fleet.answered += 1
        if sending and fleet.answered < MOST_MESSAGES:
            stations.send_meter_values(station, ended_at)

    loop = asyncio.get_running_loop()

    def stay_awake() -> None:
        if sending:
            loop.call_soon(stay_awake)

    fleet.begin(answered)
    for station in fleet.stations:
        stations.send_meter_values(station, time.perf_counter())
    stay_awake()
    await asyncio.sleep(min(seconds, MOST_SECONDS))
    sending = False
    await drain(fleet)
    took_s = ended_at - began_at
    return {
        "per_second": len(latencies) / took_s,
        **summary(latencies),
        **fleet.counts(),
    }


async def pace(fleet: Fleet, rate: float, seconds: float) -> dict[str, Any]:
    """Open loop: message k is due at k / rate, whatever the server does, and its time counts from when it was due.

    A charge point has one call outstanding (OCPP-J 1.6, section 4.1.1): what falls due meanwhile waits its turn, and
    the wait counts, so a stall of the server is seen by every message it held up (no coordinated omission).
    """
    latencies: list[float] = []
    lateness: list[float] = []

    def answered(station: Station) -> None:
        now = time.perf_counter()
        latencies.append(now - station.due)
        fleet.answered += 1
        if station.backlog:
            stations.send_meter_values(station, station.backlog.popleft())

    fleet.begin(answered)
    total = min(int(rate * min(seconds, MOST_SECONDS)), MOST_MESSAGES)
    started_at = time.perf_counter() + 0.01
    given = 0
    while given < total:
        now = time.perf_counter()
        fallen_due = min(total, int((now - started_at) * rate) + 1)
        while given < fallen_due:
            due = started_at + given / rate
            station = fleet.stations[given % len(fleet.stations)]
            lateness.append(max(0.0, now - due))
            if station.waiting:
                station.backlog.append(due)
            else:
                stations.send_meter_values(station, due)
            given += 1
        await asyncio.sleep(TICK_S)
    await drain(fleet)
    now = time.perf_counter()
    for station in fleet.stations:  # what never came counts with the time it has been waited for
        latencies += [now - due for due in ([station.due] if station.waiting else []) + list(station.backlog)]
    return {"rate": rate, "client_late_p99_ms": percentile(lateness, 99), **summary(latencies), **fleet.counts()}


async def drain(fleet: Fleet) -> None:
    """Wait for the answers still on their way, within reason."""
    deadline = time.perf_counter() + DRAIN_S
    while time.perf_counter() < deadline and any(station.waiting for station in fleet.stations):  # noqa: ASYNC110
        await asyncio.sleep(0.02)  # polled, so that answering itself costs nothing more


def percentile(seconds: list[float], percent: float) -> float:
    """Return a percentile in milliseconds (nearest rank)."""
    if not seconds:
        return 0.0
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


def summary(latencies: list[float]) -> dict[str, float]:
    return {"p50_ms": percentile(latencies, 50), "p99_ms": percentile(latencies, 99)}


async def serve_commands() -> None:
    fleet = Fleet()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        match command.pop("do"):
            case "open":
                count = min(command.pop("connections"), MOST_CONNECTIONS)
                answer = await stations.open_stations(fleet, count, **command)
            case "reconnect":
                answer = await stations.reconnect(fleet, **command)
            case "saturate":
                answer = await saturate(fleet, **command)
            case "pace":
                answer = await pace(fleet, **command)
            case other:
                answer = {"unknown": other}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    gc.disable()  # a collection here would be read as a slow answer there
    uvloop.run(serve_commands())
