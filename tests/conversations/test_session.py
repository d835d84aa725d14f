"""A whole session in raw frames, and what the store says of it afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import at, meter_values, sampled, start, status, stop, until

HOUR = timedelta(hours=1)


async def test_a_boot_is_accepted_with_the_time_and_the_interval_that_is_set(make_house):
    house = await make_house(heartbeat_interval_s=123)
    cp = await house.station()
    answer = await cp.boot(firmwareVersion="1.2")
    assert (answer["status"], answer["interval"]) == ("Accepted", 123)
    assert answer["currentTime"].endswith("Z")
    assert abs(at(answer["currentTime"]) - datetime.now(UTC)) < timedelta(seconds=30)
    said = await house.get("charge-points/CP-1")
    assert (said["vendor"], said["model"], said["firmware_version"]) == ("Vendor", "Model", "1.2")


@pytest.mark.covers("StartTransaction", "StopTransaction")
async def test_a_session_from_plug_to_unplug(house):
    cp = await house.station()
    began = datetime.now(UTC).replace(microsecond=0) - HOUR
    await cp.boot()
    await cp.call("Heartbeat")
    await cp.call("StatusNotification", status("Preparing", taken_at=began))
    assert await cp.call("Authorize", {"idTag": "TAG"}) == {"idTagInfo": {"status": "Accepted"}}

    answer = await cp.call("StartTransaction", start(1, "TAG", 1000, began))
    assert answer["idTagInfo"] == {"status": "Accepted"}
    transaction = answer["transactionId"]
    assert isinstance(transaction, int)
    assert transaction > 0
    await cp.call("StatusNotification", status("Charging", taken_at=began + timedelta(seconds=5)))
    power = sampled(11000, "Power.Active.Import", unit="W")
    soc = sampled(40, "SoC", unit="Percent", location="EV")
    payload = meter_values(3500, power, soc, transaction=transaction, taken_at=began + 0.25 * HOUR)
    assert await cp.call("MeterValues", payload) == {}

    running = await house.get("charge-points/CP-1/current-session")
    assert running["transaction_id"] == str(transaction)
    assert (running["energy_wh"], running["power_w"], running["soc"]) == (2500, 11000, 40)
    assert (running["status"], running["stopped_at"]) == ("active", None)
    assert 3600 <= running["duration_s"] < 3700
    stats = await house.get("stats")
    assert (stats["active_sessions"], stats["charging"], stats["connected"]) == (1, 1, 1)

    data = [
        {"timestamp": began.isoformat(), "sampledValue": [sampled(1000, context="Transaction.Begin")]},
        {"timestamp": (began + HOUR / 2).isoformat(), "sampledValue": [sampled(6, unit="kWh")]},
    ]
    ending = stop(transaction, 9000, began + HOUR, idTag="TAG", reason="EVDisconnected", transactionData=data)
    assert await cp.call("StopTransaction", ending) == {"idTagInfo": {"status": "Accepted"}}
    await cp.call("StatusNotification", status("Available", taken_at=began + HOUR))

    [session] = await house.items("sessions")
    assert session["status"] == "completed"
    assert (session["start_meter_wh"], session["stop_meter_wh"]) == (1000, 9000)
    assert (session["energy_wh"], session["energy_kwh"], session["duration_s"]) == (8000, 8, 3600)
    assert (session["stop_reason"], session["id_tag"], session["flags"]) == ("EVDisconnected", "TAG", [])
    assert (session["connector_id"], session["power_w"]) == (1, 0)
    values = await house.items(f"sessions/{session['id']}/meter-values", measurand="Energy.Active.Import.Register")
    assert [value["value"] for value in values] == [1000, 3500, 6000, 9000]
    assert await house.get("charge-points/CP-1/current-session") is None
    one = await house.get("charge-points/CP-1")
    assert [connector["status"] for connector in one["connectors"]] == ["Available"]
    assert one["last_heartbeat_at"] is not None


async def test_the_frame_log_holds_both_directions_in_order(house):
    cp = await house.station()
    await cp.boot()
    frames = await until(lambda: house.items("charge-points/CP-1/messages"))
    assert [one["direction"] for one in frames] == ["out", "in"]
    assert "BootNotification" in frames[1]["frame"]


async def test_a_stop_without_a_reason_is_local(house):
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    assert await cp.call("StopTransaction", stop(transaction, 5)) == {}
    [session] = await house.items("sessions")
    assert session["stop_reason"] == "Local"


async def test_meter_values_without_a_transaction_belong_to_the_session_on_their_connector(house):
    cp = await house.station()
    began = datetime.now(UTC).replace(microsecond=0) - HOUR
    first = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    second = (await cp.call("StartTransaction", start(2, "B", 500, began)))["transactionId"]
    await cp.call("MeterValues", meter_values(900, connector=2, taken_at=began + HOUR / 2))
    running = {one["transaction_id"]: one["energy_wh"] for one in await house.items("sessions", state="active")}
    assert running == {str(first): 0, str(second): 400}


@pytest.mark.covers("DataTransfer")
async def test_data_transfer_of_a_vendor_nobody_registered_is_unknown(house):
    cp = await house.station()
    assert await cp.call("DataTransfer", {"vendorId": "x"}) == {"status": "UnknownVendorId"}


async def test_status_of_connector_0_is_the_charge_points_own_and_a_session_never_stamps_it(house):
    cp = await house.station()
    await cp.boot()
    await cp.call("StatusNotification", status("Available", 0))
    await cp.call("StatusNotification", status("Charging", 1))
    await cp.call("StartTransaction", start())
    one = await house.get("charge-points/CP-1")
    assert (one["status"], one["summary_status"]) == ("Available", "Charging")
