"""What was measured, asked from Python."""

import pytest

from tests.stations import meter_values, sampled
from wattdeck.domain.errors import NotFound

POWER = "Power.Active.Import"


async def test_each_question_is_one_awaitable(house):
    station = await house.connected("CP-1")
    await house.http.patch("charge-points/CP-1", json={"site": "Depot"})
    for wh, watts in ((0, 6000), (50, 7000)):
        await station.call("MeterValues", meter_values(sampled(wh), sampled(watts, POWER)))
    ask = house.central_system.queries
    assert [one.value for one in await ask.latest("CP-1", POWER)] == [7000]
    assert [one.value for one in await ask.recent("cp-1", POWER, limit=5)] == [7000, 6000]
    [figures] = await ask.statistics("CP-1", POWER)
    assert (figures.count, figures.min, figures.max, figures.last) == (2, 6000, 7000, 7000)
    [day] = await ask.energy("month", site="Depot", group_by="charge_point")
    assert (day.key, day.energy_wh) == ("CP-1", 50)
    [peak] = await ask.peaks("hour", charge_point="CP-1")
    assert peak.highest_w == 7000
    assert sum(one.power_w for one in await ask.load("hour")) > 0
    assert [(one.key, one.energy_wh) for one in await ask.top("site")] == [("Depot", 50)]
    assert await ask.top("tag") == []
    assert [(one.site, one.charge_points) for one in await ask.sites()] == [("Depot", 1)]
    with pytest.raises(NotFound):
        await ask.latest("nobody")
