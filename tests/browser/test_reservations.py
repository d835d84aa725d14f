"""Reservations in the browser: made, refused, given up, used up before one's eyes; of all and of one charge point."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.axe import grave
from tests.browser.visits import DESK, PASSWORD, PHONE, OpenVisit
from tests.houses import House, open_house
from tests.stations import Station, iso, start, status

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(loop_scope="package")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, admin_password=PASSWORD) as house:
        yield house


async def booted(house: House, identifier: str) -> Station:
    one = await house.station(identifier)
    await one.boot()
    for connector in (1, 2):
        await one.call("StatusNotification", status("Available", connector))
    return one


async def test_a_connector_is_reserved_used_and_given_up(house: House, open_visit: OpenVisit):
    one = await booted(house, "DEPOT-1")
    visit = await open_visit(house.http_url)
    await visit.go("charge-points")
    await expect(visit.row("DEPOT-1")).to_be_visible()
    await visit.page.keyboard.press("g")
    await visit.page.keyboard.press("r")
    await expect(visit.page.get_by_text("Nothing is reserved")).to_be_visible()
    await visit.page.get_by_role("button", name="Reserve").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Charge point").click()
    await visit.page.get_by_role("option", name="DEPOT-1").click()
    await dialog.get_by_label("Id tag").fill("VAN-7")
    await dialog.get_by_text("4 h").click()
    await dialog.get_by_role("button", name="Reserve").click()
    message_id, payload = await one.asked("ReserveNow")
    assert (payload["connectorId"], payload["idTag"]) == (1, "VAN-7")
    await one.answer(message_id, {"status": "Occupied"})
    await expect(dialog.get_by_role("status")).to_have_text("Refused: the connector is occupied")
    assert await grave(visit) == []
    await dialog.get_by_role("button", name="Reserve again").click()
    message_id, payload = await one.asked("ReserveNow")
    await one.answer(message_id, {"status": "Accepted"})
    await expect(dialog.get_by_role("status")).to_contain_text("the connector has not said so yet")
    await one.call("StatusNotification", status("Reserved", 1))
    await expect(dialog.get_by_role("status")).to_have_text("Reserved, and the connector says so")
    await visit.page.keyboard.press("Escape")
    row = visit.page.get_by_label("Reservations, one by one").locator("tbody").get_by_role("row")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("3 h 59 min")
    await one.call("StartTransaction", start(1, "VAN-7") | {"reservationId": payload["reservationId"]})
    await expect(row).to_have_count(0)  # without anybody asking again
    assert await visit.stayed()

    await visit.go_to_charge_point("DEPOT-1")
    await visit.connector(2).get_by_role("button", name="Reserve connector 2").click()
    await dialog.get_by_label("Id tag").fill("VAN-8")
    await visit.page.keyboard.press("Enter")
    await one.answer((await one.asked("ReserveNow"))[0], {"status": "Accepted"})
    await expect(dialog.get_by_role("status")).to_contain_text("Reserved")
    await visit.page.keyboard.press("Escape")
    await expect(visit.connector(2)).to_contain_text("Reserved for VAN-8 until")
    await visit.connector(2).get_by_role("button", name="Give up").click()
    await dialog.get_by_role("button", name="Give it up").click()
    await one.answer((await one.asked("CancelReservation"))[0], {"status": "Accepted"})
    await expect(visit.connector(2)).not_to_contain_text("Reserved for")
    assert await visit.stayed()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
async def test_reservations_fit(house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str):
    words = {"VAN-7": "Accepted", "VAN-8": "Occupied", "04A2B3C4D5E680": "Accepted", "VAN-9": "Faulted"}
    for number, (tag, word) in enumerate(words.items()):
        one = await booted(house, f"DEPOT-{number + 1}")
        until = iso(datetime.now(UTC) + timedelta(minutes=40 * (number + 1)))
        body = {"charge_point": one.identifier, "connector_id": number % 2, "id_tag": tag, "expires_at": until}
        made = await house.post("reservations", **body)
        message_id, _ = await one.asked("ReserveNow")
        await one.answer(message_id, {"status": word})
        await house.settled(made.json()["command_id"])
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("reservations?state=all")
    await expect(visit.page.get_by_label("Reservations, one by one")).to_contain_text("the connector is faulty")
    await visit.photograph("reservations", size, scheme)
    assert await grave(visit) == []
    await visit.go_to_charge_point("DEPOT-3")
    await expect(visit.connector(1)).to_contain_text("any connector, for 04A2B3C4D5E680")
    assert await visit.overhang() == 0
