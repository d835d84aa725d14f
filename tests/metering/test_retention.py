"""What is old is forgotten while the store is in use: in bounded steps, and nothing that should stay goes with it."""

import asyncio
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import to_ms
from wattdeck.metering.folding import Folding
from wattdeck.metering.retention import Retention
from wattdeck.settings import Settings
from wattdeck.store import messages, retention, rollups, samples, sealing, series
from wattdeck.store.engine import Store
from wattdeck.store.samples import DAY_MS
from wattdeck.telemetry import Telemetry

SERIES, OF_A_DAY, DAYS_BACK = 4, 300, 10


def fill(connection: Connection, charge_point_id: int, now: datetime) -> None:
    """Ten days of samples of four series, up to now."""
    keys = [(number, "Voltage", "", "Outlet", "V") for number in range(SERIES)]
    today = to_ms(now) // DAY_MS
    ids = series.add(connection, charge_point_id, keys, today).values()
    rows = [
        (day, id, day * DAY_MS + number * 60_000, 0, 230.0, 0, 0)
        for day in range(today - DAYS_BACK, today + 1)
        for id in ids
        for number in range(OF_A_DAY)
    ]
    connection.connection.driver_connection.executemany(  # type: ignore[union-attr]
        "INSERT INTO samples (day, series_id, taken_at, context, value, delay_ms, flags) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def days_left(connection: Connection) -> dict[int, int]:
    query = "SELECT day, count(*) FROM samples GROUP BY day ORDER BY day"
    return {row[0]: row[1] for row in connection.exec_driver_sql(query)}


@pytest.fixture
async def today(store: Store, charge_point: ChargePoint, now: datetime) -> int:
    await store.write(lambda connection: fill(connection, charge_point.id, now))
    return to_ms(now) // DAY_MS


async def test_samples_that_are_old_go_and_whole_days_stay(
    store: Store, telemetry: Telemetry, now: datetime, today: int
):
    await Retention(store, Settings(), telemetry).sweep(now)
    assert await store.read(days_left) == dict.fromkeys(range(today - 7, today + 1), SERIES * OF_A_DAY)
    gone = telemetry.registry.get_sample_value("wattdeck_forgotten_rows_total", {"kind": "samples"})
    assert gone == 3 * SERIES * OF_A_DAY


async def test_what_waits_to_be_folded_is_tried_again_after_a_while(
    store: Store, telemetry: Telemetry, now: datetime, today: int
):
    await store.write(lambda c: rollups.mark(c, [(1, (today - 10) * DAY_MS)]))
    job = Retention(store, Settings(), telemetry)
    await job.sweep(now)
    assert today - 10 in await store.read(days_left)
    await store.write(lambda c: c.exec_driver_sql("DELETE FROM stale_rollups"))
    await job.sweep(now + timedelta(minutes=9))
    assert today - 10 in await store.read(days_left)
    await job.sweep(now + timedelta(minutes=11))
    assert today - 10 not in await store.read(days_left)


def all_rollups(connection: Connection) -> list[tuple[object, ...]]:
    query = "SELECT * FROM rollups ORDER BY period, series_id, bucket"
    return [tuple(row) for row in connection.exec_driver_sql(query)]


async def test_samples_that_came_are_folded_before_they_go_and_what_was_folded_stays(
    store: Store, telemetry: Telemetry, now: datetime, charge_point: ChargePoint
):
    register = (1, "Energy.Active.Import.Register", "", "Outlet", "Wh")
    first = to_ms(now - timedelta(days=9))
    made = await store.write(lambda c: series.add(c, charge_point.id, [register], first // DAY_MS))
    taken = [first + number * 600_000 for number in range(9 * 144)]
    rows = [(at, made[register], 0, 100.0 * number, at, None, 0, None) for number, at in enumerate(taken)]
    await store.add((samples.INSERT, rows), (series.NEW_DAY, [(taken[-1] // DAY_MS, made[register])]))
    await store.write(lambda c: sealing.seal(c, now, 1, made[register]))
    before = await store.read(days_left)
    job, folding = Retention(store, Settings(), telemetry), Folding(store, Settings(), telemetry)
    await job.sweep(now)
    assert await store.read(days_left) == before
    while (await folding.step(to_ms(now))).marks:
        pass
    folded = await store.read(all_rollups)
    await job.sweep(now + timedelta(hours=1))
    left = await store.read(days_left)
    assert left == {day: count for day, count in before.items() if day >= to_ms(now) // DAY_MS - 7}
    # also where hours that are final and hours that have their samples are folded in one go
    await store.write(lambda c: rollups.mark(c, [(made[register], at) for at in taken]))
    while (await folding.step(to_ms(now))).marks:
        pass
    assert await store.read(all_rollups) == folded


async def test_no_step_is_large(
    store: Store, telemetry: Telemetry, now: datetime, today: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retention, "STEP_SERIES", 1)
    commits = telemetry.registry.get_sample_value("wattdeck_store_commits_total")
    await Retention(store, Settings(), telemetry).sweep(now)
    after = telemetry.registry.get_sample_value("wattdeck_store_commits_total")
    assert after is not None
    assert commits is not None
    assert after - commits >= 3 * SERIES


async def test_ingest_goes_on_between_the_steps(
    store: Store, telemetry: Telemetry, now: datetime, today: int, charge_point: ChargePoint
):
    sweep = asyncio.create_task(Retention(store, Settings(), telemetry).sweep(now))
    written = 0
    while not sweep.done():
        await store.add((messages.INSERT, [(charge_point.id, to_ms(now), "in", "[]")]))
        written += 1
    await sweep
    assert written > 5


async def test_a_frame_log_that_is_too_large_loses_its_oldest_frames_and_counts_them(
    store: Store, telemetry: Telemetry, now: datetime
):
    rows = [(1, to_ms(now), "in", f"[{number}," + "x" * 90 + "]") for number in range(40_000)]
    await store.add((messages.INSERT, rows))
    await Retention(store, Settings(frames_limit_bytes=1_048_576), telemetry).sweep(now)
    size = (await store.read(lambda c: store.pages.table_sizes(c, "messages")))[0]
    assert 900_000 < size.bytes < 1_200_000
    dropped = telemetry.registry.get_sample_value("wattdeck_dropped_total", {"reason": "frame_log_full"})
    assert dropped == 40_000 - size.rows
    newest = await store.read(lambda c: messages.of(c, 1, 1))
    assert newest.items[0].frame.startswith("[39999,")


SWEEPS = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from wattdeck.metering.retention import Retention
from wattdeck.settings import Settings
from wattdeck.store import retention
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

retention.STEP_SERIES = 1
forget = retention.forget_samples

def told(connection, run):
    print("step", flush=True)
    return forget(connection, run)

async def main():
    retention.forget_samples = told
    store = Store(Path(sys.argv[1]), Telemetry())
    await store.open()
    await Retention(store, Settings(), Telemetry()).sweep(datetime.fromisoformat(sys.argv[2]))

asyncio.run(main())
"""


async def test_a_process_that_is_killed_between_steps_takes_nothing_along_that_should_stay(
    store: Store, telemetry: Telemetry, now: datetime, today: int, tmp_path: Path
):
    await store.close()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SWEEPS, str(tmp_path), now.isoformat()), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    for _ in range(3):
        assert await process.stdout.readline() == b"step\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    await store.open()
    left = await store.read(days_left)
    stays = dict.fromkeys(range(today - 7, today + 1), SERIES * OF_A_DAY)
    assert {day: count for day, count in left.items() if day in stays} == stays
    assert 0 < sum(count for day, count in left.items() if day not in stays) < 3 * SERIES * OF_A_DAY
    await Retention(store, Settings(), telemetry).sweep(now)
    assert await store.read(days_left) == stays
