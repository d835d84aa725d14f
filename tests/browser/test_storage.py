"""The storage page: what is kept and how large it is, and sliders that ask what other settings would come to."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import DESK, PHONE, OpenVisit
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_the_storage_page_says_what_is_kept_and_what_another_setting_would_come_to(
    fleet: Server, open_visit: OpenVisit
):
    visit = await open_visit(fleet.http_url)
    await visit.go()
    await visit.page.get_by_label("Pages").get_by_role("link", name="Storage").click()
    await expect(visit.total("Database")).to_contain_text(re.compile(r"\d"))
    kept = visit.page.get_by_label("What is kept").get_by_role("row").filter(has_text="Samples")
    await expect(kept).to_contain_text("7 days")
    tables = visit.page.get_by_label("Tables", exact=True)
    await expect(tables.get_by_role("row").filter(has_text="samples_head")).to_contain_text(re.compile(r"kB|MB"))

    what_if = visit.page.get_by_label("What if")
    outcome = what_if.get_by_role("status")
    await expect(outcome).to_contain_text("As it is set")
    await what_if.get_by_role("slider", name="Samples kept").focus()
    await visit.page.keyboard.press("End")
    # Samples never outlive the hours they are folded into: the other slider comes along.
    await expect(outcome).to_contain_text(re.compile("With 10 years of samples, 10 years of hours"))
    await expect(outcome).to_contain_text("keep_samples_days = 3650")
    await what_if.get_by_role("button", name="As it is set").click()
    await expect(outcome).to_contain_text("As it is set")
    await visit.photograph("storage", DESK, "light")
    assert await visit.stayed()


async def test_the_storage_page_fits_a_telephone(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url, PHONE, "dark")
    await visit.go("storage")
    await expect(visit.page.get_by_label("What is kept")).to_contain_text("Samples")
    await expect(visit.page.get_by_label("By charge point")).to_contain_text(re.compile("No whole day yet|Share"))
    assert await visit.overhang() == 0
    await visit.picture(SCREENSHOTS / "phone-dark-storage.png", whole=True)
