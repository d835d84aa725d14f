"""The configuration of a charge point: read from it, searched, changed, and its word about that."""

import pytest
from playwright.async_api import expect

from tests.browser.axe import grave
from tests.browser.visits import DESK, PHONE, OpenVisit, Visit
from tests.houses import House
from tests.stations import Station

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

KEYS = [
    {"key": "NumberOfConnectors", "readonly": True, "value": "2"},
    {"key": "MeterValueSampleInterval", "readonly": False, "value": "60"},
    {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
    {
        "key": "MeterValuesSampledData",
        "readonly": False,
        "value": "Energy.Active.Import.Register,Power.Active.Import,SoC",
    },
]


async def read(visit: Visit, one: Station) -> None:
    await visit.page.get_by_role("button", name="Read it").click()
    message_id, payload = await one.asked("GetConfiguration")
    assert payload == {}
    await one.answer(message_id, {"configurationKey": KEYS})


async def test_a_key_is_changed_and_what_the_charge_point_says_is_told(house: House, open_visit: OpenVisit):
    one = await house.station("TUNED")
    await one.boot()
    visit = await open_visit(house.http_url)
    await visit.go_to_charge_point("TUNED")
    await visit.page.get_by_label("TUNED", exact=True).get_by_role("link", name="Configuration").click()
    await read(visit, one)
    rows = visit.page.get_by_label("Keys and their values").locator("tbody").get_by_role("row")
    await expect(rows).to_have_count(4)
    await visit.page.get_by_label("Search keys").fill("interval")
    await expect(rows).to_have_count(2)
    await rows.filter(has_text="MeterValueSampleInterval").get_by_role("button", name="Change").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Value").fill("0.5")
    await dialog.get_by_role("button", name="Change").click()
    message_id, payload = await one.asked("ChangeConfiguration")
    assert payload == {"key": "MeterValueSampleInterval", "value": "0.5"}
    await one.answer(message_id, {"status": "Rejected"})
    await expect(dialog.get_by_role("status")).to_have_text("The charge point does not take this value.")
    await dialog.get_by_label("Value").fill("30")
    await visit.page.keyboard.press("Enter")
    message_id, _ = await one.asked("ChangeConfiguration")
    await one.answer(message_id, {"status": "RebootRequired"})
    await expect(dialog.get_by_role("status")).to_contain_text("it counts after a reboot")
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(rows.filter(has_text="MeterValueSampleInterval")).to_contain_text("30")
    assert await visit.stayed()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
async def test_the_configuration_fits(house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str):
    one = await house.station("TUNED")
    await one.boot()
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("charge-points/TUNED/configuration")
    await read(visit, one)
    await expect(visit.page.get_by_label("Configuration", exact=True)).to_contain_text("NumberOfConnectors")
    await visit.photograph("configuration", size, scheme)
    assert await grave(visit) == []
