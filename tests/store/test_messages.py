"""The raw frame log."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from wattdeck.domain.clock import to_ms
from wattdeck.store import messages
from wattdeck.store.messages import LoggedFrame
from wattdeck.store.writer import executemany


def log(connection: Connection, now: datetime, count: int, charge_point_id: int = 1) -> None:
    rows = [(charge_point_id, to_ms(now) + number * 1000, "in", f"[{number}]") for number in range(count)]
    executemany(connection, messages.INSERT, rows)


def frames(connection: Connection) -> list[str]:
    return [one.frame for one in messages.of(connection, 1, 100).items]


def test_frames_are_read_newest_first_as_they_were(connection: Connection, now: datetime):
    log(connection, now, 2)
    (newest, _) = messages.of(connection, 1, 10).items
    assert newest == LoggedFrame(2, now + timedelta(seconds=1), "in", "[1]")


def test_frames_come_in_pages_and_by_charge_point(connection: Connection, now: datetime):
    log(connection, now, 3)
    log(connection, now, 1, charge_point_id=2)
    first = messages.of(connection, 1, 2)
    rest = messages.of(connection, 1, 2, first.next)
    assert [one.frame for one in first.items + rest.items] == ["[2]", "[1]", "[0]"]


def test_old_frames_are_forgotten_a_few_at_a_time(connection: Connection, now: datetime):
    log(connection, now, 5)
    before = now + timedelta(seconds=3)
    counts = [messages.forget(connection, before, at_most=2) for _ in range(3)]
    assert (counts, frames(connection)) == ([2, 1, 0], ["[4]", "[3]"])


def test_nothing_is_forgotten_where_nothing_is_old(connection: Connection, now: datetime):
    log(connection, now, 2)
    assert messages.forget(connection, now, at_most=10) == 0


def test_long_frames_are_stored_small_and_read_as_they_were(connection: Connection, now: datetime):
    sampled = ",".join(
        f'{{"value":"{number}.5","measurand":"Voltage","unit":"V","phase":"L1-N"}}' for number in range(20)
    )
    frame = f'[2,"ü","MeterValues",{{"connectorId":1,"meterValue":[{{"timestamp":"x","sampledValue":[{sampled}]}}]}}]'
    executemany(connection, messages.INSERT, [(1, to_ms(now), "in", frame)])
    (stored,) = connection.exec_driver_sql("SELECT length(frame) FROM messages").one()
    assert stored < len(frame) / 5
    assert frames(connection) == [frame]
