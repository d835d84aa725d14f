"""What tests of every room share: a real store in a fresh folder, its figures, and one moment to count from."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.store import charge_points
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry


@pytest.fixture
def now() -> datetime:
    """A moment like any other: an autumn noon, with milliseconds."""
    return datetime(2026, 9, 14, 12, 0, 0, 250_000, UTC)


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


@pytest.fixture
async def store(tmp_path: Path, telemetry: Telemetry) -> AsyncIterator[Store]:
    """An open store that commits without lingering."""
    store = Store(tmp_path, telemetry, linger_s=0)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def charge_point(store: Store, now: datetime) -> ChargePoint:
    """One charge point that is registered."""
    return await store.write(lambda connection: charge_points.register(connection, "CP-1", "accepted", now))
