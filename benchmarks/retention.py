"""`python -m benchmarks.retention`: how long ingest waits for a commit while old samples are deleted beside it.

Stretches with the sweep and without it in turn, in one process on one database, so that the machine's other work is
shared by both.
"""

import argparse
import asyncio
import statistics
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from wattdeck.domain.clock import now, to_ms
from wattdeck.metering.retention import Retention
from wattdeck.settings import Settings
from wattdeck.store import charge_points, samples, series
from wattdeck.store.engine import Store
from wattdeck.store.samples import DAY_MS
from wattdeck.telemetry import Telemetry

VALUES_OF_A_MESSAGE = 8
_INSERT = "INSERT INTO samples (day, series_id, taken_at, context, value, delay_ms, flags) VALUES (?, ?, ?, 0, ?, ?, 0)"


def fill(connection: Connection, charge_point_id: int, count: int, day: int, of_each: int) -> list[int]:
    """A day of samples, sealed."""
    keys = [(number, "Voltage", "", "Outlet", "V") for number in range(count)]
    ids = sorted(series.add(connection, charge_point_id, keys, day + 8).values())
    gap = DAY_MS // of_each
    rows = ((day, id, day * DAY_MS + number * gap, 230.5, 350) for id in ids for number in range(of_each))
    connection.connection.driver_connection.executemany(_INSERT, rows)  # type: ignore[union-attr]
    return ids


class Ingest:
    """Messages by turns of all charge points, `side_by_side` of them waiting for their commit at any time."""

    def __init__(self, store: Store, ids: list[int], side_by_side: int) -> None:
        self._store, self._ids, self._many = store, ids, side_by_side
        self._turn = 0
        self.waits: list[float] = []

    async def until(self, done: asyncio.Event) -> None:
        await asyncio.gather(*(self._one(done) for _ in range(self._many)))

    async def _one(self, done: asyncio.Event) -> None:
        while not done.is_set():
            self._turn += VALUES_OF_A_MESSAGE
            at = to_ms(now())
            some = [self._ids[(self._turn + value) % len(self._ids)] for value in range(VALUES_OF_A_MESSAGE)]
            rows = [(at + self._turn % 1000, id, 0, 230.5, at, None, 0, None) for id in some]
            began = time.perf_counter()
            await self._store.add((samples.INSERT, rows))
            self.waits.append(time.perf_counter() - began)


def told(name: str, waits: list[float], took_s: float) -> None:
    cuts = statistics.quantiles(waits, n=100)
    figures = (f"{value * 1000:.1f}" for value in (cuts[49], cuts[98], max(waits)))
    print(f"{name:26} {len(waits) / took_s:7.0f} messages/s   p50 / p99 / longest {' / '.join(figures)} ms")


async def measure(folder: Path, count: int, of_each: int, side_by_side: int, stretches: int) -> None:
    telemetry, at = Telemetry(), now()
    store = Store(folder, telemetry)
    await store.open()
    one = await store.write(lambda c: charge_points.register(c, "CP", "accepted", at))
    today = to_ms(at) // DAY_MS
    with_it, without = ([], 0.0), ([], 0.0)
    for _ in range(stretches):
        ids = await store.write(lambda c: fill(c, one.id, count, today - 8, of_each))
        for sweeping in (True, False):
            ingest, done = Ingest(store, ids, side_by_side), asyncio.Event()
            running = asyncio.create_task(ingest.until(done))
            began = time.perf_counter()
            if sweeping:
                await Retention(store, Settings(data=folder), telemetry).sweep(at + timedelta(hours=1))
                length = time.perf_counter() - began
            else:
                await asyncio.sleep(length)
            done.set()
            await running
            waits, took = with_it if sweeping else without
            waits += ingest.waits
            if sweeping:
                with_it = (waits, took + length)
            else:
                without = (waits, took + length)
    gone = telemetry.registry.get_sample_value("wattdeck_forgotten_rows_total", {"kind": "samples"}) or 0
    print(f"{gone:,.0f} samples deleted in {with_it[1]:.1f} s")
    told("while samples are deleted", *with_it)
    told("otherwise", *without)
    await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retention", description=__doc__)
    parser.add_argument("--series", type=int, default=2_000)
    parser.add_argument("--samples", type=int, default=1_440, help="of each series a day")
    parser.add_argument("--messages", type=int, default=20, help="that wait for their commit side by side")
    parser.add_argument("--stretches", type=int, default=2)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), given.series, given.samples, given.messages, given.stretches))


if __name__ == "__main__":
    main()
