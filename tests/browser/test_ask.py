"""Asking a charge point anything from its page: a form drawn from the command's schema, its outcome, its cancelling."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import PHONE, OpenVisit, Visit
from tests.servers import Server
from tests.stations import station, status

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def ask(visit: Visit, action: str) -> Locator:
    """Open the dialog and choose a command."""
    await visit.page.get_by_label("Commands").get_by_role("button", name="Ask").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="Command").fill(action)
    await visit.page.get_by_role("option", name=action, exact=True).click()
    return dialog


async def test_a_command_is_filled_in_sent_and_its_answer_shown(fleet: Server, open_visit: OpenVisit):
    async with station(fleet.asgi_url, "ASKED") as asked:
        await asked.boot()
        await asked.call("StatusNotification", status())
        visit = await open_visit(fleet.http_url)
        await visit.go_to_charge_point("ASKED")
        dialog = await ask(visit, "Get configuration")
        await dialog.get_by_role("button", name="Add key").click()
        await dialog.get_by_role("textbox", name="1").fill("HeartbeatInterval")
        await dialog.get_by_role("button", name="Send").click()
        message_id, payload = await asked.asked("GetConfiguration")
        assert payload == {"key": ["HeartbeatInterval"]}
        known = [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}]
        await asked.answer(message_id, {"configurationKey": known})
        await expect(dialog.get_by_role("status")).to_contain_text("Accepted")
        await expect(dialog.get_by_label("Answer")).to_contain_text('"value": "300"')
        await dialog.get_by_role("button", name="Close").last.click()
        await expect(visit.page.get_by_label("Commands")).to_contain_text("Get configuration")


async def test_what_is_missing_is_said_beside_its_field_and_nothing_is_sent(fleet: Server, open_visit: OpenVisit):
    async with station(fleet.asgi_url, "CAREFUL") as careful:
        await careful.boot()
        visit = await open_visit(fleet.http_url, PHONE)
        await visit.go_to_charge_point("CAREFUL")
        dialog = await ask(visit, "Set charging profile")
        await dialog.get_by_label("Connector id").fill("one")
        await dialog.get_by_role("button", name="Send").click()
        await expect(dialog).to_contain_text("A number")
        await expect(dialog).to_contain_text("Needed")
        assert await visit.overhang() == 0
        await visit.picture(SCREENSHOTS / "phone-light-ask.png")
        dialog = await _choose_again(visit, "Reset")
        await dialog.get_by_role("combobox", name="Type").click()
        await visit.page.get_by_role("option", name="Soft").click()
        await dialog.get_by_role("button", name="Send").click()
        message_id, payload = await careful.asked()  # the first thing that it is asked at all
        assert payload == {"type": "Soft"}
        await careful.answer(message_id, {"status": "Rejected"})
        await expect(dialog.get_by_role("status")).to_contain_text("The charge point said no")


async def _choose_again(visit: Visit, action: str) -> Locator:
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="Command").fill(action)
    await visit.page.get_by_role("option", name=action, exact=True).click()
    return dialog


async def test_a_command_for_a_charge_point_that_is_away_waits_and_can_be_cancelled(
    fleet: Server, open_visit: OpenVisit
):
    async with station(fleet.asgi_url, "AWAY") as away:
        await away.boot()
    visit = await open_visit(fleet.http_url)
    visit.expected.append(r"409 .*/charge-points/AWAY/commands")
    await visit.go_to_charge_point("AWAY")
    await expect(visit.page.get_by_text("Offline", exact=True)).to_be_visible()
    dialog = await ask(visit, "Clear cache")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_role("status")).to_contain_text("not connected")
    await dialog.get_by_label("Send it when the charge point connects").check()
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_role("status")).to_contain_text("Waiting to be sent")
    await dialog.get_by_role("button", name="Close").last.click()
    commands = visit.page.get_by_label("Commands")
    await commands.get_by_role("button", name="Cancel").click()
    await expect(commands).to_contain_text("Cancelled")
