"""When a connection is pinged and when it is given up: pure decisions over times (quirk Q30)."""

from wattdeck.gateway.pulse import Pulse, is_due_a_ping, may_send, patience_s
from wattdeck.gateway.tally import Tally


def test_the_first_ping_waits_for_twice_the_interval_and_later_ones_for_silence():
    pulse = Pulse(opened_at=100, heard_at=100)
    assert not is_due_a_ping(pulse, 140, 25)
    assert is_due_a_ping(pulse, 151, 25)
    pulse.pinged(151)
    assert not is_due_a_ping(pulse, 170, 25)
    assert is_due_a_ping(pulse, 177, 25)
    pulse.heard(180)
    assert not is_due_a_ping(pulse, 200, 25)
    assert is_due_a_ping(pulse, 206, 25)


def test_one_that_answers_pings_has_three_intervals_of_patience_others_two_heartbeats():
    pulse = Pulse(0, 0)
    assert patience_s(pulse, None, 25, 300) == 600
    assert patience_s(pulse, False, 25, 300) == 600
    assert patience_s(pulse, True, 25, 300) == 75
    pulse.heard_pong(1)
    assert patience_s(pulse, None, 25, 300) == 75


def test_three_unanswered_pings_tell_only_where_something_else_came_meanwhile():
    pulse = Pulse(0, 0)
    for at in (50, 75, 100):
        pulse.pinged(at)
    assert not pulse.never_answers()
    pulse.heard(110)
    assert pulse.never_answers()
    pulse.heard_pong(111)
    assert not pulse.never_answers()


def test_commands_may_go_out_once_it_has_spoken_or_after_the_time_it_is_given():
    assert not may_send(at=5, opened_at=0, has_spoken=False, hold_s=10)
    assert may_send(at=5, opened_at=0, has_spoken=True, hold_s=10)
    assert may_send(at=10, opened_at=0, has_spoken=False, hold_s=10)
    assert may_send(at=0, opened_at=0, has_spoken=False, hold_s=0)


def test_a_tally_counts_within_its_window_for_each_key():
    tally = Tally(most=3, window_s=60)
    assert [tally.note(1, at) for at in (0, 10, 20, 30)] == [False, False, False, True]
    assert not tally.note(2, 30)
    assert not tally.note(1, 71)
    tally.forget(1)
    assert not tally.note(1, 72)
