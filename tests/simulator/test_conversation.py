"""Whole conversations over real sockets with a foreign central system."""

import asyncio
from base64 import b64decode

import pytest
import websockets
from mobility_house import call, cut

from tests.ports import reserve
from wattdeck.simulator.fleet import Fleet, Plan, Unreachable, identifiers_for
from wattdeck.simulator.scenario import Quirks


async def test_a_charge_point_boots_and_tells_the_status_of_itself_and_each_connector(house, play):
    play(connectors=2, cars_come=False)
    said = await house.until("StatusNotification", 3)
    assert [status["connector_id"] for status in said] == [0, 1, 2]
    assert {status["status"] for status in said} == {"Available"}
    assert len(house.all("BootNotification")) == 1
    assert house.headers[0]["Sec-WebSocket-Protocol"] == "ocpp1.6"


async def test_a_car_comes_charges_and_leaves_by_itself(house, play):
    fleet = play(speed=30_000.0, interval_s=0.1, seed=7, profile="dc")
    [stop, *_] = await house.until("StopTransaction")
    start = house.all("StartTransaction")[0]
    assert stop["meter_stop"] > start["meter_start"]
    assert stop["timestamp"] > start["timestamp"]
    samples = [each for each in house.all("MeterValues") if each["transaction_id"] == stop["transaction_id"]]
    measurands = {value["measurand"] for value in samples[0]["meter_value"][0]["sampled_value"]}
    assert measurands == {
        "Energy.Active.Import.Register",
        "Power.Active.Import",
        "Voltage",
        "Current.Import",
        "SoC",
        "Temperature",
    }
    data = stop["transaction_data"]
    assert [value["sampled_value"][0]["context"] for value in data] == ["Transaction.Begin", "Transaction.End"]
    await house.until("StatusNotification", 2, status="Available", connector_id=1)
    seen = [status["status"] for status in house.all("StatusNotification") if status["connector_id"] == 1]
    assert seen[:5] == ["Available", "Preparing", "Charging", "Finishing", "Available"]
    assert fleet.ledger.sessions[0].energy_wh == stop["meter_stop"] - start["meter_start"]


async def test_a_remote_start_begins_a_session_and_a_remote_stop_ends_it(house, play):
    play(cars_come=False, interval_s=0.1)
    await house.until("StatusNotification", 2)
    answer = await house.ask("CP", call.RemoteStartTransaction(id_tag="FROM-AFAR", connector_id=1))
    assert answer.status == "Accepted"
    [start] = await house.until("StartTransaction")
    assert start["id_tag"] == "FROM-AFAR"
    await house.until("MeterValues", 3, transaction_id=1)
    assert (await house.ask("CP", call.RemoteStartTransaction(id_tag="OTHER", connector_id=1))).status == "Rejected"
    assert (await house.ask("CP", call.RemoteStopTransaction(transaction_id=99))).status == "Rejected"
    assert (await house.ask("CP", call.RemoteStopTransaction(transaction_id=1))).status == "Accepted"
    [stop] = await house.until("StopTransaction")
    assert stop["reason"] == "Remote"


async def test_meter_values_that_were_not_acknowledged_are_sent_again_in_order(house, play):
    house.cut_at_meter_values = 2
    fleet = play(cars_come=False, interval_s=0.1, speed=1.0)
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    await house.until_connected(3)
    await house.until("MeterValues", 20)
    [session] = fleet.ledger.sessions
    times = [each["meter_value"][0]["timestamp"] for each in house.all("MeterValues")]
    assert times == sorted(times)
    # the reading that was cut off twice came three times with its first timestamp, all others once
    assert times[0] == times[1] == times[2]
    assert len(set(times[2:])) == len(times[2:])
    assert len(house.all("StartTransaction")) == 1
    assert fleet.ledger.reconnects == 2
    # coming back without a reboot is no boot
    assert len(house.all("BootNotification")) == 1
    fleet.end()
    await house.until("StopTransaction")
    values = sum(len(each["meter_value"][0]["sampled_value"]) for each in house.all("MeterValues")[2:])
    in_stop = sum(len(value["sampled_value"]) for value in house.all("StopTransaction")[0]["transaction_data"])
    assert session.meter_values_acknowledged in (values, values + in_stop)


async def test_a_start_whose_answer_was_lost_is_resent_with_its_first_timestamp(house, play):
    house.cut_at_start = True
    play(cars_come=False, interval_s=0.1)
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    await house.until_connected(2)
    samples = await house.until("MeterValues", 3, transaction_id=2)
    start, again = house.all("StartTransaction")
    assert start == again
    assert all(sample["meter_value"][0]["timestamp"] > start["timestamp"] for sample in samples)


