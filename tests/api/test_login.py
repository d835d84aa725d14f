"""Logging in and out: cookies, wrong passwords, the limit on them, and requests that another site sent."""

import asyncio

import pytest

from tests.api.people import PASSWORD, client, is_problem
from tests.houses import open_house
from wattdeck.api import attempts

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOGIN, LOGOUT, ME, STATS = "/api/v1/login", "/api/v1/logout", "/api/v1/me", "/api/v1/stats"
ADMIN = {"username": "admin", "role": "admin", "kind": "user", "has_password": True, "scope": None, "time_zone": "UTC"}
ELSEWHERE = {"Origin": "https://elsewhere.example"}


def admin(password=PASSWORD):
    return {"username": "admin", "password": password}


async def test_a_log_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(shared):
    async with client(shared) as browser:
        answer = await browser.post(LOGIN, json=admin())
    assert (answer.status_code, answer.json()) == (200, ADMIN)
    name, *attributes = (one.strip() for one in answer.headers["set-cookie"].split(";"))
    token = name.partition("=")[2]
    assert len(token) >= 32
    assert token not in answer.text
    assert {one.lower() for one in attributes} >= {"httponly", "samesite=strict", "path=/", "max-age=1209600"}
    assert "secure" not in [one.lower() for one in attributes]


async def test_where_browsers_come_by_https_only_the_cookie_is_secure(tmp_path):
    async with open_house(tmp_path, admin_password=PASSWORD, secure_cookies=True) as house, client(house) as browser:
        answer = await browser.post(LOGIN, json=admin())
    assert "; secure" in answer.headers["set-cookie"].lower()


async def test_the_cookie_is_a_log_in(shared):
    async with client(shared) as browser:
        is_problem(await browser.get(ME), 401)
        await browser.post(LOGIN, json=admin())
        assert (await browser.get(ME)).json() == ADMIN
        assert (await browser.get(STATS)).status_code == 200


async def test_after_logging_out_the_cookie_is_worth_nothing(shared):
    async with client(shared) as browser:
        await browser.post(LOGIN, json=admin())
        cookie = dict(browser.cookies)
        answer = await browser.post(LOGOUT)
        assert answer.status_code == 204
        assert not dict(browser.cookies)
        is_problem(await browser.get(ME, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookie.items())}), 401)


async def test_each_log_in_is_its_own(shared):
    async with client(shared) as one, client(shared) as other:
        await one.post(LOGIN, json=admin())
        await other.post(LOGIN, json=admin())
        await one.post(LOGOUT)
        assert (await other.get(ME)).status_code == 200


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(shared):
    async with client(shared) as browser:
        wrong = await browser.post(LOGIN, json=admin("wrong"))
        unknown = await browser.post(LOGIN, json={"username": "nobody", "password": PASSWORD})
    is_problem(wrong, 401)
    assert wrong.json() == unknown.json()
    assert "set-cookie" not in wrong.headers


@pytest.mark.parametrize(
    "body", [{}, {"username": "admin"}, {"username": "admin", "password": "x" * 257}, {"username": 1, "password": 2}]
)
async def test_half_a_log_in_is_refused_and_not_repeated(shared, body):
    async with client(shared) as browser:
        answer = await browser.post(LOGIN, json=body)
    is_problem(answer, 422)
    assert "xxx" not in answer.text


async def test_after_ten_wrong_passwords_the_right_one_is_not_looked_at(tmp_path):
    async with open_house(tmp_path, admin_password=PASSWORD) as house, client(house) as browser:
        answers = [await browser.post(LOGIN, json=admin(f"wrong {number}")) for number in range(10)]
        assert [one.status_code for one in answers] == [401] * 10
        answer = await browser.post(LOGIN, json=admin())
        is_problem(answer, 429)
        assert int(answer.headers["retry-after"]) > 0
        is_problem(await browser.post(LOGIN, json={"username": "somebody", "password": PASSWORD}), 401)


async def test_wrong_passwords_all_at_once_are_limited_too(tmp_path, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_OF_BOTH", 3)
    async with open_house(tmp_path, admin_password=PASSWORD) as house, client(house) as browser:
        answers = await asyncio.gather(*(browser.post(LOGIN, json=admin(f"wrong {n}")) for n in range(6)))
    assert sorted(one.status_code for one in answers) == [401] * 3 + [429] * 3


async def test_a_log_in_that_succeeds_wipes_out_the_failures_before_it(tmp_path, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_OF_BOTH", 3)
    async with open_house(tmp_path, admin_password=PASSWORD) as house, client(house) as browser:
        for password in ["wrong", "wrong", PASSWORD, "wrong", "wrong"]:
            last = await browser.post(LOGIN, json=admin(password))
    is_problem(last, 401)


async def test_another_site_cannot_log_anybody_in(shared):
    async with client(shared) as browser:
        for origin in (*ELSEWHERE.values(), "null", "http://[", ""):
            is_problem(await browser.post(LOGIN, json=admin(), headers={"Origin": origin}), 403)


async def test_a_cookie_counts_for_nothing_where_another_site_sends_the_request(shared):
    async with client(shared) as browser:
        await browser.post(LOGIN, json=admin())
        is_problem(await browser.post("/api/v1/charge-points", json={"identifier": "X"}, headers=ELSEWHERE), 401)
        is_problem(await browser.delete("/api/v1/tags/T", headers=ELSEWHERE), 401)


async def test_another_site_cannot_log_anybody_out(shared):
    async with client(shared) as browser:
        await browser.post(LOGIN, json=admin())
        is_problem(await browser.post(LOGOUT, headers=ELSEWHERE), 403)
        assert (await browser.get(ME)).is_success


async def test_our_own_pages_may_send_anything(shared):
    async with client(shared) as browser:
        own = {"Origin": shared.http_url}
        await browser.post(LOGIN, json=admin(), headers=own)
        assert (await browser.put("/api/v1/tags/OWN", headers=own)).status_code == 200


async def test_an_origin_that_is_set_may_send_what_our_own_pages_may(tmp_path):
    origin = ELSEWHERE["Origin"]
    async with (
        open_house(tmp_path, admin_password=PASSWORD, public_origins=[origin]) as house,
        client(house) as browser,
    ):
        await browser.post(LOGIN, json=admin(), headers=ELSEWHERE)
        assert (await browser.put("/api/v1/tags/T", headers=ELSEWHERE)).status_code == 200


async def test_an_api_key_counts_wherever_the_request_comes_from(shared):
    assert (await shared.http.put("tags/KEY", headers=ELSEWHERE)).status_code == 200


async def test_the_password_of_the_settings_ends_log_ins_at_a_start_only_where_it_is_another(tmp_path):
    async with open_house(tmp_path, admin_password=PASSWORD) as house, client(house) as browser:
        cookie = (await browser.post(LOGIN, json=admin())).headers["set-cookie"].split(";")[0]
    for password, status in ((PASSWORD, 200), ("another long password", 401)):
        async with open_house(tmp_path, admin_password=password) as house, client(house) as browser:
            assert (await browser.get(ME, headers={"Cookie": cookie})).status_code == status
            assert (await browser.post(LOGIN, json=admin(password))).status_code == 200
