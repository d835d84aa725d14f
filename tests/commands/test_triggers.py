"""Triggers: by which command a message is asked for, and which cannot be (OCPP 1.6 §5.17)."""

from datetime import timedelta

import pytest

from wattdeck.commands.triggers import EXTENDED, PLAIN, trigger
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import from_ms
from wattdeck.domain.errors import Unprocessable
from wattdeck.ocpp.schemas import faults

NOON = from_ms(1_790_000_000_000)
NEW = ChargePoint(id=1, identifier="CP")


@pytest.mark.parametrize(
    ("message", "extended"),
    [*((message, False) for message in sorted(PLAIN | EXTENDED)), *((message, True) for message in sorted(EXTENDED))],
)
def test_whatever_is_sent_fits_the_schema_of_its_command(message: str, extended: bool):
    action, payload = trigger(NEW, message, 1, extended)
    assert action == ("ExtendedTriggerMessage" if extended or message not in PLAIN else "TriggerMessage")
    assert faults("v16", action, payload) == []


def test_the_words_are_those_of_the_schemas():
    for word in ("Authorize", "StopTransaction", "SignCertificate", "heartbeat", "x" * 100):
        assert faults("v16", "TriggerMessage", {"requestedMessage": word})
        with pytest.raises(Unprocessable, match="cannot be triggered"):
            trigger(NEW, word, None, False)


@pytest.mark.parametrize(
    ("booted_s", "registration", "may"),
    [(None, "accepted", True), (5, "accepted", False), (-5, "accepted", True), (5, "pending", True)],
)
def test_a_boot_is_triggered_only_where_none_was_accepted_on_this_connection(booted_s, registration, may):
    booted_at = None if booted_s is None else NOON + timedelta(seconds=booted_s)
    one = ChargePoint(id=1, identifier="CP", registration=registration, booted_at=booted_at, connected_at=NOON)
    if may:
        assert trigger(one, "BootNotification", None, False)[1] == {"requestedMessage": "BootNotification"}
    else:
        with pytest.raises(Unprocessable, match="may not be triggered"):
            trigger(one, "BootNotification", None, False)
