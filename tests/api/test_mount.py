"""Embedded under a prefix everything works as at the root: REST, docs, dashboard, live streams, charge points."""

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.api.people import PASSWORD, client
from tests.houses import House, bound, serving_asgi, settings
from tests.live.clients import browser
from tests.stations import status
from wattdeck import CentralSystem
from wattdeck.api import pages

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounted(tmp_path_factory):
    """A house at /csms of somebody's own application."""
    central_system = CentralSystem(settings(tmp_path_factory.mktemp("mounted"), admin_password=PASSWORD))
    app = FastAPI()
    app.mount("/csms", central_system.asgi)

    @app.get("/")
    async def own() -> str:
        return "somebody's own"

    async with central_system.running(), serving_asgi(app) as http:
        with bound() as sock:
            house = House(central_system, f"127.0.0.1:{sock.getsockname()[1]}", http, "/csms")
            house.door = "asgi"
            yield house
            await house.close()


@pytest_asyncio.fixture(loop_scope="module")
async def anyone(mounted):
    async with client(mounted) as one:
        yield one


async def test_rest_is_below_the_prefix(mounted):
    assert (await mounted.post("charge-points", identifier="CP 1")).status_code == 201
    assert (await mounted.get("charge-points/cp%201"))["identifier"] == "CP 1"
    assert (await mounted.http.get("charge-points/nobody")).status_code == 404
    assert (await mounted.http.put("charge-points/nobody")).headers["allow"] == "DELETE, GET, PATCH"


async def test_the_application_around_it_is_left_alone(mounted, anyone):
    root = mounted.http_url.removesuffix("/csms")
    assert (await anyone.get(f"{root}/")).json() == "somebody's own"
    assert (await anyone.get(f"{root}/api/v1/stats")).status_code == 404


async def test_a_browser_logs_in_below_the_prefix(anyone):
    await anyone.post("/api/v1/login", json={"username": "admin", "password": PASSWORD})
    assert (await anyone.get("/api/v1/me")).json()["username"] == "admin"


async def test_the_docs_fetch_their_files_below_the_prefix(anyone):
    page = (await anyone.get("/docs")).text
    for path in ("/csms/openapi.json", "/csms/docs/swagger-ui-bundle.js", "/csms/docs/swagger-ui.css"):
        assert path in page
        assert (await anyone.get(path.removeprefix("/csms"))).status_code == 200
    assert (await anyone.get("/openapi.json")).json()["servers"] == [{"url": "/csms"}]


async def test_health_and_metrics_are_below_the_prefix(anyone):
    for path in ("healthz", "readyz", "metrics"):
        assert (await anyone.get(f"/{path}")).status_code == 200


@pytest.mark.parametrize("path", ["/", "/charge-points/CP-1"])
async def test_the_dashboards_base_is_the_prefix(anyone, tmp_path, monkeypatch, path):
    (tmp_path / "index.html").write_text('<base href="/">')
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.js").write_text("start()")
    monkeypatch.setattr(pages, "DASHBOARD", tmp_path)
    assert (await anyone.get(path)).text == '<base href="/csms/">'
    assert (await anyone.get("/assets/a.js")).text == "start()"


async def test_files_are_uploaded_and_fetched_below_the_prefix(mounted, anyone):
    content = b"x" * 2_000_000
    assert (await mounted.http.post("firmware", params={"name": "fw.bin"}, content=content)).status_code == 201
    cp = await mounted.connected("CP-3")
    await mounted.post("charge-points/CP-3/update-firmware", firmware_id=1)
    id, payload = await cp.asked("UpdateFirmware")
    await cp.answer(id, {})
    assert payload["location"].startswith(f"{mounted.http_url}/files/firmware/")
    assert (await anyone.get(payload["location"])).content == content
    await mounted.post("charge-points/CP-3/diagnostics")
    _, payload = await cp.asked("GetDiagnostics")
    assert (await anyone.put(payload["location"], content=content)).status_code == 201


async def test_charge_points_connect_below_the_prefix_and_are_watched_there(mounted):
    cp = await mounted.connected("CP-2")
    async with browser(mounted) as one:
        await one.snapshot("charge_point_CP-2_status")
        await cp.call("StatusNotification", status("Charging"))
        assert (await one.delta("charge_point_CP-2_status", connector_id=1))["status"] == "Charging"
    assert (await mounted.get("charge-points/CP-2"))["connected"] is True


async def test_two_central_systems_of_one_origin_have_each_their_own_log_in(tmp_path):
    houses = {prefix: CentralSystem(settings(tmp_path / prefix, admin_password=PASSWORD)) for prefix in "ab"}
    app = FastAPI()
    for prefix, central_system in houses.items():
        app.mount(f"/{prefix}", central_system.asgi)
    admin = {"username": "admin", "password": PASSWORD}
    async with (
        houses["a"].running(),
        houses["b"].running(),
        serving_asgi(app) as http,
        httpx2.AsyncClient(base_url=http, trust_env=False) as one,
    ):
        for prefix in houses:
            answer = await one.post(f"/{prefix}/api/v1/login", json=admin)
            assert f"path=/{prefix};" in answer.headers["set-cookie"].lower()
        for prefix in houses:
            assert (await one.get(f"/{prefix}/api/v1/me")).status_code == 200
        await one.post("/a/api/v1/logout")
        assert [(await one.get(f"/{prefix}/api/v1/me")).status_code for prefix in houses] == [401, 200]


async def test_of_two_log_ins_that_of_the_longer_path_counts(mounted, anyone):
    """A browser sends it first; the other is of a central system above."""
    await anyone.post("/api/v1/login", json={"username": "admin", "password": PASSWORD})
    [token] = anyone.cookies.values()
    async with client(mounted) as browser:
        both = {"Cookie": f"wattdeck_login={token}; other=1; wattdeck_login=of-another"}
        assert (await browser.get("/api/v1/me", headers=both)).status_code == 200
