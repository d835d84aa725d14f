"""The application says who asks our API and live streams: by its own cookies and headers, in time, and clearly."""

import asyncio

import pytest

from tests.api.people import client, is_problem
from tests.houses import API_KEY, door, make_house
from tests.live.clients import browser
from tests.stations import until
from wattdeck import Policies
from wattdeck.api import live
from wattdeck.domain.people import Person, scope_of

__all__ = ["door", "make_house"]

PEOPLE = {
    "ana": Person("ana", "operator"),
    "ben": Person("ben", "viewer", scope_of(["IN-*"], [])),
}
LIMITED_ADMIN = Person("ana", "admin", scope_of(["*"], []))
ME, TAG = "/api/v1/me", "/api/v1/tags/T"


async def by_session(asker):
    return PEOPLE.get(asker.cookies.get("session"))


async def fail(asker):
    raise OSError("https://people.example/?key=sesame is down")


async def hang(asker):
    await asyncio.Event().wait()


def cookie(session):
    return {"Cookie": f"session={session}"}


@pytest.fixture
async def house(make_house):
    return await make_house(parts={"policies": Policies(identify=by_session)})


async def test_whom_the_application_knows_is_let_in_with_their_role_and_scope(house):
    for identifier in ("IN-1", "OUT-1"):
        await house.post("charge-points", identifier=identifier)
    async with client(house) as one:
        me = (await one.get(ME, headers=cookie("ana"))).json()
        assert (me["username"], me["role"], me["kind"], me["scope"]) == ("ana", "operator", "application", None)
        assert (await one.put(TAG, headers=cookie("ana"))).status_code == 200
        is_problem(await one.put(TAG, headers=cookie("ben")), 403)
        seen = (await one.get("/api/v1/charge-points", headers=cookie("ben"))).json()["items"]
        assert [each["identifier"] for each in seen] == ["IN-1"]


async def test_whom_it_does_not_know_needs_a_key_of_ours(house):
    async with client(house) as one:
        is_problem(await one.get(ME, headers=cookie("nobody")), 401)
    assert (await house.get("me"))["kind"] == "api_key"


async def test_its_cookies_count_for_nothing_where_another_site_sends_the_request(house):
    elsewhere = {"Origin": "https://elsewhere.example"}
    async with client(house) as one:
        is_problem(await one.put(TAG, headers=cookie("ana") | elsewhere), 401)
        assert (await one.put(TAG, headers=cookie("ana") | {"Origin": house.http_url})).status_code == 200


async def test_what_they_do_is_in_the_audit(house):
    async with client(house) as one:
        await one.put(TAG, headers=cookie("ana"))

    async def noted():
        return await house.items("audit", actor="ana")

    assert (await until(noted))[0]["kind"] == "application"


async def test_they_have_no_password_of_ours(house):
    body = {"current_password": "x", "password": "a long enough password"}
    async with client(house) as one:
        is_problem(await one.put("/api/v1/me/password", json=body, headers=cookie("ana")), 409)


async def test_a_live_stream_is_theirs_until_the_application_says_otherwise(house, monkeypatch):
    monkeypatch.setattr(live, "CHECKED_EVERY_S", 0.05)
    monkeypatch.setitem(PEOPLE, "cy", Person("cy", "viewer"))
    async with browser(house, None, headers=cookie("cy")) as one:
        assert await one.snapshot("charge_points_status") == []
        monkeypatch.delitem(PEOPLE, "cy")
        assert (await one.closed())[0] == 4401


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (fail, "error"),
        (hang, "timeout"),
        *(
            (lambda asker, answer=answer: answered(answer), "wrong_answer")
            for answer in ("ana", Person("", "viewer"), Person("ana", "king"), LIMITED_ADMIN)
        ),
    ],
)
async def test_nobody_is_let_in_by_an_application_that_does_not_say_clearly_who_it_is(make_house, policy, reason):
    house = await make_house(parts={"policies": Policies(identify=policy)}, guest_timeout_s=0.1)
    async with client(house, API_KEY) as one:
        is_problem(await one.get(ME), 503)
    async with browser(house) as watching:
        assert (await watching.closed())[0] == 1013
    assert house.metric("wattdeck_policy_failures_total", policy="identify", reason=reason) == 2


async def answered(answer):
    return answer
