"""What is kept of connections, and their signs of life: at both doors."""

import asyncio

from tests import tls
from tests.houses import TLS
from tests.stations import until
from wattdeck.store import charge_points


async def history(house, identifier="CP-1", ended=1):
    """Its connections, newest first, once so many of them have ended."""

    async def found():
        rows = await house.items(f"charge-points/{identifier}/connections")
        return rows if len([row for row in rows if row["closed_at"]]) >= ended else None

    return await until(found)


def line(house, identifier="CP-1"):
    """Our side of its newest connection."""
    return house.central_system._board._newest.get(identifier.casefold())


# history


async def test_a_connection_is_kept_with_its_end_and_its_frames(house):
    cp = await house.station()
    await cp.boot()
    await cp.call("Heartbeat")
    await cp.close()
    [row] = await history(house)
    assert row["reason"] == "closed by the charge point (1000)"
    assert row["closed_by"] == "charge point"
    assert (row["frames_in"], row["frames_out"]) == (2, 2)
    assert (row["address"], row["door"], row["ocpp_version"]) == ("127.0.0.1", house.door, "1.6")
    assert (row["tls"], row["security_profile"]) == (None, 0)
    assert row["opened_at"] <= row["closed_at"]
    assert row["duration_s"] >= 0


async def test_a_line_that_was_cut_was_closed_by_the_network(house):
    cp = await house.station()
    await cp.boot()
    cp.drop()
    [row] = await history(house)
    assert (row["closed_by"], row["reason"]) == ("network", "connection lost")


async def test_the_present_connection_is_the_first_of_the_list_and_those_of_a_day_are_counted(house):
    older = await house.station()
    await older.boot()
    newer = await house.station()
    await newer.boot()
    rows = await history(house)
    assert [row["closed_by"] for row in rows] == [None, "wattdeck"]
    assert rows[1]["reason"] == "replaced by a newer connection"
    page = await house.get("charge-points/CP-1/connections", limit=1)
    assert page["last_24h"] == 2
    rest = await house.get("charge-points/CP-1/connections", limit=1, cursor=page["next"])
    assert [row["reason"] for row in page["items"] + rest["items"]] == [row["reason"] for row in rows]
    assert rest["next"] is None


async def test_a_frame_that_is_none_ends_the_connection_by_us(house):
    cp = await house.station()
    await cp.boot()
    cp.socket.transport.write(b"\xc1\x81\0\0\0\0x")  # a reserved bit is set, as for compression
    [row] = await history(house)
    assert (row["closed_by"], row["reason"]) == ("wattdeck", "broken frame (1002)")


async def test_a_connection_over_tls_says_so(make_house, tmp_path):
    house = await make_house(**tls.settings(tmp_path))
    house.door, house.tls = TLS, tls.client()
    await house.post("charge-points", identifier="CP-1", password="0123456789abcdef")
    cp = await house.station(password="0123456789abcdef")
    await cp.boot()
    [row] = await history(house, ended=0)
    assert (row["tls"], row["security_profile"], row["frames_in"]) == ("TLSv1.3", 2, None)


# signs of life


async def test_a_pong_is_a_sign_of_life_and_is_remembered(house):
    cp = await house.station()
    await cp.boot()
    ours = line(house)
    heard_at = ours.pulse.heard_at
    ours.ping(heard_at)
    await until(lambda: ours.pulse.ponged)
    assert ours.pulse.heard_at > heard_at
    assert house.central_system._board.answers_pings(ours) is True
    await cp.close()
    again = await house.station()
    await again.boot()
    assert house.central_system._board.answers_pings(line(house)) is True


async def test_a_ping_of_the_charge_point_is_answered_and_is_a_sign_of_life(house):
    cp = await house.station()
    await cp.boot()
    heard_at = line(house).pulse.heard_at
    await (await cp.socket.ping())
    assert line(house).pulse.heard_at > heard_at


async def test_what_was_learned_of_pings_outlives_the_server(house):
    cp = await house.station()
    await cp.boot()
    line(house).ping(0)
    await until(lambda: line(house).pulse.ponged)
    store = house.central_system._store
    await store.write(lambda connection: None)  # what was added before is written by now
    assert [one.answers_pings for one in await store.read(charge_points.known)] == [True]


async def test_a_silent_charge_point_that_answers_pings_is_not_given_up(make_house):
    house = await make_house(ping_interval_s=0.05, heartbeat_interval_s=10)
    cp = await house.station()
    await cp.boot()
    await until(lambda: line(house).pulse.ponged)
    opened_at = line(house).pulse.opened_at
    await until(lambda: line(house).pulse.pinged_at > opened_at + 1)  # many times its patience
    assert (await house.get("charge-points/CP-1"))["connected"]
    assert await cp.call("Heartbeat")


async def test_overlapping_connections_over_tls_and_plain_end_with_one(make_house, tmp_path, door):
    house = await make_house(**tls.settings(tmp_path))
    house.tls = tls.client()

    async def connect(number):
        house.door = TLS if number % 2 else door
        return await house.station()

    stations = await asyncio.gather(*map(connect, range(20)))
    await until(lambda: house.metric("wattdeck_connections") == 1)
    [last] = [one for one in stations if one.socket.close_code is None]
    assert await last.call("Heartbeat")
    rows = await history(house, ended=19)
    assert len([row for row in rows if row["closed_at"] is None]) == 1
