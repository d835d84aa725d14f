"""Messages that cannot be taken: the CALLERROR each gets (OCPP-J 1.6 §4.2.3), and what never stands in one."""

import pytest

from tests.stations import Refused, meter_values, start, status, stop

NOW = "2026-09-14T12:00:00Z"


async def refused(cp, action, payload) -> str:
    """The code; whatever it says tells nothing of our insides, and the conversation goes on."""
    with pytest.raises(Refused) as error:
        await cp.call(action, payload)
    text = f"{error.value.description} {error.value.details}"
    assert len(error.value.description) <= 255
    for word in ("Traceback", "wattdeck", ".py", "Error(", "sqlite", "Exception"):
        assert word not in text
    assert error.value.details == {}
    assert await cp.call("Heartbeat")
    return error.value.code


async def test_an_unknown_action_is_not_implemented(house):
    cp = await house.station()
    for action in ("Nonsense", "bootnotification", "", "../v16", "GetVariables", "x" * 500, "Ä"):
        assert await refused(cp, action, {}) == "NotImplemented"


async def test_an_action_of_the_standard_that_is_not_for_us_is_not_supported(house):
    cp = await house.station()
    for action in ("RemoteStartTransaction", "Reset", "GetConfiguration"):
        assert await refused(cp, action, {}) == "NotSupported"


async def test_a_wrong_type_is_a_type_constraint_violation(house):
    cp = await house.station()
    for action, payload in (
        ("Authorize", {"idTag": {"a": 1}}),
        ("StatusNotification", status() | {"connectorId": "one"}),
        ("StatusNotification", status() | {"connectorId": [1]}),
        ("DataTransfer", {"vendorId": {}}),
        ("BootNotification", {"chargePointVendor": [], "chargePointModel": "M"}),
    ):
        assert await refused(cp, action, payload) == "TypeConstraintViolation"


async def test_a_missing_member_that_nothing_can_stand_in_for_is_an_occurence_constraint_violation(house):
    cp = await house.station()
    for action, payload in (
        ("Authorize", {}),
        ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "timestamp": NOW}),
        ("DataTransfer", {"data": "x"}),
    ):
        assert await refused(cp, action, payload) == "OccurenceConstraintViolation"


async def test_a_word_that_is_no_status_is_a_property_constraint_violation(house):
    cp = await house.station()
    for word in ("Exploded", "", "elbaliavA"):
        assert await refused(cp, "StatusNotification", status(word)) == "PropertyConstraintViolation"


async def test_a_number_beyond_all_bounds_is_a_property_constraint_violation(house):
    cp = await house.station()
    assert await refused(cp, "StatusNotification", status(connector=2**70)) == "PropertyConstraintViolation"


async def test_a_message_of_a_transaction_is_never_refused(house):
    cp = await house.station()
    for action, payload in (
        ("StartTransaction", start(1, wh="much")),
        ("StartTransaction", start(1, wh=10**400)),
        ("StartTransaction", start(1, {"a": 1}) | {"connectorId": "two"}),
        ("StopTransaction", stop({}, [])),
        ("StopTransaction", stop(1, 10**400)),
        ("MeterValues", {"connectorId": 1, "meterValue": "none"}),
        ("MeterValues", {"connectorId": 1, "meterValue": [3]}),
        ("MeterValues", {"connectorId": {}}),
        ("MeterValues", meter_values({"value": None}, {"value": [1]}, {})),
    ):
        await cp.call(action, payload)


async def test_a_message_of_a_transaction_with_a_connector_beyond_all_bounds_is_answered(house):
    cp = await house.station()
    await cp.call("MeterValues", meter_values(1, connector=2**70))
    await cp.call("StartTransaction", start(2**70))


async def test_what_is_left_out_of_a_list_takes_nothing_else_along(house):
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start(1, started_at=NOW)))["transactionId"]
    good = [{"timestamp": f"2026-09-14T12:0{n}:00Z", "sampledValue": [{"value": str(n * 100)}]} for n in (1, 2, 3)]
    data = [{}, good[0], {"x": 1}, 7, good[1], {"sampledValue": 5, "timestamp": []}, good[2], {}]
    await cp.call("StopTransaction", stop(transaction, 400, "2026-09-14T12:04:00Z", transactionData=data))
    values = await house.items(f"sessions/{transaction}/meter-values")
    assert [value["value"] for value in values] == [0, 100, 200, 300, 400]


async def test_a_time_beyond_the_calendar_counts_as_now(house):
    cp = await house.station()
    for text in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"):
        await cp.call("MeterValues", meter_values(1, taken_at=text))
    for value in await house.items("charge-points/CP-1/meter-values"):
        assert value["taken_at"] == value["received_at"]


async def test_what_was_refused_is_counted_and_kept_as_a_finding(house):
    await refused(await house.station(), "Nonsense", {})
    assert house.metric("wattdeck_call_errors_total", code="NotImplemented") == 1
    assert "Nonsense" in (await house.finding("message_refused"))["example"]


async def test_what_can_be_stored_is_answered_however_imperfect_it_is(house):
    """OCPP 1.6 §4.7, §4.8, §4.10: what is refused is sent again for ever."""
    cp = await house.station()
    for action, payload in (
        ("MeterValues", meter_values({"value": "5", "unit": "bananas", "measurand": "Volts"})),
        ("MeterValues", meter_values(1) | {"connectorId": "1"}),
        ("MeterValues", {"connectorId": 1, "meterValue": []}),
        ("MeterValues", {"connectorId": 1, "meterValue": [{"timestamp": "yesterday", "sampledValue": []}]}),
        ("MeterValues", meter_values({"value": 17})),
        ("StartTransaction", {"connectorId": 1, "idTag": "x" * 40, "meterStart": 12.5, "timestamp": "soon"}),
        ("StopTransaction", {"transactionId": 99, "meterStop": 5, "timestamp": NOW, "reason": "Bored"}),
        ("StatusNotification", {"connectorId": 1, "status": "available", "errorCode": "VendorCode7"}),
        ("BootNotification", {}),
        ("BootNotification", {"chargePointVendor": "x" * 99, "chargePointModel": None, "extra": 1}),
    ):
        await cp.call(action, payload)
