"""The energy page: what a site took, at which load, and who took the most."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.test_history import charge_yesterday
from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import DESK, PHONE, OpenVisit, Visit
from tests.servers import Server
from tests.stations import station

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]
SITE = "Car park north"


async def open_site(fleet: Server, visit: Visit) -> None:
    """Yesterday at a site of its own, where one charge point gave 10.8 kWh."""
    async with station(fleet.asgi_url, "PARKED") as parked:
        await charge_yesterday(parked)
    fleet.ask("PATCH", "charge-points/PARKED", json={"site": SITE}).raise_for_status()
    await visit.go()
    await visit.page.get_by_label("Pages").get_by_role("link", name="Energy").click()
    await visit.page.get_by_role("combobox", name="Site").click()
    await visit.page.get_by_role("option", name=SITE).click()
    await visit.page.get_by_label("Range").get_by_text("Day").click()
    await visit.page.get_by_role("button", name="Previous day").click()


async def test_the_energy_page_shows_a_site_its_load_its_peak_and_who_took_most(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    await open_site(fleet, visit)
    energy = visit.page.get_by_label(f"Energy of {SITE}")
    await expect(energy.locator("[data-what=total]")).to_have_text(re.compile(r"10\.80\skWh"))
    await expect(energy.get_by_role("button", name=re.compile(r"10:00 to 11:00: 7\.20\skWh"))).to_be_visible()
    load = visit.page.get_by_label("Load")
    await expect(load).to_contain_text(re.compile(r"Highest mean of 15 whole minutes 7\.20\skW"))
    await expect(load).to_contain_text("one point per 15 minutes")
    top = visit.page.get_by_label("Top consumers").get_by_role("row").filter(has_text="PARKED")
    await expect(top).to_contain_text(re.compile(r"10\.80\skWh\s*100\.0\s%"))

    await visit.photograph("energy", DESK, "light")
    await top.get_by_role("link", name="PARKED").click()
    await expect(visit.page.get_by_role("heading", name="PARKED")).to_be_visible()
    assert await visit.stayed()


async def test_the_energy_page_fits_a_telephone(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url, PHONE, "dark")
    await open_site(fleet, visit)
    await expect(visit.page.locator("[data-what=total]")).to_have_text(re.compile(r"10\.80\skWh"))
    await expect(visit.page.get_by_label("Top consumers")).to_contain_text("PARKED")
    assert await visit.overhang() == 0
    await visit.picture(SCREENSHOTS / "phone-dark-energy.png", whole=True)
