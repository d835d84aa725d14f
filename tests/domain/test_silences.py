"""Silences: when they are in force, whom they are about, what makes no sense."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wattdeck.domain.alert_rules import Selector
from wattdeck.domain.alerts import FIRING, Alert
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.records import replace
from wattdeck.domain.signals import Subject
from wattdeck.domain.silences import Silence, check, fits, over_at, state

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 18, 12, tzinfo=UTC)  # a week before summer time ends there
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
SILENCE = Silence(
    id=1,
    rules=("power",),
    starts_at=NOW,
    ends_at=NOW + 2 * HOUR,
    comment="the meter is changed",
    created_by="ann",
    created_at=NOW,
)
CP = ChargePoint(id=7, identifier="CP-7", site="Garage", vendor="Vendor", model="M", firmware_version="1.2")


def alert(rule="power", connector=1, phase=None, **subject):
    subject = subject or {"charge_point_id": 7, "charge_point": "CP-7"}
    whom = Subject(connector_id=connector, phase=phase, **subject)
    return Alert(id=1, rule=rule, severity="warning", state=FIRING, subject=whom, signal="x", began_at=0, updated_at=0)


def test_it_is_planned_then_in_force_then_over():
    moments = [NOW - HOUR, NOW, NOW + 2 * HOUR - timedelta(milliseconds=1), NOW + 2 * HOUR]
    assert [state(SILENCE, at, BERLIN) for at in moments] == ["planned", "active", "active", "over"]
    assert state(replace(SILENCE, ended_at=NOW), NOW, BERLIN) == "over"


def test_each_week_it_is_in_force_at_the_same_hours_of_the_wall_clock():
    weekly = replace(SILENCE, repeats_until=NOW + 3 * WEEK)
    # 14:00 in Berlin is 12:00 in UTC in summer and 13:00 in winter
    hours = [hour for hour in range(24 * 40) if state(weekly, NOW + hour * HOUR, BERLIN) == "active"]
    assert hours == [0, 1, 169, 170, 337, 338]
    assert over_at(weekly, BERLIN) == NOW + timedelta(hours=339)
    assert state(weekly, NOW + timedelta(hours=338.9), BERLIN) == "active"
    assert state(weekly, over_at(weekly, BERLIN), BERLIN) == "over"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"comment": " "}, "comment"),
        ({"rules": ()}, "whom"),
        ({"ends_at": NOW}, "ends_at"),
        ({"starts_at": NOW - 3 * HOUR, "ends_at": NOW - HOUR}, "ends_at"),
        ({"ends_at": NOW + timedelta(days=367)}, "a year"),
        ({"starts_at": NOW + timedelta(days=400), "ends_at": NOW + timedelta(days=401)}, "a year"),
        ({"repeats_until": NOW + HOUR}, "repeats_until"),
        ({"ends_at": NOW + timedelta(days=8), "repeats_until": NOW + timedelta(days=60)}, "repeats_until"),
        ({"rules": ("x",) * 101}, "entries"),
    ],
)
def test_what_makes_no_sense_is_said(changes, said):
    assert said in (check(replace(SILENCE, **changes)) or "")


def test_what_makes_sense_is_said_nothing_about():
    assert check(SILENCE) is None
    assert check(replace(SILENCE, rules=(), select=Selector(sites=("G*",)), repeats_until=NOW + WEEK)) is None


@pytest.mark.parametrize(
    ("changes", "fitting"),
    [
        ({}, True),
        ({"rules": ("pow*", "x")}, True),
        ({"rules": ("x",)}, False),
        ({"severities": ("info", "warning")}, True),
        ({"severities": ("critical",)}, False),
        ({"select": Selector(charge_points=("cp-*",), sites=("garage",), firmware=("1.*",))}, True),
        ({"select": Selector(charge_points=("cp-*",), sites=("Yard",))}, False),
        ({"select": Selector(connectors=(1,), phases=("L2",))}, True),
        ({"select": Selector(connectors=(2,))}, False),
    ],
)
def test_all_that_is_given_must_fit(changes, fitting):
    assert fits(replace(SILENCE, **changes), alert(phase="L2"), CP) is fitting


def test_an_alert_of_a_site_fits_by_its_site_and_one_of_this_server_only_where_nobody_is_chosen():
    by_site = replace(SILENCE, rules=("*",), select=Selector(sites=("Garage",)))
    assert fits(by_site, alert(site="Garage", connector=None), None)
    assert not fits(by_site, alert(site="Yard", connector=None), None)
    assert not fits(by_site, alert("disk", None, site=None), None)
    assert fits(replace(SILENCE, rules=("d*",)), alert("disk", None, site=None), None)
    assert not fits(replace(by_site, select=Selector(charge_points=("*",))), alert(site="Garage", connector=None), None)
