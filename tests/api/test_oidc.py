"""Logging in at an OpenID Connect provider: the way there and back, who is let in, and everything that must not be."""

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from tests import tls
from tests.api.people import PASSWORD, client, is_problem
from tests.houses import open_house, serving_asgi, settings
from tests.provider import CLIENT_ID, CLIENT_SECRET, serving_provider, settings_for
from tests.stations import until
from wattdeck import CentralSystem

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOGIN, CALLBACK, ME = "/api/v1/oidc/login", "/api/v1/oidc/callback", "/api/v1/me"
ROLES = {"ops": "operator", "lookers": "viewer", "bosses": "admin", "everywhere": "viewer"}
SEEN = {"lookers": ["DEPOT-*"], "ops": ["YARD-1"], "everywhere": ["*"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def provider():
    async with serving_provider() as provider:
        yield provider


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(provider, tmp_path_factory):
    """People are made as they come, with the rights of their groups."""
    rights = {"oidc_roles": ROLES, "oidc_charge_points": SEEN, "oidc_sites": {"ops": ["Hill"]}, "oidc_unknown": "add"}
    folder = tmp_path_factory.mktemp("oidc")
    async with open_house(folder, admin_password=PASSWORD, **settings_for(provider, **rights)) as house:
        yield house


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def fresh(provider):
    provider.person = {"sub": "1001", "preferred_username": "ana", "groups": ["lookers"]}
    provider.spoil.clear()
    yield


async def go(browser, path=LOGIN, **query):
    """To the provider and back to the callback; the answer of that, and the address it was asked by."""
    there = await browser.get(path, params=query)
    assert there.status_code == 303, there.text
    back = (await browser.get(there.headers["location"])).headers["location"]
    return await browser.get(back), back


async def log_in(house):
    """The status of the callback, and who one is then."""
    async with client(house) as browser:
        answer, _ = await go(browser)
        return answer, (await browser.get(ME)).json()


async def test_the_way_there_and_back_ends_with_a_cookie_like_that_of_a_password(house, provider):
    async with client(house) as browser:
        assert (await browser.get("/api/v1/login")).json() == {"single_sign_on": "single sign-on", "application": None}
        answer, _ = await go(browser, to="/sessions?state=active")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sessions?state=active")
        cookie, gone = answer.headers.get_list("set-cookie")
        assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; ")[1:])
        assert 'wattdeck_oidc=""' in gone
        me = (await browser.get(ME)).json()
        assert (me["username"], me["role"], me["kind"]) == ("ana", "viewer", "user")
        assert (me["has_password"], me["scope"]) == (False, {"charge_points": ["DEPOT-*"], "sites": []})
        assert (await browser.post("/api/v1/logout")).status_code == 204
        is_problem(await browser.get(ME), 401)

    async def audited():
        rows = await house.items("audit", actor="ana")
        return rows if len(rows) == 2 else None

    _, there = await until(audited)
    assert (there["route"], there["status"], there["role"]) == ("/api/v1/oidc/callback", 303, "viewer")
    assert there["path"] == "/api/v1/oidc/callback"  # without code and state


@pytest.mark.parametrize(
    ("groups", "role", "scope"),
    [
        (["lookers", "ops"], "operator", {"charge_points": ["DEPOT-*", "YARD-1"], "sites": ["Hill"]}),
        (["lookers", "everywhere"], "viewer", None),
        (["bosses", "lookers"], "admin", None),
    ],
)
async def test_groups_give_the_highest_role_and_all_that_any_of_them_sees(house, provider, groups, role, scope):
    provider.person["groups"] = groups
    _, me = await log_in(house)
    assert (me["role"], me["scope"]) == (role, scope)


async def test_a_changed_group_counts_at_the_next_log_in_and_none_at_all_ends_every_log_in(house, provider):
    async with client(house) as browser:
        await go(browser)
        provider.person["groups"] = ["ops"]
        await log_in(house)
        assert (await browser.get(ME)).json()["role"] == "operator"
        provider.person["groups"] = ["strangers"]
        answer, _ = await log_in(house)
        is_problem(answer, 403)
        is_problem(await browser.get(ME), 401)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another client"]},
        {"azp": "another client"},
        {"nonce": "of another log-in"},
        {"exp": int(time.time()) - 120},
        {"nbf": int(time.time()) + 3600},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"exp": None},
        {"sub": ""},
        {"preferred_username": "a/b"},
        {"preferred_username": ["ana"]},
    ],
    ids=lambda claims: "-".join(claims) + str(len(str(claims))),
)
async def test_a_token_that_says_something_wrong_lets_nobody_in(house, provider, claims):
    provider.spoil["claims"] = lambda said: {k: v for k, v in (said | claims).items() if v is not None}
    answer, me = await log_in(house)
    assert answer.status_code in (502, 403)
    assert answer.headers["content-type"] == "application/problem+json"
    assert me["status"] == 401


