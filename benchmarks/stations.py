"""Pretended charge points of the load client: connect, boot, begin a session, send meter values, match the answers."""

import asyncio
import collections
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks import frames

CONNECTING_AT_ONCE = 50
SETUP_DEADLINE_S = 120.0
AWAY_S = 3.0  # between the loss of all connections and their return
PATIENCE_S = 60.0  # of a handshake, where all come at once
# Connections leave from several loopback addresses: one address has only some 28,000 ports, and they rest after use.
SOURCE_ADDRESSES = tuple(f"127.0.0.{last}" for last in range(2, 10))


class Fleet:
    """All charge points of this process, what they do with an answer just now, and what was counted."""

    def __init__(self) -> None:
        self.stations: list[Station] = []
        self.run = uuid.uuid4().hex[:8]
        self.begin(lambda station: None)

    def begin(self, on_answer: "Callable[[Station], None]") -> None:
        """Start a phase with all counts at zero."""
        self.on_answer = on_answer
        self.answered = 0
        self.refused = 0
        self.lost = 0
        self.asked = 0

    def counts(self) -> dict[str, int]:
        unanswered = sum(station.waiting + len(station.backlog) for station in self.stations)
        return {
            "answered": self.answered,
            "refused": self.refused,
            "lost": self.lost,
            "asked": self.asked,
            "unanswered": unanswered,
        }


class Station(WSListener):
    """One charge point: at most one call of its own outstanding."""

    def __init__(self, fleet: Fleet, number: int) -> None:
        super().__init__()
        self.fleet = fleet
        self.number = number
        self.transport: WSTransport | None = None
        self.template = b""
        self.charging_since = 0.0
        self.sent = 0
        self.message_id = b""
        self.waiting = False
        self.due = 0.0
        self.backlog: collections.deque[float] = collections.deque()
        self.reply: asyncio.Future[bytes] | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.fleet.lost += 1
        if self.reply and not self.reply.done():
            self.reply.set_exception(ConnectionError(f"charge point {self.number} was disconnected"))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            if frame.msg_type == WSMsgType.CLOSE:
                transport.disconnect()
            return
        payload = frame.get_payload_as_bytes()
        if payload[1:2] == b"2":
            self.fleet.asked += 1
            decline(transport, payload)
        elif self.message_id in payload:  # the answer to anything else is no answer, and will be missed
            self.waiting = False
            if self.reply:
                self.reply.set_result(payload)
                return
            if payload[1:2] != b"3":
                self.fleet.refused += 1
            self.fleet.on_answer(self)


def decline(transport: WSTransport, payload: bytes) -> None:
    """Answer a call of the central system: this charge point can only count."""
    message_id = json.loads(payload)[1]
    transport.send(WSMsgType.TEXT, json.dumps([4, message_id, "NotImplemented", "", {}]).encode())


def next_message_id(station: Station) -> bytes:
    station.sent += 1
    station.message_id = b"%b-%d-%d" % (station.fleet.run.encode(), station.number, station.sent)
    return station.message_id


def send(station: Station, frame: bytes, due: float) -> None:
    station.due = due
    station.waiting = True
    if station.transport is not None:
        station.transport.send(WSMsgType.TEXT, frame)


def meter_values(station: Station) -> bytes:
    now = time.time()
    charging_s = now - station.charging_since
    step = station.sent + station.number
    return frames.fill_meter_values(station.template, next_message_id(station), now, charging_s, step)


def send_meter_values(station: Station, due: float) -> None:
    send(station, meter_values(station), due)


async def ask(station: Station, frame: bytes) -> Any:
    """Send one call outside the hot path and return the payload of its answer."""
    station.reply = asyncio.get_running_loop().create_future()
    send(station, frame, time.perf_counter())
    answer = json.loads(await station.reply)
    station.reply = None
    if answer[0] != 3:
        raise RuntimeError(f"charge point {station.number} was refused: {answer}")
    return answer[2]


async def connect(station: Station, port: int) -> None:
    await ws_connect(
        lambda: station,
        f"ws://127.0.0.1:{port}/ocpp/BENCH-{station.number:05d}",
        extra_headers={"Sec-WebSocket-Protocol": "ocpp1.6"},
        websocket_handshake_timeout=PATIENCE_S,
        read_buffer_init_size=1024,
        local_addr=(SOURCE_ADDRESSES[station.number % len(SOURCE_ADDRESSES)], 0),
    )


async def boot(station: Station) -> None:
    frame = frames.boot_notification(next_message_id(station).decode(), station.number)
    status = (await ask(station, frame))["status"]
    if status != "Accepted":
        raise RuntimeError(f"charge point {station.number} was not accepted but {status}")


async def open_station(fleet: Fleet, port: int, number: int, charging: bool) -> Station:
    """Connect one charge point, boot it and, if it is to charge, begin its session and send its first meter values.

    What a server does once for each new charge point and series is thus part of opening, not of what follows.
    """
    station = Station(fleet, number)
    await connect(station, port)
    await boot(station)
    if charging:
        answer = await ask(station, frames.start_transaction(next_message_id(station).decode(), number))
        station.template = frames.meter_values_template(answer["transactionId"])
        station.charging_since = time.time()
        await ask(station, meter_values(station))
    return station


async def open_stations(fleet: Fleet, connections: int, port: int, charging: bool) -> dict[str, float]:
    """Open so many further charge points, a few at a time, and tell how long it took."""
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def one(number: int) -> Station:
        async with gate:
            return await open_station(fleet, port, number, charging)

    began_at = time.perf_counter()
    async with asyncio.timeout(SETUP_DEADLINE_S):
        there = len(fleet.stations)
        fleet.stations += await asyncio.gather(*(one(there + number) for number in range(connections)))
    return {"connections": len(fleet.stations), "seconds": time.perf_counter() - began_at}


async def reconnect(fleet: Fleet, port: int) -> dict[str, Any]:
    """Everyone loses its connection and comes back at once, as after a network's failure: a boot and two statuses.

    Timed from the first connect to the last answer; `failed`: who was not answered.
    """
    numbers = [station.number for station in fleet.stations]
    for station in fleet.stations:
        if station.transport is not None:
            station.transport.disconnect()
    fleet.stations = []
    await asyncio.sleep(AWAY_S)

    async def come_back(number: int) -> None:
        station = Station(fleet, number)
        await connect(station, port)
        await boot(station)
        for connector_id in (0, 1):
            await ask(station, frames.status_notification(next_message_id(station).decode(), connector_id))
        answered_at.append(time.perf_counter())
        fleet.stations.append(station)

    began_at, answered_at = time.perf_counter(), list[float]()
    tasks = [asyncio.create_task(come_back(number)) for number in numbers]
    await asyncio.wait(tasks, timeout=SETUP_DEADLINE_S)
    failed = sum(not task.done() or task.exception() is not None for task in tasks)
    for task in tasks:
        task.cancel()
    ordered = sorted(at - began_at for at in answered_at)
    half = ordered[len(ordered) // 2] if ordered else 0.0
    return {"connections": len(numbers), "failed": failed, "half_s": half, "seconds": max(ordered, default=0.0)}
