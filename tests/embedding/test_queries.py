"""What was measured, asked from Python."""

from datetime import timedelta

import pytest

from tests.stations import meter_values, sampled, start, until
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable

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


async def test_what_is_away_or_cannot_start_is_refused_before_anything_is_sent(house):
    remote = house.central_system.remote
    with pytest.raises(NotFound):
        await remote.start("nobody", "TAG")
    station = await house.connected("CP-1")
    with pytest.raises(Unprocessable, match="No active session"):
        await remote.stop("CP-1")
    await station.close()
    await until(lambda: _is_away(house))
    with pytest.raises(Conflict):
        await remote.start("CP-1", "TAG")
    assert await house.items("charge-points/CP-1/commands") == []


async def _is_away(house):
    return not (await house.central_system.board.charge_point("CP-1")).connected


async def test_the_board_finds_by_what_is_asked(house):
    board = house.central_system.board
    for name in ("CP-1", "CP-2"):
        await house.connected(name)
    await house.http.patch("charge-points/CP-2", json={"site": "Depot"})
    assert [one.identifier for one in await board.charge_points(site="Depot")] == ["CP-2"]
    assert [one.identifier for one in await board.charge_points(search="cp-1")] == ["CP-1"]
    assert await board.charge_points(charging=True) == await board.charge_points(connected=False) == []
    with pytest.raises(NotFound):
        await board.session(4711)
    with pytest.raises(NotFound):
        await board.sessions(charge_point="nobody")
    assert not hasattr(await board.charge_point("CP-1"), "colour")


async def test_statistics_of_a_session_are_those_of_its_window_and_connector(house):
    station = await house.connected("CP-1")
    await station.call("StartTransaction", start(1, "TAG", 0))
    for connector, watts in ((1, 6000), (1, 7000), (2, 50_000)):
        await station.call("MeterValues", meter_values(sampled(watts, POWER), connector=connector))
    [session] = await house.central_system.board.sessions("active")
    window = {"since": session.started_at, "until": session.stopped_at, "connector_id": session.connector_id}
    [figures] = await house.central_system.queries.statistics("CP-1", "power", **window)
    assert (figures.count, figures.max) == (2, 7000)
    before = {"since": session.started_at - timedelta(hours=2), "until": session.started_at - timedelta(hours=1)}
    assert await house.central_system.queries.statistics("CP-1", "power", **before) == []


async def test_whoever_asks_for_no_sessions_gets_none(house):
    station = await house.connected("CP-1")
    await station.call("StartTransaction", start(1, "TAG", 0))
    assert await house.central_system.board.sessions(limit=0) == []
