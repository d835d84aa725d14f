"""Going about by keyboard: pages by `g` and a letter, the list of keys by `?`, nothing of it while somebody types."""

import pytest
from playwright.async_api import expect

from tests.browser.axe import grave
from tests.browser.visits import OpenVisit
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_pages_are_reached_by_keys_and_a_question_mark_tells_them(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    await visit.go()
    await expect(visit.row("DEPOT-001")).to_be_visible()
    keyboard, page = visit.page.keyboard, visit.page
    await keyboard.press("g")
    await keyboard.press("s")
    await expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    await keyboard.press("g")
    await keyboard.press("c")
    await expect(page.get_by_role("heading", name="Charge points")).to_be_visible()
    await keyboard.press("/")
    await keyboard.type("gs?")
    await expect(page.get_by_label("Search charge points")).to_have_value("gs?")
    await keyboard.press("Escape")
    await keyboard.press("?")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Quarantine")
    assert await grave(visit) == []
    await keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert await visit.stayed()


async def test_the_first_key_leads_past_the_navigation_and_a_new_page_is_gone_on_with(
    fleet: Server, open_visit: OpenVisit
):
    visit = await open_visit(fleet.http_url)
    await visit.go("charge-points")
    await expect(visit.row("DEPOT-001")).to_be_visible()
    keyboard, page = visit.page.keyboard, visit.page
    await keyboard.press("Tab")
    await expect(page.get_by_role("link", name="To the content")).to_be_focused()
    await keyboard.press("Enter")
    await keyboard.press("Tab")
    await expect(page.get_by_role("main").get_by_role("link", name="CSV")).to_be_focused()
    assert page.url.endswith("/charge-points")
    await page.get_by_role("link", name="DEPOT-001", exact=True).press("Enter")
    await expect(page.get_by_role("heading", name="DEPOT-001")).to_be_visible()
    await expect(page.get_by_role("main")).to_be_focused()
    await keyboard.press("Tab")
    await expect(page.get_by_role("main").get_by_role("link", name="Overview")).to_be_focused()
