"""The house that these tests knock at: by one door and by the other."""

import pytest

from tests.houses import DOORS, house, make_house


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> str:
    """The same contract holds at both doors."""
    return request.param


__all__ = ["door", "house", "make_house"]
