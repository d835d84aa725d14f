"""When something was so, though clocks are wrong and some of it comes late."""

from wattdeck.alerts.lateness import ChargePointClock

HOUR, MINUTE = 3_600_000, 60_000
THEN = 1_000 * HOUR


def test_a_good_clock_is_believed():
    assert ChargePointClock(THEN).when(THEN + 500, THEN + 1_000) == (THEN + 500, False)


def test_what_waited_for_the_line_is_late_from_the_first_frame_on():
    clock = ChargePointClock(THEN)
    assert clock.when(THEN - HOUR, THEN + 1_000) == (THEN - HOUR, True)
    assert clock.when(THEN + 1_000, THEN + 2_000) == (THEN + 1_000, False)


def test_a_clock_that_is_behind_is_set_right_once_it_is_known():
    clock = ChargePointClock(THEN)
    assert clock.when(THEN - HOUR, THEN)[1]  # for all we know it waited
    later = THEN + 2 * MINUTE
    assert clock.when(later - HOUR, later) == (later, False)
    assert clock.when(later - HOUR - 10 * MINUTE, later) == (later - 10 * MINUTE, True)


def test_a_clock_that_is_ahead_is_never_ahead_of_us():
    assert ChargePointClock(THEN).when(THEN + HOUR, THEN) == (THEN, False)


def test_a_clock_that_was_set_is_believed_again():
    clock = ChargePointClock(THEN)
    clock.when(THEN - HOUR, THEN)
    for minutes in range(1, 12):
        now = THEN + minutes * MINUTE
        clock.when(now, now)
    assert clock.lag_ms == 0
    assert clock.when(THEN, THEN + 20 * MINUTE) == (THEN, True)
