"""Charging profiles in the browser: written, refused at a field, installed, compared with what is answered, cleared."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.axe import grave
from tests.browser.visits import DESK, PASSWORD, PHONE, OpenVisit, Visit
from tests.houses import House, open_house
from tests.stations import Station, iso, status

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(loop_scope="package")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, admin_password=PASSWORD) as house:
        yield house


async def booted(house: House) -> Station:
    one = await house.station("DEPOT-1")
    await one.boot()
    for connector in (1, 2):
        await one.call("StatusNotification", status("Available", connector))
    return one


async def ask_schedule(visit: Visit, one: Station, limit: float) -> None:
    """The charge point is asked, and answers with this limit for the next hour, then with 6 A."""
    await visit.page.get_by_role("button", name="Ask the charge point").click()
    message_id, payload = await one.asked("GetCompositeSchedule")
    assert payload == {"connectorId": 1, "duration": 86_400}
    periods = [{"startPeriod": 0, "limit": limit}, {"startPeriod": 3600, "limit": 6.0}]
    schedule = {"duration": 86_400, "chargingRateUnit": "A", "chargingSchedulePeriod": periods}
    answer = {"status": "Accepted", "connectorId": 1, "scheduleStart": iso(datetime.now(UTC))}
    await one.answer(message_id, answer | {"chargingSchedule": schedule})


async def test_a_profile_is_written_installed_looked_at_and_cleared(house: House, open_visit: OpenVisit):
    one = await booted(house)
    visit = await open_visit(house.http_url)
    visit.expected.append(r"422 .*/charging-profiles/gentle")
    page = visit.page
    await visit.go("profiles")
    await page.get_by_role("link", name="Add a profile").click()
    form = page.get_by_label("Profile", exact=True)
    await form.get_by_label("Name").fill("gentle")
    await form.get_by_label("Stack level").fill("-1")
    await form.get_by_role("button", name="Add a period").click()
    await form.get_by_label("Period 2 from").fill("1:00")
    await form.get_by_label("Period 2 limit").fill("6")
    await form.get_by_role("button", name="Keep").click()
    await expect(form.get_by_text("the lowest is 0")).to_be_visible()
    await form.get_by_label("Stack level").fill("1")
    await form.get_by_role("button", name="Keep").click()
    await expect(page.get_by_role("heading", name="gentle")).to_be_visible()
    await page.evaluate("scrollTo(0, 0)")
    await visit.photograph("profile", DESK, "light")
    assert await grave(visit) == []

    await visit.go("charge-points/DEPOT-1/profiles")
    await page.get_by_role("button", name="Install").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Profile").click()
    await page.get_by_role("option", name="gentle").click()
    await dialog.get_by_label("For").click()
    await page.get_by_role("option", name="Connector 1, available").click()
    await dialog.get_by_role("button", name="Install").click()
    message_id, payload = await one.asked("SetChargingProfile")
    assert (payload["connectorId"], payload["csChargingProfiles"]["stackLevel"]) == (1, 1)
    await one.answer(message_id, {"status": "Accepted"})
    await expect(dialog.get_by_role("status")).to_have_text("Accepted")
    await page.keyboard.press("Escape")
    row = page.get_by_label("Profiles it holds, one by one").locator("tbody").get_by_role("row")
    await expect(row).to_contain_text("gentle")
    await expect(row).to_contain_text("by admin")
    limits = page.get_by_label("What limits it", exact=True)
    await expect(visit.chart("Limit, A")).to_be_visible()
    await ask_schedule(visit, one, 10.0)
    await expect(limits).to_contain_text("They differ")
    await ask_schedule(visit, one, 16.0)
    await expect(limits).to_contain_text("The charge point says the same")
    await visit.photograph("profiles", DESK, "light")
    assert await grave(visit) == []

    phone = await open_visit(house.http_url, PHONE, "dark")
    await phone.go("charge-points/DEPOT-1/profiles")
    await expect(phone.chart("Limit, A")).to_be_visible()
    await phone.photograph("profiles", PHONE, "dark")
    assert await grave(phone) == []

    await row.get_by_role("button", name="Clear profile 1").click()
    await dialog.get_by_role("button", name="Clear").click()
    message_id, payload = await one.asked("ClearChargingProfile")
    assert payload == {"id": 1}
    await one.answer(message_id, {"status": "Accepted"})
    await page.keyboard.press("Escape")
    await expect(row).to_have_count(0)
    await expect(limits).to_contain_text("Nothing that we know of limits it")
    assert await visit.stayed()
