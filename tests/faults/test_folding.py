"""kill -9 while rollups are folded: what is marked stays marked until what it stands for is stored."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.houses import migrated_database
from tests.servers import Server, serving
from tests.stations import until
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.store import charge_points, samples, sealing, series
from wattdeck.store.engine import open_sqlite

POINTS, HOURS, PER_HOUR = 30, 100, 60
MINUTE_MS, HOUR_MS = 60_000, 3_600_000


@pytest.fixture
async def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with days of registers that are sealed and not folded: 600 Wh in each hour."""
    path = shutil.copy(await migrated_database(tmp_path_factory), tmp_path / "wattdeck.sqlite3")
    engine = open_sqlite(path, "BEGIN IMMEDIATE", 1)
    end = to_ms(datetime.now(UTC) - timedelta(hours=5)) // HOUR_MS * HOUR_MS
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        for number in range(POINTS):
            cp = charge_points.register(connection, f"CP-{number}", "accepted", from_ms(end))
            key = (1, "Energy.Active.Import.Register", "", "Outlet", "Wh")
            id = series.add(connection, cp.id, [key], end // samples.DAY_MS)[key]
            times = range(end - HOURS * HOUR_MS, end + 1, HOUR_MS // PER_HOUR)
            rows = [(at, id, 0, 10.0 * place, at, None, 0, None) for place, at in enumerate(times)]
            driver.executemany(samples.INSERT.sql, rows)
        sealing.seal(connection, from_ms(end + 1), 0, 10**6)
    engine.dispose()
    return tmp_path


def energies(server: Server, number: int, period: str) -> list[float]:
    begin = (datetime.now(UTC) - timedelta(hours=HOURS + 30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = f"charge-points/CP-{number}/rollups"
    found = server.get(path, period=period, limit=1000, **{"from": begin})["items"]
    return [one["energy_wh"] for one in found if one["energy_wh"]]


async def test_folding_that_was_killed_in_the_middle_goes_on_and_nothing_is_missing_or_doubled(folder: Path):
    async def changed() -> bool:
        return server.get("recompute")["changed"] > HOURS

    async def done() -> bool:
        return server.get("recompute")["state"] == "done"

    with serving(folder) as server:
        ports = server.ports
        server.ask("POST", "recompute", json={})
        await until(changed)
        is_done = await done()
        server.kill()
    assert not is_done
    with serving(folder, **ports) as server:
        for number in (0, POINTS // 2, POINTS - 1):
            assert energies(server, number, "hour") == [pytest.approx(600)] * HOURS
            assert sum(energies(server, number, "day")) == pytest.approx(600 * HOURS)
        server.ask("POST", "recompute", json={})
        await until(done)
        assert server.get("recompute")["hours"] == POINTS * (HOURS + 1)
        for number in (0, POINTS - 1):
            assert energies(server, number, "hour") == [pytest.approx(600)] * HOURS
            assert sum(energies(server, number, "month")) == pytest.approx(600 * HOURS)
