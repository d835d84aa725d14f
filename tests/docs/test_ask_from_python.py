"""The tutorial's snippets run in their order, and print what it says they print."""

import ast
import asyncio
import contextlib
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.houses import door, make_house
from tests.stations import iso, meter_values, sampled, start, status

__all__ = ["door", "make_house"]
PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "ask-from-python.md"
BOOT = {
    "chargePointVendor": "Elmo",
    "chargePointModel": "E-22",
    "chargePointSerialNumber": "SN-1",
    "firmwareVersion": "1.4.2",
    "meterType": "DIN-3",
}


def snippets():
    """(code, what it prints) in order."""
    text = PAGE.read_text("utf-8")
    return re.findall(r"```python\n(.*?)```\n(?:\n```\n(.*?)```\n)?", text, re.DOTALL)


async def a_car_charges(house):
    cp = await house.station("CP001")
    await cp.call("BootNotification", BOOT)
    await cp.call("Heartbeat")
    for connector, word in ((0, "Available"), (1, "Charging"), (2, "Available")):
        await cp.call("StatusNotification", status(word, connector))
    began = datetime.now(UTC) - timedelta(minutes=5)
    transaction = (await cp.call("StartTransaction", start(1, "CARD-7", 1200, began)))["transactionId"]
    for minutes, wh, watts, soc in ((2, 1350, 6900, 40), (4, 1500, 7200, 41)):
        lines = [
            sampled(value, measurand, phase=phase)
            for measurand, values in (("Voltage", (230.4, 231.0, 229.8)), ("Current.Import", (10.4, 10.5, 10.3)))
            for phase, value in zip(("L1", "L2", "L3"), values, strict=True)
        ]
        values = sampled(wh), sampled(watts, "Power.Active.Import"), sampled(soc, "SoC"), *lines
        at = iso(began + timedelta(minutes=minutes))
        await cp.call("MeterValues", meter_values(*values, transaction=transaction, taken_at=at))
    return cp


async def accept_everything(cp):
    while True:
        message_id, _ = await cp.asked()
        await cp.answer(message_id, {"status": "Accepted"})


def where_it_is_noon():
    """A zone in which no midnight is near, so that today is the day the session began, too."""
    hour = datetime.now(UTC).hour
    return f"Etc/GMT{hour - 12:+d}" if hour != 12 else "UTC"


async def test_every_snippet_prints_what_the_page_says(make_house):
    house = await make_house(time_zone=where_it_is_noon())
    cp = await a_car_charges(house)
    answering = asyncio.create_task(accept_everything(cp))
    names = {"csms": house.central_system}
    assert len(snippets()) > 8
    for code, printed in snippets():
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            compiled = compile(code, str(PAGE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            running = eval(compiled, names)
            if running is not None:
                await running
        assert out.getvalue() == printed, code
    answering.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await answering
