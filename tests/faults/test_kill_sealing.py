"""kill -9 while samples move from the head to their place: each is in one of the two, or in both, and read once."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.test_kill import rows
from tests.houses import migrated_database
from tests.servers import serving
from tests.stations import until
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.store import charge_points, samples, sealing, series
from wattdeck.store.engine import open_sqlite

SERIES, OF_EACH = 40, 5_000
KEY = (1, "Energy.Active.Import.Register", "", "Outlet", "Wh")
SEALED, WAITING = "SELECT count(*) FROM samples", "SELECT count(*) FROM samples_head"
TWICE = (
    "SELECT count(*) FROM samples JOIN samples_head USING (series_id, taken_at, context)"
    f" WHERE samples.day = samples_head.taken_at / {samples.DAY_MS}"
)


@pytest.fixture
async def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose head is full of samples of yesterday: several steps of sealing."""
    path = shutil.copy(await migrated_database(tmp_path_factory), tmp_path / "wattdeck.sqlite3")
    engine = open_sqlite(path, "BEGIN IMMEDIATE", 1)
    end = to_ms(datetime.now(UTC) - timedelta(hours=20))
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        for number in range(SERIES):
            cp = charge_points.register(connection, f"CP-{number}", "accepted", from_ms(end))
            id = series.add(connection, cp.id, [KEY], end // samples.DAY_MS)[KEY]
            times = [end - 10_000 * place for place in range(OF_EACH)]
            driver.executemany(samples.INSERT.sql, [(at, id, 0, 1e6 - at % 1e6, at, None, 0, None) for at in times])
    engine.dispose()
    assert SERIES * OF_EACH > 4 * sealing.STEP_ROWS
    return tmp_path


@pytest.mark.long
@pytest.mark.covers("promise 2")
async def test_sealing_that_was_killed_in_the_middle_loses_and_doubles_nothing(folder: Path):
    total = SERIES * OF_EACH
    database = folder / "wattdeck.sqlite3"

    async def killed(after: int) -> None:
        """Start the server, and kill it when more than so many samples are sealed."""
        with serving(folder, keep_samples_days=30) as server:
            await until(lambda: rows(database, SEALED)[0][0] > after, 60)
            server.kill()

    def in_all() -> int:
        return sum(rows(database, query)[0][0] for query in (SEALED, WAITING)) - rows(database, TWICE)[0][0]

    await killed(0)
    [(sealed,)] = rows(database, SEALED)
    assert 0 < sealed < total
    assert in_all() == total
    await killed(sealed)
    assert in_all() == total
    with serving(folder, keep_samples_days=30) as server:
        await until(lambda: rows(database, WAITING) == [(0,)], 60)
        assert rows(database, SEALED) == [(total,)]
        values = server.get("charge-points/CP-7/meter-values", limit=10_000)["items"]
        assert len(values) == OF_EACH
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
