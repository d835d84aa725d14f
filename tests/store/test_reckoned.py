"""Energy that was reckoned without a register, of many sessions in one commit."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tests.store.test_sessions import add
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.quarters import News
from wattdeck.store import batch, reckoned

QUARTER = 900_000


def commit(connection: Connection, *some: Any) -> None:
    """As the writer does with what has come together: all rows of each statement at once."""
    batch.all_at_once(connection, [batch.work_of(None, rows, None) for rows in some])


def test_a_session_that_begins_to_count_loses_nothing_to_others_in_its_commit(
    connection: Connection, cp: ChargePoint, now: datetime
):
    one, other = add(connection, cp, now), add(connection, cp, now)
    goes_on = reckoned.rows(one, News(False, {0: 1.0}))
    begins = reckoned.rows(other, News(True, {0: 2.0, QUARTER: 3.0}))
    commit(connection, goes_on, begins, reckoned.rows(other, News(False, {QUARTER: 4.0})))
    known = reckoned.of(connection, [one.id, other.id])
    assert known == {one.id: {0: 1.0}, other.id: {0: 2.0, QUARTER: 4.0}}


def test_what_is_cleared_stays_so_whatever_was_handed_in_before_it_in_its_commit(
    connection: Connection, cp: ChargePoint, now: datetime
):
    one = add(connection, cp, now)
    commit(connection, reckoned.rows(one, News(True, {0: 1.0})))
    commit(connection, reckoned.rows(one, News(False, {0: 2.0, QUARTER: 2.0})), reckoned.rows(one, News(True, {})))
    assert reckoned.of(connection, [one.id]) == {}
    commit(connection, reckoned.rows(one, News(False, {0: 2.0})), reckoned.rows(one, News(True, {QUARTER: 5.0})))
    assert reckoned.of(connection, [one.id]) == {one.id: {QUARTER: 5.0}}
