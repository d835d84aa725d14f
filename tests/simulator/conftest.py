"""The central system of `mobility_house.py`, and fleets that play against it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from mobility_house import House, open_house

from wattdeck.simulator.fleet import Fleet, Plan


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with open_house() as house:
        yield house


@pytest.fixture
async def play(house: House) -> AsyncIterator[Callable[..., Fleet]]:
    """Start a fleet against the house; it is ended after the test at the latest."""
    running: list[tuple[Fleet, asyncio.Task[None]]] = []

    def start(**wanted: Any) -> Fleet:
        plan = {"url": house.url, "identifiers": ("CP",), "profile": "ac3", "speed": 60.0, "first_back_off_s": 0.05}
        fleet = Fleet(Plan(**{**plan, **wanted}))
        running.append((fleet, asyncio.create_task(fleet.run())))
        return fleet

    yield start
    for fleet, _ in running:
        fleet.end()
    for _, task in running:
        await task
