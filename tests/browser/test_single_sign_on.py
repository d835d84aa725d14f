"""Logging in at a provider, in the browser: a button, a way there and back, and the page that was wanted."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.axe import grave
from tests.browser.visits import DESK, PASSWORD, OpenVisit
from tests.houses import open_house
from tests.provider import serving_provider, settings_for

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_somebody_logs_in_at_the_provider_and_arrives_where_they_wanted_to(tmp_path: Path, open_visit: OpenVisit):
    async with (
        serving_provider() as provider,
        open_house(tmp_path, admin_password=PASSWORD, **settings_for(provider, oidc_name="Depot account")) as house,
    ):
        admin = await open_visit(house.http_url)
        await admin.go("people")
        await admin.page.get_by_role("button", name="Add a user").click()
        dialog = admin.page.get_by_role("dialog")
        await dialog.get_by_label("Username").fill("ana")
        await dialog.get_by_label(re.compile("Logs in with Depot account")).check()
        await dialog.get_by_role("button", name="Add").click()
        row = admin.page.get_by_label("Users", exact=True).get_by_role("row").filter(has_text="ana")
        await expect(row).to_contain_text("single sign-on")

        visit = await open_visit(house.http_url, logged_in=False)
        await visit.go("sessions?state=active")
        button = visit.page.get_by_role("link", name="Log in with Depot account")
        await expect(button).to_be_visible()
        assert await grave(visit) == []
        await visit.photograph("log-in", DESK, "light")
        await button.click()
        await expect(visit.page.get_by_role("heading", name="Sessions")).to_be_visible()
        assert visit.page.url.endswith("/sessions?state=active")
        await visit.page.get_by_role("button", name="ana, menu").click()
        await expect(visit.page.get_by_role("menuitem", name="Password")).to_have_count(0)
        await visit.page.get_by_role("menuitem", name="Log out").click()
        await expect(button).to_be_visible()

        provider.person["preferred_username"], provider.person["sub"] = "stranger", "2"
        visit.expected.append("403 .*/api/v1/oidc/callback")
        await button.click()
        await expect(visit.page.get_by_text("nobody called stranger may log in here")).to_be_visible()
        await visit.picture(Path("screenshots/desk-light-log-in-refused.png"))
        await visit.page.get_by_role("link", name="Back to the log-in").click()
        await expect(button).to_be_visible()

        elsewhere = [one for one in visit.asked if one.startswith(provider.issuer)]
        assert {one.split("?")[0] for one in elsewhere} == {f"{provider.issuer}/authorize"}
        visit.asked = [one for one in visit.asked if one not in elsewhere]
        await visit.leave()
        await admin.leave()