def unsigned(claims):
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 32)).split(".")
    return f"eyJhbGciOiJub25lIn0.{token[1]}."


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        lambda claims: jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET * 3)),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, RSAKey.generate_key(2048)),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "no such"}, claims, RSAKey.generate_key(2048)),
        lambda claims: "no.token.at-all",
        lambda claims: None,
    ],
    ids=["none", "our-secret", "another-key", "unknown-key", "nonsense", "missing"],
)
async def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(house, provider, sign):
    provider.spoil["sign"] = sign
    answer, me = await log_in(house)
    is_problem(answer, 502)
    assert me["status"] == 401


async def test_a_state_is_good_once_in_the_browser_that_began(house, provider):
    async with client(house) as browser, client(house) as other:
        first = await browser.get(LOGIN)
        carried = dict(browser.cookies)
        back = (await browser.get(first.headers["location"])).headers["location"]
        is_problem(await other.get(back), 400)  # somebody else's: no log-in is forced upon a browser
        assert (await browser.get(back)).status_code == 303
        is_problem(await browser.get(back), 400)
        again = {"Cookie": "; ".join(f"{name}={value}" for name, value in carried.items())}
        async with client(house) as thief:
            is_problem(await thief.get(back, headers=again), 400)
            body, _, signature = carried["wattdeck_oidc"].partition(".")
            for forged in (f"{body}x.{signature}", f"{body}.{signature[::-1]}", ".", "é", ""):
                is_problem(await thief.get(back, headers={"Cookie": f"wattdeck_oidc={forged}".encode()}), 400)
            is_problem(await thief.get(CALLBACK), 400)


@pytest.mark.parametrize(
    "to",
    [
        *("//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "javascript:alert(1)", ""),
        *("/\t/elsewhere.example", "\\\\elsewhere.example", "elsewhere.example", "/x\r\nSet-Cookie: a=b", " //x"),
    ],
)
async def test_nobody_is_led_elsewhere(house, to):
    async with client(house) as browser:
        answer, _ = await go(browser, to=to)
        assert answer.headers["location"] == "/"


def answering(answer):
    async def give(_):
        return answer

    return give


@pytest.mark.parametrize(
    ("what", "spoil", "status"),
    [
        ("/token", answering(JSONResponse({"error": "invalid_grant"}, 400)), 502),
        ("/token", answering(Response(b"<html>", 200)), 502),
        ("/token", answering(Response(b"[" * 2_000_000, 200)), 502),
        ("/token", answering(JSONResponse([], 200)), 502),
        ("/token", answering(Response(status_code=302, headers={"Location": "http://127.0.0.1:9/"})), 502),
        ("back", lambda said: {"state": said["state"], "error": "access_denied"}, 403),
        ("back", lambda said: {"state": said["state"], "error": "<script>alert(1)</script>"}, 403),
        ("back", lambda said: {**said, "iss": "https://elsewhere.example"}, 400),
        ("back", lambda said: {**said, "code": "made up"}, 502),
    ],
)
async def test_what_goes_wrong_at_the_provider_is_said_and_no_stack_is_shown(house, provider, what, spoil, status):
    provider.spoil[what] = spoil
    async with client(house) as browser:
        browser.headers["Accept"] = "text/html"
        answer, _ = await go(browser)
    assert answer.status_code == status
    assert "Back to the log-in" in answer.text
    assert "Traceback" not in answer.text
    assert "<script>" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_no_secret_is_in_the_log(house, provider, caplog):
    with caplog.at_level(logging.DEBUG):
        for spoil in ({}, {"sign": unsigned}, {"claims": lambda said: said | {"nonce": "x"}}):
            provider.spoil = spoil
            await log_in(house)
    assert "token: " in caplog.text
    assert provider.tokens
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("wattdeck"))
    for secret in (*provider.tokens, CLIENT_SECRET):
        assert str(secret) not in ours


async def test_a_new_key_of_the_provider_is_looked_for_when_a_token_has_it(house, provider, monkeypatch):
    monkeypatch.setattr("wattdeck.api.oidc_provider._KEYS_AGAIN_S", 0.0)
    await log_in(house)
    provider.rotate()
    answer, me = await log_in(house)
    assert (answer.status_code, me["username"]) == (303, "ana")


async def test_a_name_opens_nothing_that_is_somebody_elses(house, provider):
    """Neither a user's with a password, nor one's whom the provider called so before."""
    await log_in(house)
    for sub, name in (("2002", "admin"), ("2003", "ana"), ("2004", "ANA")):
        provider.person |= {"sub": sub, "preferred_username": name, "groups": ["bosses"]}
        answer, me = await log_in(house)
        is_problem(answer, 403)
        assert me["status"] == 401
    provider.person |= {"sub": "1001", "preferred_username": "ana.married"}
    assert (await log_in(house))[1]["username"] == "ana"  # whoever they are called now


