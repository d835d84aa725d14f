"""Transactions we never gave, or that come without a number: kept, told apart, and never mixed up with healthy ones."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import iso, meter_values, sampled, start, status, stop

MINUTE = timedelta(minutes=1)
NO_IDS = [0, -1, 2**63 - 1]
REGISTER = "Energy.Active.Import.Register"


def some_time_ago() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=50)


def data(*readings: tuple[datetime, float]) -> list[dict]:
    """A transactionData of register readings."""
    return [{"timestamp": iso(at), "sampledValue": [sampled(wh, REGISTER)]} for at, wh in readings]


async def only(house) -> dict:
    [session] = await house.items("sessions")
    return session


@pytest.mark.parametrize("transaction", [None, *NO_IDS])
async def test_meter_values_without_a_real_number_belong_to_the_session_of_their_connector(house, transaction):
    """Quirk Q60."""
    cp = await house.station()
    began = some_time_ago()
    known = (await cp.call("StartTransaction", start(2, "A", 1000, began)))["transactionId"]
    values = meter_values(1500, connector=2, transaction=transaction, taken_at=began + MINUTE)
    await cp.call("MeterValues", values)
    session = await house.get(f"sessions/{known}")
    assert (session["status"], session["energy_wh"]) == ("active", 500)


@pytest.mark.covers("promise 8")
@pytest.mark.parametrize("transaction", NO_IDS)
async def test_each_stop_without_a_real_number_is_a_session_of_its_own_and_the_same_again_is_not(house, transaction):
    cp = await house.station()
    began = some_time_ago()
    healthy = (await cp.call("StartTransaction", start(1, "A", 9000, began)))["transactionId"]
    first = stop(transaction, 2000, began + 10 * MINUTE, transactionData=data((began, 1000)), idTag="B")
    second = stop(transaction, 2600, began + 20 * MINUTE, transactionData=data((began + 11 * MINUTE, 2000)), idTag="B")
    for payload in (first, second, first, second):
        await cp.call("StopTransaction", payload)
    sessions = await house.items("sessions")
    recovered = sorted(one["energy_wh"] for one in sessions if one["status"] == "recovered")
    assert recovered == [600, 1000]
    assert (await house.get(f"sessions/{healthy}"))["status"] == "active"
    assert len(sessions) == 3


async def test_a_stop_without_a_transaction_is_kept(house):
    cp = await house.station()
    payload = stop(0, 2000, some_time_ago())
    del payload["transactionId"]
    await cp.call("StopTransaction", payload)
    await cp.call("StopTransaction", payload)
    assert (await only(house))["status"] == "recovered"


@pytest.mark.covers("promise 8")
async def test_a_recovered_session_has_the_connector_and_energy_of_the_meter_values_that_named_it(house):
    """A charge point that comes to us in the midst of a session: another system gave the number."""
    cp = await house.station()
    began = some_time_ago()
    for minute, wh in ((1, 1000), (2, 1400)):
        values = meter_values(wh, connector=2, transaction=4711, taken_at=began + minute * MINUTE)
        await cp.call("MeterValues", values)
    assert await house.items("sessions") == []
    await cp.call("StopTransaction", stop(4711, 1900, began + 3 * MINUTE))
    session = await only(house)
    assert (session["status"], session["connector_id"], session["flags"]) == ("recovered", 2, ["start_lost"])
    assert (session["energy_wh"], session["duration_s"], session["start_meter_wh"]) == (900, 120, 1000)
    assert (await house.get("stats"))["total_energy_today"] == (0.9 if began.date() == datetime.now(UTC).date() else 0)


async def test_a_recovered_session_is_on_the_only_connector_there_is(house):
    cp = await house.station()
    await cp.call("StatusNotification", status("Available", connector=0))
    await cp.call("StatusNotification", status("Finishing", connector=1))
    await cp.call("StopTransaction", stop(-1, 1900, some_time_ago()))
    assert (await only(house))["connector_id"] == 1


async def test_values_of_an_unknown_transaction_that_cannot_be_the_running_one_are_kept_apart(house):
    """Quirk Q61: matched by connector only where time and register allow it."""
    cp = await house.station()
    began = some_time_ago()
    known = (await cp.call("StartTransaction", start(1, "A", 50_000, began)))["transactionId"]
    await cp.call("MeterValues", meter_values(3000, transaction=4711, taken_at=began + MINUTE))
    await cp.call("MeterValues", meter_values(50_400, transaction=4712, taken_at=began + 2 * MINUTE))
    session = await house.get(f"sessions/{known}")
    assert (session["energy_wh"], session["flags"], session["status"]) == (400, [], "active")
    values = {one["value"]: one["session_id"] for one in await house.items("charge-points/CP-1/meter-values")}
    assert (values[3000], values[50_400]) == (None, known)


async def test_a_stop_whose_data_begins_as_a_running_session_did_is_that_sessions(house):
    """The answer to its start never arrived, so the charge point has no number to stop it by."""
    cp = await house.station()
    began = some_time_ago()
    known = (await cp.call("StartTransaction", start(1, "A", 1000, began)))["transactionId"]
    payload = stop(-1, 1800, began + 10 * MINUTE, transactionData=data((began, 1000.4), (began + MINUTE, 1100)))
    await cp.call("StopTransaction", payload)
    await cp.call("StopTransaction", payload)
    session = await only(house)
    assert (session["id"], session["status"], session["energy_wh"]) == (known, "completed", 800)


async def test_a_stop_with_another_beginning_closes_no_running_session(house):
    cp = await house.station()
    began = some_time_ago()
    known = (await cp.call("StartTransaction", start(1, "A", 1000, began)))["transactionId"]
    await cp.call("StopTransaction", stop(-1, 1800, began + 10 * MINUTE, transactionData=data((began + MINUTE, 1000))))
    assert (await house.get(f"sessions/{known}"))["status"] == "active"


@pytest.mark.parametrize("known_from_data", [True, False])
async def test_a_start_that_comes_after_its_stop_makes_one_whole_session(house, known_from_data):
    """Order reversed in an offline replay."""
    cp = await house.station()
    began = some_time_ago()
    more = {"transactionData": data((began, 1000))} if known_from_data else {"idTag": "A"}
    stopped = stop(-1, 1800, began + 10 * MINUTE, **more)
    started = start(1, "a", 1000, began)
    await cp.call("StopTransaction", stopped)
    answer = await cp.call("StartTransaction", started)
    session = await only(house)
    assert (session["status"], session["flags"], session["connector_id"]) == ("completed", [], 1)
    assert (session["energy_wh"], session["duration_s"], session["start_meter_wh"]) == (800, 600, 1000)
    assert (session["id"], session["transaction_id"]) == (answer["transactionId"], str(answer["transactionId"]))
    # and all of it once more
    await cp.call("StopTransaction", stopped)
    assert await cp.call("StartTransaction", started) == answer
    assert await only(house) == session


@pytest.mark.parametrize(
    "other",
    [
        {"tag": "OTHER"},
        {"wh": 1900},  # more than it stopped with
        {"minutes": 11},  # after it stopped
    ],
    ids=str,
)
async def test_a_start_that_is_not_that_of_a_recovered_session_begins_its_own(house, other):
    cp = await house.station()
    began = some_time_ago()
    await cp.call("StopTransaction", stop(-1, 1800, began + 10 * MINUTE, idTag="A"))
    payload = start(1, other.get("tag", "A"), other.get("wh", 1000), began + other.get("minutes", 0) * MINUTE)
    await cp.call("StartTransaction", payload)
    states = sorted(one["status"] for one in await house.items("sessions"))
    assert states == ["active", "recovered"]


async def test_a_stop_without_a_real_number_and_with_register_0_again_is_no_second_session(house):
    """{"transactionId": -1, "meterStop": 0, "transactionData": [… "731473" …, … "734284" …]}."""
    cp = await house.station()
    began = some_time_ago()
    readings = data((began, 731_473), (began + 5 * MINUTE, 734_284))
    readings[1]["sampledValue"][0]["context"] = "Transaction.End"
    payload = stop(-1, 0, began + 5 * MINUTE, transactionData=readings)
    await cp.call("StopTransaction", payload)
    await cp.call("StopTransaction", payload)
    session = await only(house)
    assert (session["energy_wh"], session["stop_meter_wh"]) == (2811, 734_284)


async def test_the_energy_of_today_has_all_of_a_session_whose_start_comes_last(house):
    """Samples, stop, start: what flowed before the first sample is known only in the end."""
    cp = await house.station()
    began = some_time_ago()
    await cp.call("MeterValues", meter_values(1500, transaction=-1, taken_at=began + MINUTE))
    await cp.call("StopTransaction", stop(-1, 1800, began + 10 * MINUTE, idTag="A"))
    await cp.call("StatusNotification", status("Available"))
    await cp.call("StartTransaction", start(1, "A", 1000, began))
    assert (await only(house))["energy_wh"] == 800
    if began.date() == datetime.now(UTC).date():
        assert (await house.get("stats"))["total_energy_today"] == 0.8
