"""What each message leaves behind, by itself: boot, heartbeat, status, tags, starts on several connectors."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import at, meter_values, sampled, start, status, stop, until

MINUTE = timedelta(minutes=1)


def an_hour_ago() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - 60 * MINUTE


@pytest.mark.covers("BootNotification")
async def test_a_boot_keeps_all_it_says_and_empty_strings_are_nothing(house):
    cp = await house.station()
    await cp.boot(
        chargePointSerialNumber="SN-1",
        firmwareVersion="",
        iccid="8949",
        imsi="",
        meterType="MT",
        meterSerialNumber="M1",
    )
    one = await house.get("charge-points/CP-1")
    assert (one["serial_number"], one["firmware_version"], one["iccid"], one["imsi"]) == ("SN-1", None, "8949", None)
    assert (one["meter_type"], one["meter_serial_number"]) == ("MT", "M1")
    assert one["booted_at"] is not None


async def test_the_deprecated_serial_number_serves_where_the_other_is_missing(house):
    cp = await house.station()
    await cp.boot(chargeBoxSerialNumber="OLD-1")
    assert (await house.get("charge-points/CP-1"))["serial_number"] == "OLD-1"


async def test_a_second_boot_on_the_same_socket_is_answered_and_what_is_new_is_kept(house):
    cp = await house.station()
    await cp.boot(firmwareVersion="1.0")
    await cp.boot(firmwareVersion="2.0")
    assert (await house.get("charge-points/CP-1"))["firmware_version"] == "2.0"


@pytest.mark.covers("Heartbeat")
async def test_a_heartbeat_without_a_boot_is_answered_and_remembered(house):
    cp = await house.station()
    answer = await cp.call("Heartbeat")

    async def remembered():
        return (await house.get("charge-points/CP-1"))["last_heartbeat_at"]

    assert abs(at(await until(remembered)) - at(answer["currentTime"])) < timedelta(milliseconds=5)


@pytest.mark.covers("StatusNotification")
async def test_a_status_keeps_all_it_says(house):
    cp = await house.station()
    payload = status("Faulted", 2, an_hour_ago(), info="door", vendorId="V", vendorErrorCode="E7")
    await cp.call("StatusNotification", payload | {"errorCode": "OtherError"})
    [connector] = await house.items("charge-points/CP-1/connectors")
    found = [connector[name] for name in ("connector_id", "status", "error_code", "info", "vendor_error_code")]
    assert found == [2, "Faulted", "OtherError", "door", "E7"]
    assert at(connector["updated_at"]) == at(payload["timestamp"])


async def test_a_status_without_a_time_counts_as_now(house):
    cp = await house.station()
    await cp.call("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"})
    [connector] = await house.items("charge-points/CP-1/connectors")
    assert abs(at(connector["updated_at"]) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_the_same_status_twice_is_one_line_of_history(house):
    cp = await house.station()
    payload = status("Charging", 1, an_hour_ago())
    for _ in range(3):
        await cp.call("StatusNotification", payload)
    assert len(await house.items("charge-points/CP-1/status-history")) == 1


async def test_a_session_on_each_connector_runs_by_itself(house):
    cp = await house.station()
    began = an_hour_ago()
    ids = [(await cp.call("StartTransaction", start(n, f"T{n}", 1000 * n, began)))["transactionId"] for n in (1, 2, 3)]
    for number, transaction in enumerate(ids, 1):
        values = meter_values(
            1000 * number + 10 * number, connector=number, transaction=transaction, taken_at=began + MINUTE
        )
        await cp.call("MeterValues", values)
    await cp.call("StopTransaction", stop(ids[1], 2500, began + 5 * MINUTE))
    sessions = {one["connector_id"]: one for one in await house.items("sessions")}
    assert {number: one["energy_wh"] for number, one in sessions.items()} == {1: 10, 2: 500, 3: 30}
    assert {number: one["status"] for number, one in sessions.items()} == {1: "active", 2: "completed", 3: "active"}


async def test_a_stop_below_the_start_never_makes_energy_negative(house):
    cp = await house.station()
    began = an_hour_ago()
    transaction = (await cp.call("StartTransaction", start(1, "A", 5000, began)))["transactionId"]
    await cp.call("MeterValues", meter_values(5400, transaction=transaction, taken_at=began + MINUTE))
    await cp.call("StopTransaction", stop(transaction, 0, began + 2 * MINUTE))
    [session] = await house.items("sessions")
    assert (session["energy_wh"], session["stop_meter_wh"]) == (400, 0)
    assert "meter_odd" in session["flags"]


async def test_a_stop_before_its_start_by_the_clock_lasts_no_time_instead_of_less(house):
    cp = await house.station()
    began = an_hour_ago()
    transaction = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    await cp.call("StopTransaction", stop(transaction, 10, began - MINUTE))
    [session] = await house.items("sessions")
    assert (session["duration_s"], session["status"]) == (0, "completed")


async def test_power_by_phases_alone_adds_up_to_the_sessions_power(house):
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    phases = [sampled(2000 + n, "Power.Active.Import", phase=f"L{n}") for n in (1, 2, 3)]
    await cp.call("MeterValues", meter_values(*phases, transaction=transaction))
    assert (await house.get("charge-points/CP-1/current-session"))["power_w"] == 6006


async def test_energy_today_counts_running_and_ended_sessions(house):
    cp = await house.station()
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = (await cp.call("StartTransaction", start(1, "A", 0, midnight)))["transactionId"]
    await cp.call("StopTransaction", stop(first, 2000, midnight + (now - midnight) / 2))
    second = (await cp.call("StartTransaction", start(2, "B", 0, midnight)))["transactionId"]
    await cp.call("MeterValues", meter_values(1500, connector=2, transaction=second, taken_at=now))
    assert (await house.get("stats"))["total_energy_today"] == 3.5


async def test_a_session_that_crosses_midnight_gives_today_its_share(house):
    cp = await house.station()
    now = datetime.now(UTC).replace(microsecond=0)
    midnight = now.replace(hour=0, minute=0, second=0)
    began = midnight - (now - midnight)
    transaction = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    await cp.call("StopTransaction", stop(transaction, 4000, now))
    assert (await house.get("stats"))["total_energy_today"] == 2.0
