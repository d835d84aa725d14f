"""The generator of spoilt payloads: what it calls whole fits, what it calls spoilt is another payload."""

import pytest

from tests.ocpp import badly
from tests.schemas import names, schema, wrong_with


@pytest.mark.parametrize("name", sorted([*names(), *(f"{name}Response" for name in names())]))
def test_the_whole_payload_fits_its_schema_and_has_every_member(name: str):
    assert wrong_with(name, badly.whole(name)) == []
    assert set(badly.whole(name)) == set(schema(name).get("properties", ()))


def test_every_required_member_is_missing_null_and_of_the_wrong_type_once_at_least():
    spoilt = list(badly.everywhere("StopTransaction"))
    inside = ("transactionData", 0, "sampledValue", 0, "value")
    for path in [("transactionId",), ("meterStop",), ("timestamp",), inside]:
        assert {"missing", "null", "wrong type", "deep"} <= {one.fault for one in spoilt if one.path == path}
    assert {"empty", "text", "too long"} <= {one.fault for one in spoilt if one.path == ("idTag",)}
    assert {"unknown word", "spelling"} <= {one.fault for one in spoilt if one.path == ("reason",)}


@pytest.mark.parametrize("fault", ["missing", "null", "extra", "unknown word", "wrong type"])
def test_what_is_spoilt_does_not_fit(fault: str):
    for one in badly.everywhere("StatusNotification"):
        if one.fault == fault:
            assert wrong_with("StatusNotification", one.payload)


def test_the_drawn_ones_are_the_same_each_time():
    assert badly.drawn(badly.several("MeterValues"), 20) == badly.drawn(badly.several("MeterValues"), 20)
