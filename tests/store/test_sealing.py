"""Samples move from the head to their place, in steps, and none is lost or doubled."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from wattdeck.domain.clock import to_ms
from wattdeck.store import samples, sealing
from wattdeck.store.samples import DAY_MS
from wattdeck.store.sealing import KEEP, KEEP_WHEN_FULL, STEP_ROWS


def insert(connection: Connection, *taken: tuple[int, datetime], value: float = 5.0) -> None:
    rows = [(to_ms(at), number, 0, value, to_ms(at), None, 0, None) for number, at in taken]
    connection.connection.driver_connection.executemany(samples.INSERT.sql, rows)


def sealed(connection: Connection) -> list[tuple[int, int, int, float]]:
    query = text("SELECT day, series_id, taken_at, value FROM samples ORDER BY series_id, taken_at")
    return [tuple(row) for row in connection.execute(query)]


def in_head(connection: Connection) -> int:
    return connection.execute(text("SELECT count(*) FROM samples_head")).scalar_one()


@pytest.mark.parametrize(
    ("age", "before"), [(timedelta(0), None), (2 * KEEP, None), (2 * KEEP + timedelta(seconds=1), KEEP)]
)
def test_samples_are_due_when_the_oldest_has_waited_twice_as_long_as_it_is_kept(
    connection: Connection, now: datetime, age: timedelta, before: timedelta | None
):
    insert(connection, (1, now - age))
    assert sealing.due(connection, now) == (None if before is None else now - before)


def test_an_empty_head_is_not_due(connection: Connection, now: datetime):
    assert sealing.due(connection, now) is None
    assert list(sealing.steps(connection, now)) == []


def test_a_head_that_is_full_is_sealed_down_to_a_minute(
    connection: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sealing, "FULL_ROWS", 2)
    insert(connection, (1, now), (2, now))
    assert sealing.due(connection, now) is None
    insert(connection, (3, now - 3 * KEEP))
    assert sealing.due(connection, now) == now - KEEP_WHEN_FULL


def test_samples_move_to_their_day_and_series(connection: Connection, now: datetime):
    insert(connection, (2, now), (1, now), (1, now - timedelta(days=1)))
    sealing.seal(connection, now + timedelta(seconds=1), 1, 2)
    times = [(1, to_ms(now) - DAY_MS), (1, to_ms(now)), (2, to_ms(now))]
    assert sealed(connection) == [(at // DAY_MS, number, at, 5.0) for number, at in times]
    assert in_head(connection) == 0


def test_younger_samples_and_other_series_stay(connection: Connection, now: datetime):
    insert(connection, (1, now), (1, now - KEEP), (5, now - KEEP))
    sealing.seal(connection, now, 1, 4)
    assert [row[1:3] for row in sealed(connection)] == [(1, to_ms(now - KEEP))]
    assert in_head(connection) == 2


def test_a_sample_that_came_again_does_not_replace_the_sealed_one(connection: Connection, now: datetime):
    for value in (5.0, 6.0):
        insert(connection, (1, now), value=value)
        known = sealing.seal(connection, now + timedelta(seconds=1), 1, 1)
        assert known == (value == 6.0)
    assert [row[3] for row in sealed(connection)] == [5.0]
    assert in_head(connection) == 0


def test_steps_cover_every_series_once_and_are_of_bounded_size(connection: Connection, now: datetime):
    for number in (3, 7, 8, 20):
        insert(connection, *((number, now - timedelta(milliseconds=step)) for step in range(STEP_ROWS // 2)))
    insert(connection, (30, now + timedelta(seconds=1)))
    assert list(sealing.steps(connection, now + timedelta(milliseconds=1))) == [(3, 7), (8, 20)]
