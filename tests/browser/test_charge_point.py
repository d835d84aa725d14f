"""A charge point's page: charts and gauges that move, sessions, starting and stopping, and every kind of address."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.browser.visits import OpenVisit, Visit
from tests.servers import Server
from tests.stations import Station, meter_values, start, station, status, stop, until
from wattdeck.simulator.fleet import Fleet as Simulated
from wattdeck.simulator.fleet import Plan

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@asynccontextmanager
async def without_cars(server: Server, identifier: str) -> AsyncIterator[None]:
    """A simulated charge point that nobody comes to by himself: its connector 1 is free until it is asked for."""
    plan = Plan(server.ocpp_url, (identifier,), profile="ac3", interval_s=1, cars_come=False)
    simulated = Simulated(plan)
    running = asyncio.create_task(simulated.run())

    def is_free() -> bool:
        answer = server.ask("GET", f"charge-points/{identifier}")
        found = answer.json()["connectors"] if answer.status_code == 200 else []
        return any((one["connector_id"], one["status"]) == (1, "Available") for one in found)

    try:
        await until(is_free)
        yield
    finally:
        simulated.end()
        await running


async def find_charging(fleet: Server) -> tuple[str, int]:
    """The charge point and connector that give the most power: their figures move fastest."""

    def found() -> tuple[str, int] | None:
        running = [one for one in fleet.get("sessions", state="active")["items"] if one["power_w"]]
        best = max(running, key=lambda one: one["power_w"], default=None)
        return best and (best["charge_point"], best["connector_id"])

    return await until(found)


def outcome(visit: Visit) -> Any:
    """Where a dialog says how it goes."""
    return visit.page.get_by_role("dialog").get_by_role("status")


async def test_charts_and_gauges_of_a_charging_connector_move(fleet: Server, open_visit: OpenVisit):
    identifier, connector = await find_charging(fleet)
    visit = await open_visit(fleet.http_url)
    await visit.go()
    await visit.show_all_rows()
    await visit.row(identifier).get_by_role("link").click()
    await expect(visit.page.get_by_role("heading", name=identifier)).to_be_visible()
    power, energy = visit.chart("Power, kW"), visit.chart("Session energy, kWh")
    drawn = await visit.redraws(power, times=2)
    assert all(picture["inked"] > 1000 for picture in drawn)
    await visit.redraws(energy)
    figures = [float(text.split()[-1]) for text in await visit.changes(energy.locator("figcaption"), times=2)]
    assert figures == sorted(figures)
    card = visit.connector(connector)
    await visit.changes(card.get_by_role("img", name=re.compile("^Power")), times=2)
    running = visit.page.get_by_label("Sessions").get_by_role("row").filter(has_text="Running at")
    await visit.changes(running.first)
    assert await visit.stayed()


async def test_a_session_is_started_and_stopped_from_the_page(fleet: Server, open_visit: OpenVisit):
    async with without_cars(fleet, "VISITED"):
        visit = await open_visit(fleet.http_url)
        await visit.go_to_charge_point("VISITED")
        await start_and_stop(visit)
        assert await visit.stayed()


async def start_and_stop(visit: Visit) -> None:
    card = visit.connector(1)
    await card.get_by_role("button", name="Start").click()
    dialog = visit.page.get_by_role("dialog")
    await expect(dialog.get_by_role("combobox", name="Connector")).to_have_value("Connector 1, available")
    await expect(dialog.get_by_role("button", name="Start")).to_be_disabled()
    await dialog.get_by_label("Id tag").fill("VISITOR-1")
    await visit.page.keyboard.press("Enter")
    await expect(outcome(visit)).to_have_text("Accepted, the session has started")
    await dialog.get_by_role("button", name="Close").last.click()
    sessions, commands = visit.page.get_by_label("Sessions"), visit.page.get_by_label("Commands")
    await expect(sessions.get_by_role("row").filter(has_text="VISITOR-1")).to_contain_text("Running")
    await expect(commands).to_contain_text("Remote start")
    await expect(commands).to_contain_text("Accepted, the session has started")
    await expect(card).to_contain_text(re.compile(r"[1-9]\d*\.\d\d\s*kW"))
    await visit.changes(card.get_by_text("Duration").locator(".."))  # by the second, while there are no minutes yet

    await card.get_by_role("button", name="Stop").click()
    await expect(dialog).to_contain_text("VISITOR-1")
    await dialog.get_by_role("button", name="Stop", exact=True).click()
    await expect(outcome(visit)).to_have_text("Accepted, the session has stopped")
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(sessions.get_by_role("row").filter(has_text="VISITOR-1")).to_contain_text("Remote")
    await expect(commands).to_contain_text("Remote stop")


async def test_a_session_whose_stop_is_lost_is_closed_by_hand(fleet: Server, open_visit: OpenVisit):
    async with station(fleet.asgi_url, "FORGETFUL") as forgetful:
        await forgetful.boot()
        await forgetful.call("StartTransaction", start(tag="LOST-1", wh=1_000))
        visit = await open_visit(fleet.http_url)
        visit.expected.append(r"422 .*/close")
        await visit.go_to_charge_point("FORGETFUL")
        row = visit.page.get_by_label("Sessions").get_by_role("row").filter(has_text="LOST-1")
        await row.get_by_role("button", name="Close by hand").click()
        dialog = visit.page.get_by_role("dialog")
        await expect(dialog).to_contain_text("LOST-1")
        await dialog.get_by_label("Meter reading, kWh").fill("0.5")
        await dialog.get_by_role("button", name="Close the session").click()
        await expect(dialog.get_by_role("status")).to_contain_text(re.compile("."))  # a register does not run backwards
        await dialog.get_by_label("Meter reading, kWh").fill("3.5")
        await dialog.get_by_label("Note").fill("the driver has gone")
        await dialog.get_by_role("button", name="Close the session").click()
        await expect(dialog).to_be_hidden()
        await expect(row).to_contain_text("2.50")
        await expect(row).to_contain_text("by hand")


async def test_a_charge_point_that_says_no_is_quoted_as_such(fleet: Server, open_visit: OpenVisit):
    async with station(fleet.asgi_url, "NAYSAYER") as naysayer:
        await naysayer.boot()
        await naysayer.call("StatusNotification", status("Preparing"))
        visit = await open_visit(fleet.http_url)
        await visit.go_to_charge_point("NAYSAYER")
        await visit.connector(1).get_by_role("button", name="Start").click()
        await visit.page.get_by_label("Id tag").fill("TAG")
        await visit.page.keyboard.press("Enter")
        message_id, payload = await naysayer.asked("RemoteStartTransaction")
        assert payload == {"connectorId": 1, "idTag": "TAG"}
        await expect(outcome(visit)).to_have_text("Sent, waiting for the charge point's answer")
        await naysayer.answer(message_id, {"status": "Rejected"})
        await expect(outcome(visit)).to_have_text("The charge point said no")
        await visit.page.keyboard.press("Enter")
        message_id, _ = await naysayer.asked("RemoteStartTransaction")
        await naysayer.refuse(message_id, "InternalError", "contactor stuck")
        await expect(outcome(visit)).to_have_text("Error: InternalError, contactor stuck")


async def test_phases_state_of_charge_and_faults_are_shown_as_reported(fleet: Server, open_visit: OpenVisit):
    async with station(fleet.asgi_url, "PHASES") as phases:
        await phases.boot()
        await phases.call("StatusNotification", status("Charging"))
        begun = await phases.call("StartTransaction", start(wh=1000))
        visit = await open_visit(fleet.http_url)
        await visit.go_to_charge_point("PHASES")
        await _measure(phases, begun["transactionId"], soc=41)
        card = visit.connector(1)
        for text in ("41\u00a0?%", "11\\.00", "0\\.25", "231.*232.*233"):
            await expect(card).to_contain_text(re.compile(text))
        await expect(visit.chart("Voltage, V")).to_contain_text(re.compile(r"L1.*231\.0.*L2.*232\.0.*L3.*233\.0"))
        await expect(visit.chart("State of charge, %")).to_contain_text("41")
        await _measure(phases, begun["transactionId"], soc=42)
        await expect(visit.chart("State of charge, %")).to_contain_text("42")
        await phases.call("StatusNotification", status("Faulted") | {"errorCode": "GroundFailure", "info": "F12"})
        await expect(card).to_contain_text("GroundFailure · F12")
        await expect(card).to_contain_text("Faulted")
        await phases.call("StopTransaction", stop(begun["transactionId"], 1300))
        await expect(visit.page.get_by_label("Sessions")).to_contain_text("0.30")
    await expect(visit.page.get_by_text("Offline", exact=True)).to_be_visible()
    await expect(card.get_by_role("button", name="Start")).to_be_disabled()


async def _measure(phases: Station, transaction: int, soc: int) -> None:
    wire = [{"measurand": "Voltage", "phase": f"L{n}-N", "value": f"{230 + n}", "unit": "V"} for n in (1, 2, 3)]
    wire.append({"measurand": "Power.Active.Import", "value": "11", "unit": "kW"})
    wire.append({"measurand": "Energy.Active.Import.Register", "value": "1250", "unit": "Wh"})
    wire.append({"measurand": "SoC", "value": str(soc), "unit": "Percent"})
    await phases.call("MeterValues", meter_values(*wire, transaction=transaction))


@pytest.mark.parametrize("identifier", ["PLAIN-1", "depot.north.7", "Säule 4"])
async def test_the_address_of_a_charge_point_can_be_opened_and_reloaded(
    fleet: Server, open_visit: OpenVisit, identifier: str
):
    async with station(fleet.ocpp_url, quote(identifier)) as one:
        await one.boot()
        await one.call("StatusNotification", status("Available"))
        visit = await open_visit(fleet.http_url)
        await visit.go()
        await visit.page.get_by_label("Search charge points").fill(identifier)
        await visit.row(identifier).get_by_role("link").click()
        heading = visit.page.get_by_role("heading", name=identifier)
        await expect(heading).to_be_visible()
        await expect(visit.connector(1)).to_contain_text("Available")
        await visit.page.reload()
        await expect(heading).to_be_visible()
        await one.call("StatusNotification", status("Preparing"))
        await expect(visit.connector(1)).to_contain_text("Preparing")
        await visit.page.go_back()
        await visit.page.get_by_label("Search charge points").fill(identifier)
        await expect(visit.row(identifier)).to_contain_text("Preparing")
        await visit.go_to_charge_point(identifier)
        await expect(heading).to_be_visible()


async def test_a_charge_point_that_nobody_knows_is_said_to_be_unknown(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    visit.expected.append(r"404 .*/charge-points/NOBODY")
    await visit.go_to_charge_point("NOBODY.1")
    await expect(visit.page.get_by_text("No charge point is called NOBODY.1")).to_be_visible()


async def test_a_charge_point_that_comes_while_its_page_is_open_appears(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    visit.expected.append(r"404 .*/charge-points/LATECOMER")
    await visit.go_to_charge_point("LATECOMER")
    await expect(visit.page.get_by_text("No charge point is called LATECOMER")).to_be_visible()
    async with station(fleet.asgi_url, "LATECOMER") as latecomer:
        await latecomer.boot()
        await expect(visit.page.get_by_role("heading", name="LATECOMER")).to_be_visible(timeout=40_000)
