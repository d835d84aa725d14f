"""What must hold of meter values and statuses (contract §6): order, resets, spikes, size, signed data, age."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import iso, meter_values, sampled, start, status, stop, until

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
REGISTER = "Energy.Active.Import.Register"


def an_hour_ago() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - HOUR


async def begun(house, cp, wh=0) -> tuple[int, datetime]:
    """A session that began an hour ago: its transaction id and start."""
    began = an_hour_ago()
    return (await cp.call("StartTransaction", start(1, "TAG", wh, began)))["transactionId"], began


async def report(cp, transaction, moment, *values) -> None:
    await cp.call("MeterValues", meter_values(*values, transaction=transaction, taken_at=moment))


async def stored(house, **query) -> list:
    """The charge point's meter values, in order of time."""
    return (await house.items("charge-points/CP-1/meter-values", limit=10000, **query))[::-1]


@pytest.mark.covers("promise 9")
async def test_samples_out_of_order_are_sorted_and_none_is_flagged(house):
    cp = await house.station()
    transaction, began = await begun(house, cp)
    for number in (1, 2, 5, 3, 4):
        await report(cp, transaction, began + number * MINUTE, number * 100)
    values = await stored(house, measurand=REGISTER)
    assert [value["value"] for value in values] == [0, 100, 200, 300, 400, 500]
    assert [value["flags"] for value in values] == [[]] * 6
    await cp.call("StopTransaction", stop(transaction, 600, began + 10 * MINUTE))
    [session] = await house.items("sessions")
    assert (session["energy_wh"], session["flags"]) == (600, [])


@pytest.mark.covers("promise 10")
async def test_a_register_that_is_reset_is_flagged_once_and_its_segments_add_up(house):
    cp = await house.station()
    transaction, began = await begun(house, cp, 5000)
    for number, wh in enumerate((5400, 5900, 0, 300, 700), 1):
        await report(cp, transaction, began + number * MINUTE, wh)
    values = await stored(house, measurand=REGISTER)
    assert [bool(value["flags"]) for value in values] == [False, False, False, True, False, False]
    await cp.call("StopTransaction", stop(transaction, 800, began + 10 * MINUTE))
    [session] = await house.items("sessions")
    assert session["energy_wh"] == 900 + 800
    assert session["flags"] == ["meter_odd"]


@pytest.mark.covers("promise 10")
async def test_one_absurd_spike_is_flagged_and_what_follows_is_not(house):
    cp = await house.station()
    transaction, began = await begun(house, cp)
    for number, wh in enumerate((1000, 900_000_000, 2000, 3000), 1):
        await report(cp, transaction, began + number * MINUTE, wh)
    values = await stored(house, measurand=REGISTER)
    assert [bool(value["flags"]) for value in values] == [False, False, True, False, False]
    assert (await house.get("charge-points/CP-1/current-session"))["energy_wh"] == 3000


@pytest.mark.covers("promise 10")
async def test_phases_total_inlet_and_outlet_are_series_of_their_own(house):
    cp = await house.station()
    transaction, began = await begun(house, cp)
    energies = [
        sampled(300, REGISTER, phase="L1"),
        sampled(200, REGISTER, phase="L2"),
        sampled(500, REGISTER, location="Outlet"),
        sampled(900_000, REGISTER, location="Inlet"),
    ]
    await report(cp, transaction, began + MINUTE, *energies)
    latest = await house.items("charge-points/CP-1/meter-values/latest", measurand=REGISTER)
    found = {(value["phase"], value["location"]): value["value"] for value in latest}
    assert found == {("L1", "Outlet"): 300, ("L2", "Outlet"): 200, (None, "Outlet"): 500, (None, "Inlet"): 900_000}
    assert (await house.get("charge-points/CP-1/current-session"))["energy_wh"] == 500


@pytest.mark.covers("promise 11")
async def test_a_register_of_120_000_000_wh_works(house):
    cp = await house.station()
    transaction, began = await begun(house, cp, 120_000_000)
    await report(cp, transaction, began + MINUTE, "120001.5 kWh", sampled("120002", unit="kWh"))
    await cp.call("StopTransaction", stop(transaction, 120_004_000, began + HOUR))
    [session] = await house.items("sessions")
    assert (session["start_meter_wh"], session["stop_meter_wh"]) == (120_000_000, 120_004_000)
    assert session["energy_wh"] == 4000


@pytest.mark.covers("promise 11")
async def test_a_signed_value_comes_back_byte_for_byte(house):
    signed = 'OCMF|{"FV":"1.0","GI":"Ä  \\u00e4","RD":[{"RV":1.100,"RU":"kWh"}]}|{"SD":"3045022100=="}'
    cp = await house.station()
    transaction, began = await begun(house, cp)
    value = sampled(signed, REGISTER, format="SignedData", context="Transaction.End", unit="kWh")
    data = [{"timestamp": iso(began + MINUTE), "sampledValue": [value]}]
    await cp.call("StopTransaction", stop(transaction, 700, began + MINUTE, transactionData=data))
    values = await house.items(f"sessions/{transaction}/meter-values")
    assert [value["value"] for value in values if isinstance(value["value"], str)] == [signed]
    [session] = await house.items("sessions")
    assert session["energy_wh"] == 700


