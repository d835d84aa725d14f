"""`wattdeck recompute`: what it says and how it ends."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner, Result

from tests.houses import API_KEY, House, door, house, make_house
from tests.stations import meter_values
from wattdeck.cli import offer

__all__ = ["door", "house", "make_house"]


async def run(house: House, *words: str) -> Result:
    asked = ["recompute", "--url", str(house.http.base_url).removesuffix("api/v1/"), "--api-key", API_KEY, *words]
    return await asyncio.to_thread(CliRunner().invoke, offer("recompute", "demo"), asked)


async def test_it_says_what_was_folded(house: House):
    cp = await house.station()
    await cp.call("MeterValues", meter_values(100, taken_at=datetime.now(UTC) - timedelta(hours=9)))
    result = await run(house, "--charge-point", "CP-1")
    assert (result.exit_code, result.stdout) == (0, "0 hours of 1 series folded, 0 rollups changed\n")
    outcome = json.loads((await run(house, "--json")).stdout)
    assert outcome["state"] == "done"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--charge-point", "NOBODY"], "no charge point 'NOBODY'"),
        (["--from", "yesterday"], "--from yesterday: not a time (2026-09-14T12:00:00Z is one)"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "from: not before to"),
    ],
)
async def test_what_is_asked_wrongly_is_said_in_one_line(house: House, words: list[str], line: str):
    result = await run(house, *words)
    assert (result.exit_code, result.stderr) == (2, f"wattdeck: {line}\n")
