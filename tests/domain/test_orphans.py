"""When a running session counts as abandoned."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from wattdeck.domain.orphans import Patience, Signs, why_orphaned
from wattdeck.domain.sessions import Session

PATIENCE = Patience(timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=24), timedelta(days=7))


def judged(now: datetime, **minutes_ago: Any) -> str | None:
    """What becomes of a session; times are given as minutes before now."""

    def moment(name: str, default: float | None) -> datetime | None:
        minutes = minutes_ago.pop(name, default)
        return None if minutes is None else now - timedelta(minutes=minutes)

    began = moment("started", 20_000)
    known = {"id": 1, "transaction_id": "1", "charge_point_id": 1, "charge_point": "CP", "connector_id": 1}
    session = Session(**known, id_tag="A", started_at=began, meter_at=moment("meter", None))
    signs = Signs(
        session=session,
        heard_at=moment("heard", 1),
        seen_at=moment("seen", 0),
        connected_at=moment("connected", 30_000),
        booted_at=moment("booted", None),
        status_since=moment("since", None),
        status_heard_at=moment("said", None),
        status_taken_at=moment("taken", None),
        **minutes_ago,
    )
    return why_orphaned(signs, now, PATIENCE)


def vacant(now: datetime, minutes: float, **more: Any) -> str | None:
    """Its connector has been Available for so long."""
    times = {"since": minutes, "said": minutes, "taken": minutes, "heard": 60}
    return judged(now, **{"status": "Available", **times, **more})


def test_a_session_that_is_heard_of_goes_on(now: datetime):
    assert judged(now, status="Charging", since=60, said=60) is None


@pytest.mark.parametrize(("minutes", "why"), [(4, None), (5, "available"), (600, "available")])
def test_available_ends_it_once_it_has_stayed_so(now: datetime, minutes: float, why: str | None):
    assert vacant(now, minutes) == why


def test_a_burst_of_available_does_not_make_it_younger(now: datetime):
    assert vacant(now, 10, said=0, taken=0) == "available"


def test_reserved_is_vacant_too(now: datetime):
    assert vacant(now, 10, status="Reserved") == "available"


@pytest.mark.parametrize("status", ["Unavailable", "Faulted", "Finishing", "Preparing"])
def test_other_words_end_nothing_by_themselves(now: datetime, status: str):
    assert vacant(now, 600, status=status) is None


def test_available_from_before_its_start_says_nothing(now: datetime):
    assert vacant(now, 10, started=9, heard=9) is None


def test_available_while_its_register_rises_is_not_believed(now: datetime):
    assert vacant(now, 60, heard=15, meter=15) is None


def test_older_values_that_came_after_available_had_only_waited(now: datetime):
    assert vacant(now, 60, heard=15, meter=90) == "available"


def test_after_a_new_connection_what_had_waited_comes_first(now: datetime):
    assert vacant(now, 600, connected=4) is None
    assert vacant(now, 600, connected=6) == "available"


def test_a_later_session_on_its_connector_ends_it_once_nothing_more_comes_of_it(now: datetime):
    assert judged(now, heard=4, is_superseded=True) is None
    assert judged(now, heard=6, is_superseded=True) == "next_start"


@pytest.mark.parametrize(
    ("booted", "heard", "why"), [(29, 40, None), (31, 40, "rebooted"), (31, 20, None), (31, 31, "rebooted")]
)
def test_a_reboot_ends_it_when_nothing_was_heard_of_it_since(now: datetime, booted: float, heard: float, why: Any):
    assert judged(now, booted=booted, heard=heard) == why


def test_a_connector_that_says_charging_after_the_reboot_goes_on(now: datetime):
    assert judged(now, booted=31, heard=40, status="Charging", since=50, said=30.5) is None
    assert judged(now, booted=31, heard=40, status="Charging", since=50, said=50) == "rebooted"


def test_charging_said_in_the_very_millisecond_of_a_boot_was_said_after_it(now: datetime):
    assert judged(now, booted=31, heard=40, status="Charging", since=31, said=31) is None


@pytest.mark.parametrize(("hours", "why"), [(23, None), (25, "silent")])
def test_silence_ends_it(now: datetime, hours: float, why: str | None):
    assert judged(now, heard=hours * 60) == why


def test_a_connector_that_says_charging_is_believed_for_longer(now: datetime):
    day = 24 * 60
    said = {"status": "SuspendedEV", "heard": 9 * day}
    assert judged(now, **said, since=6 * day, said=6 * day) is None
    assert judged(now, **said, since=8 * day, said=8 * day) == "silent"


def test_a_charge_point_that_is_away_is_waited_for(now: datetime):
    day = 24 * 60
    assert judged(now, connected=None, heard=9 * day, seen=6 * day) is None
    assert judged(now, connected=None, heard=9 * day, seen=8 * day) == "away"


def test_a_charge_point_that_is_away_may_have_said_anything_before(now: datetime):
    assert vacant(now, 60, connected=None, seen=50, booted=70) is None
