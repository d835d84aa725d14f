"""The hot path in this process, without sockets: real frames into real connections, through gateway, handler, pipeline
and store. What comes out is processor time per message, by thread, and how long each stage takes on its own.

Quick and hardly disturbed by what else the machine does: for a change to the code, before and after.
"""

import asyncio
import contextlib
import gc
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from benchmarks import frames
from benchmarks.report import Row, spread
from benchmarks.stages import stages
from wattdeck.central_system import CentralSystem
from wattdeck.gateway.connection import Connection
from wattdeck.gateway.handshake import Admission
from wattdeck.gateway.wire import LISTENER, Wire
from wattdeck.settings import Settings

CHARGE_POINTS = 200
MESSAGES = 40  # of each charge point in one round
ROUNDS = 5
WRITER = "wattdeck-write"


@dataclass(frozen=True)
class HotPath:
    """µs of processor time per message: all of the process, the event loop's thread and the writer's; and by stage."""

    all_us: float
    loop_us: float
    writer_us: float
    per_second: float
    stages_us: dict[str, float]


class Station:
    """A charge point that is its own socket: each answer brings its next frame."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.connection: Connection | None = None
        self.template = b""
        self.began = 0.0
        self.step_s = 1.0
        self.sent = 0
        self.frames: Iterator[str] = iter(())
        self.answer: asyncio.Future[str] | None = None
        self.done: Callable[[], None] = lambda: None

    def send(self, text: str) -> None:
        if self.answer is not None:
            self.answer.set_result(text)
            return
        if not text.startswith("[3,"):
            raise RuntimeError(f"charge point {self.number} was refused: {text[:300]}")
        self.next()

    def next(self) -> None:
        frame = next(self.frames, None)
        if frame is None:
            self.done()
        else:
            assert self.connection is not None
            asyncio.get_running_loop().call_soon(self.connection.receive, frame)

    async def ask(self, frame: bytes) -> str:
        assert self.connection is not None
        self.answer = asyncio.get_running_loop().create_future()
        self.connection.receive(frame.decode())
        answer = await self.answer
        self.answer = None
        return answer

    def prepare(self, count: int) -> None:
        """Its next frames, made beforehand: `step_s` lies between them."""
        texts = []
        for _ in range(count):
            self.sent += 1
            elapsed, id = self.sent * self.step_s, b"%d-%d" % (self.number, self.sent)
            at = self.began + elapsed
            texts.append(frames.fill_meter_values(self.template, id, at, elapsed, self.sent).decode())
        self.frames = iter(texts)

    def ping(self) -> None: ...
    def close(self, code: int, reason: str) -> None:
        if self.connection is not None:
            self.connection.lost("closed", "us")

    def pause(self) -> None: ...
    def resume(self) -> None: ...


async def open_station(central_system: CentralSystem, number: int, began: float, step_s: float = 1.0) -> Station:
    gateway, station = central_system._gateway, Station(number)
    station.step_s = step_s
    wire = Wire(LISTENER, "127.0.0.1")
    admission = gateway.admit(f"/ocpp/HOT-{number:05d}", {"sec-websocket-protocol": "ocpp1.6"}, wire)
    assert isinstance(admission, Admission)
    station.connection = gateway.connect(admission, station)
    await station.ask(frames.boot_notification("boot", number))
    answer = await station.ask(frames.start_transaction("start", number, began))
    station.template = frames.meter_values_template(frames.transaction_id_in(answer))
    station.began = began
    station.prepare(1)
    await station.ask(next(station.frames).encode())
    return station


async def one_round(
    stations: list[Station], writer: int, own: int, and_then: Callable[[], Awaitable[None]] | None = None
) -> tuple[float, float, float, float]:
    """µs per message of the process, the loop's thread and the writer's; messages per second. `and_then`: what belongs
    to it and is done when all are answered.
    """
    for station in stations:
        station.prepare(MESSAGES)
    left, over = len(stations), asyncio.Event()

    def done() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            over.set()

    gc.collect()
    clocks = [time.process_time, lambda: time.clock_gettime(own), lambda: time.clock_gettime(writer)]
    before, began = [clock() for clock in clocks], time.perf_counter()
    for station in stations:
        station.done = done
        station.next()
    await over.wait()
    if and_then is not None:
        await and_then()
    took, count = time.perf_counter() - began, len(stations) * MESSAGES
    used = [(clock() - then) / count * 1e6 for clock, then in zip(clocks, before, strict=True)]
    return used[0], used[1], used[2], count / took


async def run(rounds: int, then: Callable[[], Any] | None = None) -> list[HotPath]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings(data=Path(folder), unknown_charge_points="accept", unknown_tags="accept")
        async with CentralSystem(settings).running() as central_system:
            writer = next(thread.ident for thread in threading.enumerate() if thread.name.startswith(WRITER))
            clocks = (time.pthread_getcpuclockid(writer or 0), time.pthread_getcpuclockid(threading.get_ident()))
            began = time.time() - 3600.0
            stations = [await open_station(central_system, number, began) for number in range(CHARGE_POINTS)]
            with spared_collector():
                await one_round(stations, *clocks)  # first pages, first statements
                measured = [await one_round(stations, *clocks) for _ in range(rounds)]
            stages_us = stages(stations[0].template)
    return [HotPath(*one, stages_us) for one in measured]


@contextlib.contextmanager
def spared_collector() -> Iterator[None]:
    """As `wattdeck serve` does."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def measure(rounds: int = ROUNDS) -> list[HotPath]:
    return uvloop.run(run(rounds))


def rows(runs: list[HotPath]) -> list[Row]:
    table = [
        Row("Without sockets, in one process: us of processor time per message", spread(one.all_us for one in runs)),
        Row("  of the event loop's thread", spread(one.loop_us for one in runs)),
        Row("  of the writer's thread", spread(one.writer_us for one in runs)),
        Row("  messages per second", spread(one.per_second for one in runs)),
    ]
    return table + [Row(f"  alone: {name}", f"{us:.1f}") for name, us in runs[0].stages_us.items()]
