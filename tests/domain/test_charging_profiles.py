"""Charging profiles: the rules their schema does not hold, which replaces and which clears which."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.domain.test_composite_schedules import held, profile
from wattdeck.domain.charging_profiles import complaint_about_connector, complaints, is_cleared, read, replaces

NOON = datetime(2026, 9, 14, 12, 0, 0, tzinfo=UTC)


def with_schedule(**members: Any) -> dict[str, Any]:
    sent = profile()
    return sent | {"chargingSchedule": sent["chargingSchedule"] | members}


@pytest.mark.parametrize(
    "sent",
    [
        profile(),
        profile(1, "TxProfile", 3, (0, 16.1), (60, 0), kind="Relative", starts=None),
        profile(kind="Recurring", recurrencyKind="Weekly", duration=60),
        profile(validFrom="2026-01-01T00:00:00Z", validTo="2026-01-02T00:00:00Z"),
        profile(1, "TxProfile", transactionId=5),
    ],
)
def test_a_profile_by_the_standard_is_not_complained_about(sent: dict[str, Any]):
    assert complaints(sent) == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (profile(level=-1), "stackLevel"),
        (profile(transactionId=5), "only a TxProfile is for a transaction"),
        (profile(recurrencyKind="Daily"), "only where chargingProfileKind is Recurring"),
        (profile(kind="Recurring"), "Daily or Weekly"),
        (profile(1, "TxDefaultProfile", 0, (1, 16)), "the first period begins at 0"),
        (profile(1, "TxDefaultProfile", 0, (0, 16), (60, 8), (60, 6)), "later than the one before"),
        (profile(1, "TxDefaultProfile", 0, (0, 16), (60, 8), (30, 6)), "later than the one before"),
        (profile(1, "TxDefaultProfile", 0, (0, -1)), "not negative"),
        (profile(duration=0), "longer than 0 seconds"),
        (profile(validFrom="2026-01-02T00:00:00Z", validTo="2026-01-01T00:00:00Z"), "ends before it begins"),
        (profile(validTo="soon"), "'soon' is no time"),
        (with_schedule(startSchedule="yesterday"), "no time"),
        (with_schedule(chargingSchedulePeriod=[]), "at least one"),
        (with_schedule(chargingSchedulePeriod=[{"startPeriod": 0, "limit": 6, "numberPhases": 4}]), "1, 2 or 3"),
        (with_schedule(minChargingRate=-6), "minChargingRate"),
        (profile(2**40), "larger than"),
        ({}, "no charging profile"),
    ],
)
def test_what_breaks_a_rule_is_said_in_words(sent: dict[str, Any], words: str):
    (complaint,) = complaints(sent)
    assert words in complaint


@pytest.mark.parametrize("sent", [None, 5, "x", [], {"chargingSchedule": 5}, profile() | {"stackLevel": "high"}])
def test_what_is_no_profile_is_not_read(sent: Any):
    assert read(sent) is None


@pytest.mark.parametrize(
    ("purpose", "connector_id", "fits"),
    [
        ("ChargePointMaxProfile", 0, True),
        ("ChargePointMaxProfile", 1, False),
        ("TxDefaultProfile", 0, True),
        ("TxDefaultProfile", 1, True),
        ("TxProfile", 0, False),
        ("TxProfile", 2, True),
    ],
)
def test_purposes_are_for_their_connectors(purpose: str, connector_id: int, fits: bool):
    assert (complaint_about_connector(held(profile(1, purpose)).profile, connector_id) is None) == fits


DEFAULT = "TxDefaultProfile"


@pytest.mark.parametrize(
    ("old", "on", "new", "at", "gone"),
    [
        (profile(1, DEFAULT, 0), 1, profile(1, DEFAULT, 5), 1, True),  # the same id
        (profile(1, DEFAULT, 0), 1, profile(1, DEFAULT, 5), 2, True),
        (profile(1, DEFAULT, 0), 1, profile(2, DEFAULT, 0), 1, True),  # the same place
        (profile(1, DEFAULT, 0), 1, profile(2, DEFAULT, 1), 1, False),
        (profile(1, DEFAULT, 0), 1, profile(2, DEFAULT, 0), 2, False),
        (profile(1, DEFAULT, 0), 1, profile(2, "TxProfile", 0), 1, False),
        (profile(1, DEFAULT, 0), 0, profile(2, DEFAULT, 0), 1, False),  # only for that connector (§3.13.1)
        (profile(1, DEFAULT, 0), 0, profile(1, DEFAULT, 0), 1, False),
        (profile(1, DEFAULT, 0), 1, profile(1, DEFAULT, 0), 0, True),
    ],
)
def test_a_profile_replaces_the_one_of_its_id_or_its_place(old, on: int, new, at: int, gone: bool):
    assert replaces(at, held(new).profile, held(old, on)) == gone


@pytest.mark.parametrize(
    ("asked", "gone"),
    [
        ({}, True),
        ({"id": 7}, True),
        ({"id": 8}, False),
        ({"id": 7, "connectorId": 5}, True),  # beside an id the others are ignored (§6.13)
        ({"connectorId": 1}, True),
        ({"connectorId": 0}, False),
        ({"connectorId": 1, "stackLevel": 3}, True),
        ({"connectorId": 1, "stackLevel": 2}, False),
        ({"chargingProfilePurpose": DEFAULT, "stackLevel": 3}, True),
        ({"chargingProfilePurpose": "TxProfile"}, False),
    ],
)
def test_clearing_is_by_id_or_by_all_members_together(asked: dict[str, Any], gone: bool):
    assert is_cleared(asked, held(profile(7, DEFAULT, 3), 1)) == gone
