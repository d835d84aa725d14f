"""Users: made, changed, disabled and removed by admins; one's own password; and that no secret is told."""

import pytest

from tests.api.people import PASSWORD, client, is_problem
from tests.houses import open_house

pytestmark = pytest.mark.asyncio(loop_scope="module")
ME, OWN = "/api/v1/me", "/api/v1/me/password"
NEW = "another long password"


async def make(house, username, **more):
    answer = await house.post("users", username=username, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def log_in(browser, username, password):
    return await browser.post("/api/v1/login", json={"username": username, "password": password})


async def test_a_user_that_is_made_can_log_in_by_the_password_that_was_shown(shared):
    made = await make(shared, "ana", role="operator")
    assert (made["username"], made["role"], made["scope"], made["disabled"]) == ("ana", "operator", None, False)
    async with client(shared) as browser:
        assert (await log_in(browser, "ana", made["password"])).json()["role"] == "operator"
    known = await shared.get("users/ana")
    assert known["last_login_at"] is not None
    assert made["password"] not in str(known)
    assert {"password", "password_hash"}.isdisjoint(known)


async def test_a_password_that_is_given_is_not_repeated(shared):
    assert (await make(shared, "given", password=PASSWORD))["password"] is None
    async with client(shared) as browser:
        assert (await log_in(browser, "given", PASSWORD)).json()["role"] == "viewer"


async def test_all_users_are_listed_by_name_page_by_page(shared):
    for name in ("list-b", "list-a"):
        await make(shared, name, password=PASSWORD)
    names, cursor = [], {}
    while cursor is not None:
        page = await shared.get("users", limit=1, **cursor)
        names += [one["username"] for one in page["items"]]
        cursor = None if page["next"] is None else {"cursor": page["next"]}
    assert {"admin", "list-a", "list-b"} <= set(names)
    assert names == sorted(names)


@pytest.mark.parametrize(
    "body",
    [
        {"username": "has/slash"},
        {"username": " blank"},
        {"username": ""},
        {"username": "short", "password": "too short"},
        {"username": "role", "role": "king"},
        {"username": "scope", "scope": {}},
        {"username": "scope", "role": "admin", "scope": {"sites": ["Depot"]}},
        {"username": "more", "is_admin": True},
    ],
)
async def test_what_cannot_be_a_user_is_refused(shared, body):
    is_problem(await shared.post("users", **body), 422)


async def test_a_name_is_given_once(shared):
    await make(shared, "once", password=PASSWORD)
    is_problem(await shared.post("users", username="ONCE", password=PASSWORD), 409)


async def test_a_changed_role_counts_at_once(shared):
    await make(shared, "promoted", password=PASSWORD)
    async with client(shared) as browser:
        await log_in(browser, "promoted", PASSWORD)
        is_problem(await browser.get("/api/v1/users"), 403)
        assert (await shared.http.patch("users/promoted", json={"role": "admin"})).json()["role"] == "admin"
        assert (await browser.get("/api/v1/users")).status_code == 200
        await shared.http.patch("users/promoted", json={"role": "viewer"})
        is_problem(await browser.get("/api/v1/users"), 403)


async def test_who_is_disabled_is_out_and_comes_back_by_logging_in_anew(shared):
    await make(shared, "away", password=PASSWORD)
    async with client(shared) as browser:
        await log_in(browser, "away", PASSWORD)
        assert (await shared.http.patch("users/away", json={"disabled": True})).json()["disabled"]
        is_problem(await browser.get(ME), 401)
        refused, wrong = await log_in(browser, "away", PASSWORD), await log_in(browser, "nobody", PASSWORD)
        assert refused.json() == wrong.json()
        await shared.http.patch("users/away", json={"disabled": False})
        is_problem(await browser.get(ME), 401)
        assert (await log_in(browser, "away", PASSWORD)).status_code == 200


async def test_who_is_removed_is_out(shared):
    await make(shared, "gone", password=PASSWORD)
    async with client(shared) as browser:
        await log_in(browser, "gone", PASSWORD)
        assert (await shared.http.delete("users/gone")).status_code == 204
        is_problem(await browser.get(ME), 401)
        is_problem(await log_in(browser, "gone", PASSWORD), 401)
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/password")):
        is_problem(await shared.http.request(method, f"users/gone{path}", json={}), 404)


async def test_the_last_admin_cannot_be_removed_demoted_or_disabled(tmp_path):
    async with open_house(tmp_path, admin_password=PASSWORD) as house:
        is_problem(await house.http.delete("users/admin"), 409)
        for change in ({"role": "operator"}, {"disabled": True}):
            is_problem(await house.http.patch("users/admin", json=change), 409)
        assert (await house.get("users/admin"))["role"] == "admin"
        await make(house, "other", role="admin", password=PASSWORD)
        assert (await house.http.delete("users/admin")).status_code == 204


async def test_a_password_that_an_admin_sets_ends_all_log_ins(shared):
    await make(shared, "reset", password=PASSWORD)
    async with client(shared) as browser:
        await log_in(browser, "reset", PASSWORD)
        fresh = (await shared.post("users/reset/password")).json()["password"]
        is_problem(await browser.get(ME), 401)
        is_problem(await log_in(browser, "reset", PASSWORD), 401)
        assert (await log_in(browser, "reset", fresh)).status_code == 200
    assert (await shared.post("users/reset/password", password=NEW)).json()["password"] is None


async def test_ones_own_password_is_changed_by_whoever_knows_it_and_ends_the_other_log_ins(shared):
    await make(shared, "own", password=PASSWORD)
    async with client(shared) as here, client(shared) as there:
        for browser in (here, there):
            await log_in(browser, "own", PASSWORD)
        wrong = await here.put(OWN, json={"current_password": "not the one it is", "password": NEW})
        assert is_problem(wrong, 422)
        right = await here.put(OWN, json={"current_password": PASSWORD, "password": NEW})
        assert right.status_code == 204
        assert (await here.get(ME)).status_code == 200
        is_problem(await there.get(ME), 401)
        assert (await log_in(there, "own", NEW)).status_code == 200


async def test_the_present_password_cannot_be_guessed_by_whoever_has_a_cookie(shared):
    await make(shared, "guessed", password=PASSWORD)
    async with client(shared) as browser:
        await log_in(browser, "guessed", PASSWORD)
        for _ in range(10):
            last = await browser.put(OWN, json={"current_password": "not the one it is", "password": NEW})
            is_problem(last, 422)
        is_problem(await browser.put(OWN, json={"current_password": PASSWORD, "password": NEW}), 429)


async def test_a_key_has_no_password(shared):
    is_problem(await shared.http.put("me/password", json={"current_password": "x", "password": NEW}), 409)
