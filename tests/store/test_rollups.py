"""Rollups as they are stored, and the marks of what is to be folded."""

from sqlalchemy import Connection

from wattdeck.domain.records import replace
from wattdeck.domain.rollups import DAY, HOUR, Rollup
from wattdeck.store import rollups
from wattdeck.store.rollups import UTC_HOUR_MS

HOUR_MS = UTC_HOUR_MS
QUARTERS = ((7000.0, 3000), (0.0, 0), (0.25, 1), (0.0, 0))
FULL = Rollup(7, HOUR, 0, 3600, 2, 1, 1.0, 3.0, 4.0, 3.0, 1000, 7000.25, 3001, 12.5, QUARTERS)


def test_a_rollup_is_read_as_it_was_written(connection: Connection):
    empty = Rollup(7, HOUR, HOUR_MS, 3600, flagged=1)
    rollups.put(connection, [FULL, empty])
    assert rollups.read(connection, HOUR, [7, 8], 0, 2 * HOUR_MS) == {7: [FULL, empty], 8: []}


def test_what_lies_in_the_range_is_replaced_and_the_rest_stays(connection: Connection):
    rows = [replace(FULL, bucket=hour * HOUR_MS) for hour in range(4)]
    day, other = replace(FULL, period=DAY), replace(FULL, series_id=8)
    rollups.put(connection, [*rows, day, other])
    new = replace(FULL, bucket=2 * HOUR_MS, count=9)
    rollups.replace(connection, HOUR, 7, HOUR_MS, 3 * HOUR_MS, [new])
    assert rollups.read(connection, HOUR, [7, 8], 0, 9 * HOUR_MS) == {7: [rows[0], new, rows[3]], 8: [other]}
    assert rollups.read(connection, DAY, [7], 0, 1) == {7: [day]}


def test_the_last_value_before_a_time_is_found_in_any_period(connection: Connection):
    rollups.put(connection, [replace(FULL, period=DAY, last=2.0, last_at=5), replace(FULL, last=3.0, last_at=900)])
    assert rollups.last_before(connection, 7, 901) == (3.0, 900)
    assert rollups.last_before(connection, 7, 900) == (2.0, 5)
    assert rollups.last_before(connection, 7, 5) is None
    assert rollups.last_before(connection, 8, 901) is None


def test_times_of_one_hour_are_one_mark(connection: Connection):
    rollups.mark(connection, [(7, 5), (7, HOUR_MS - 1), (7, HOUR_MS), (8, 5)])
    found = rollups.stale_of(connection, [7, 8, 9])
    assert {id: [one.hour for one in marks] for id, marks in found.items()} == {7: [0, HOUR_MS], 8: [0], 9: []}


def test_a_mark_that_was_set_anew_while_its_hour_was_folded_stays(connection: Connection):
    rollups.mark(connection, [(7, 0), (7, HOUR_MS)])
    folded = rollups.stale_of(connection, [7])[7]
    rollups.mark(connection, [(7, 5)])
    rollups.unmark(connection, folded)
    assert [one.hour for one in rollups.stale_of(connection, [7])[7]] == [0]