@pytest.mark.parametrize("kind", ["Soft", "Hard"])
async def test_a_reset_stops_the_session_reconnects_and_boots(house, play, kind):
    play(cars_come=False, interval_s=0.1)
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    await house.until("MeterValues", 2)
    assert (await house.ask("CP", call.Reset(type=kind))).status == "Accepted"
    await house.until("BootNotification", 2)
    [stop] = await house.until("StopTransaction")
    assert stop["reason"] == f"{kind}Reset"
    await house.until("StatusNotification", 2, connector_id=0)


async def test_a_pending_charge_point_boots_again_and_says_nothing_else(house, play):
    house.registration = "Pending"
    house.heartbeat_s = 1
    play(cars_come=False)
    await house.until("BootNotification", 2)
    assert house.all("StatusNotification") == []
    house.registration = "Accepted"
    await house.until("StatusNotification", 2)


async def test_a_tag_that_is_refused_does_not_charge(house, play):
    house.tag_status = "Blocked"
    fleet = play(seed=7, interval_s=0.1, speed=6000.0)
    await house.until("Authorize")
    await house.until("StatusNotification", 2, connector_id=1, status="Available")
    assert house.all("StartTransaction") == []
    assert fleet.ledger.refused_tags >= 1


async def test_a_start_that_is_refused_is_stopped_at_once(house, play):
    house.tag_status = "Invalid"
    play(cars_come=False)
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    [stop] = await house.until("StopTransaction")
    assert stop["reason"] == "DeAuthorized"
    assert stop["transaction_id"] == 1


async def test_a_connector_out_of_order_waits_for_its_session(house, play):
    play(cars_come=False)
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    await house.until("StartTransaction")
    answer = await house.ask("CP", call.ChangeAvailability(connector_id=1, type="Inoperative"))
    assert answer.status == "Scheduled"
    assert (await house.ask("CP", call.UnlockConnector(connector_id=1))).status == "Unlocked"
    [stop] = await house.until("StopTransaction")
    assert stop["reason"] == "UnlockCommand"
    await house.until("StatusNotification", connector_id=1, status="Unavailable")
    assert (await house.ask("CP", call.ChangeAvailability(connector_id=0, type="Operative"))).status == "Accepted"
    await house.until("StatusNotification", 2, connector_id=1, status="Available")


async def test_all_other_commands_get_an_answer_that_fits_the_schema(house, play):
    play(cars_come=False, connectors=2)
    await house.until("StatusNotification", 3)
    ask = house.ask
    assert (await ask("CP", call.ClearCache())).status == "Accepted"
    assert (await ask("CP", call.DataTransfer(vendor_id="someone"))).status == "UnknownVendorId"
    assert (await ask("CP", call.UnlockConnector(connector_id=99))).status == "NotSupported"
    assert (await ask("CP", call.GetDiagnostics(location="ftp://127.0.0.1/x"))).file_name
    # only HTTP is spoken
    await house.until("DiagnosticsStatusNotification", status="UploadFailed")
    await ask("CP", call.UpdateFirmware(location="ftp://127.0.0.1/x", retrieve_date="2026-01-01T00:00:00Z"))
    await house.until("FirmwareStatusNotification", status="DownloadFailed")
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    whole = call.SendLocalList(list_version=3, update_type="Full", local_authorization_list=[entry])
    assert (await ask("CP", whole)).status == "Accepted"
    assert (await ask("CP", call.GetLocalListVersion())).list_version == 3
    later = "2099-01-01T00:00:00Z"
    reserve = call.ReserveNow(connector_id=2, expiry_date=later, id_tag="A", reservation_id=5)
    assert (await ask("CP", reserve)).status == "Accepted"
    await house.until("StatusNotification", connector_id=2, status="Reserved")
    assert (await ask("CP", call.RemoteStartTransaction(id_tag="B", connector_id=2))).status == "Rejected"
    assert (await ask("CP", call.CancelReservation(reservation_id=5))).status == "Accepted"
    await house.until("StatusNotification", 2, connector_id=2, status="Available")
    again = call.TriggerMessage(requested_message="BootNotification")
    assert (await ask("CP", again)).status == "Rejected"  # errata to §5.17
    for message in ("Heartbeat", "StatusNotification", "MeterValues"):
        before = len(house.all(message))
        assert (await ask("CP", call.TriggerMessage(requested_message=message))).status == "Accepted"
        await house.until(message, before + 1)
    asked = await ask("CP", call.GetConfiguration(key=["NumberOfConnectors", "Nonsense"]))
    assert asked.configuration_key == [{"key": "NumberOfConnectors", "readonly": True, "value": "2"}]
    assert asked.unknown_key == ["Nonsense"]
    assert len((await ask("CP", call.GetConfiguration())).configuration_key) > 20
    assert (await ask("CP", call.ChangeConfiguration(key="NumberOfConnectors", value="3"))).status == "Rejected"
    assert (await ask("CP", call.GetCompositeSchedule(connector_id=1, duration=60))).status == "Accepted"


