"""No spelling lets a secret through."""

from typing import Any

import pytest

from wattdeck.domain.secrets import without_secrets


@pytest.mark.parametrize(
    "value",
    [
        "ftp://station:p@s3cret@files.example/logs",
        {"Key": "AuthorizationKey", "Value": "s3cret"},
        {"KEY": " authorizationkey ", "VALUE": "s3cret"},
        {"vendorId": "X", "data": '{"key": "AuthorizationKey", "value": "s3cret"}'},
        {"vendorId": "X", "data": ' [{"key": "AuthorizationKey", "value": "s3cret"'},
    ],
)
def test_a_secret_is_blanked_however_it_is_written(value: Any):
    assert "s3cret" not in str(without_secrets(value))


@pytest.mark.parametrize(
    "value",
    [{"key": ["AuthorizationKey"]}, '{"keys": ["AuthorizationKey"]}', "AuthorizationKey", {"Key": "a", "Value": "b"}],
)
def test_what_holds_no_secret_stays_as_it_is(value: Any):
    assert without_secrets(value) == value
