"""What the line and the power do to sessions: what happened meanwhile is told afterwards (OCPP 1.6 §4.8, §4.10)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.certification.wire import connector, of, sessions
from tests.stations import at, meter_values, start, status, stop, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
MINUTE = timedelta(minutes=1)


def minutes_ago(count: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - count * MINUTE


async def offline(house, cp) -> None:
    """Cut its line and wait until we know."""
    cp.drop()

    async def gone() -> bool:
        return not (await house.get(of(cp)))["connected"]

    await until(gone)


@pytest.mark.covers("TC_032_1")
async def test_after_a_power_failure_the_session_is_stopped_with_the_time_it_ended(house, connect, cp):
    began, ended = minutes_ago(30), minutes_ago(10)
    transaction = (await cp.call("StartTransaction", start(1, "VALID", 1000, began)))["transactionId"]
    await cp.call("StatusNotification", status("Charging"))
    await offline(house, cp)

    again = await connect(cp.identifier)
    assert (await again.boot())["status"] == "Accepted"
    assert await again.call("StopTransaction", stop(transaction, 4000, ended, reason="PowerLoss")) == {}
    await again.call("StatusNotification", status("Available"))
    [session] = await sessions(house, cp)
    assert (session["status"], session["stop_reason"]) == ("completed", "PowerLoss")
    assert (session["duration_s"], session["energy_wh"]) == (20 * 60, 3000)
    assert (await connector(house, cp))["status"] == "Available"


@pytest.mark.covers("TC_037_1")
async def test_a_start_while_offline_is_accepted_with_its_own_time(house, connect, cp):
    began = minutes_ago(5)
    await offline(house, cp)
    again = await connect(cp.identifier)
    await again.call("StatusNotification", status("Preparing", taken_at=began - MINUTE))
    answer = await again.call("StartTransaction", start(1, "VALID", 0, began))
    assert answer["idTagInfo"]["status"] == "Accepted"
    await again.call("StatusNotification", status("Charging", taken_at=began))
    [session] = await sessions(house, cp)
    assert (session["status"], session["flags"]) == ("active", [])
    assert at(session["started_at"]) == began


@pytest.mark.covers("TC_037_3")
async def test_a_start_while_offline_with_an_invalid_tag_is_told_so_and_ends(house, connect, cp):
    began = minutes_ago(5)
    await offline(house, cp)
    again = await connect(cp.identifier)
    answer = await again.call("StartTransaction", start(1, "NOBODY", 0, began))
    assert answer["idTagInfo"] == {"status": "Invalid"}
    transaction = answer["transactionId"]
    assert transaction > 0
    assert await again.call("StopTransaction", stop(transaction, 150, reason="DeAuthorized")) == {}
    [session] = await sessions(house, cp)
    assert (session["status"], session["stop_reason"]) == ("completed", "DeAuthorized")
    assert (session["energy_wh"], session["flags"]) == (150, ["unauthorised"])


@pytest.mark.covers("TC_039")
async def test_a_whole_session_while_offline_is_kept_in_its_own_time(house, connect, cp):
    began, ended = minutes_ago(50), minutes_ago(20)
    await offline(house, cp)
    again = await connect(cp.identifier)
    answer = await again.call("StartTransaction", start(1, "VALID", 5000, began))
    assert answer["idTagInfo"]["status"] == "Accepted"
    transaction = answer["transactionId"]
    middle = meter_values(6000, transaction=transaction, taken_at=began + 15 * MINUTE)
    assert await again.call("MeterValues", middle) == {}
    stopped = await again.call("StopTransaction", stop(transaction, 7000, ended, idTag="VALID"))
    assert stopped["idTagInfo"]["status"] == "Accepted"
    [session] = await sessions(house, cp)
    assert (session["status"], session["energy_wh"], session["duration_s"]) == ("completed", 2000, 30 * 60)
    assert (at(session["started_at"]), at(session["stopped_at"])) == (began, ended)
    assert (await house.get(of(cp)))["current_session"] is None
