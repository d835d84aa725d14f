"""The books add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.simulator.ledger import Ledger, SessionRecord, Times


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**6), st.booleans())))
def test_the_total_energy_is_the_sum_of_the_sessions_that_ended(sessions):
    ledger = Ledger()
    for meter_start, energy, ends in sessions:
        record = SessionRecord("CP", 1, "TAG", 0.0, meter_start)
        ledger.start(record)
        for _ in range(2 if ends else 0):
            ledger.stop(record, 1.0, meter_start + energy, "Local")
    summary = ledger.summary()
    assert summary["sessions_started"] == len(sessions)
    assert summary["sessions_stopped"] == sum(ends for _, _, ends in sessions)
    assert summary["energy_wh"] == sum(session["energy_wh"] for session in summary["sessions"])


def test_old_sessions_leave_the_records_and_stay_in_the_totals():
    ledger = Ledger(keep=2)
    for number in range(5):
        record = SessionRecord("CP", 1, "TAG", float(number), 0)
        ledger.start(record)
        ledger.stop(record, number + 1.0, 100, "Local")
    assert len(ledger.sessions) == 2
    assert ledger.energy_wh == 500


@given(st.lists(st.floats(1e-5, 100), min_size=1), st.sampled_from([50.0, 90.0, 99.0, 100.0]))
def test_a_percentile_is_at_most_five_percent_too_high(seconds, percent):
    times = Times()
    for second in seconds:
        times.add(second)
    rank = max(1, -(-len(seconds) * percent // 100))
    exact = sorted(seconds)[int(rank) - 1]
    assert exact * 0.9999 <= times.percentile(percent) <= exact * 1.0501
    assert times.max_s == pytest.approx(max(seconds))


def test_without_answers_the_percentiles_are_zero():
    assert Times().summary() == {"count": 0, "p50_ms": 0.0, "p99_ms": 0.0, "max_ms": 0.0}
