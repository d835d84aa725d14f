"""Alerts in the browser: one fires while the page is open, is taken up, and clears; each page on every screen."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave
from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import DESK, PHONE, OpenVisit, Visit
from tests.houses import House
from tests.stations import Station, iso, sampled, start, status

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def charging(house: House, identifier: str = "RAPID-1", above_s: int = 0) -> tuple[Station, int]:
    """A charge point in the middle of a session of nearly 50 kW, in its last `above_s` seconds of more than that."""
    station = await house.station(identifier)
    await station.boot()
    await station.call("StatusNotification", status("Charging"))
    begun = datetime.now(UTC) - timedelta(minutes=12)
    transaction = (await station.call("StartTransaction", start(started_at=begun)))["transactionId"]
    moments = [begun + timedelta(seconds=10 * step) for step in range(71)]
    high = begun + timedelta(minutes=12, seconds=-above_s)
    entries = [
        entry((48_600 if moment <= high else 50_300) + 170 * (step % 7), moment) for step, moment in enumerate(moments)
    ]
    await station.call("MeterValues", {"connectorId": 1, "transactionId": transaction, "meterValue": entries})
    return station, transaction


def entry(watts: float, taken_at: datetime | None = None) -> dict[str, Any]:
    return {"timestamp": iso(taken_at), "sampledValue": [sampled(watts, "Power.Active.Import", unit="W")]}


async def measures(station: Station, transaction: int, watts: float) -> None:
    payload = {"connectorId": 1, "transactionId": transaction, "meterValue": [entry(watts)]}
    await station.call("MeterValues", payload)


def open_alerts(visit: Visit) -> Locator:
    return visit.page.get_by_label("Open, warning").get_by_role("listitem")


async def test_an_alert_fires_before_ones_eyes_is_taken_up_and_clears(house: House, open_visit: OpenVisit):
    station, transaction = await charging(house)
    visit = await open_visit(house.http_url)
    await visit.go("alerts")
    await expect(visit.page.get_by_text("Nothing is wrong")).to_be_visible()
    await measures(station, transaction, 50_000)
    await measures(station, transaction, 50_001)

    row = open_alerts(visit)
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("Power")
    await expect(row).to_contain_text("50.001\u00a0kW")
    await expect(row).to_contain_text("limit 50\u00a0kW")
    await expect(row).to_contain_text("RAPID-1 · Connector 1")
    way = visit.page.get_by_label("Pages").get_by_role("link", name="Alerts")
    await expect(way).to_contain_text("1 firing")

    await row.get_by_role("link", name="Power", exact=True).click()
    await expect(visit.page.get_by_label("Figures")).to_contain_text("50.001\u00a0kW")
    timeline = visit.page.get_by_label("Timeline").get_by_role("listitem")
    await expect(timeline).to_have_count(1)
    ((_, inked),) = [seen.values() for seen in await visit.redraws(visit.chart("Power, kW"), times=0)]
    assert inked > 1000
    await visit.picture(SCREENSHOTS / "desk-light-alert.png", whole=True)

    await visit.page.get_by_role("button", name="Acknowledge").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Note").fill("The cable is being looked at")
    await dialog.get_by_role("button", name="Acknowledge").click()
    await expect(dialog).to_be_hidden()
    await expect(timeline.first).to_contain_text("Acknowledged by admin")
    await expect(timeline.first).to_contain_text("The cable is being looked at")
    await expect(way).not_to_contain_text("firing")

    await measures(station, transaction, 49_000)  # inside the limit, and not yet good again
    await measures(station, transaction, 47_000)
    await expect(timeline).to_have_count(3)
    await expect(timeline.first).to_contain_text("Resolved")
    await expect(visit.page.get_by_label("Figures")).to_contain_text("Lasted")
    await way.click()
    await expect(visit.page.get_by_text("Nothing is wrong")).to_be_visible()
    await visit.page.get_by_text("Resolved", exact=True).click()
    await expect(visit.page.get_by_label("Alerts", exact=True).get_by_role("listitem")).to_contain_text("50.001")
    assert await visit.stayed()


async def test_the_overview_and_the_charge_points_page_say_what_is_wrong_with_whom(house: House, open_visit: OpenVisit):
    station, transaction = await charging(house)
    other = await house.station("RAPID-2")
    await other.boot()
    await other.call("StatusNotification", status())
    visit = await open_visit(house.http_url)
    await visit.go()
    card = visit.page.get_by_label("Open alerts")
    await expect(card).to_contain_text("Nothing is wrong")
    await measures(station, transaction, 61_000)
    await expect(card).to_contain_text("RAPID-1 · Connector 1")
    await card.get_by_role("link", name="RAPID-1").click()
    await expect(visit.page.get_by_role("heading", name="RAPID-1")).to_be_visible()
    await expect(card).to_contain_text("61\u00a0kW")
    await card.get_by_role("link", name="Alerts").click()
    await expect(visit.page.get_by_role("combobox", name="Charge point")).to_have_value("RAPID-1")
    await expect(open_alerts(visit)).to_have_count(1)
    await visit.go_to_charge_point("RAPID-2")
    await expect(visit.connector(1)).to_contain_text("Available")
    await expect(card).to_be_hidden()


async def test_what_is_normal_for_a_model_fires_no_more_there(house: House, open_visit: OpenVisit):
    station, transaction = await charging(house)
    await measures(station, transaction, 61_000)
    visit = await open_visit(house.http_url)
    await visit.go("alerts")
    await open_alerts(visit).get_by_role("link", name="Power", exact=True).click()
    await visit.page.get_by_role("button", name="Normal here").click()
    dialog = visit.page.get_by_role("dialog")
    model = (await house.get("charge-points/RAPID-1"))["model"]
    await expect(dialog.get_by_role("combobox", name="For")).to_have_value(f"Every {model}")
    limit = dialog.get_by_label("Fires above, W")
    await expect(limit).to_have_value("68000")  # a tenth more than was seen
    await expect(limit).to_have_accessible_description("68\u00a0kW")
    assert await grave(visit) == []
    await limit.fill("70000")
    await dialog.get_by_role("button", name="It is normal").click()
    await expect(dialog).to_be_hidden()
    assert (await house.get("alert-rules/power"))["rule"]["model_overrides"] == {model: {"above": 70_000}}
    await measures(station, transaction, 62_000)
    await expect(visit.page.get_by_label("Timeline").get_by_role("listitem").first).to_contain_text("Resolved")
    await expect(visit.page.get_by_role("button", name="Normal here")).to_be_hidden()


async def test_filters_stand_in_the_address_and_say_when_nothing_fits(house: House, open_visit: OpenVisit):
    station, transaction = await charging(house)
    await measures(station, transaction, 61_000)
    visit = await open_visit(house.http_url)
    await visit.go("alerts?severity=critical")
    await expect(visit.page.get_by_text("Nothing matches")).to_be_visible()
    await visit.page.get_by_role("combobox", name="Severity").click()
    await visit.page.get_by_role("option", name="Warning").click()
    await expect(open_alerts(visit)).to_have_count(1)
    assert visit.page.url.endswith("/alerts?severity=warning")
    await visit.page.get_by_role("combobox", name="Rule").click()
    await visit.page.get_by_role("option", name="Temperature").click()
    await expect(visit.page.get_by_text("Nothing matches")).to_be_visible()


async def test_a_viewer_sees_what_is_wrong_and_is_offered_nothing_to_do_about_it(house: House, open_visit: OpenVisit):
    station, transaction = await charging(house)
    await measures(station, transaction, 61_000)
    user = {"username": "vera", "password": "a long enough password", "role": "viewer"}
    (await house.post("users", **user)).raise_for_status()
    visit = await open_visit(house.http_url, logged_in=False)
    url = f"{house.http_url}/api/v1/login"
    assert (await visit.context.request.post(url, data={name: user[name] for name in ("username", "password")})).ok
    await visit.go("alerts")
    await expect(open_alerts(visit)).to_contain_text("61\u00a0kW")
    buttons = visit.page.get_by_role("button", name=re.compile("Acknowledge|Silence"))
    await expect(buttons).to_have_count(0)
    ways = visit.page.get_by_label("About alerts")
    await expect(ways).to_contain_text("Silences")
    await expect(ways).not_to_contain_text(re.compile("Channels|Deliveries"))
    await open_alerts(visit).get_by_role("link", name="Power", exact=True).click()
    await expect(visit.page.get_by_label("Figures")).to_be_visible()
    await expect(buttons).to_have_count(0)
    await visit.go("alerts/rules/power")
    await expect(visit.page.get_by_text("Rules are written by admins.")).to_be_visible()
    await expect(visit.page.get_by_label("Above, W")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_alerts_fit_every_screen(house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str):
    name = f"{'desk' if size == DESK else 'phone'}-{scheme}"
    for number in (1, 2, 3):
        station, transaction = await charging(house, f"RAPID-{number}", above_s=150 if number == 3 else 0)
        await measures(station, transaction, 50_000 + 1234.5 * number)
    await station.call(
        "MeterValues",
        {
            "connectorId": 1,
            "meterValue": [
                {"timestamp": iso(), "sampledValue": [sampled(71.5, "Temperature", unit="Celsius", location="Body")]}
            ],
        },
    )
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go()
    await expect(visit.page.get_by_label("Open alerts")).to_contain_text("71.5")
    assert await visit.overhang() == 0
    await visit.picture(SCREENSHOTS / f"{name}-alerts-overview.png")
    await visit.go("alerts")
    await expect(open_alerts(visit)).to_have_count(3)
    assert await visit.overhang() == 0
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-alerts.png")
    await open_alerts(visit).filter(has_text="RAPID-3").get_by_role("link", name="Power", exact=True).click()
    await expect(visit.page.get_by_label("Figures")).to_contain_text("Limit")
    await expect(visit.chart("Power, kW")).to_be_visible()
    assert await visit.overhang() == 0
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-alert.png", whole=True)
    await visit.go_to_charge_point("RAPID-3")
    await expect(visit.page.get_by_label("Open alerts").get_by_role("listitem")).to_have_count(2)
    assert await visit.overhang() == 0
    await visit.picture(SCREENSHOTS / f"{name}-alerts-charge-point.png")
