"""Names in a query that its route does not know: refused with those it does, for a filter that is misspelt is none."""

import pytest

from tests.api.people import client, is_problem, key_of
from tests.api.test_openapi import filled

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def house(shared):
    return shared


@pytest.mark.parametrize(
    ("path", "wrong", "known"),
    [
        ("charge-points?stauts=Charging", "stauts", "status"),
        ("sessions?form=2026-11-01", "form", "from"),
        ("sessions?limit=5&format=csv&form=2026-11-01", "form", "format"),
        ("sessions?Limit=5", "Limit", "limit"),
        ("meter-values/latest?measurnad=Voltage", "measurnad", "measurand"),
        ("sites?limit=5", "limit", "format"),
        ("sites?limit=5&format=csv", "limit", "format"),
        ("stats?site=Hill", "site", "there are none"),
        ("stats?format=csv", "format", "there are none"),
        ("charge-points?=", "", "status"),
    ],
)
async def test_a_name_that_a_route_does_not_know_is_refused_with_those_it_does(house, path, wrong, known):
    is_problem(answer := await house.http.get(path), 422)
    assert [one["where"] for one in answer.json()["errors"]] == [f"query.{wrong}"]
    assert known in answer.json()["detail"]


async def test_a_command_with_a_name_that_is_not_known_is_not_sent(house):
    await house.connected("CP-Q")
    answer = await house.http.post("charge-points/CP-Q/commands?wiat=5", json={"action": "ClearCache"})
    is_problem(answer, 422)
    assert "wait" in answer.json()["detail"]
    assert await house.items("charge-points/CP-Q/commands") == []


async def test_all_names_that_are_wrong_are_named(house):
    answer = await house.http.get("sessions?a=1&limit=5&b=2&a=3")
    assert [one["where"] for one in answer.json()["errors"]] == ["query.a", "query.b"]


async def test_every_name_that_is_documented_is_known(house):
    paths = (await house.http.get(f"{house.http_url}/openapi.json")).json()["paths"]
    for path, methods in paths.items():
        names = [one["name"] for one in methods.get("get", {}).get("parameters", []) if one["in"] == "query"]
        if names and path.startswith("/api/v1/") and "oidc" not in path:
            answer = await house.http.get(house.http_url + filled(path), params=dict.fromkeys(names, "json"))
            assert "no such parameter" not in answer.text, path


async def test_who_may_not_ask_at_all_is_told_that_first(house):
    async with client(house) as anyone, client(house, await key_of(house, "viewer")) as viewer:
        is_problem(await anyone.get("/api/v1/charge-points?stauts=Charging"), 401)
        is_problem(await viewer.get("/api/v1/users?nmae=x"), 403)


async def test_what_a_provider_adds_to_its_answer_is_let_be(house):
    answer = await house.http.get("oidc/callback?session_state=x&iss=y")
    assert "no such parameter" not in answer.text
