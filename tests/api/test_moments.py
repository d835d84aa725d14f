"""Moments in bodies: as in queries, ISO 8601; without a zone it is UTC, and a number is none."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.people import is_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
BODIES = {
    ("PUT", "tags/T"): ({}, "expires_at"),
    ("POST", "api-keys"): ({"name": "k"}, "expires_at"),
    ("POST", "silences"): ({"comment": "works"}, "ends_at"),
    ("POST", "sessions/1/close"): ({}, "stopped_at"),
    ("POST", "reservations"): ({"charge_point": "CP", "connector_id": 1, "id_tag": "T"}, "expires_at"),
    ("POST", "charge-points/CP/flags/lift"): ({"measurand": "Voltage", "connector_id": 1}, "from"),
    ("POST", "charge-points/CP/diagnostics"): ({}, "from"),
    ("POST", "charge-points/CP/update-firmware"): ({"location": "ftp://x/y"}, "retrieve_at"),
    ("POST", "recompute"): ({}, "from"),
    ("POST", "alert-rules/back-test"): ({"rule": {}}, "from"),
    ("PUT", "charge-points/CP/local-list"): (None, "expires_at"),
}


@pytest.fixture
def house(shared):
    return shared


async def _answer(house, method, path, body, name, moment):
    if body is None:
        body = {"update_type": "Full", "entries": [{"id_tag": "T", name: moment}]}
    else:
        body = {**body, name: moment}
    return await house.http.request(method, path, json=body)


@pytest.mark.parametrize("moment", [1_900_000_000, 1.9e9, "1900000000", "tomorrow", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize(("method", "path"), BODIES)
async def test_what_is_no_moment_is_refused_wherever_one_is_wanted(house, method, path, moment):
    await house.post("charge-points", identifier="CP")
    body, name = BODIES[method, path]
    is_problem(answer := await _answer(house, method, path, body, name, moment), 422)
    assert answer.json()["errors"][0]["where"].endswith(f".{name}")


@pytest.mark.parametrize(("method", "path"), BODIES)
async def test_a_moment_without_a_zone_is_taken_wherever_one_is_wanted(house, method, path):
    await house.post("charge-points", identifier="CP")
    body, name = BODIES[method, path]
    answer = await _answer(house, method, path, body, name, "2031-05-06T07:08:09")
    assert f".{name}" not in answer.text, answer.text


async def test_a_moment_without_a_zone_is_utc(house):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    written = tomorrow.strftime("%Y-%m-%dT%H:%M:%S")
    made = [
        (await house.http.put("tags/ZONE", json={"expires_at": written})).json()["expires_at"],
        (await house.post("api-keys", name="zone", expires_at=written)).json()["expires_at"],
        (await house.post("silences", rules=["offline"], comment="works", ends_at=written)).json()["ends_at"],
    ]
    assert [datetime.fromisoformat(one) for one in made] == [tomorrow] * 3