@asynccontextmanager
async def strict(provider, tmp_path, **given):
    """A house that lets in only whom an admin expects."""
    async with open_house(tmp_path, admin_password=PASSWORD, **settings_for(provider, **given)) as house:
        yield house


async def test_unknown_people_are_refused_until_an_admin_expects_them(provider, tmp_path):
    async with strict(provider, tmp_path) as house:
        answer, _ = await log_in(house)
        assert "ask an admin" in is_problem_text(answer, 403)
        made = await house.post("users", username="ana", role="operator", single_sign_on=True)
        assert (made.json()["single_sign_on"], made.json()["password"]) == (True, None)
        assert (await log_in(house))[1]["role"] == "operator"
        is_problem(await house.post("users/ana/password"), 409)
        is_problem(await house.post("users", username="bo", single_sign_on=True, password=PASSWORD), 422)
        async with client(house) as browser:
            for password in ("", PASSWORD):
                is_problem(await browser.post("/api/v1/login", json={"username": "ana", "password": password}), 401)
            await go(browser)
            body = {"current_password": "", "password": PASSWORD}
            is_problem(await browser.put("/api/v1/me/password", json=body), 409)
            await house.http.patch("users/ana", json={"disabled": True})
            is_problem(await browser.get(ME), 401)
            is_problem((await go(browser))[0], 403)
        await house.http.patch("users/ana", json={"disabled": False, "single_sign_on": False})
        is_problem((await log_in(house))[0], 403)
        assert (await house.post("users/ana/password")).status_code == 200


def is_problem_text(answer, status):
    is_problem(answer, status)
    return answer.json()["detail"]


async def test_a_provider_that_is_away_slow_or_another_is_said_so(provider, tmp_path):
    async with strict(provider, tmp_path) as house, client(house) as browser:
        provider.spoil["discovery"] = lambda said: said | {"issuer": "https://elsewhere.example"}
        is_problem(await browser.get(LOGIN), 502)
        provider.spoil["discovery"] = lambda said: said | {"token_endpoint": "http://elsewhere.example/token"}
        is_problem(await browser.get(LOGIN), 502)

        async def too_late(answer):
            await asyncio.sleep(0.5)
            return answer

    provider.spoil = {"/.well-known/openid-configuration": too_late}
    async with strict(provider, tmp_path, oidc_timeout_s=0.1) as house, client(house) as browser:
        is_problem(await browser.get(LOGIN), 504)
    away = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "x"}
    async with open_house(tmp_path, **away) as house, client(house) as browser:
        is_problem(await browser.get(LOGIN), 502)


async def test_without_a_provider_there_is_no_way_there(tmp_path):
    async with open_house(tmp_path) as house, client(house) as browser:
        for path in (LOGIN, CALLBACK):
            is_problem(await browser.get(path), 404)
        assert (await browser.get("/api/v1/login")).json() == {"single_sign_on": None, "application": None}


async def test_below_a_path_behind_https_all_addresses_are_those_of_the_browser(provider, tmp_path):
    given = settings_for(provider, oidc_roles={"lookers": "viewer"}, oidc_unknown="add")
    system = CentralSystem(settings(tmp_path, **given))
    outer = Starlette(routes=[Mount("/csms", system.asgi)])
    async with (
        system.running(),
        serving_asgi(outer, proxy_headers=True, forwarded_allow_ips="*") as url,
        httpx2.AsyncClient(base_url=url, headers={"X-Forwarded-Proto": "https"}, trust_env=False) as browser,
    ):
        there = await browser.get(f"/csms{LOGIN}", params={"to": "/alerts"})
        asked = parse_qs(urlsplit(there.headers["location"]).query)
        assert asked["redirect_uri"] == [f"{url.replace('http', 'https', 1)}/csms{CALLBACK}"]
        cookie = there.headers["set-cookie"]
        assert {"Path=/csms/api/v1/oidc", "Secure", "HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
        back = (await browser.get(there.headers["location"])).headers["location"].replace("https", "http", 1)
        answer = await browser.get(back, headers={"Cookie": cookie.split(";")[0]})
        assert (answer.status_code, answer.headers["location"]) == (303, "/csms/alerts")
        assert "Secure" in answer.headers.get_list("set-cookie")[0].split("; ")


async def test_a_provider_is_asked_by_tls_and_believed_where_this_machine_trusts_its_authority(tmp_path, monkeypatch):
    pem = tmp_path / "provider.pem"
    tls.certificate("localhost").private_key_and_cert_chain_pem.write_to_path(pem)
    tls.authority("house").cert_pem.write_to_path(tmp_path / "ca.pem")
    async with serving_provider(ssl_certfile=str(pem)) as provider:
        async with strict(provider, tmp_path / "strangers") as house, client(house) as browser:
            is_problem(await browser.get(LOGIN), 502)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        async with strict(provider, tmp_path / "friends") as house, client(house) as browser:
            there = await browser.get(LOGIN)
    assert there.headers["location"].startswith("https://localhost:")
    assert provider.asked == ["/.well-known/openid-configuration"]
