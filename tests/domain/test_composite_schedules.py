"""What several charging profiles make together (OCPP 1.6 §3.13): against a reckoning second by second, and in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.charging_profiles import Installed, read
from wattdeck.domain.clock import iso
from wattdeck.domain.composite_schedules import Composite, compose

NOON = datetime(2026, 9, 14, 12, 0, 0, tzinfo=UTC)
DAY = 86_400


def profile(
    number: int = 1,
    purpose: str = "TxDefaultProfile",
    level: int = 0,
    *periods: tuple[int, float],
    kind: str = "Absolute",
    starts: datetime | None = NOON,
    unit: str = "A",
    **more: Any,
) -> dict[str, Any]:
    schedule: dict[str, Any] = {"chargingRateUnit": unit}
    if starts is not None:
        schedule["startSchedule"] = iso(starts)
    if "duration" in more:
        schedule["duration"] = more.pop("duration")
    schedule["chargingSchedulePeriod"] = [{"startPeriod": at, "limit": limit} for at, limit in periods or [(0, 16.0)]]
    return {
        "chargingProfileId": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        **more,
        "chargingSchedule": schedule,
    }


def held(sent: dict[str, Any], connector_id: int = 1, begun: datetime | None = None) -> Installed:
    what = read(sent)
    assert what is not None
    return Installed(
        id=1,
        connector_id=connector_id,
        profile=what,
        sent=sent,
        command_id=1,
        session_id=None if begun is None else 1,
        session_started_at=begun,
        installed_at=NOON - timedelta(hours=1),
    )


def steps(*installed: Installed, duration_s: int = 3600, begun: datetime | None = None, connector_id: int = 1):
    made = compose(installed, connector_id, NOON, duration_s, begun)
    return [(step.start_s, step.limit) for step in made.steps]


def test_nothing_installed_limits_nothing():
    assert steps() == [(0, None)]


def test_periods_follow_each_other_and_the_last_goes_on():
    assert steps(held(profile(1, "TxDefaultProfile", 0, (0, 16), (600, 8)))) == [(0, 16), (600, 8)]


def test_after_its_duration_a_schedule_says_nothing_and_a_lower_level_takes_over():
    high = held(profile(1, "TxDefaultProfile", 5, (0, 6), duration=900))
    assert steps(high) == [(0, 6), (900, None)]
    assert steps(high, held(profile(2, "TxDefaultProfile", 0, (0, 16)))) == [(0, 6), (900, 16)]


def test_without_a_duration_the_highest_level_never_falls_back():
    low = held(profile(1, "TxDefaultProfile", 0, (0, 16)))
    assert steps(low, held(profile(2, "TxDefaultProfile", 1, (0, 6)))) == [(0, 6)]


def test_the_least_of_the_whole_charge_point_and_the_session_counts():
    whole = held(profile(1, "ChargePointMaxProfile", 0, (0, 10), (600, 20)), connector_id=0)
    assert steps(whole, held(profile(2, "TxDefaultProfile", 0, (0, 16)))) == [(0, 10), (600, 16)]


def test_a_profile_of_the_session_overrules_the_default_be_it_higher():
    default = held(profile(1, "TxDefaultProfile", 9, (0, 6)))
    assert steps(default, held(profile(2, "TxProfile", 0, (0, 32)), begun=NOON), begun=NOON) == [(0, 32)]


def test_a_connectors_own_default_replaces_that_for_all_on_the_same_level():
    whole, own = held(profile(1, "TxDefaultProfile", 0, (0, 16)), 0), held(profile(2, "TxDefaultProfile", 0, (0, 8)), 1)
    assert steps(whole, own) == steps(own, whole) == [(0, 8)]
    assert steps(whole, own, connector_id=2) == [(0, 16)]
    assert steps(whole, own, connector_id=0) == [(0, None)]


def test_a_relative_schedule_counts_from_the_start_of_the_session():
    relative = held(profile(1, "TxProfile", 0, (0, 16), (600, 8), kind="Relative", starts=None))
    assert steps(relative, begun=NOON - timedelta(seconds=400)) == [(0, 16), (200, 8)]
    assert steps(relative) == [(0, 16), (600, 8)]


def test_validity_bounds_a_profile():
    bounded = profile(
        validFrom=iso(NOON + timedelta(seconds=60)), validTo=iso(NOON + timedelta(seconds=120)), kind="Absolute"
    )
    assert steps(held(bounded)) == [(0, None), (60, 16), (120, None)]


def test_a_daily_schedule_begins_again_each_day_and_rests_after_its_duration():
    daily = profile(
        1, "TxDefaultProfile", 0, (0, 6), kind="Recurring", recurrencyKind="Daily", duration=3600,
        starts=NOON - timedelta(days=3, seconds=600),
    )  # fmt: skip
    assert steps(held(daily), duration_s=2 * DAY) == [
        (0, 6),
        (3000, None),
        (DAY - 600, 6),
        (DAY + 3000, None),
        (2 * DAY - 600, 6),
    ]


def test_what_is_longer_than_its_recurrence_is_cut_off_there():
    daily = profile(
        1, "TxDefaultProfile", 0, (0, 6), (3600, 16), (DAY + 10, 99), kind="Recurring", recurrencyKind="Daily",
        duration=3 * DAY,
    )  # fmt: skip
    assert steps(held(daily), duration_s=DAY + 7200) == [(0, 6), (3600, 16), (DAY, 6), (DAY + 3600, 16)]


def test_a_schedule_of_the_future_says_nothing_yet():
    later = NOON + timedelta(seconds=90)
    assert steps(held(profile(starts=later))) == [(0, None), (90, 16)]
    recurring = profile(kind="Recurring", recurrencyKind="Weekly", starts=later)
    assert steps(held(recurring)) == [(0, None), (90, 16)]


@pytest.mark.parametrize(
    ("unit", "limit", "asked", "expected"), [("A", 16, "W", 11040.0), ("W", 11040, "A", 16.0), ("W", 11040, "W", 11040)]
)
def test_limits_in_another_unit_are_converted_by_nominal_voltage_and_three_phases(unit, limit, asked, expected):
    made = compose([held(profile(1, "TxDefaultProfile", 0, (0, limit), unit=unit))], 1, NOON, 60, None, asked)
    assert (made.steps[0].limit, made.unit, made.is_converted) == (expected, asked, unit != asked)


def test_without_a_unit_it_is_that_of_the_profiles_where_they_agree():
    ampere, watt = held(profile()), held(profile(2, "ChargePointMaxProfile", unit="W"), 0)
    assert [compose(some, 1, NOON, 60, None).unit for some in ([ampere], [watt], [ampere, watt])] == ["A", "W", "W"]


# against a reckoning second by second

seconds = st.integers(-3 * 120, 3 * 120)


@st.composite
def installed_profiles(draw: st.DrawFn, number: int) -> Installed:
    purpose = draw(st.sampled_from(["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"]))
    kind = draw(st.sampled_from(["Absolute", "Relative"]))
    starts = sorted(draw(st.sets(st.integers(1, 200), max_size=3)))
    periods = [(at, draw(st.integers(0, 32))) for at in (0, *starts)]
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["duration"] = draw(st.integers(1, 250))
    for name in ("validFrom", "validTo"):
        if draw(st.booleans()):
            more[name] = iso(NOON + timedelta(seconds=draw(seconds)))
    anchor = NOON + timedelta(seconds=draw(seconds)) if kind == "Absolute" else None
    sent = profile(number, purpose, draw(st.integers(0, 2)), *periods, kind=kind, starts=anchor, **more)
    connector_id = {"ChargePointMaxProfile": 0, "TxProfile": 1}.get(purpose, draw(st.integers(0, 1)))
    return held(sent, connector_id, NOON - timedelta(seconds=30) if purpose == "TxProfile" else None)


def said_at(one: Installed, at: datetime, begun: datetime) -> float | None:
    """One profile's limit at a moment, straight from the standard's words."""
    sent = one.sent
    schedule = sent["chargingSchedule"]
    if "validFrom" in sent and at < datetime.fromisoformat(sent["validFrom"]):
        return None
    if "validTo" in sent and at >= datetime.fromisoformat(sent["validTo"]):
        return None
    if "startSchedule" in schedule:
        anchor = datetime.fromisoformat(schedule["startSchedule"])
    else:
        anchor = one.installed_at if sent["chargingProfilePurpose"] == "ChargePointMaxProfile" else begun
    elapsed = (at - anchor).total_seconds()
    if sent.get("recurrencyKind") == "Daily" and elapsed >= 0:
        elapsed %= DAY
    if elapsed < 0 or elapsed >= schedule.get("duration", float("inf")):
        return None
    begun_periods = [each for each in schedule["chargingSchedulePeriod"] if each["startPeriod"] <= elapsed]
    return begun_periods[-1]["limit"]


def limit_at(installed: list[Installed], at: datetime, begun: datetime) -> float | None:
    said: dict[str, tuple[tuple[int, int], float]] = {}
    for one in installed:
        limit = said_at(one, at, begun)
        if limit is not None:
            rank = (one.sent["stackLevel"], one.connector_id)
            said[one.sent["chargingProfilePurpose"]] = max(
                (rank, limit), said.get(one.sent["chargingProfilePurpose"], ((-1, 0), 0)), key=lambda each: each[0]
            )
    session = said.get("TxProfile", said.get("TxDefaultProfile"))
    limits = [each[1] for each in (session, said.get("ChargePointMaxProfile")) if each is not None]
    return min(limits, default=None)


def at_second(made: Composite, second: int) -> float | None:
    return [step.limit for step in made.steps if step.start_s <= second][-1]


def distinct(installed: list[Installed]) -> list[Installed]:
    """No two of the same purpose, level and connector: a charge point replaces those."""
    places = {(one.profile.purpose, one.profile.stack_level, one.connector_id): one for one in installed}
    return list(places.values())


@given(st.lists(st.integers(1, 99), max_size=5, unique=True).flatmap(
    lambda numbers: st.tuples(*(installed_profiles(number) for number in numbers))
))  # fmt: skip
def test_at_every_second_it_is_what_the_standard_says(installed: tuple[Installed, ...]):
    some, begun = distinct(list(installed)), NOON - timedelta(seconds=30)
    made = compose(some, 1, NOON, 300, begun)
    assert made.steps[0].start_s == 0
    assert [step.start_s for step in made.steps] == sorted({step.start_s for step in made.steps})
    for second in range(300):
        assert at_second(made, second) == limit_at(some, NOON + timedelta(seconds=second), begun)


@given(st.integers(-5 * DAY, DAY), st.integers(1, DAY), st.integers(1, DAY - 1))
def test_a_daily_schedule_at_every_hour_is_what_the_standard_says(offset: int, duration: int, second_period: int):
    sent = profile(
        1, "TxDefaultProfile", 0, (0, 6), (second_period, 16), kind="Recurring", recurrencyKind="Daily",
        duration=duration, starts=NOON + timedelta(seconds=offset),
    )  # fmt: skip
    made = compose([held(sent)], 1, NOON, 3 * DAY, None)
    for second in range(0, 3 * DAY, 3600):
        assert at_second(made, second) == said_at(held(sent), NOON + timedelta(seconds=second), NOON)
