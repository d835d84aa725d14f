"""The dashboard's files, the offline docs, health, metrics, and the headers of all of them."""

import gzip
import re

import pytest
import pytest_asyncio

from tests.api.people import client, is_problem
from tests.houses import serving_asgi, settings
from wattdeck import CentralSystem
from wattdeck.api import pages

pytestmark = pytest.mark.asyncio(loop_scope="module")
INDEX = '<!doctype html><html><head><base href="/"></head><body>dashboard</body></html>'
# references that a page makes a browser fetch
FETCHED = re.compile(r"""(?:src|href)\s*=\s*["']([^"']*)|(?:\burl|oauth2RedirectUrl)\s*:\s*["']([^"']*)|@import""")


@pytest.fixture(autouse=True)
def dashboard(tmp_path, monkeypatch):
    """A dashboard that is built: an index, a script with its content's name, an icon; a neighbour that is none's."""
    folder = tmp_path / "dashboard"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "assets" / "index-1a2b3c.js").write_text("start()")
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "dashboard-old").mkdir()
    (tmp_path / "dashboard-old" / "secret.txt").write_text("secret")
    monkeypatch.setattr(pages, "DASHBOARD", folder)
    return folder


@pytest_asyncio.fixture(loop_scope="module")
async def anyone(shared):
    async with client(shared) as one:
        yield one


@pytest.mark.parametrize("path", ["/", "/charge-points", "/charge-points/CP-1", "/charge-points/CP.1", "/a/b/c"])
async def test_any_page_of_the_dashboard_is_its_index(anyone, path):
    answer = await anyone.get(path)
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


async def test_assets_are_kept_for_ever(anyone):
    answer = await anyone.get("/assets/index-1a2b3c.js")
    assert (answer.status_code, answer.text) == (200, "start()")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert {"immutable", "max-age=31536000"} <= set(answer.headers["cache-control"].split(", "))


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("identity", None),
        ("deflate", None),
    ],
)
async def test_an_asset_comes_compressed_as_the_browser_takes_it(anyone, dashboard, accepted, encoding):
    (dashboard / "assets" / "index-1a2b3c.js.gz").write_bytes(gzip.compress(b"start()"))
    (dashboard / "assets" / "index-1a2b3c.js.br").write_bytes(b"by brotli")
    async with anyone.stream("GET", "/assets/index-1a2b3c.js", headers={"Accept-Encoding": accepted}) as answer:
        body = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    assert (gzip.decompress(body) if encoding == "gzip" else body) == (b"by brotli" if encoding == "br" else b"start()")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]


async def test_other_files_are_not_kept_for_ever(anyone):
    answer = await anyone.get("/icon.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "immutable" not in answer.headers.get("cache-control", "")


async def test_an_asset_that_is_gone_is_not_found(anyone):
    is_problem(await anyone.get("/assets/index-old.js"), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%2fetc/passwd.txt",
        "/../dashboard-old/secret.txt",
        "/docs/..%2f..%2fpages.py",
        "/client/..%2f..%2fpages.py",
        "/docs/%2e%2e%2f..%2fpages.py",
        "/%00",
        "/docs/%00.js",
        f"/{'x' * 300}.js",
        f"/docs/{'x' * 300}.js",
    ],
)
async def test_nothing_beside_the_files_is_handed_out(anyone, path):
    answer = await anyone.get(path)
    assert answer.status_code in (200, 404)
    assert answer.text == INDEX or is_problem(answer, 404)


async def test_the_browser_client_is_there_to_be_imported(anyone, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "CLIENT", tmp_path)
    (tmp_path / "index.js").write_text("export const ALL = 1")
    answer = await anyone.get("/client/index.js")
    assert (answer.status_code, answer.text) == (200, "export const ALL = 1")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    for path in ("/client/other.js", "/client/%00"):
        is_problem(await anyone.get(path), 404)


async def test_a_dashboard_that_is_not_built_says_so(anyone, dashboard):
    (dashboard / "index.html").unlink()
    answer = await anyone.get("/")
    assert answer.status_code == 200
    assert "not built" in answer.text


async def test_the_docs_need_nothing_from_elsewhere(anyone):
    page = await anyone.get("/docs")
    assert page.status_code == 200
    fetched = [one for found in FETCHED.findall(page.text) for one in found if one]
    assert "/openapi.json" in fetched
    for url in fetched:
        assert url.startswith("/"), url
        assert not url.startswith("//"), url
        assert (await anyone.get(url)).status_code == 200, url


async def test_the_style_of_the_docs_imports_nothing_from_elsewhere(anyone):
    style = (await anyone.get("/docs/swagger-ui.css")).text
    assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", style)


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/openapi.json", "/api/v1/stats", "/healthz", "/metrics", "/nothing.js"]
)
async def test_every_answer_has_its_security_headers(anyone, path):
    headers = (await anyone.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert {"default-src 'self'", "frame-ancestors 'none'", "base-uri 'self'"} <= set(policy.split("; "))
    assert ("script-src 'self' 'unsafe-inline'" in policy) == (path == "/docs")
    assert "server" not in headers or "wattdeck" not in headers["server"]


async def test_health_and_readiness_are_plain(anyone):
    assert (await anyone.get("/healthz")).json() == {"status": "ok"}
    assert (await anyone.get("/readyz")).json() == {"status": "ready"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/", "/api/v1/nothing"])
async def test_head_is_answered_as_get_without_content(anyone, path):
    head, get = await anyone.head(path), await anyone.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


async def test_a_list_is_looked_at_by_head_with_the_same_rights(anyone, shared):
    assert (await anyone.head("/api/v1/sessions")).status_code == 401
    for query in ("", "?format=csv"):
        head = await shared.http.head(f"sessions{query}")
        assert (head.status_code, head.content) == (200, b"")


async def test_metrics_are_prometheus_text_without_names_of_anybody(anyone, shared):
    await (await shared.station("NAMED")).boot()
    answer = await anyone.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for name in ("wattdeck_messages_total", "wattdeck_meter_values_total", "wattdeck_store_commits_total"):
        assert re.search(rf"^{name}\b", answer.text, re.MULTILINE), name
    assert "NAMED" not in answer.text
    assert "admin" not in answer.text


async def test_before_it_runs_and_after_it_is_healthy_but_not_ready(tmp_path, anyone):
    central_system = CentralSystem(settings(tmp_path))
    async with serving_asgi(central_system.asgi) as http:
        for running in (False, True, False):
            if running:
                async with central_system.running():
                    assert (await anyone.get(f"{http}/readyz")).status_code == 200
                continue
            assert (await anyone.get(f"{http}/healthz")).status_code == 200
            is_problem(await anyone.get(f"{http}/readyz"), 503)
            assert (await anyone.head(f"{http}/readyz")).status_code == 503
            for path in ("/api/v1/stats", "/", "/docs"):
                answer = await anyone.get(f"{http}{path}")
                is_problem(answer, 503)
                assert int(answer.headers["retry-after"]) > 0
