"""Open live sockets of those who may not listen any more: they end, the others go on."""

import pytest
from sqlalchemy import update

from tests.api.people import PASSWORD, client
from tests.houses import API_KEY
from tests.live.clients import browser
from wattdeck.api import live
from wattdeck.api.auth import hash_token
from wattdeck.domain.clock import now
from wattdeck.store import users
from wattdeck.store.tables import tokens
from wattdeck.store.users import Token

KEY, STATUS = "a key of this file", "charge_points_status"


@pytest.fixture(autouse=True)
def checked_often(monkeypatch):
    monkeypatch.setattr(live, "CHECKED_EVERY_S", 0.05)


def write(house, fn):
    return house.central_system._store.write(fn)


async def give_key(house):
    kept = Token("one", "viewer", users.API_KEY)
    await write(house, lambda c: users.add_token(c, hash_token(KEY), kept, now(), None))


async def test_a_key_that_is_taken_back_ends_its_open_socket_and_no_other(house):
    await give_key(house)
    async with browser(house, KEY) as one, browser(house, API_KEY) as other:
        assert await one.snapshot(STATUS) == []
        await write(house, lambda c: users.remove_token(c, hash_token(KEY)))
        assert (await one.closed())[0] == 4401
        assert await other.snapshot(STATUS) == []


async def test_a_changed_role_ends_an_open_socket(house):
    await give_key(house)
    async with browser(house, KEY) as one:
        assert await one.snapshot(STATUS) == []
        changed = update(tokens).where(tokens.c.token_hash == hash_token(KEY)).values(role="operator")
        await write(house, lambda c: c.execute(changed))
        assert (await one.closed())[0] == 4401


async def test_a_log_out_ends_the_socket_that_came_in_by_its_cookie(make_house):
    house = await make_house(admin_password=PASSWORD)
    async with client(house) as person:
        await person.post("/api/v1/login", json={"username": "admin", "password": PASSWORD})
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items())}
        async with browser(house, None, headers=cookie) as one:
            assert await one.snapshot(STATUS) == []
            await person.post("/api/v1/logout")
            assert (await one.closed())[0] == 4401


async def test_a_role_that_an_admin_changes_ends_the_open_sockets_of_that_user(house):
    await house.post("users", username="ana", password=PASSWORD)
    async with client(house) as person:
        await person.post("/api/v1/login", json={"username": "ana", "password": PASSWORD})
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items())}
        async with browser(house, None, headers=cookie) as one:
            assert await one.snapshot(STATUS) == []
            await house.http.patch("users/ana", json={"role": "operator"})
            assert (await one.closed())[0] == 4401