@pytest.mark.covers("promise 11")
async def test_a_missing_unit_is_that_measurands_own_and_units_become_base_units(house):
    cp = await house.station()
    values = [
        sampled(230, "Voltage"),
        sampled(16, "Current.Import", phase="L1"),
        sampled(7.4, "Power.Active.Import", unit="kW"),
        sampled(95, "Temperature", unit="Fahrenheit"),
    ]
    await cp.call("MeterValues", meter_values(*values))
    found = {value["measurand"]: (value["value"], value["unit"]) for value in await stored(house)}
    assert found == {
        "Voltage": (230, "V"),
        "Current.Import": (16, "A"),
        "Power.Active.Import": (7400, "W"),
        "Temperature": (35, "Celsius"),
    }


@pytest.mark.covers("promise 12")
async def test_250_values_at_once_are_all_stored(house):
    cp = await house.station()
    began = an_hour_ago()
    moments = [began + number * timedelta(milliseconds=4) for number in range(250)]
    meter_value = [
        {"timestamp": iso(moment), "sampledValue": [sampled(number)]} for number, moment in enumerate(moments)
    ]
    await cp.call("MeterValues", {"connectorId": 1, "meterValue": meter_value})
    assert [value["value"] for value in await stored(house)] == list(range(250))


@pytest.mark.covers("promise 12")
async def test_600_frames_queued_before_the_reconnect_are_all_worked_off(make_house):
    """More than a connection's queue holds: reading stops, nothing is dropped."""
    house = await make_house(linger_s=0)  # one connection's frames wait for a commit each
    cp = await house.station()
    transaction, began = await begun(house, cp)
    ids = []
    for number in range(1, 601):
        payload = meter_values(number, transaction=transaction, taken_at=began + number * timedelta(seconds=5))
        ids.append(await cp.say("MeterValues", payload))
    await until(lambda: len(cp.received) == 601, 40)
    assert [frame[1] for frame in cp.received[1:]] == ids
    assert {frame[0] for frame in cp.received} == {3}
    assert [value["value"] for value in await stored(house)] == list(range(601))
    assert (await house.get("charge-points/CP-1/current-session"))["energy_wh"] == 600


@pytest.mark.covers("promise 13")
async def test_a_status_older_than_the_current_one_goes_to_history_alone(house):
    cp = await house.station()
    now = an_hour_ago()
    await cp.call("StatusNotification", status("Charging", taken_at=now))
    await cp.call("StatusNotification", status("Preparing", taken_at=now - MINUTE))
    [connector] = await house.items("charge-points/CP-1/connectors")
    assert connector["status"] == "Charging"
    history = await house.items("charge-points/CP-1/status-history")
    assert {one["status"] for one in history} == {"Charging", "Preparing"}


@pytest.mark.covers("promise 13")
async def test_a_new_error_code_under_the_same_word_is_news(house):
    cp = await house.station()
    now = an_hour_ago()
    await cp.call("StatusNotification", status("Faulted", taken_at=now, errorCode="GroundFailure"))
    await cp.call("StatusNotification", status("Faulted", taken_at=now + MINUTE, errorCode="OverVoltage"))
    [connector] = await house.items("charge-points/CP-1/connectors")
    assert connector["error_code"] == "OverVoltage"
    assert len(await house.items("charge-points/CP-1/status-history")) == 2


async def test_a_clock_that_was_never_set_counts_as_now_and_is_a_finding(house):
    cp = await house.station()
    await cp.call("MeterValues", meter_values(5, taken_at="1970-01-01T00:00:12Z"))
    [value] = await stored(house)
    assert value["taken_at"] == value["received_at"]
    assert (await house.finding("clock_unset"))["count"] == 1


def in_1970(seconds: int, wh: int) -> dict:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return {"timestamp": iso(at), "sampledValue": [sampled(wh)]}


async def test_all_that_a_clock_that_was_never_set_says_at_once_is_stored_in_its_order(house):
    cp = await house.station()
    began = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": "1970-01-01T00:00:10Z"}
    transaction = (await cp.call("StartTransaction", began))["transactionId"]
    told = [in_1970(60 * minute, 1000 + 100 * minute) for minute in range(1, 21)]
    for some in (told[:12], told[12:]):
        await cp.call("MeterValues", {"connectorId": 1, "transactionId": transaction, "meterValue": some})
    values = await stored(house, measurand=REGISTER)
    assert [value["value"] for value in values] == [1000 + 100 * minute for minute in range(21)]
    await house.central_system._recount.sweep()
    data = [in_1970(1200, 3000), in_1970(1230, 3040), in_1970(1260, 3080)]
    stopped = {"transactionId": transaction, "meterStop": 3100, "timestamp": "1970-01-01T00:22:00Z"}
    await cp.call("StopTransaction", stopped | {"transactionData": data})
    values = await stored(house, measurand=REGISTER)
    assert [value["value"] for value in values][-4:] == [3000, 3040, 3080, 3100]
    assert not any(value["flags"] for value in values)
    assert await energies(house) == (2100, 2100)


