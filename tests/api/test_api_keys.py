"""API keys: made, shown once, listed without what opens a door, used until they expire or are revoked."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.people import client, is_problem
from tests.stations import until
from wattdeck.domain import clock

pytestmark = pytest.mark.asyncio(loop_scope="module")
STATS = "/api/v1/stats"


async def make(house, name, **more):
    answer = await house.post("api-keys", name=name, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(house, name):
    return next((one for one in await house.items("api-keys") if one["name"] == name), None)


async def test_a_key_opens_what_its_role_may(shared):
    made = await make(shared, "reader")
    assert made["key"].startswith("wattdeck_")
    assert len(made["key"]) > 40
    async with client(shared, made["key"]) as program:
        me = (await program.get("/api/v1/me")).json()
        assert (me["username"], me["role"], me["kind"]) == ("reader", "viewer", "api_key")
        assert (await program.get(STATS)).status_code == 200
        is_problem(await program.put("/api/v1/tags/T"), 403)


async def test_a_key_is_shown_once(shared):
    made = await make(shared, "shown once", role="operator")
    known = await listed(shared, "shown once")
    assert known == {name: value for name, value in made.items() if name != "key"}
    assert (known["role"], known["created_by"]) == ("operator", "WATTDECK_API_KEY")
    assert made["key"] not in (await shared.http.get("api-keys")).text
    rows = await shared.central_system._store.read(lambda c: c.exec_driver_sql("SELECT * FROM tokens").all())
    assert made["key"] not in str(rows)


async def test_a_key_that_is_revoked_opens_nothing(shared):
    made = await make(shared, "revoked")
    async with client(shared, made["key"]) as program:
        assert (await program.get(STATS)).status_code == 200
        assert (await shared.http.delete(f"api-keys/{made['id']}")).status_code == 204
        is_problem(await program.get(STATS), 401)
    assert await listed(shared, "revoked") is None
    is_problem(await shared.http.delete(f"api-keys/{made['id']}"), 404)


async def test_a_key_that_has_expired_opens_nothing_and_is_still_listed(shared, monkeypatch):
    soon = datetime.now(UTC) + timedelta(hours=1)
    made = await make(shared, "short", expires_at=soon.isoformat())
    assert made["expired"] is False
    async with client(shared, made["key"]) as program:
        assert (await program.get(STATS)).status_code == 200
        monkeypatch.setattr("wattdeck.api.auth.now", lambda: clock.now() + timedelta(hours=2))
        monkeypatch.setattr("wattdeck.api.api_keys.now", lambda: clock.now() + timedelta(hours=2))
        is_problem(await program.get(STATS), 401)
    assert (await listed(shared, "short"))["expired"] is True


async def test_when_a_key_was_used_last_is_noted(shared):
    made = await make(shared, "used")
    assert made["last_used_at"] is None
    async with client(shared, made["key"]) as program:
        await program.get(STATS)

    async def noted():
        return (await listed(shared, "used"))["last_used_at"]

    assert await until(noted)


async def test_the_key_of_the_settings_is_listed_and_cannot_be_revoked(shared):
    known = await listed(shared, "WATTDECK_API_KEY")
    assert (known["role"], known["created_by"]) == ("admin", None)
    is_problem(await shared.http.delete(f"api-keys/{known['id']}"), 409)


@pytest.mark.parametrize("name", ["twice", "admin", "Wattdeck_Api_Key"])
async def test_a_name_is_given_once(shared, name):
    await shared.post("api-keys", name="twice")
    is_problem(await shared.post("api-keys", name=name), 409)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "king", "role": "king"},
        {"name": "past", "expires_at": "2020-01-01T00:00:00Z"},
        {"name": "number", "expires_at": 4733510400},
        {"name": "scope", "role": "admin", "scope": {"sites": ["Depot"]}},
    ],
)
async def test_what_cannot_be_a_key_is_refused(shared, body):
    is_problem(await shared.post("api-keys", **body), 422)
