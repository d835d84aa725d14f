"""OCPP 1.6 payloads into our messages: defaults of the standard, units, odd numbers, signed data."""

from datetime import UTC, datetime
from typing import Any

import pytest

from wattdeck.domain import messages
from wattdeck.domain.meter_values import MEASURANDS, MeterValue
from wattdeck.ocpp.dialect import Notes
from wattdeck.ocpp.v16 import translate

AT = "2026-09-14T11:59:00Z"
TAKEN = datetime(2026, 9, 14, 11, 59, tzinfo=UTC)
SIGNED = 'OCMF|{"FV":"1.0","RD":[{"RV":1.5,"RU":"kWh"}]}|{"SD":"3045\\u0022"}  '


@pytest.fixture
def notes(now: datetime) -> Notes:
    return Notes(now)


def value_of(notes: Notes, **sampled: Any) -> MeterValue:
    payload = {"connectorId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [sampled]}]}
    (value,) = translate.meter_values(payload, notes).values
    return value


def kinds(notes: Notes) -> list[str]:
    return [finding.kind for finding in notes.findings.values()]


def test_a_value_with_nothing_said_is_the_energy_register(notes: Notes):
    expected = MeterValue("Energy.Active.Import.Register", 12.5, "Wh", None, "Sample.Periodic", "Outlet", TAKEN)
    assert value_of(notes, value="12.5") == expected
    assert notes.findings == {}


@pytest.mark.parametrize(("measurand", "unit"), MEASURANDS.items())
def test_a_missing_unit_is_the_measurands_own(notes: Notes, measurand: str, unit: str):
    assert value_of(notes, value="1", measurand=measurand).unit == unit


def test_what_is_said_is_kept(notes: Notes):
    said = {"measurand": "Voltage", "unit": "V", "phase": "L1-N", "context": "Trigger", "location": "Inlet"}
    expected = MeterValue("Voltage", 229.9, "V", "L1-N", "Trigger", "Inlet", TAKEN)
    assert value_of(notes, value="229.9", **said) == expected


def test_kilowatt_hours_become_watt_hours_and_the_original_is_kept(notes: Notes):
    value = value_of(notes, value="0.15002", unit="kWh")
    assert (value.value, value.unit, value.text) == (150.02, "Wh", "0.15002 kWh")


@pytest.mark.parametrize("raw", ["1.5 kWh", "1.5kWh", " 1,5 kWh "])
def test_a_unit_inside_the_value_is_read(notes: Notes, raw: str):
    value = value_of(notes, value=raw)
    assert (value.value, value.unit) == (1500.0, "Wh")
    assert kinds(notes) == ["value_decorated"]


def test_the_original_of_a_value_with_its_unit_inside_is_what_was_sent(notes: Notes):
    assert value_of(notes, value="1.5 kWh").text == "1.5 kWh"


@pytest.mark.parametrize("raw", ["12,5", " 12.5", "12.5 ", "+12.5", "1.25e1", "12.50000"])
def test_numbers_are_read_leniently(notes: Notes, raw: str):
    assert value_of(notes, value=raw, unit="Wh").value == 12.5


def test_the_original_of_a_mended_number_is_kept(notes: Notes):
    assert value_of(notes, value="12,5", unit="Wh").text == "12,5 Wh"


def test_a_negative_value_keeps_its_sign(notes: Notes):
    assert value_of(notes, value="-7.4", unit="kW", measurand="Power.Active.Import").value == -7400.0


@pytest.mark.parametrize("raw", ["", "on", "12 34", "0x1F", "nan", "inf", "-Infinity", "1e999", "NaN"])
def test_an_unreadable_number_is_kept_as_text_and_found(notes: Notes, raw: str):
    value = value_of(notes, value=raw, measurand="Voltage", unit="V")
    assert (value.value, value.unit, value.text) == (None, "V", raw)
    assert kinds(notes) == ["value_not_a_number"]


def test_signed_data_is_kept_byte_for_byte(notes: Notes):
    value = value_of(notes, value=SIGNED, format="SignedData", unit="kWh")
    assert (value.value, value.text, value.measurand) == (None, SIGNED, "Energy.Active.Import.Register")
    assert notes.findings == {}


def test_signed_data_that_looks_like_a_number_is_text_all_the_same(notes: Notes):
    assert value_of(notes, value="15", format="SignedData").value is None


@pytest.mark.parametrize("phase", ["L1", "L2-N", "L3-L1", "N"])
def test_a_phase_glued_to_the_measurand_is_taken_off(notes: Notes, phase: str):
    value = value_of(notes, value="230", measurand=f"Voltage.{phase}")
    assert (value.measurand, value.phase, value.unit) == ("Voltage", phase, "V")
    assert kinds(notes) == ["phase_in_measurand"]


def test_a_phase_that_is_said_comes_before_the_glued_one(notes: Notes):
    assert value_of(notes, value="230", measurand="Voltage.L1", phase="L1-N").phase == "L1-N"


def test_an_unknown_measurand_is_kept_and_found(notes: Notes):
    assert value_of(notes, value="3", measurand="Fan.Speed", unit="rpm").measurand == "Fan.Speed"
    assert kinds(notes) == ["unknown_measurand"]


@pytest.mark.parametrize("said", [{"measurand": ""}, {"context": ""}, {"location": ""}, {"unit": ""}])
def test_an_empty_word_is_its_default(notes: Notes, said: dict[str, str]):
    assert value_of(notes, value="1", **said) == value_of(notes, value="1")


def test_each_meter_value_has_the_time_it_was_taken(notes: Notes):
    first, second = {"timestamp": AT, "sampledValue": [{"value": "1"}]}, {"sampledValue": [{"value": "2"}]}
    payload = {"connectorId": 1, "meterValue": [first, second]}
    assert [value.taken_at for value in translate.meter_values(payload, notes).values] == [TAKEN, notes.received_at]


@pytest.mark.parametrize(
    ("sent", "kept"), [(7, "7"), (0, "0"), (-1, "-1"), (2**63 - 1, "9223372036854775807"), (None, None)]
)
def test_a_transaction_id_becomes_text(notes: Notes, sent: Any, kept: str | None):
    payload = {"connectorId": 1, "transactionId": sent, "meterValue": []}
    assert translate.meter_values(payload, notes).transaction_id == kept


def test_a_negative_connector_is_the_whole_charge_point(notes: Notes):
    assert translate.meter_values({"connectorId": -1, "meterValue": []}, notes).connector_id == 0


def test_a_stop_without_a_reason_is_local(notes: Notes):
    payload = {"transactionId": 5, "meterStop": 900, "timestamp": AT}
    expected = messages.StopTransaction(transaction_id="5", stop_meter_wh=900.0, stopped_at=TAKEN)
    assert translate.stop_transaction(payload, notes) == expected
    assert expected.reason == "Local"


def test_a_stop_brings_its_transaction_data(notes: Notes):
    data = [{"timestamp": AT, "sampledValue": [{"value": "1"}, {"value": "2", "measurand": "SoC"}]}]
    payload = {"transactionId": 5, "meterStop": 900, "timestamp": AT, "transactionData": data}
    assert [value.value for value in translate.stop_transaction(payload, notes).values] == [1.0, 2.0]


def test_a_start_is_read(notes: Notes):
    payload = {"connectorId": 2, "idTag": "TAG", "meterStart": 120_000_000, "timestamp": AT, "reservationId": 4}
    assert translate.start_transaction(payload, notes) == messages.StartTransaction(
        connector_id=2, id_tag="TAG", start_meter_wh=120_000_000.0, started_at=TAKEN, reservation_id=4
    )


def test_a_status_without_a_time_has_none(notes: Notes):
    payload = {"connectorId": 1, "status": "Available", "errorCode": "NoError", "info": "", "vendorId": ""}
    assert translate.status_notification(payload, notes) == messages.StatusNotification(
        connector_id=1, status="Available"
    )


def test_a_fault_keeps_what_the_vendor_says(notes: Notes):
    said = {"info": "door", "vendorId": "acme", "vendorErrorCode": "0x17", "timestamp": AT}
    payload = {"connectorId": 1, "status": "Faulted", "errorCode": "OtherError", **said}
    status = translate.status_notification(payload, notes)
    assert (status.info, status.vendor_id, status.vendor_error_code) == ("door", "acme", "0x17")
    assert status.taken_at == TAKEN


def test_empty_words_at_boot_are_unknown(notes: Notes):
    payload = {"chargePointVendor": "V", "chargePointModel": "M", "iccid": "", "imsi": "", "meterType": ""}
    assert translate.boot_notification(payload, notes) == messages.BootNotification(vendor="V", model="M")


def test_the_deprecated_serial_number_serves_where_there_is_no_other(notes: Notes):
    payload = {"chargePointVendor": "V", "chargePointModel": "M", "chargeBoxSerialNumber": "old"}
    assert translate.boot_notification(payload, notes).serial_number == "old"
    payload["chargePointSerialNumber"] = "new"
    assert translate.boot_notification(payload, notes).serial_number == "new"
