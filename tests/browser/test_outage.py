"""The server dies and comes back while somebody looks: the page says so, waits, and goes on by itself."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import simulating
from tests.browser.visits import PASSWORD, OpenVisit
from tests.servers import Server, serving
from tests.stations import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

# Whatever is asked while nobody is there; a server that is not ready yet answers 503.
# One that is killed may be in the middle of an answer.
DURING_OUTAGES = (
    *("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "^503 ", "WebSocket"),
    *("ERR_CONTENT_LENGTH_MISMATCH", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_SOCKET_NOT_CONNECTED"),
)


async def test_the_page_says_that_the_server_is_away_and_goes_on_when_it_is_back(tmp_path: Path, open_visit: OpenVisit):
    server = Server(tmp_path, admin_password=PASSWORD)
    try:
        options = ("DEPOT", "--connectors", "4", "--profile", "dc", "--interval", "1")
        with simulating(server.ocpp_url, *options):
            await until(lambda: any(one["energy_wh"] for one in server.get("sessions")["items"]))
            visit = await open_visit(server.http_url)
            visit.expected.extend(DURING_OUTAGES)
            await visit.go("charge-points/DEPOT")
            energy = visit.chart("Session energy, kWh").locator("figcaption")
            (before, *_) = await visit.changes(energy)
            server.kill()
            await expect(visit.page.get_by_text("Reconnecting…")).to_be_visible()
            await expect(visit.page.get_by_text(re.compile(r"Figures are \d+\ss old"))).to_be_visible()
            await expect(visit.page.get_by_role("heading", name="DEPOT", exact=True)).to_be_visible()
            lasting = visit.page.get_by_text(re.compile(r"^for \d+.* last seen "))
            then = await lasting.inner_text()
            await visit.changes(visit.page.get_by_text(re.compile(r"Figures are \d+\ss old")), times=2)
            assert await lasting.inner_text() == then, "nobody knows whether it still lasts"

            with serving(tmp_path, admin_password=PASSWORD, **server.ports):
                await expect(visit.page.get_by_text(re.compile("^Live · "))).to_be_visible(timeout=40_000)
                await expect(visit.page.get_by_text("Connected", exact=True)).to_be_visible(timeout=40_000)
                figures = [float(text.split()[-1]) for text in (before, *await visit.changes(energy, times=2))]
                assert figures == sorted(figures)
                await visit.redraws(visit.chart("Power, kW"))
                await visit.page.get_by_role("link", name="wattdeck, overview").click()
                await expect(visit.row("DEPOT")).to_contain_text("Connected")
                await visit.changes(visit.row("DEPOT").locator("[data-what=energy]"))
                assert await visit.stayed()
                await visit.leave()
    finally:
        server.end()


async def test_a_page_opened_before_the_server_waits_for_it(tmp_path: Path, open_visit: OpenVisit):
    """What a reload during an outage leaves: the page came from the cache, its questions are not answered."""
    with serving(tmp_path, admin_password=PASSWORD) as server:
        visit = await open_visit(server.http_url)
        visit.expected.extend((*DURING_OUTAGES, "ERR_FAILED"))
        await visit.page.route("**/api/v1/**", lambda route: route.abort())
        await visit.go()
        await expect(visit.page.get_by_text("The server cannot be reached")).to_be_visible()
        await visit.page.unroute("**/api/v1/**")
        await expect(visit.page.get_by_role("heading", name="Overview")).to_be_visible()
        await visit.leave()
