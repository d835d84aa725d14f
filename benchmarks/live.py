"""From a frame on the wire to the browsers: two hundred of them, while a thousand charge points send."""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks import servers
from benchmarks.load import Load, load_on
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings

KEY = "key-of-the-bench"
BROWSERS = 200
TARGET_P95_MS = 250.0
PROBE_EVERY_S = 0.1
_MARKS = 1_000_000


@dataclass(frozen=True)
class Seen:
    """`missing`: marked values that a browser did not get. `server_cpu`: processors the server used."""

    connections: int
    browsers: int
    rate: float
    p50_ms: float
    p95_ms: float
    missing: int
    server_cpu: float
    megabytes_s: float
    answer_p99_ms: float


def measure(settings: Settings) -> list[Seen]:
    return [_one(settings, browsers) for _ in range(settings.runs) for browsers in (0, BROWSERS)]


def _one(settings: Settings, browsers: int) -> Seen:
    with servers.running(servers.WATTDECK, api_key=KEY) as server, load_on(server) as load:
        load.open(settings.connections)
        rate = float(settings.connections)  # a message of each charge point in a second
        load.ask("pace", rate=rate, seconds=1.0)
        return asyncio.run(_run(server, load, settings, rate, browsers))


async def _run(server: servers.Server, load: Load, settings: Settings, rate: float, browsers: int) -> Seen:
    url = f"ws://127.0.0.1:{server.ocpp_port}/ocpp/PROBE"
    async with connect(url, subprotocols=["ocpp1.6"], compression=None) as probe:  # type: ignore[list-item]
        await _say(probe, 0)
        with listening(server, browsers) as client:
            cpu, began = servers.cpu_seconds(server), time.monotonic()
            pacing = asyncio.create_task(asyncio.to_thread(load.ask, "pace", rate=rate, seconds=settings.pace_s))
            sent: dict[int, float] = {}
            while not pacing.done():
                number = len(sent) + 1
                sent[number] = time.monotonic()
                await _say(probe, number)
                await asyncio.sleep(PROBE_EVERY_S)
            paced = await pacing
            seconds = time.monotonic() - began
            used = (servers.cpu_seconds(server) - cpu) / seconds
            await asyncio.sleep(1.0)  # what is on its way arrives
            told = await asyncio.to_thread(collect, client)
    took = sorted((at - sent[n - _MARKS]) * 1000 for n, at in told["heard"] if n - _MARKS in sent)
    return Seen(
        connections=settings.connections,
        browsers=browsers,
        rate=paced["answered"] / settings.pace_s,
        p50_ms=took[len(took) // 2] if took else 0.0,
        p95_ms=took[int(len(took) * 0.95)] if took else 0.0,
        missing=len(sent) * browsers - len(took),
        server_cpu=used,
        megabytes_s=told["bytes"] / seconds / 1e6,
        answer_p99_ms=paced["p99_ms"],
    )


async def _say(probe: ClientConnection, number: int) -> None:
    """One marked value; its answer."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    value = {"value": str(_MARKS + number), "measurand": "Temperature"}
    payload = {"connectorId": 1, "meterValue": [{"timestamp": at, "sampledValue": [value]}]}
    await probe.send(json.dumps([2, f"mark-{number}", "MeterValues", payload]))
    await probe.recv()


@contextmanager
def listening(
    server: servers.Server, count: int, opening: Callable[[], None] = lambda: None
) -> Iterator[subprocess.Popen[str]]:
    """Browsers that are open and have been shown how things stand. `opening`: called just before the first connects."""
    command = [sys.executable, "-m", "benchmarks.live_client"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        given = {"url": f"ws://127.0.0.1:{server.http_port}/live", "key": KEY, "count": count}
        client.stdin.write(json.dumps(given | {"charge_points": identifiers(server)}) + "\n")
        client.stdin.flush()
        try:
            client.stdout.readline()
            opening()
            if client.stdout.readline().strip() != "ready":
                raise RuntimeError("the browsers did not get ready")
            yield client
        finally:
            client.stdin.close()


def identifiers(server: servers.Server) -> list[str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.http_port}/api/v1/charge-points?limit=200",
        headers={"Authorization": f"Bearer {KEY}"},
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        return [one["identifier"] for one in json.load(reply)["items"]]


def collect(client: subprocess.Popen[str]) -> dict[str, Any]:
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write("\n")
    client.stdin.flush()
    return dict(json.loads(client.stdout.readline()))


def rows(runs: list[Seen]) -> list[Row]:
    alone, watched = ([run for run in runs if run.browsers == browsers] for browsers in (0, BROWSERS))
    p95 = median(run.p95_ms for run in watched)
    cpu = [median(run.server_cpu for run in side) for side in (alone, watched)]
    what = f"Frame to browser: {watched[0].connections:,} charge points, {BROWSERS} browsers, p50 ms"
    return [
        Row(what, spread((run.p50_ms for run in watched), ".0f")),
        Row(
            "  p95 ms",
            spread((run.p95_ms for run in watched), ".0f"),
            target=f"< {TARGET_P95_MS:.0f}",
            met=p95 < TARGET_P95_MS,
        ),
        Row("  values that did not arrive", str(sum(run.missing for run in watched))),
        Row("  MB/s to the browsers", spread((run.megabytes_s for run in watched), ".1f")),
        Row("  processors used: nobody watching", f"{cpu[0]:.2f}"),
        Row("  processors used: with the browsers", f"{cpu[1]:.2f}", ratio=f"{cpu[1] / cpu[0]:.2f}"),
        Row(
            "  charge points' answers, p99 ms: none / browsers",
            " / ".join(f"{median(run.answer_p99_ms for run in side):.0f}" for side in (alone, watched)),
        ),
    ]
