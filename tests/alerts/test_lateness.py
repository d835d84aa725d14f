"""When something was so, though clocks are wrong and some of it comes late."""

from wattdeck.alerts.lateness import ChargePointClock

HOUR, MINUTE, SECOND = 3_600_000, 60_000, 1_000
THEN = 1_000 * HOUR


def test_a_good_clock_is_believed():
    clock = ChargePointClock()
    assert clock.when(THEN + 500, THEN + 1_000) == (THEN + 500, False)
    assert clock.is_known


def test_what_waited_for_the_line_is_late_however_long_it_takes_to_be_sent():
    """Eight hours, a value each 15 seconds, ten of them sent a second."""
    clock = ChargePointClock()
    for number in range(8 * 240 - 30):
        taken, received = THEN - 8 * HOUR + number * 15 * SECOND, THEN + number * 100
        assert clock.when(taken, received) == (taken, True)
    assert (clock.lag_ms, clock.is_known) == (0, False)


def test_a_clock_that_is_behind_is_set_right_once_it_has_been_steady():
    clock = ChargePointClock()
    assert clock.when(THEN - HOUR, THEN)[1]  # for all we know it waited
    later = THEN + 30 * SECOND
    assert clock.when(later - HOUR, later) == (later, False)
    assert clock.when(later - HOUR - 10 * MINUTE, later) == (later - 10 * MINUTE, True)


def test_a_clock_that_is_ahead_is_never_ahead_of_us():
    assert ChargePointClock().when(THEN + HOUR, THEN) == (THEN, False)


def test_a_clock_that_was_set_is_believed_again():
    clock = ChargePointClock()
    for seconds in (0, 30):
        clock.when(THEN + seconds * SECOND - HOUR, THEN + seconds * SECOND)
    assert clock.lag_ms == HOUR
    for seconds in (60, 90):
        clock.when(THEN + seconds * SECOND, THEN + seconds * SECOND)
    assert clock.lag_ms == 0
