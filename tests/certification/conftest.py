"""One house for the cases of a file, which lets nobody charge whom it does not know; each case has charge points of
its own, and every frame they got from us is judged when the case is over.
"""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from tests.certification.wire import judge
from tests.houses import House, open_house
from tests.stations import Station, status

TAGS = {
    "VALID": {"parent": "FAMILY"},
    "SIBLING": {"parent": "FAMILY"},
    "STRANGER": {},
    "EXPIRED": {"expires_at": "2020-01-01T00:00:00Z"},
    "BLOCKED": {"status": "blocked"},
}
_numbers = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(tmp_path_factory.mktemp("certification"), unknown_tags="refuse") as house:
        for id_tag, body in TAGS.items():
            (await house.http.put(f"tags/{id_tag}", json=body)).raise_for_status()
        yield house


Connect = Callable[..., Awaitable[Station]]


@pytest_asyncio.fixture(loop_scope="module")
async def connect(house: House) -> AsyncIterator[Connect]:
    """`await connect()`: a charge point that has said nothing yet; `await connect(cp.identifier)`: the same again."""
    connected: list[Station] = []

    async def open_one(identifier: str = "", **options: object) -> Station:
        connected.append(await house.station(identifier or f"CP-{next(_numbers)}", **options))
        return connected[-1]

    yield open_one
    for one in connected:
        judge(one)


@pytest_asyncio.fixture(loop_scope="module")
async def cp(connect: Connect) -> Station:
    """A charge point that has booted and whose connector 1 is available."""
    one = await connect()
    await one.boot()
    await one.call("StatusNotification", status("Available", 0))
    await one.call("StatusNotification", status("Available", 1))
    return one
