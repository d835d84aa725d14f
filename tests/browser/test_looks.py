"""Desk and phone, light and dark: nothing hangs over the edge, and pictures for a person to look at in screenshots/."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.test_charge_point import find_charging
from tests.browser.visits import DESK, PHONE, OpenVisit
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
WINDOWS = {"desk": DESK, "phone": PHONE}
PAGE_COLOUR = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", WINDOWS)
async def test_pages_fit_and_are_photographed(fleet: Server, open_visit: OpenVisit, window: str, scheme: str):
    identifier, connector = await find_charging(fleet)
    visit = await open_visit(fleet.http_url, WINDOWS[window], scheme, logged_in=False)

    async def look(name: str) -> None:
        await visit.picture(SCREENSHOTS / f"{window}-{scheme}-{name}.png", whole=name == "charge-point")
        assert await visit.overhang() == 0

    await visit.go()
    await expect(visit.page.get_by_role("button", name="Log in")).to_be_visible()
    background = await visit.page.evaluate(PAGE_COLOUR)
    assert (sum(int(part) for part in background[4:-1].split(",")) < 128) == (scheme == "dark")
    await look("login")
    await visit.log_in()
    await visit.go()
    await visit.changes(visit.page.get_by_label("Power now"))
    await look("overview")
    await visit.go_to_charge_point(identifier)
    await expect(visit.connector(connector)).to_contain_text("Stop")
    await visit.redraws(visit.chart("Power, kW"))
    await look("charge-point")
    await visit.connector(connector).get_by_role("button", name="Stop").click()
    await expect(visit.page.get_by_role("dialog")).to_contain_text("so far")
    await look("stop")


async def test_colours_are_chosen_by_a_button_and_kept(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    await visit.go()
    light = await visit.page.evaluate(PAGE_COLOUR)
    await visit.page.get_by_role("button", name="Colours: as the system").click()
    await visit.page.get_by_role("button", name="Colours: light").click()
    await expect(visit.page.get_by_role("button", name="Colours: dark")).to_be_visible()
    assert await visit.page.evaluate(PAGE_COLOUR) != light
    await visit.page.reload()
    await expect(visit.page.get_by_role("button", name="Colours: dark")).to_be_visible()
    assert await visit.page.evaluate(PAGE_COLOUR) != light
