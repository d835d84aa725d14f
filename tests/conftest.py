"""What tests of every room share: a real store in a fresh folder, its figures, and one moment to count from."""

import shutil
from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from tests import servers
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.store import charge_points
from wattdeck.store.engine import Store, open_sqlite
from wattdeck.store.migrate import migrate
from wattdeck.telemetry import Telemetry

# The same examples each time, and none is wrong for taking long: `make test` is to say the same of the same code.
hypothesis.settings.load_profile("ci")
# `make test-long` draws other ones each time, and more.
hypothesis.settings.register_profile("thorough", max_examples=1000, deadline=None, database=None, derandomize=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What servers of their own had to say stands in the report of a test that failed."""
    report = yield
    if report.failed:
        report.sections += servers.last_words(call.start)
    return report


@pytest.fixture
def now() -> datetime:
    """A moment like any other: an autumn noon, with milliseconds."""
    return datetime(2026, 9, 14, 12, 0, 0, 250_000, UTC)


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no rows."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    engine = open_sqlite(path, "BEGIN IMMEDIATE", 1)
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
async def store(tmp_path: Path, telemetry: Telemetry, empty_database: Path) -> AsyncIterator[Store]:
    """An open store that commits without lingering."""
    shutil.copy(empty_database, tmp_path / "wattdeck.sqlite3")  # spares the migration
    store = Store(tmp_path, telemetry, linger_s=0)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def charge_point(store: Store, now: datetime) -> ChargePoint:
    """One charge point that is registered."""
    return await store.write(lambda connection: charge_points.register(connection, "CP-1", "accepted", now))
