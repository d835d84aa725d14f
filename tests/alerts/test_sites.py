"""A silent site: none of its charge points is connected, and it has more than one."""

import pytest

from tests.alerts.scenes import shorten
from tests.stations import until

RULE = "site-silent"


async def in_state(house, state):
    async def there():
        return next((one for one in await house.items("alerts", rule=RULE) if one["state"] == state), None)

    return await until(there)


@pytest.fixture
async def dark(house):
    """A house with a site of two charge points, both gone."""
    await shorten(house, RULE, {"for_s": 0})
    for name in ("CP-1", "CP-2"):
        (await house.post("charge-points", identifier=name, site="Depot")).raise_for_status()
    stations = [await house.connected(name) for name in ("CP-1", "CP-2")]
    await stations[0].close()
    assert await house.items("alerts", rule=RULE) == []
    await stations[1].close()
    alert = await in_state(house, "firing")
    assert (alert["site"], alert["charge_point"]) == ("Depot", None)
    return house


async def test_it_ends_when_one_of_them_is_back(dark):
    await dark.connected("CP-2")
    await in_state(dark, "resolved")


async def test_it_ends_when_only_one_is_left_there(dark):
    (await dark.http.patch("charge-points/CP-1", json={"site": "Garage"})).raise_for_status()
    await in_state(dark, "resolved")


async def test_it_ends_when_one_of_the_two_is_removed(dark):
    (await dark.http.delete("charge-points/CP-1")).raise_for_status()
    await in_state(dark, "resolved")
