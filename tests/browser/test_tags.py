"""Tags in the browser: one that was refused is added, changed, found, removed; and the settings in force."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.axe import grave
from tests.browser.visits import DESK, PHONE, OpenHouse, OpenVisit
from tests.houses import House

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(loop_scope="package")
async def house(admins_house: OpenHouse) -> AsyncIterator[House]:
    async with admins_house(unknown_tags="refuse") as house:
        yield house


async def test_a_tag_that_was_refused_is_added_blocked_and_removed(house: House, open_visit: OpenVisit):
    one = await house.station("DEPOT-1")
    await one.boot()
    assert (await one.call("Authorize", {"idTag": "CARD-FRED"}))["idTagInfo"]["status"] == "Invalid"
    visit = await open_visit(house.http_url)
    await visit.go()
    await visit.page.get_by_label("Pages").get_by_role("link", name="Tags").click()
    await visit.page.get_by_role("button", name="Add CARD-FRED").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Note").fill("Fred's")
    await dialog.get_by_role("button", name="Keep").click()
    row = visit.page.get_by_label("Tags, one by one").get_by_role("row").filter(has_text="CARD-FRED")
    await expect(row).to_contain_text("Accepted")
    await expect(row).to_contain_text("Fred's")
    assert (await one.call("Authorize", {"idTag": "CARD-FRED"}))["idTagInfo"]["status"] == "Accepted"

    await row.get_by_role("button", name="Change").click()
    await dialog.get_by_label("Blocked").check()
    await dialog.get_by_role("button", name="Keep").click()
    await expect(row).to_contain_text("Blocked")
    assert (await one.call("Authorize", {"idTag": "CARD-FRED"}))["idTagInfo"]["status"] == "Blocked"
    await visit.page.get_by_label("Search tags").fill("somebody else")
    await expect(visit.page.get_by_text("Nothing matches")).to_be_visible()
    await visit.page.get_by_label("Search tags").fill("fred")
    await row.get_by_role("button", name="Change").click()
    await dialog.get_by_role("button", name="Remove").click()
    await expect(row).to_have_count(0)
    assert await visit.stayed()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
async def test_tags_and_settings_fit(house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str):
    for number in range(1, 9):
        body = {"note": f"Van {number}", "parent": "FLEET", "status": "blocked" if number == 3 else "accepted"}
        (await house.http.put(f"tags/CARD-{number}", json=body)).raise_for_status()
    one = await house.station("DEPOT-1")
    await one.boot()
    await one.call("Authorize", {"idTag": "04A2B3C4D5E680"})
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("tags")
    await expect(visit.page.get_by_label("Unknown tags", exact=True)).to_contain_text("04A2B3C4D5E680")
    await visit.photograph("tags", size, scheme)
    assert await grave(visit) == []
    await visit.go("settings")
    await visit.page.get_by_label("Search settings").fill("unknown_tags")
    await expect(visit.page.get_by_label("Settings, one by one")).to_contain_text("refuse")
    await visit.page.get_by_label("Search settings").fill("keep_")
    await visit.photograph("settings", size, scheme)
    assert await grave(visit) == []
