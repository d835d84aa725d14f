"""Channels and deliveries in the browser: set up, tried, refused at their fields, what did not arrive sent again."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.alerts.notify.receivers import Receiver, hook, put_channel, watt
from tests.browser.axe import grave
from tests.browser.test_alerts import charging, measures
from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import DESK, PHONE, OpenVisit, Visit
from tests.houses import House, serving_asgi
from wattdeck.domain import deliveries as rules_of_deliveries

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


OFF = {"kind": "limit", "signal": "failed_deliveries", "above": 0, "enabled": False}


@pytest_asyncio.fixture(loop_scope="package")
async def receiver() -> AsyncIterator[Receiver]:
    one = Receiver()
    async with serving_asgi(one) as url:
        one.url = url
        yield one


def rows(visit: Visit, label: str) -> Locator:
    return visit.page.get_by_label(label, exact=True).get_by_role("listitem")


async def test_a_webhook_is_set_up_refused_where_it_must_not_go_and_tried(
    house: House, receiver: Receiver, open_visit: OpenVisit
):
    visit = await open_visit(house.http_url)
    visit.expected.append(r"422 .*/alert-channels/ops")
    await visit.go("alerts")
    await visit.page.get_by_label("About alerts").get_by_role("link", name="Channels").click()
    await expect(visit.page.get_by_text("Nobody is told")).to_be_visible()
    await visit.page.get_by_role("button", name="Add a channel").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("ops")
    await dialog.get_by_label("Address", exact=True).fill(f"{receiver.url}/alerts")
    await dialog.get_by_role("textbox", name="Secret").fill("a long word")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("private network; allow_private permits that")
    await dialog.get_by_label("It may be in a private network").check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    row = rows(visit, "Channels")
    await expect(row).to_contain_text("Webhook · http://127.0.0.1")
    await row.get_by_role("button", name="Send a test").click()
    await expect(row).to_contain_text("The test has arrived")
    assert receiver.messages[0]["what"] == "test"

    receiver.answers = [500]
    await row.get_by_role("button", name="Send a test").click()
    await expect(row).to_contain_text("The test did not arrive: answered with 500")

    await row.get_by_role("button", name="Change ops").click()
    await expect(dialog.get_by_role("textbox", name="Secret")).to_have_value("***")
    await dialog.get_by_text("Words of its own").click()
    await dialog.get_by_label("Subject").fill("$rule at $charge_point")
    await dialog.get_by_label("Body", exact=True).fill('{"text": "$subject"}')
    await dialog.get_by_role("button", name="What would it say?").click()
    await expect(dialog.locator("pre")).to_contain_text('{"text": "')
    await dialog.get_by_role("button", name="Take it away").click()
    await expect(visit.page.get_by_text("Nobody is told")).to_be_visible()


async def test_headers_are_written_row_by_row_and_their_values_not_shown_again(
    house: House, receiver: Receiver, open_visit: OpenVisit
):
    await put_channel(house, settings=hook(receiver))
    visit = await open_visit(house.http_url)
    await visit.go("alerts/channels")
    change = rows(visit, "Channels").get_by_role("button", name="Change ops")
    dialog = visit.page.get_by_role("dialog")
    await change.click()
    for name, value in (("Authorization", "Bearer abc"), ("X-Wrong", "1"), ("X-Team", "night")):
        await dialog.get_by_role("button", name="Add a header").click()
        await dialog.get_by_label("Header", exact=True).last.fill(name)
        await dialog.get_by_label("Its value").last.fill(value)
    await dialog.get_by_role("button", name="Take row 2 away").click()
    await expect(dialog.get_by_label("Header", exact=True)).to_have_count(2)
    assert await grave(visit) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await change.click()
    await expect(dialog.get_by_label("Its value").first).to_have_value("***")
    await dialog.get_by_label("Its value").last.fill("day")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await rows(visit, "Channels").get_by_role("button", name="Send a test").click()
    await expect(rows(visit, "Channels")).to_contain_text("The test has arrived")
    ((headers, _),) = receiver.got
    assert (headers["authorization"], headers["x-team"], "x-wrong" in headers) == ("Bearer abc", "day", False)


async def test_an_alert_is_answered_by_a_command_that_is_filled_in(house: House, open_visit: OpenVisit):
    visit = await open_visit(house.http_url, PHONE)
    visit.expected.append(r"422 .*/alert-channels/stop-hot")
    await visit.go("alerts/channels")
    await visit.page.get_by_role("button", name="Add a channel").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("stop-hot")
    await dialog.get_by_role("combobox", name="By").click()
    await visit.page.get_by_role("option", name="A command to the charge point").click()
    await dialog.get_by_label("Action").fill("RemoteStopTransaction")
    payload = dialog.get_by_label("Payload")
    await payload.fill('{"transactionId": $transaction_id}')
    await expect(dialog).to_contain_text("No JSON")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_visible()
    await payload.fill('{"transactionId": "$transaction_id"}')
    await dialog.get_by_label("Commands an hour at most").fill("4")
    assert await visit.overhang() == 0
    assert await grave(visit) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await expect(rows(visit, "Channels")).to_contain_text("A command to the charge point · RemoteStopTransaction")
    kept = (await house.get("alert-channels/stop-hot"))["settings"]
    payload_kept = {"transactionId": "$transaction_id"}
    assert kept == {"action": "RemoteStopTransaction", "payload": payload_kept, "commands_per_hour": 4}


async def test_what_was_given_up_is_sent_again_by_a_button(
    house: House, receiver: Receiver, open_visit: OpenVisit, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rules_of_deliveries, "_PAUSES_S", (0.01,))
    await put_channel(house, settings=hook(receiver))
    assert (await house.http.put("alert-rules/deliveries-failing", json=OFF)).status_code == 200
    receiver.answers = [500, 500]
    await watt(house)
    visit = await open_visit(house.http_url)
    await visit.go("alerts/deliveries")
    lost = rows(visit, "Deliveries")
    await expect(lost).to_contain_text("Given up")
    await expect(lost).to_contain_text("answered with 500")
    await expect(lost).to_contain_text("2 attempts")
    await lost.get_by_role("button", name="Again").click()
    await expect(lost).to_contain_text("Arrived")
    assert receiver.messages[0]["alerts"][0]["rule"] == "power"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_what_was_told_is_listed_on_every_screen(
    house: House, receiver: Receiver, open_visit: OpenVisit, size: tuple[int, int], scheme: str
):
    name = f"{'desk' if size == DESK else 'phone'}-{scheme}"
    await put_channel(house, "night-shift", settings=hook(receiver), severity="critical")
    await put_channel(house, "ops", settings=hook(receiver))
    receiver.answers = [503]
    answer = await house.post("alert-channels/night-shift/test")
    assert answer.json()["state"] == "dead"
    station, transaction = await charging(house)
    await measures(station, transaction, 61_000)
    await receiver.message()
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("alerts/deliveries")
    told = rows(visit, "Deliveries").filter(has=visit.page.get_by_role("link", name="Power"))
    await expect(told).to_contain_text("Arrived")
    assert await visit.overhang() == 0
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-deliveries.png")
    await told.get_by_role("link", name="Power").click()
    await expect(visit.page.get_by_label("Timeline")).to_contain_text("Told")
    await visit.go("alerts/channels")
    await expect(rows(visit, "Channels")).to_have_count(2)
    assert await visit.overhang() == 0
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-channels.png")
    await visit.page.get_by_role("button", name="Change ops").click()
    await expect(visit.page.get_by_role("dialog")).to_be_visible()
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-channel.png")
