"""What charge points are believed to hold: the profile of a remote start waits for its session, and not for ever."""

from datetime import timedelta

import pytest

from tests.domain.test_composite_schedules import profile
from wattdeck.domain.charging_profiles import read
from wattdeck.domain.sessions import abandon
from wattdeck.store import installed_profiles, sessions


async def begin(store, charge_point, at, tag="TAG", connector_id=1):
    def write(connection):
        identity = {"charge_point_id": charge_point.id, "charge_point": "CP-1", "id_tag": tag}
        made = sessions.add(connection, **identity, connector_id=connector_id, started_at=at, start_meter_wh=0)
        installed_profiles.begin(connection, made, at)
        return made

    return await store.write(write)


async def await_session(store, charge_point, at, number=1, connector_id=None, tag="Tag "):
    sent = profile(number, "TxProfile", number)
    arguments = (charge_point.id, connector_id, tag, read(sent), sent, 1, at)
    await store.write(lambda connection: installed_profiles.await_session(connection, *arguments))


async def held(store, charge_point):
    found = await store.read(lambda connection: installed_profiles.of(connection, charge_point.id))
    return [(one.connector_id, one.profile.id, one.session_id) for one in found]


@pytest.mark.parametrize(("minutes", "has_it"), [(0, True), (15, True), (16, False)])
async def test_a_session_has_the_profile_of_a_remote_start_of_the_last_quarter_of_an_hour(
    store, charge_point, now, minutes, has_it
):
    await await_session(store, charge_point, now)
    assert await held(store, charge_point) == []
    session = await begin(store, charge_point, now + timedelta(minutes=minutes), connector_id=2)
    assert await held(store, charge_point) == ([(2, 1, session.id)] if has_it else [])


async def test_one_profile_is_for_one_session_and_the_first_asked_for_comes_first(store, charge_point, now):
    await await_session(store, charge_point, now, 1)
    await await_session(store, charge_point, now, 2)
    first = await begin(store, charge_point, now, connector_id=1)
    second = await begin(store, charge_point, now, connector_id=2)
    await begin(store, charge_point, now, connector_id=3)
    assert await held(store, charge_point) == [(1, 1, first.id), (2, 2, second.id)]


async def test_a_profile_of_a_session_is_held_no_longer_than_the_session_runs(store, charge_point, now):
    await await_session(store, charge_point, now)
    session = await begin(store, charge_point, now)
    await store.write(lambda connection: sessions.save(connection, abandon(session, now, "rebooted")))
    assert await held(store, charge_point) == []
