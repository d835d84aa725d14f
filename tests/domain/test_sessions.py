"""How a session ends, and what is odd about it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import replace
from wattdeck.domain.sessions import (
    ABANDONED,
    ACTIVE,
    COMPLETED,
    FLAG_STOP_LOST,
    FLAG_UNAUTHORISED,
    RECOVERED,
    SILENT,
    Session,
    abandon,
    close,
    duration_s,
    finish,
    flag_bits,
    flag_names,
    resume,
)


def session(now: datetime, **values: Any) -> Session:
    known = {"id": 1, "transaction_id": "1", "charge_point_id": 1, "charge_point": "CP", "connector_id": 1}
    return Session(**{**known, "id_tag": "A", "started_at": now, "energy_wh": 500.0, "power_w": 7000.0, **values})


def hour(now: datetime, hours: float = 1) -> datetime:
    return now + timedelta(hours=hours)


def test_a_stop_completes_a_session(now: datetime):
    ended = finish(session(now), stop_meter_wh=1500.0, stopped_at=hour(now), reason="EVDisconnected")
    assert (ended.status, ended.stopped_at, ended.stop_meter_wh) == (COMPLETED, hour(now), 1500.0)
    assert ended.stop_reason == "EVDisconnected"


def test_a_session_that_ended_draws_no_power(now: datetime):
    assert finish(session(now), stop_meter_wh=0.0, stopped_at=hour(now), reason="Local").power_w == 0
    assert abandon(session(now), hour(now), SILENT).power_w == 0


def test_a_stop_leaves_the_energy_to_the_meter_values(now: datetime):
    assert finish(session(now), stop_meter_wh=0.0, stopped_at=hour(now), reason="Local").energy_wh == 500.0


def test_a_recovered_session_stays_recovered(now: datetime):
    ended = finish(session(now, status=RECOVERED), stop_meter_wh=0.0, stopped_at=hour(now), reason="Local")
    assert ended.status == RECOVERED


def test_a_stop_before_the_start_ends_the_session_at_its_start(now: datetime):
    ended = finish(session(now), stop_meter_wh=0.0, stopped_at=hour(now, -1), reason="Local")
    assert ended.stopped_at == now
    assert duration_s(ended, hour(now)) == 0


def test_an_abandoned_session_ends_with_its_last_reading(now: datetime):
    ended = abandon(session(now, meter_wh=900.0, meter_at=hour(now)), hour(now, 5), SILENT)
    assert (ended.status, ended.stopped_at, ended.stop_meter_wh) == (ABANDONED, hour(now), 900.0)


def test_an_abandoned_session_without_a_reading_ends_at_the_time_given(now: datetime):
    assert abandon(session(now), hour(now, 5), SILENT).stopped_at == hour(now, 5)


def test_an_abandoned_session_does_not_end_before_its_start(now: datetime):
    assert abandon(session(now), hour(now, -5), SILENT).stopped_at == now


def test_an_abandoned_session_says_so_beside_its_other_flags(now: datetime):
    ended = abandon(session(now, flags=FLAG_UNAUTHORISED), hour(now), SILENT)
    assert ended.flags == FLAG_UNAUTHORISED | FLAG_STOP_LOST
    assert flag_names(ended.flags) == ["unauthorised", "stop_lost"]


@pytest.mark.parametrize(("stopped", "seconds"), [(None, 7200), (1, 3600)])
def test_the_duration_runs_until_the_stop_or_until_now(stopped: float | None, seconds: float, now: datetime):
    stopped_at = None if stopped is None else hour(now, stopped)
    assert duration_s(session(now, stopped_at=stopped_at), hour(now, 2)) == seconds


def test_a_session_that_starts_in_the_future_lasts_no_time_yet(now: datetime):
    assert duration_s(session(now), hour(now, -1)) == 0


def test_a_new_session_is_active(now: datetime):
    assert session(now).status == ACTIVE


def test_a_session_closed_by_hand_ends_with_its_last_reading(now: datetime):
    ended = close(session(now, meter_wh=900.0, meter_at=hour(now)), hour(now, 5), by="ann", note="cable cut")
    assert (ended.status, ended.stopped_at, ended.stop_meter_wh) == (ABANDONED, hour(now), 900.0)
    assert (ended.end_reason, ended.closed_by, ended.note, ended.energy_wh) == ("by_hand", "ann", "cable cut", 500.0)


def test_a_session_closed_by_hand_takes_the_time_and_register_given(now: datetime):
    running = session(now, start_meter_wh=400.0, meter_wh=900.0, meter_at=hour(now))
    ended = close(running, hour(now, 5), by="ann", stopped_at=hour(now, 2), stop_meter_wh=1000.0)
    assert (ended.stopped_at, ended.stop_meter_wh, ended.energy_wh) == (hour(now, 2), 1000.0, 600.0)


@pytest.mark.parametrize(("hours", "wh"), [(-1, None), (6, None), (2, 899.0)])
def test_what_cannot_be_is_refused_when_closing_by_hand(now: datetime, hours: float, wh: float | None):
    running = session(now, meter_wh=900.0, meter_at=hour(now))
    with pytest.raises(Unprocessable):
        close(running, hour(now, 5), by="ann", stopped_at=hour(now, hours), stop_meter_wh=wh)


@pytest.mark.parametrize("given", [None, 1000.0])
def test_a_resumed_session_stands_where_its_last_reading_left_it(now: datetime, given: float | None):
    running = session(now, start_meter_wh=400.0, meter_wh=900.0, meter_at=hour(now), power_w=None)
    resumed = resume(close(running, hour(now, 5), by="ann", stop_meter_wh=given))
    assert replace(resumed, closed_by=None) == running
    assert resumed.closed_by == "ann"


def test_any_flag_is_every_flag_and_a_name_is_its_own():
    assert flag_names(flag_bits("any")) == ["unauthorised", "stop_lost", "start_lost", "meter_odd"]
    assert flag_names(flag_bits("meter_odd")) == ["meter_odd"]
