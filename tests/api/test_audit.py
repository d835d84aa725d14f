"""The audit: every request that is to change something, by whom, about whom, how it ended; no body, no secret."""

import pytest

from tests.api.people import PASSWORD, client, key_of
from tests.houses import API_KEY
from tests.stations import start, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = "a secret of somebody"


async def noted(house, route, **fields):
    """The newest entry of a route that has these fields, once it is stored."""

    wanted = {"route": route, **fields}

    async def found():
        entries = await house.items("audit", limit=1000)
        return next((one for one in entries if wanted.items() <= one.items()), None)

    return await until(found)


async def test_a_change_is_noted_with_who_what_about_whom_and_how_it_ended(shared):
    await shared.post("charge-points", identifier="CP-1")
    await shared.http.patch("charge-points/cp-1", json={"site": "Depot"})
    one = await noted(shared, "/api/v1/charge-points/{identifier}", method="PATCH")
    assert {name: one[name] for name in ("actor", "kind", "role", "charge_point", "path", "status", "address")} == {
        "actor": "WATTDECK_API_KEY",
        "kind": "api_key",
        "role": "admin",
        "charge_point": "CP-1",
        "path": "/api/v1/charge-points/cp-1",
        "status": 200,
        "address": "127.0.0.1",
    }
    assert (await noted(shared, "/api/v1/charge-points", method="POST"))["status"] == 201


async def test_what_is_refused_is_noted_too(shared):
    async with client(shared, await key_of(shared, "viewer")) as viewer:
        await viewer.put("/api/v1/tags/REFUSED")
    one = await noted(shared, "/api/v1/tags/{id_tag}", path="/api/v1/tags/REFUSED")
    assert (one["role"], one["status"]) == ("viewer", 403)


async def test_what_only_reads_and_what_nobody_asks_is_not_noted(shared):
    await shared.get("charge-points")
    async with client(shared) as nobody:
        await nobody.put("/api/v1/tags/NOBODY")
    await shared.http.put("tags/LAST")
    await noted(shared, "/api/v1/tags/{id_tag}", path="/api/v1/tags/LAST")
    entries = await shared.items("audit", limit=1000)
    assert not [one for one in entries if one["method"] == "GET" or "NOBODY" in one["path"]]


async def test_log_ins_are_noted_a_name_that_is_none_is_not_told(shared):
    async with client(shared) as browser:
        for username, password in (("admin", "wrong"), (SECRET, "wrong"), ("admin", PASSWORD)):
            await browser.post("/api/v1/login", json={"username": username, "password": password})
        await browser.post("/api/v1/logout")
    assert (await noted(shared, "/api/v1/login", status=200))["actor"] == "admin"
    assert (await noted(shared, "/api/v1/login", status=401, actor="admin"))["role"] == "admin"
    assert await noted(shared, "/api/v1/login", status=401, actor=None)
    assert (await noted(shared, "/api/v1/logout"))["actor"] == "admin"


async def test_no_body_and_no_secret_is_in_it(shared):
    await shared.post("users", username="secretive", password=SECRET)
    key = (await shared.post("api-keys", name="noted")).json()["key"]
    await noted(shared, "/api/v1/api-keys")
    text = (await shared.http.get("audit", params={"limit": 1000})).text
    rows = await shared.central_system._store.read(lambda c: c.exec_driver_sql("SELECT * FROM audit").all())
    for told in (text, str(rows)):
        assert not [secret for secret in (SECRET, PASSWORD, key, API_KEY) if secret in told]


async def test_a_session_that_is_ended_by_hand_is_noted_with_its_charge_point(shared):
    cp = await shared.connected("CP-2")
    session = (await cp.call("StartTransaction", start(1, "T", 0)))["transactionId"]
    await shared.post(f"sessions/{session}/close")
    one = await noted(shared, "/api/v1/sessions/{session_id}/close")
    assert (one["charge_point"], one["status"]) == ("CP-2", 200)


async def test_a_reservation_is_noted_with_its_charge_point(shared):
    await shared.connected("CP-3")
    wish = {"charge_point": "CP-3", "connector_id": 1, "id_tag": "T", "expires_at": "2099-01-01T00:00:00Z"}
    await shared.post("reservations", **wish)
    assert (await noted(shared, "/api/v1/reservations"))["charge_point"] == "CP-3"


async def test_it_is_filtered_and_comes_as_a_file(shared):
    await shared.http.put("tags/FILTERED")
    await noted(shared, "/api/v1/tags/{id_tag}", path="/api/v1/tags/FILTERED")
    assert await shared.items("audit", actor="nobody at all") == []
    assert {one["actor"] for one in await shared.items("audit", actor="WATTDECK_API_KEY")} == {"WATTDECK_API_KEY"}
    text = (await shared.http.get("audit", params={"format": "csv"})).text
    assert text.splitlines()[0].startswith("id,at,actor,kind,role,address,method,route,path,charge_point,status")
