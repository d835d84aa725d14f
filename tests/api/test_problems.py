"""What cannot be answered: always problem+json with a fitting status, never an internal error."""

import json

import pytest

from tests.api.people import is_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

HUGE = "9" * 30
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def house(shared):
    return shared


@pytest.mark.parametrize(
    "path",
    [
        "charge-points/nobody",
        "charge-points/nobody/connectors",
        "charge-points/nobody/current-session",
        "charge-points/nobody/sessions",
        "charge-points/nobody/meter-values",
        "charge-points/nobody/meter-values/latest",
        "charge-points/nobody/meter-values/grouped",
        "charge-points/nobody/statistics",
        "charge-points/nobody/status-history",
        "charge-points/nobody/messages",
        "charge-points/nobody/findings",
        "charge-points/nobody/commands",
        f"charge-points/{HUGE}",
        "sessions?charge_point=nobody",
        "sessions/999999",
        "sessions/0",
        "sessions/-1",
        f"sessions/{HUGE}",
        f"sessions/-{HUGE}",
        "sessions/999999/meter-values",
        "commands/999999",
        f"commands/{HUGE}",
        f"commands/-{HUGE}",
        "tags/nobody",
        "no-such-resource",
        "charge-points/nobody/no-such-thing",
    ],
)
async def test_what_does_not_exist_is_not_found(house, path):
    is_problem(await house.http.get(path), 404)


@pytest.mark.parametrize(
    "path",
    [
        "charge-points?limit=0",
        "charge-points?limit=1001",
        f"charge-points?limit={HUGE}",
        "charge-points?limit=ten",
        "charge-points?connected=perhaps",
        "charge-points?registration=unknown",
        f"charge-points?search={'x' * 101}",
        "charge-points?cursor=",
        "charge-points?cursor=abc",
        "charge-points?cursor=-1",
        "charge-points?cursor=1.2.3",
        f"charge-points?cursor={HUGE}",
        "sessions?state=paused",
        "sessions?connector_id=-1",
        f"sessions?connector_id={HUGE}",
        "sessions?from=yesterday",
        "sessions?from=0001-01-01T00:00:00%2B14:00",
        "sessions?to=9999-12-31T23:59:59-14:00",
        "sessions/one",
        "sessions/1.5",
        "charge-points/CP/meter-values?cursor=1",
        "charge-points/CP/meter-values?cursor=999999999999999999.1.1",
        "charge-points/CP/meter-values?limit=10001",
        "charge-points/CP/meter-values?to=9999-12-31T23:59:59-14:00",
        f"charge-points/CP/meter-values?session_id={HUGE}",
        f"charge-points/CP/meter-values/latest?connector_id={HUGE}",
        "charge-points/CP/meter-values/grouped?from=0001-01-01T00:00:00%2B14:00",
        "charge-points/CP/statistics?window=7d",
        f"tags/{'x' * 256}",
    ],
)
async def test_a_wrong_parameter_is_said_so(house, path):
    await house.post("charge-points", identifier="CP")
    is_problem(await house.http.get(path), 422)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b'{"identifier": "CP"', 422),
        (b"\xff\xfe", 422),
        (b'"text"', 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"identifier": "X", "colour": "red"}', 422),
        (b'{"identifier": "X", "registration": "maybe"}', 422),
        (b'{"identifier": "\\ud800"}', 422),
        (b"[" * 100_000, 400),
    ],
)
async def test_a_body_that_is_not_what_is_wanted_is_said_so(house, content, status):
    is_problem(await house.http.post("charge-points", content=content, headers=JSON), status)


async def test_a_body_that_is_not_said_to_be_json_is_refused(house):
    content = json.dumps({"identifier": "X"})
    answer = await house.http.post("charge-points", content=content, headers={"Content-Type": "text/plain"})
    is_problem(answer, 422)
    assert "Content-Type: application/json" in answer.json()["detail"]
    is_problem(empty := await house.http.post("charge-points"), 422)
    assert empty.json()["detail"] == "body: Field required"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tags/T", {"status": "stolen"}),
        ("tags/T", {"expires_at": "0001-01-01T00:00:00+14:00"}),
        ("tags/T", {"max_sessions": 10**30}),
        ("tags/T", {"max_sessions": -1}),
        ("tags/T", {"note": "x" * 1001}),
        ("tags/T", {"colour": "red"}),
        ("charge-points/CP", {"identifier": "other"}),
        ("charge-points/CP", {"registration": 1}),
    ],
)
async def test_a_change_that_cannot_be_is_said_so(house, path, body):
    await house.post("charge-points", identifier="CP")
    method = "PUT" if path.startswith("tags") else "PATCH"
    is_problem(await house.http.request(method, path, json=body), 422)


@pytest.mark.parametrize("path", ["alert-rules/x", "alert-channels/x"])
async def test_text_that_is_not_unicode_is_said_so(house, path):
    for content in (rb'{"\ud800": 1}', rb'{"name": "\ud800"}'):
        is_problem(answer := await house.http.put(path, content=content, headers=JSON), 422)
        assert "not Unicode" in answer.json()["detail"]


async def test_a_problem_names_the_member_that_is_wrong(house):
    answer = await house.post("charge-points", identifier="X", colour="red")
    assert answer.json()["detail"].startswith("body.colour: ")
    assert answer.json()["errors"][0]["where"] == "body.colour"


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "stats"), ("DELETE", "sessions/1"), ("POST", "tags"), ("PATCH", "login")]
)
async def test_a_method_a_route_has_not_is_said_so(house, method, path):
    is_problem(await house.http.request(method, path), 405)


@pytest.mark.parametrize(
    ("path", "methods"),
    [("charge-points/CP-1", "DELETE, GET, PATCH"), ("alert-rules/x", "DELETE, GET, PUT"), ("stats", "GET")],
)
async def test_all_methods_of_a_path_are_named_to_whom_tries_another(house, path, methods):
    assert (await house.http.request("TRACE", path)).headers["allow"] == methods


async def test_a_path_beside_the_api_is_not_found_rather_than_the_dashboard(house):
    for path in ("api/v1/nothing", "api/v2/stats", "ocpp/CP-1"):
        is_problem(await house.http.get(f"{house.http_url}/{path}"), 404)


async def test_a_path_that_is_none_is_not_found_by_whatever_method(house):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        is_problem(answer := await house.http.request(method, "nothing"), 404)
        assert answer.json()["detail"] == "no such path: /api/v1/nothing"


async def test_a_surprise_gives_a_reference_and_nothing_of_what_happened(house, monkeypatch, caplog):
    def broken():
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(house.central_system.telemetry, "page", broken)
    answer = await house.http.get(f"{house.http_url}/metrics")
    is_problem(answer, 500)
    assert answer.json()["detail"].startswith("internal error, reference ")
    assert "secret" not in answer.text
    assert answer.json()["detail"].split()[-1] in caplog.text
