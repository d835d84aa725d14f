"""Logged out elsewhere while the page is open: it hears of it from the live stream, and asks to log in."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.visits import PASSWORD, OpenVisit
from tests.houses import serving_asgi, settings
from wattdeck import CentralSystem
from wattdeck.api import live

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_who_is_logged_out_elsewhere_is_shown_the_log_in(tmp_path: Path, open_visit: OpenVisit, monkeypatch):
    monkeypatch.setattr(live, "CHECKED_EVERY_S", 0.2)
    central_system = CentralSystem(settings(tmp_path, admin_password=PASSWORD))
    async with central_system.running(), serving_asgi(central_system.asgi) as http:
        visit = await open_visit(http)
        visit.expected += [r"^401 ", "WebSocket"]
        await visit.go()
        await expect(visit.page.get_by_text("Live · ")).to_be_visible()
        await visit.context.request.post(f"{http}/api/v1/logout")
        await expect(visit.page.get_by_role("button", name="Log in")).to_be_visible()
        await visit.log_in()
        await visit.go()
        await expect(visit.page.get_by_text("Live · ")).to_be_visible()
        await visit.leave()