@pytest.mark.parametrize("at_once", [4, 1])
async def test_what_a_clock_that_was_never_set_says_again_after_a_reconnect_counts_once(house, at_once):
    cp = await house.station()
    began = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": "1970-01-01T00:00:10Z"}
    transaction = (await cp.call("StartTransaction", began))["transactionId"]
    told = [in_1970(60 * minute, 1000 + 200 * minute) for minute in range(1, 5)]
    for _ in range(3):
        for first in range(0, 4, at_once):
            some = {"connectorId": 1, "transactionId": transaction, "meterValue": told[first : first + at_once]}
            await cp.call("MeterValues", some)
        cp.drop()
        cp = await house.station()
    stopped = {"transactionId": transaction, "meterStop": 2000, "timestamp": "1970-01-01T00:22:00Z"}
    await cp.call("StopTransaction", stopped)
    await house.central_system._recount.sweep()
    values = await stored(house, measurand=REGISTER)
    assert [value["value"] for value in values] == [1000, 1200, 1400, 1600, 1800, 2000]
    assert await energies(house) == (1000, 1000)


async def test_a_status_from_a_clock_that_is_ahead_does_not_hide_what_comes_later(house):
    cp = await house.station()
    now = datetime.now(UTC)
    await cp.call("StatusNotification", status("Charging", taken_at=now + 20 * HOUR))
    await cp.call("StatusNotification", status("Available"))
    [connector] = await house.items("charge-points/CP-1/connectors")
    assert connector["status"] == "Available"


async def test_a_connector_that_says_suspended_draws_no_power_until_a_newer_sample_says_otherwise(house):
    """Quirk Q46."""
    cp = await house.station()
    transaction, began = await begun(house, cp)
    power = sampled(11_000, "Power.Active.Import", unit="W")

    async def power_after(minute: float) -> float:
        await cp.call("StatusNotification", status("SuspendedEV", taken_at=began + minute * MINUTE))
        return (await house.get("charge-points/CP-1/current-session"))["power_w"]

    await report(cp, transaction, began + 10 * MINUTE, power)
    assert await power_after(9) == 11_000  # it was told late
    assert await power_after(11) == 0
    await report(cp, transaction, began + 10.5 * MINUTE, power)
    assert (await house.get("charge-points/CP-1/current-session"))["power_w"] == 0
    await report(cp, transaction, began + 12 * MINUTE, power)
    assert (await house.get("charge-points/CP-1/current-session"))["power_w"] == 11_000


def by_phase(*whs: float) -> list:
    return [sampled(wh, REGISTER, phase=f"L{number}") for number, wh in enumerate(whs, 1)]


async def energies(house) -> tuple[float, float]:
    """What the newest session says it took, and what its hours do."""
    [session] = await house.items("sessions", limit=1)
    hours = await house.items("energy", period="hour", **{"from": iso(an_hour_ago() - HOUR)})
    return session["energy_wh"], sum(hour["energy_wh"] or 0 for hour in hours)


async def test_a_register_that_is_sent_by_phase_alone_adds_up(house):
    """Quirk Q45: {"value": "400", "phase": "L1"}, … and no total."""
    cp = await house.station()
    transaction, began = await begun(house, cp, 1000)
    await report(cp, transaction, began + MINUTE, *by_phase(400, 400, 400))
    await report(cp, transaction, began + 2 * MINUTE, *by_phase(500, 450, 450))
    session = await house.get("charge-points/CP-1/current-session")
    assert (session["energy_wh"], session["energy_source"]) == (200, "phases")
    await cp.call("StopTransaction", stop(transaction, 1500, began + 3 * MINUTE))
    [session] = await house.items("sessions")
    assert (session["energy_wh"], session["energy_source"], session["flags"]) == (500, "register", [])


async def test_a_session_by_its_phases_is_what_its_hours_are_until_the_total_moves(house):
    """Counters of another kind count what flowed, and none of it twice when the total is told at the stop."""
    cp = await house.station()
    transaction, began = await begun(house, cp, 50_000)
    for minute, wh in enumerate((100, 200, 300), 1):
        await report(cp, transaction, began + minute * MINUTE, *by_phase(wh, wh, wh))
    assert await energies(house) == (600, 600)
    await cp.call("StopTransaction", stop(transaction, 51_000, began + 5 * MINUTE))
    assert await energies(house) == (1000, 1000)
    await house.central_system._recount.sweep()
    assert await energies(house) == (1000, 1000)


async def test_counters_by_phase_that_do_not_go_on_from_the_start_count_nothing(house):
    cp = await house.station()
    transaction, began = await begun(house, cp, 50_000)
    await report(cp, transaction, began + MINUTE, *by_phase(100, 100, 100))
    session = await house.get("charge-points/CP-1/current-session")
    assert (session["energy_wh"], session["flags"]) == (0, [])
