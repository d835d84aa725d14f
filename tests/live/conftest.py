"""A hub over a real store, what happens in the house, and the house whose live socket is listened to."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.houses import House, door, house, make_house, open_house
from wattdeck.bus.events import Events
from wattdeck.bus.memory import MemoryBus
from wattdeck.domain.connectors import Connector
from wattdeck.domain.events import MeterValuesStored, StatusChanged, StoredValue
from wattdeck.domain.meter_values import MeterValue
from wattdeck.live.hub import Hub

__all__ = ["door", "house", "make_house"]


@pytest.fixture
def totals() -> dict[str, int]:
    return {"connected": 0}


@pytest.fixture
def events(telemetry) -> Events:
    return Events(MemoryBus(), telemetry)


@pytest.fixture
def hub(events, store, telemetry, totals) -> Hub:
    async def stats(_: object) -> dict[str, int]:
        return dict(totals)

    return Hub(events, store, stats, telemetry)


@pytest.fixture
def status(events, charge_point, now):
    """Publish a connector's status."""

    def publish(word: str, connector_id: int = 1, one=charge_point, **more: Any) -> None:
        times = {"updated_at": now, "received_at": now}
        connector = Connector(charge_point_id=one.id, connector_id=connector_id, status=word, **times, **more)
        events.publish(StatusChanged(one.identifier, connector))

    return publish


@pytest.fixture
def values(events, charge_point, now):
    """Publish meter values of connector 1: name → value."""

    def publish(**named: float) -> None:
        stored = tuple(
            StoredValue(MeterValue(name, value, "W", None, "Sample.Periodic", "Outlet", now), None, 0)
            for name, value in named.items()
        )
        events.publish(MeterValuesStored(charge_point.id, charge_point.identifier, 1, now, stored))

    return publish


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house for all tests of a module that do not mind each other."""
    async with open_house(tmp_path_factory.mktemp("shared")) as house:
        yield house
