"""Findings: one counted row per charge point and kind."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import to_ms
from wattdeck.store import findings
from wattdeck.store.findings import CountedFinding


def count(connection: Connection, cp: ChargePoint, kind: str, at: datetime, example: str) -> None:
    connection.connection.driver_connection.execute(findings.COUNT.sql, (cp.id, kind, to_ms(at), example))


def test_a_finding_is_kept_with_its_example(connection: Connection, cp: ChargePoint, now: datetime):
    count(connection, cp, "too_long", now, "frame")
    assert findings.of(connection, cp.id) == [CountedFinding("too_long", now, now, 1, "frame")]


def test_a_finding_that_comes_again_is_counted_and_keeps_its_first_example(
    connection: Connection, cp: ChargePoint, now: datetime
):
    later = now + timedelta(hours=1)
    for at, example in ((now, "first"), (later, "second"), (later, "third")):
        count(connection, cp, "too_long", at, example)
    assert findings.of(connection, cp.id) == [CountedFinding("too_long", now, later, 3, "first")]


def test_kinds_are_apart_the_latest_first(connection: Connection, cp: ChargePoint, now: datetime):
    count(connection, cp, "too_long", now, "a")
    count(connection, cp, "null_member", now + timedelta(seconds=1), "b")
    assert [one.kind for one in findings.of(connection, cp.id)] == ["null_member", "too_long"]
    assert findings.of(connection, cp.id + 1) == []
