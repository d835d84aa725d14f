"""Inside somebody else's application, below a prefix; and the API's documentation in both places."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.async_api import expect

from tests.browser.visits import PASSWORD, OpenVisit, Visit
from tests.houses import serving_asgi, settings
from tests.servers import Server
from tests.stations import meter_values, start, station, status
from wattdeck import CentralSystem

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def read_docs(visit: Visit) -> None:
    """Swagger's page lists the API and answers a question put to it by hand."""
    await visit.page.get_by_role("button", name="admin, menu").click()
    await visit.page.get_by_role("menuitem", name="API documentation").click()
    await expect(visit.page.get_by_role("heading", name=re.compile("wattdeck API|wattdeck"))).to_be_visible()
    await visit.page.locator("#operations-tag-health").click()
    stats = visit.page.locator(".opblock", has_text="/api/v1/stats").first
    await stats.click()
    await stats.get_by_role("button", name="Try it out").click()
    await stats.get_by_role("button", name="Execute").click()
    await expect(stats.locator(".live-responses-table .response").first).to_contain_text("total_charge_points")


async def test_the_docs_answer_without_the_internet(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    await visit.go()
    await read_docs(visit)


async def test_below_a_prefix_pages_live_values_and_docs_work(tmp_path: Path, open_visit: OpenVisit):
    central_system = CentralSystem(settings(tmp_path, admin_password=PASSWORD))
    app = FastAPI()
    app.mount("/csms", central_system.asgi)
    async with central_system.running(), serving_asgi(app) as http:
        door = f"{http.replace('http', 'ws', 1)}/csms/ocpp"
        async with station(door, "GUEST") as guest:
            await guest.boot()
            await guest.call("StatusNotification", status("Charging"))
            begun = (await guest.call("StartTransaction", start(wh=0)))["transactionId"]
            visit = await open_visit(f"{http}/csms")
            await visit.go()
            await expect(visit.total("Charging")).to_contain_text("1")
            await guest.call("MeterValues", meter_values(1230, transaction=begun))
            await expect(visit.row("GUEST")).to_contain_text(re.compile(r"1\.23\skWh"))
            await visit.row("GUEST").get_by_role("link").click()
            await expect(visit.connector(1)).to_contain_text("Charging")
            assert visit.page.url == f"{http}/csms/charge-points/GUEST"
            await visit.page.reload()
            await expect(visit.chart("Session energy, kWh")).to_contain_text("1.23")
            await guest.call("MeterValues", meter_values(2340, transaction=begun))
            await expect(visit.chart("Session energy, kWh")).to_contain_text("2.34")
            await visit.page.get_by_role("link", name="wattdeck, overview").click()
            await expect(visit.total("Connected")).to_contain_text("1")
            await read_docs(visit)
            assert {url.split("/")[3] for url in visit.asked} == {"csms"}
        await visit.leave()