async def test_a_charging_profile_limits_the_power(house, play):
    play(cars_come=False, interval_s=0.1, profile="ac3")
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    await house.until("StartTransaction")
    schedule = {"chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 1500.0}]}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
    }
    answer = await house.ask("CP", call.SetChargingProfile(connector_id=1, cs_charging_profiles=profile))
    assert answer.status == "Accepted"
    before = len(house.all("MeterValues"))
    later = (await house.until("MeterValues", before + 6))[before + 1 :]
    powers = [
        float(value["value"])
        for sample in later
        for value in sample["meter_value"][0]["sampled_value"]
        if value["measurand"] == "Power.Active.Import" and "phase" not in value
    ]
    assert powers
    assert all(power <= 1500.1 for power in powers)
    assert (await house.ask("CP", call.ClearChargingProfile(id=1))).status == "Accepted"


async def test_a_shorter_sampling_interval_takes_effect_in_a_running_session(house, play):
    play(cars_come=False, interval_s=3600.0)
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    await house.until("StartTransaction")
    change = call.ChangeConfiguration(key="MeterValueSampleInterval", value="1")
    assert (await house.ask("CP", change)).status == "Accepted"
    await house.until("MeterValues", 2)


async def test_a_session_without_units_and_transaction_ids_and_with_two_stops(house, play):
    quirks = Quirks(no_units=True, no_transaction_id=True, duplicate_stops=True, stop_register_zero=True)
    fleet = play(cars_come=False, interval_s=0.1, quirks=quirks)
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    samples = await house.until("MeterValues", 2)
    assert "transaction_id" not in samples[0]
    assert "measurand" not in samples[0]["meter_value"][0]["sampled_value"][0]
    fleet.end()
    stops = await house.until("StopTransaction", 2)
    assert [stop.get("reason") for stop in stops] == [None, "Local"]
    assert {stop["meter_stop"] for stop in stops} == {0}


async def test_the_end_of_the_play_stops_every_session_and_leaves_nothing_unsent(house, play):
    fleet = play(identifiers=identifiers_for("CP", 5), interval_s=0.1, profile="mixed", seed=3)
    await house.until("MeterValues", 10)
    fleet.end()
    await asyncio.gather(*(line.closed.wait() for line in fleet.lines))
    summary = fleet.summary()
    assert summary["unsent"] == 0
    assert summary["sessions_started"] == summary["sessions_stopped"] == len(house.all("StopTransaction"))
    assert all(session["stop_acknowledged"] for session in summary["sessions"])
    assert summary["energy_wh"] == sum(stop["meter_stop"] for stop in house.all("StopTransaction")) - sum(
        start["meter_start"] for start in house.all("StartTransaction")
    )
    assert summary["messages_sent"] == summary["messages_acknowledged"] == len(house.said)
    assert summary["answers"]["count"] == len(house.said)


async def test_a_play_that_ends_while_the_line_is_cut_connects_once_more_to_say_so(house, play):
    fleet = play(cars_come=False, interval_s=0.1)
    await house.until("StatusNotification", 2)
    await house.ask("CP", call.RemoteStartTransaction(id_tag="TAG", connector_id=1))
    await house.until("MeterValues", 2)
    await cut(house.counterparts["CP"])
    fleet.end()
    await asyncio.gather(*(line.closed.wait() for line in fleet.lines))
    assert len(house.all("StopTransaction")) == 1
    assert fleet.summary()["unsent"] == 0


async def test_a_password_is_shown_as_basic_auth(house, play):
    play(password="secret", cars_come=False)
    await house.until("BootNotification")
    assert house.headers[0]["Authorization"].startswith("Basic ")


async def test_a_new_password_is_taken_it_comes_back_with_it_and_never_shows_it(house, play):
    play(password="first-password-16", cars_come=False)
    await house.until("BootNotification")
    new = "00112233445566778899aabbccddeeff"
    assert (await house.ask("CP", call.ChangeConfiguration(key="AuthorizationKey", value=new))).status == "Accepted"
    await house.until_connected(2)
    assert b64decode(house.headers[1]["Authorization"].removeprefix("Basic ")) == f"CP:{new}".encode()
    answer = await house.ask("CP", call.GetConfiguration())
    assert new not in str(answer)


async def test_a_central_system_that_is_not_there_is_reported():
    fleet = Fleet(Plan(f"ws://127.0.0.1:{reserve()}/ocpp", ("CP",), patience_s=0.3))
    with pytest.raises(Unreachable, match="connection refused"):
        await fleet.run()


async def test_a_server_that_is_slow_to_answer_the_first_knock_is_waited_for():
    async def hesitate(connection, request):
        await asyncio.sleep(0.5)

    async def listen(connection):
        await connection.wait_closed()

    async with websockets.serve(listen, "127.0.0.1", 0, subprotocols=["ocpp1.6"], process_request=hesitate) as server:
        port = server.sockets[0].getsockname()[1]
        fleet = Fleet(Plan(f"ws://127.0.0.1:{port}/ocpp", ("CP",), patience_s=0.1, last_words_s=0.1))
        await fleet.run(0.1)
    assert fleet.ledger.connects == 1
