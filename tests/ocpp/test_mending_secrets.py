"""A finding quotes what is wrong, and no password."""

import pytest

from wattdeck.ocpp.mending import mend


@pytest.mark.parametrize(
    "data",
    [
        {"key": "AuthorizationKey", "value": "s3cret"},
        [{"key": "AuthorizationKey", "value": "s3cret"}],
        {"location": "ftp://station:s3cret@files.example/"},
    ],
)
def test_a_password_in_the_data_of_a_data_transfer_is_not_quoted(data):
    findings = mend("v16", "DataTransfer", {"vendorId": "X", "data": data}, {}).findings
    assert [one.kind for one in findings] == ["wrong_type"]
    assert "s3cret" not in findings[0].example


def test_what_holds_no_password_is_quoted():
    (finding,) = mend("v16", "DataTransfer", {"vendorId": "X", "data": {"a": 1}}, {}).findings
    assert "not of type" in finding.example
