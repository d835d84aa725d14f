"""What the OpenAPI document promises holds: for every route there is, and for whatever is thrown at it."""

import asyncio
import re
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import positive_data_acceptance
from schemathesis.generation import GenerationMode

from tests.api.people import client, is_problem, key_of
from tests.houses import API_KEY

pytestmark = pytest.mark.asyncio(loop_scope="module")
EXAMPLES = 5
WITHOUT_LOG_IN = {"/api/v1/login", "/api/v1/logout", "/healthz", "/readyz", "/metrics"}
VIEWER_MAY_NOT_GET = {
    "/api/v1/unknown-tags",
    "/api/v1/alert-channels",
    "/api/v1/alert-channels/{name}",
    "/api/v1/alert-deliveries",
    "/api/v1/quarantine",
    "/api/v1/charge-points/{identifier}/messages",
    "/api/v1/file-jobs/{job_id}/file",
    "/api/v1/settings",
    "/api/v1/storage",
    "/api/v1/storage/charge-points",
    "/api/v1/audit",
    "/api/v1/users",
    "/api/v1/users/{username}",
    "/api/v1/api-keys",
}
ADMINS_ONLY = {
    ("GET", "/api/v1/settings"),
    ("POST", "/api/v1/firmware"),
    ("POST", "/api/v1/recompute"),
    ("PUT", "/api/v1/alert-rules/{name}"),
    ("POST", "/api/v1/alert-rules/apply"),
    ("GET", "/api/v1/alert-channels"),
    ("GET", "/api/v1/alert-channels/{name}"),
    ("PUT", "/api/v1/alert-channels/{name}"),
    ("DELETE", "/api/v1/alert-channels/{name}"),
    ("POST", "/api/v1/alert-channels/{name}/test"),
    ("POST", "/api/v1/alert-channels/preview"),
    ("DELETE", "/api/v1/alert-rules/{name}"),
    ("DELETE", "/api/v1/firmware/{firmware_id}"),
    ("GET", "/api/v1/audit"),
    ("GET", "/api/v1/users"),
    ("POST", "/api/v1/users"),
    ("GET", "/api/v1/users/{username}"),
    ("PATCH", "/api/v1/users/{username}"),
    ("DELETE", "/api/v1/users/{username}"),
    ("POST", "/api/v1/users/{username}/password"),
    ("GET", "/api/v1/api-keys"),
    ("POST", "/api/v1/api-keys"),
    ("DELETE", "/api/v1/api-keys/{key_id}"),
}
# Filters by words of which only the house knows all.
WORDS_OF_ITS_OWN = {"measurand", "phase", "action"}
OWN = {"/api/v1/me/password"}  # what everyone may change: something of their own


async def routes(house):
    """(method, path) of each documented route."""
    async with client(house) as anyone:
        paths = (await anyone.get("/openapi.json")).json()["paths"]
    found = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    assert len(found) > 25
    return found


def filled(path):
    """The path with something in place of each parameter."""
    return re.sub(r"{[^}]*}", "1", path)


async def test_every_route_under_api_needs_a_log_in(shared):
    async with client(shared) as anyone:
        for method, path in await routes(shared):
            if path not in WITHOUT_LOG_IN:
                assert path.startswith("/api/v1/")
                answer = await anyone.request(method, filled(path))
                is_problem(answer, 401)
                assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer", "Basic YTpi", "bearer  x y", "\xff"])
async def test_wrong_credentials_are_no_log_in(shared, authorization):
    async with client(shared) as anyone:
        headers = [("Authorization", authorization.encode("latin-1"))]
        is_problem(await anyone.get("/api/v1/stats", headers=headers), 401)


async def test_a_viewer_may_read_and_change_nothing(shared):
    async with client(shared, await key_of(shared, "viewer")) as viewer:
        for method, path in await routes(shared):
            if path in WITHOUT_LOG_IN:
                continue
            answer = await viewer.request(method, filled(path))
            if method == "GET" and path not in VIEWER_MAY_NOT_GET:
                assert answer.status_code in (200, 404), (path, answer.text)
            elif path in OWN:
                is_problem(answer, 422)
            else:
                is_problem(answer, 403)


async def test_an_operator_may_do_all_but_what_is_an_admins(shared):
    async with client(shared, await key_of(shared, "operator")) as operator:
        for method, path in await routes(shared):
            if path in WITHOUT_LOG_IN:
                continue
            answer = await operator.request(method, filled(path))
            assert (answer.status_code == 403) == ((method, path) in ADMINS_ONLY), (method, path, answer.text)


async def test_an_admin_may_read_the_settings_in_force(shared):
    async with client(shared, await key_of(shared, "admin")) as admin:
        answer = await admin.get("/api/v1/settings")
    assert answer.status_code == 200
    assert answer.json()["unknown_charge_points"] == "accept"
    assert not {"admin_password", "api_key", "oidc_client_secret"} & set(answer.json())


async def test_every_route_says_what_it_is_for_and_how_its_errors_look(shared):
    async with client(shared) as anyone:
        document = (await anyone.get("/openapi.json")).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["operationId"], (method, path)
            if path.startswith("/api/v1"):
                assert "application/problem+json" in operation["responses"]["4XX"]["content"], (method, path)
                assert "422" not in operation["responses"]


# the house, in the other thread, has every right to its random numbers
@pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.timeout(600)  # all routes in turn, much to reckon: a busy machine takes its time
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
async def test_whatever_is_thrown_at_a_route_gets_a_documented_answer(shared, mode):
    for identifier in ("0", "1", "CP"):
        await shared.post("charge-points", identifier=identifier)
    async with client(shared) as anyone:
        document = (await anyone.get("/openapi.json")).json()
    await asyncio.to_thread(_throw, document, shared.http_url, mode)


def _throw(document, url, mode):
    del document["components"]["securitySchemes"]  # the log-in is no part of what is thrown: it is always right
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        _throw_at(found.ok(), url, mode)


def _throw_at(operation, url, mode):
    may_be_impossible = operation.path in (
        *("/api/v1/charging-profiles/{name}", "/api/v1/storage", "/api/v1/alert-rules/{name}"),
        "/api/v1/alert-channels/{name}",
        *OWN,
    ) or WORDS_OF_ITS_OWN & {one.name for one in operation.query}
    # what fits the schema may still not be possible
    is_free = operation.method.upper() in ("POST", "PATCH") or may_be_impossible
    excluded = [positive_data_acceptance] if is_free else []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case):
        headers = {"Authorization": f"Bearer {API_KEY}"}
        case.call_and_validate(url, headers=headers, excluded_checks=excluded)

    with suppress(Unsatisfiable):  # nothing can be wrong with a request that has no parameters
        check()
