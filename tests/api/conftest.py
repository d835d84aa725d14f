"""The house that is asked over HTTP, and people with their roles."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.api.people import PASSWORD
from tests.api.story import Story, tell
from tests.houses import House, door, house, make_house, open_house

__all__ = ["door", "house", "make_house"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    """A house in which something has happened, for all tests of a module that only read."""
    async with open_house(tmp_path_factory.mktemp("story"), admin_password=PASSWORD) as house:
        yield await tell(house)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house for all tests of a module that do not mind each other."""
    async with open_house(tmp_path_factory.mktemp("shared"), admin_password=PASSWORD) as house:
        yield house
