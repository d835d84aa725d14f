"""Readings whose clock jumped, found by the order in which they came."""

from wattdeck.domain.meter_values import LIFTED
from wattdeck.metering.clocks import jumped, truly_at
from wattdeck.metering.energy import BEGIN, END
from wattdeck.store.chains import Row

MINUTE = 60_000


def told(*readings: tuple[float, float], session: int | None = None) -> list[Row]:
    """(minute, Wh) in the order in which they came, one a second; in order of time."""
    return sorted(
        Row(round(at * MINUTE), round(at * MINUTE), 0, wh, 0, 10**9 + place * 1000, session)
        for place, (at, wh) in enumerate(readings)
    )


def values(rows: list[Row]) -> list[float]:
    return sorted(row.value for row in jumped(rows))


def test_readings_of_a_clock_that_was_ahead_for_a_while_are_found():
    rows = told((0, 100), (10, 200), (200, 300), (210, 400), (40, 500), (100, 600), (190, 700), (220, 800))
    assert values(rows) == [300, 400]


def test_readings_of_a_clock_that_was_behind_for_a_while_are_found():
    rows = told((0, 100), (100, 200), (200, 300), (30, 400), (40, 500), (230, 600), (240, 700))
    assert values(rows) == [400, 500]


def test_a_queue_that_came_in_any_order_contradicts_nothing():
    assert values(told((50, 600), (0, 100), (20, 300), (10, 200), (60, 700), (30, 400))) == []


def test_a_register_that_was_reset_fell_in_the_order_in_which_its_readings_came_too():
    assert values(told((0, 5000), (10, 5100), (20, 0), (30, 100), (40, 200), (50, 5050), (60, 5200))) == []


def test_the_queue_of_before_a_reset_that_comes_after_what_is_live_is_believed():
    assert values(told((100, 10), (110, 20), (10, 5000), (20, 5100), (30, 5200))) == []


def test_what_comes_late_of_before_a_reset_is_believed_among_what_is_live():
    live = [(100 + minute, 10.0 * minute) for minute in range(20)]
    late = [(10 + minute, 5000.0 + 10 * minute) for minute in range(20)]
    for beside in (1, 2, 3):
        mixed = [(0, 4900), (9, 4990), *live[:3]]
        for place in range(3, 20 - beside, beside):
            mixed += late[place : place + beside] + live[place : place + beside]
        assert values(told(*mixed)) == values(told(*mixed, session=7)) == []


def test_what_comes_late_of_before_and_after_a_reset_is_believed():
    rows = told((1, 12000), (2, 14000), (4, 263), (7, 2300), (3, 0), (6, 2000), (5, 1000), (8, 2366), (2.5, 15000))
    assert values(rows) == []


def test_a_clock_that_jumps_back_after_a_reset_is_found_all_the_same():
    rows = told((0, 4900), (10, 5000), (100, 0), (110, 10), (120, 20), (15, 30), (16, 40), (150, 50), (160, 60))
    assert values(rows) == [30, 40]


def test_a_clock_that_jumps_back_to_before_all_that_is_known_is_found_after_a_reset():
    rows = told((300, 10000), (320, 11000), (400, 0), (405, 100), (170, 200), (171, 250), (420, 400), (425, 500))
    assert values(rows) == [200, 250]


def test_of_one_transaction_all_comes_in_order_so_the_last_ones_are_found_too():
    rows = told((0, 100), (60, 200), (120, 300), (180, 400), (20, 500), (30, 600), session=7)
    assert values(rows) == [500, 600]


def test_single_readings_that_are_too_high_or_too_low_hide_nothing():
    rows = told(
        (0, 100), (10, 200), (200, 300), (210, 400), (30, 0), (40, 500), (50, 9e9), (100, 600), (190, 700), (230, 800)
    )
    assert values(rows) == [300, 400]


def test_starts_and_stops_are_believed_before_samples():
    rows = told((0, 100), (200, 200), (210, 300), (20, 400), (300, 500))
    rows = [row._replace(context=END) if row.value == 400 else row for row in rows]
    assert values(rows) == [200, 300]


def test_what_a_person_said_is_right_is_believed():
    rows = told((0, 100), (10, 200), (200, 300), (20, 400), (220, 500))
    rows = [row._replace(flags=LIFTED) if row.value == 300 else row for row in rows]
    assert values(rows) == []


def test_a_reading_was_taken_between_those_that_came_before_and_after_it():
    rows = told((0, 100), (200, 150), (10, 200), (220, 300))
    odd = next(row for row in rows if row.value == 150)
    assert truly_at(rows, odd) == 5 * MINUTE


def test_a_start_before_which_nothing_came_was_taken_by_the_first_reading_after_it():
    rows = told((200, 150), (10, 200), (20, 300))
    odd = rows[-1]._replace(context=BEGIN)
    assert truly_at([*rows[:-1], odd], odd) == 10 * MINUTE
