"""From a bad value on the wire to the alert that is stored and told, while all charge points send and a hundred rules
look at what they say.
"""

import asyncio
import json
import statistics
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks import servers
from benchmarks.alert_rules import HUNDRED, rule_sets
from benchmarks.load import Load, load_on
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings
from wattdeck.domain.alert_rules import plain

KEY = "key-of-the-bench"
TARGET_P99_MS = 1000.0
PROBE_EVERY_S = 0.05
_LOAD_MORE_S = 2.0  # the load goes on until the last alert has come
_PATIENCE_S = 20.0


@dataclass(frozen=True)
class Heard:
    """`rate`: messages per second of the load beside it; times from the value to the live message, in ms."""

    connections: int
    rate: float
    alerts: int
    p50_ms: float
    p99_ms: float


def measure(settings: Settings) -> list[Heard]:
    return [_one(settings) for _ in range(settings.runs)]


def _one(settings: Settings) -> Heard:
    with servers.running(servers.WATTDECK, api_key=KEY) as server, load_on(server) as load:
        _write_rules(server)
        load.open(settings.connections)
        rate = float(settings.connections)  # a message of each charge point in a second
        load.ask("pace", rate=rate, seconds=1.0)
        return asyncio.run(_probe(server, load, settings, rate))


def _write_rules(server: servers.Server) -> None:
    _ask(server, "POST", "alert-rules/apply", {"rules": [plain(rule) for rule in rule_sets()[HUNDRED]]})
    # what is to be told is stored in the same commit
    _ask(server, "PUT", "alert-channels/log", {"kind": "log", "default": True, "most_per_hour": 3600})


def _ask(server: servers.Server, method: str, path: str, body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{server.http_port}/api/v1/{path}"
    asked = urllib.request.Request(url, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(asked, timeout=30) as reply:
        assert reply.status == 200


async def _probe(server: servers.Server, load: Load, settings: Settings, rate: float) -> Heard:
    """Every connector of one more charge point gets too hot once, one after the other."""
    seconds = settings.pace_s
    pacing = asyncio.create_task(asyncio.to_thread(load.ask, "pace", rate=rate, seconds=seconds + _LOAD_MORE_S))
    headers = {"Authorization": f"Bearer {KEY}"}
    live = f"ws://127.0.0.1:{server.http_port}/live"
    station = f"ws://127.0.0.1:{server.ocpp_port}/ocpp/PROBE"
    async with (
        connect(live, additional_headers=headers, compression=None) as browser,
        connect(station, subprotocols=["ocpp1.6"], compression=None) as socket,  # type: ignore[list-item]
    ):
        await browser.send(json.dumps({"action": "subscribe", "topics": ["alerts"], "throttle_s": 0}))
        sent: dict[int, float] = {}
        took: list[float] = []
        count = int(seconds / PROBE_EVERY_S)
        hearing = asyncio.create_task(_hear(browser, sent, took, count))
        answers = asyncio.create_task(_drain(socket))
        for number in range(1, count + 1):
            sent[number] = time.perf_counter()
            await socket.send(_hot(number))
            await asyncio.sleep(PROBE_EVERY_S)
        await asyncio.wait_for(hearing, _PATIENCE_S)
        answers.cancel()
    paced = await pacing
    took.sort()
    p99 = took[int(len(took) * 0.99)]
    return Heard(
        settings.connections, paced["answered"] / (seconds + _LOAD_MORE_S), len(took), statistics.median(took), p99
    )


async def _hear(browser: ClientConnection, sent: dict[int, float], took: list[float], count: int) -> None:
    """Until every connector has been heard of."""
    while len(took) < count:
        text = await browser.recv()
        at = time.perf_counter()
        for message in json.loads(text):
            data: Any = message.get("data")
            if isinstance(data, dict) and data.get("event") == "fired" and data.get("charge_point") == "PROBE":
                took.append((at - sent[data["connector_id"]]) * 1000)


async def _drain(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


def _hot(connector: int) -> str:
    value = {"value": "99", "measurand": "Temperature", "unit": "Celsius"}
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    payload = {"connectorId": connector, "meterValue": [{"timestamp": at, "sampledValue": [value]}]}
    return json.dumps([2, f"hot-{connector}", "MeterValues", payload])


def rows(runs: list[Heard]) -> list[Row]:
    p99 = median(run.p99_ms for run in runs)
    what = f"A bad value to its alert, stored and told: {runs[0].connections:,} charge points, 100 more rules, p50 ms"
    return [
        Row(what, spread((run.p50_ms for run in runs), ".0f")),
        Row(
            "  p99 ms",
            spread((run.p99_ms for run in runs), ".0f"),
            target=f"< {TARGET_P99_MS:,.0f}",
            met=p99 < TARGET_P99_MS,
        ),
        Row("  messages per second beside it", spread(run.rate for run in runs)),
    ]
