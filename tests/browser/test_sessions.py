"""The sessions of everyone: found by filters, looked at one by one with curve, figures and signed values, stopped."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave
from tests.browser.visits import DESK, PHONE, OpenVisit, Visit
from tests.houses import House
from tests.stations import Station, meter_values, sampled, start, status, stop

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

OCMF = 'OCMF|{"FV":"1.0","GI":"ABL","RD":[{"RV":18.95,"RU":"kWh"}]}|{"SD":"3045022100aa"}'
MINUTES = 60


async def charge(one: Station, tag: str, begun: datetime, wh: int = 1_000, *, ends: bool = True) -> int:
    """An hour on direct current: power falls as the battery fills; a signed value at its beginning and its end."""
    answer = await one.call("StartTransaction", start(tag=tag, wh=wh, started_at=begun))
    transaction: int = answer["transactionId"]
    for minute in range(1, MINUTES, 2):
        power = 48_000 - 600 * max(0, minute - 20)
        wh += power * 2 // 60
        values = [sampled(wh), sampled(power, "Power.Active.Import"), sampled(20 + minute, "SoC")]
        values += [sampled(round(power / 400, 1), "Current.Import"), sampled(398, "Voltage")]
        taken_at = begun + timedelta(minutes=minute)
        await one.call("MeterValues", meter_values(*values, transaction=transaction, taken_at=taken_at))
    signed = {"value": OCMF, "format": "SignedData", "context": "Transaction.End"}
    at_end = meter_values(signed, taken_at=begun + timedelta(minutes=MINUTES))["meterValue"]
    if ends:
        until = begun + timedelta(minutes=MINUTES)
        await one.call("StopTransaction", stop(transaction, wh, until, reason="EVDisconnected", transactionData=at_end))
    return transaction


async def populate(house: House) -> None:
    """Yesterday and today at two charge points: three sessions that ended, one without its stop, one that runs."""
    yesterday = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
    north, south = await house.station("NORTH-1"), await house.station("SOUTH-1")
    for one in (north, south):
        await one.boot()
        await one.call("StatusNotification", status("Charging"))
    await charge(north, "CARD-ANNA", yesterday)
    await charge(north, "CARD-BERT", yesterday + timedelta(hours=3), 40_000, ends=False)
    await charge(north, "CARD-ANNA", yesterday + timedelta(hours=6), 90_000)
    await charge(south, "CARD-CLEO", datetime.now(UTC) - timedelta(minutes=MINUTES), ends=False)


def rows(visit: Visit) -> Locator:
    return visit.page.get_by_label("Sessions", exact=True).locator("tbody").get_by_role("row")


async def downloaded(visit: Visit, link: Locator) -> str:
    """The text of the file behind a link."""
    async with visit.page.expect_download() as download:
        await link.click()
    return await asyncio.to_thread((await (await download.value).path()).read_text)


async def test_sessions_are_found_by_state_charge_point_tag_flag_and_day(house: House, open_visit: OpenVisit):
    await populate(house)
    visit = await open_visit(house.http_url)
    await visit.go()
    await visit.page.get_by_label("Pages").get_by_role("link", name="Sessions").click()
    await expect(rows(visit)).to_have_count(4)
    await expect(rows(visit).first).to_contain_text("CARD-CLEO")

    show = visit.page.get_by_label("Show")
    await show.get_by_label("State").get_by_text("Running").click()
    await expect(rows(visit)).to_have_count(1)
    await show.get_by_label("State").get_by_text("Ended").click()
    await expect(rows(visit)).to_have_count(3)
    await show.get_by_label("Id tag").fill("card-anna")
    await expect(rows(visit)).to_have_count(2)
    await expect(visit.page).to_have_url(re.compile("state=completed&id_tag=card-anna"))
    await show.get_by_label("Id tag").fill("")
    await show.get_by_role("combobox", name="Flag").click()
    await visit.page.get_by_role("option", name="stop was lost").click()
    await expect(rows(visit)).to_have_count(1)
    await expect(rows(visit)).to_contain_text("CARD-BERT")

    # The address holds it all: reloaded, the same is shown; and the file has just that.
    await visit.page.reload()
    await expect(rows(visit)).to_have_count(1)
    text = await downloaded(visit, visit.page.get_by_role("link", name="CSV"))
    assert "CARD-BERT" in text
    assert "CARD-ANNA" not in text

    today = f"{datetime.now(UTC):%Y-%m-%d}"
    await visit.go(f"sessions?charge_point=NORTH-1&from={today}")
    await expect(visit.page.get_by_text("Nothing matches")).to_be_visible()
    await visit.page.get_by_label(re.compile("^Begun from")).fill(f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}")
    await expect(rows(visit)).to_have_count(3)


async def test_a_sessions_page_has_its_figures_curves_and_signed_values(house: House, open_visit: OpenVisit):
    await populate(house)
    visit = await open_visit(house.http_url)
    await visit.go("sessions?charge_point=NORTH-1&flag=stop_lost")
    await rows(visit).get_by_role("link").click()
    figures = visit.page.get_by_label("Figures")
    await expect(figures.get_by_label("Flags")).to_contain_text("Its stop never came")
    await expect(figures).to_contain_text("the next session began on its connector")

    await visit.page.get_by_role("link", name="Sessions").first.click()
    await rows(visit).filter(has_text="CARD-ANNA").last.get_by_role("link").click()
    await expect(figures).to_contain_text(re.compile(r"Meter at start\s*1\.000\skWh"))
    await expect(figures).to_contain_text("the readings of the register at its start and stop")
    await expect(figures).to_contain_text(re.compile(r"Reason of stop\s*EV disconnected"))
    await expect(visit.chart("Power, kW").locator("figcaption")).to_contain_text("48.00")
    await expect(visit.chart("State of charge, %")).to_be_visible()
    signed = visit.page.get_by_label("Signed values", exact=True)
    await expect(signed).to_contain_text("OCMF")
    assert await downloaded(visit, signed.get_by_role("link", name="File")) == OCMF
    await expect(visit.page.get_by_role("button", name="Stop")).to_have_count(0)
    assert await visit.stayed()


async def test_a_running_session_moves_on_its_page_and_is_stopped_from_there(house: House, open_visit: OpenVisit):
    one = await house.station("WATCHED")
    await one.boot()
    begun = await one.call("StartTransaction", start(tag="CARD-DORA", wh=1_000))
    visit = await open_visit(house.http_url)
    await visit.go(f"sessions/{(await house.items('sessions'))[0]['id']}")
    figures = visit.page.get_by_label("Figures")
    await expect(figures).to_contain_text("still running")
    values = (sampled(3_500), sampled(11_000, "Power.Active.Import"))
    await one.call("MeterValues", meter_values(*values, transaction=begun["transactionId"]))
    await expect(figures).to_contain_text(re.compile(r"Energy so far\s*2\.50"))
    await expect(figures).to_contain_text("11.00")
    await visit.page.get_by_role("button", name="Stop", exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Stop", exact=True).click()
    message_id, payload = await one.asked("RemoteStopTransaction")
    assert payload == {"transactionId": begun["transactionId"]}
    await one.answer(message_id, {"status": "Accepted"})
    await one.call("StopTransaction", stop(begun["transactionId"], 3_600, reason="Remote"))
    await expect(dialog.get_by_role("status")).to_have_text("Accepted, the session has stopped")
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(figures).to_contain_text(re.compile(r"Meter at stop\s*3\.600\skWh"))
    assert await visit.stayed()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
async def test_sessions_fit(house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str):
    await populate(house)
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("sessions")
    await expect(rows(visit)).to_have_count(4)
    await visit.photograph("sessions", size, scheme)
    assert await grave(visit) == []
    await rows(visit).filter(has_text="CARD-ANNA").last.get_by_role("link").click()
    await expect(visit.chart("Voltage, V")).to_be_visible()
    await visit.photograph("session", size, scheme)
    assert await grave(visit) == []
