"""The key table and the charging profiles of a charge point."""

import pytest

from wattdeck.simulator.configuration import Configuration
from wattdeck.simulator.limits import drop_tx_profiles, install, keeps, limit_w, read_limit
from wattdeck.simulator.meter import AC_22, DC_50


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("HeartbeatInterval", "60", "Accepted"),
        ("heartbeatinterval", "60", "Accepted"),
        ("HeartbeatInterval", "soon", "Rejected"),
        ("HeartbeatInterval", "-1", "Rejected"),
        ("LocalPreAuthorize", "TRUE", "Accepted"),
        ("LocalPreAuthorize", "perhaps", "Rejected"),
        ("MeterValuesSampledData", "SoC, Voltage", "Rejected"),
        ("MeterValuesSampledData", "Voltage, Energy.Active.Import.Register", "Accepted"),
        ("NumberOfConnectors", "3", "Rejected"),
        ("WebSocketPingInterval", "20", "RebootRequired"),
        ("AuthorizationKey", "00112233445566778899aabbccddeeff", "Accepted"),
        ("AuthorizationKey", "short", "Rejected"),
        ("Nonsense", "1", "NotSupported"),
    ],
)
def test_a_change_is_answered_by_what_the_key_is(key, value, word):
    assert Configuration(AC_22, 2, 10).change(key, value) == word


def test_direct_current_also_samples_the_battery():
    assert "SoC" in Configuration(DC_50, 1, 10).names("MeterValuesSampledData")
    assert Configuration(DC_50, 1, 10).change("MeterValuesSampledData", "SoC") == "Accepted"


def profile(number=1, level=0, purpose="TxProfile", kind="Relative", unit="A", periods=((0, 16),), **schedule):
    return {
        "chargingProfileId": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": {
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in periods],
            **schedule,
        },
    }


def test_amperes_count_on_every_phase():
    assert limit_w([read_limit(1, profile(), AC_22)], 1, now=100, session_started_at=50) == 3 * 230 * 16


def test_a_relative_profile_counts_from_the_start_of_the_session():
    limits = [read_limit(1, profile(unit="W", periods=((0, 5000), (60, 2000))), AC_22)]
    assert limit_w(limits, 1, now=1059, session_started_at=1000) == 5000
    assert limit_w(limits, 1, now=1060, session_started_at=1000) == 2000
    assert limit_w(limits, 2, now=1060, session_started_at=1000) == float("inf")


def test_a_daily_profile_repeats():
    start = "1970-01-01T06:00:00Z"
    daily = profile(kind="Recurring", unit="W", periods=((0, 7000),), startSchedule=start, duration=3600)
    limits = [read_limit(0, {**daily, "recurrencyKind": "Daily"}, AC_22)]
    day = 86_400
    assert limit_w(limits, 1, now=3 * day + 6.5 * 3600, session_started_at=0) == 7000
    assert limit_w(limits, 1, now=3 * day + 8 * 3600, session_started_at=0) == float("inf")


def test_the_higher_level_wins_within_a_purpose_and_the_lower_limit_among_purposes():
    low, high = profile(1, 0, unit="W", periods=((0, 9000),)), profile(2, 5, unit="W", periods=((0, 4000),))
    whole = profile(3, 0, "ChargePointMaxProfile", unit="W", periods=((0, 3000),))
    limits = [read_limit(1, low, AC_22), read_limit(1, high, AC_22)]
    assert limit_w(limits, 1, 10, 0) == 4000
    assert limit_w([*limits, read_limit(0, whole, AC_22)], 1, 10, 0) == 3000


def test_installing_replaces_by_id_or_place_and_clearing_goes_by_filters():
    first, second = read_limit(1, profile(1), AC_22), read_limit(1, profile(2), AC_22)
    assert install([first], second) == [second]
    assert keeps(first, {"id": 2})
    assert not keeps(first, {"id": 1})
    assert not keeps(first, {})
    assert drop_tx_profiles([first], 1) == []
