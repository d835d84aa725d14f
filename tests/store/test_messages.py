"""The raw frame log."""

import zlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from wattdeck.domain.clock import to_ms
from wattdeck.store import messages
from wattdeck.store.messages import LoggedFrame
from wattdeck.store.rows import Page
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


def test_frames_that_lie_far_apart_are_found_across_those_of_others(connection: Connection, now: datetime):
    insert = "INSERT INTO messages (id, charge_point_id, at, direction, packing, frame) VALUES (?, ?, ?, 'in', 0, ?)"
    places = [5, 6, 4095, 4096, 20_000, 20_001]
    for id in places:
        connection.exec_driver_sql(insert, [(id, 1, to_ms(now), b"[%d]" % id), (id + 50_000, 2, to_ms(now), b"[]")])
    whole = messages.of(connection, 1, 6)
    assert ([one.id for one in whole.items], whole.next) == (places[::-1], None)
    pages, after = [], None
    while not pages or after is not None:
        one = messages.of(connection, 1, 2, after)
        pages, after = [*pages, [frame.id for frame in one.items]], one.next
    assert pages == [[20_001, 20_000], [4096, 4095], [6, 5]]


def test_a_place_beyond_all_frames_is_before_the_newest(connection: Connection, now: datetime):
    log(connection, now, 2)
    assert [one.id for one in messages.of(connection, 1, 10, after=2**80).items] == [2, 1]
    assert messages.of(connection, 1, 10, after=-1) == Page([], None)


def test_of_no_frames_there_is_an_empty_page(connection: Connection, now: datetime):
    assert messages.of(connection, 1, 10) == Page([], None)
    log(connection, now, 1)
    assert messages.of(connection, 2, 10) == Page([], None)
    assert messages.of(connection, 1, 10, after=1) == Page([], None)


def test_frames_are_looked_up_in_the_index_by_block(connection: Connection):
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {messages._IN_BLOCK}", (1, 1, 1, 0, 1, 1)).all()
    (step,) = [row.detail for row in plan]
    assert "messages_by_block (<expr>=? AND charge_point_id=? AND rowid<?)" in step
    ends = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {messages._ENDS}").all()
    assert [row.detail for row in ends if "messages" in row.detail] == ["SEARCH messages"] * 2


def test_old_frames_are_forgotten_a_few_at_a_time(connection: Connection, now: datetime):
    log(connection, now, 5)
    before = now + timedelta(seconds=3)
    counts = [messages.forget(connection, before, at_most=2) for _ in range(3)]
    assert (counts, frames(connection)) == ([2, 1, 0], ["[4]", "[3]"])


def test_nothing_is_forgotten_where_nothing_is_old(connection: Connection, now: datetime):
    log(connection, now, 2)
    assert messages.forget(connection, now, at_most=10) == 0


def long(number: int) -> str:
    sampled = ",".join(
        f'{{"value":"{number + place}.5","measurand":"Voltage","unit":"V","phase":"L1-N"}}' for place in range(20)
    )
    return f'[2,"ü","MeterValues",{{"connectorId":1,"meterValue":[{{"timestamp":"x","sampledValue":[{sampled}]}}]}}]'


def bytes_of_frames(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT sum(length(frame)) FROM messages").scalar_one())


def test_long_frames_are_stored_small_and_read_as_they_were(connection: Connection, now: datetime):
    executemany(connection, messages.INSERT, [(1, to_ms(now), "in", long(1))])
    assert bytes_of_frames(connection) < len(long(1)) / 5
    assert frames(connection) == [long(1)]


def test_what_is_not_worth_it_is_stored_as_it_is(connection: Connection, now: datetime):
    log(connection, now, 3)
    stored = connection.exec_driver_sql("SELECT packing, frame FROM messages ORDER BY id").all()
    assert stored == [(messages.PLAIN, b"[0]"), (messages.PLAIN, b"[1]"), (messages.PLAIN, b"[2]")]


@pytest.mark.parametrize("count", [1, 2, 31, 32, 33, 64, 100])
def test_frames_that_are_written_together_are_read_one_by_one(connection: Connection, now: datetime, count: int):
    said = [long(number) if number % 2 else "[3]" for number in range(count)]
    rows = [(number % 3, to_ms(now) + number, "in", frame) for number, frame in enumerate(said)]
    log(connection, now, 1, charge_point_id=9)
    executemany(connection, messages.INSERT, rows)
    for charge_point_id in range(3):
        kept = messages.of(connection, charge_point_id, 100).items
        assert [one.frame for one in reversed(kept)] == said[charge_point_id::3]


def test_frames_that_are_alike_take_still_less_together(connection: Connection, now: datetime):
    executemany(connection, messages.INSERT, [(1, to_ms(now), "in", long(number)) for number in range(64)])
    assert bytes_of_frames(connection) < 64 * len(long(1)) / 15


def test_what_is_left_can_be_read_however_many_of_those_beside_it_are_forgotten(connection: Connection, now: datetime):
    executemany(connection, messages.INSERT, [(1, to_ms(now), "in", long(number)) for number in range(40)])
    for left in range(39, -1, -1):
        assert messages.forget_oldest(connection, 1) == 1
        assert frames(connection) == [long(number) for number in range(39, 39 - left, -1)]


def test_frames_of_before_they_were_packed_together_are_read(connection: Connection, now: datetime):
    deflate = zlib.compressobj(1, zlib.DEFLATED, -12, 4, 0, messages._DICTIONARY)
    packed = deflate.compress(long(1).encode()) + deflate.flush()
    insert = "INSERT INTO messages (charge_point_id, at, direction, packing, frame) VALUES (1, ?, 'in', ?, ?)"
    connection.exec_driver_sql(insert, [(to_ms(now), 0, b"[1]"), (to_ms(now), 1, packed)])
    assert frames(connection) == [long(1), "[1]"]


def test_what_is_no_unicode_does_not_mix_frames_up(connection: Connection, now: datetime):
    said = [long(1), "\ud800 \xff\x00\n", long(2)]
    executemany(connection, messages.INSERT, [(1, to_ms(now), "in", frame) for frame in said])
    assert frames(connection) == [long(2), "? \xff\x00\n", long(1)]


def test_frames_of_a_stretch_are_found_among_those_of_others(connection: Connection, now: datetime):
    for _ in range(3):
        log(connection, now, 40)
        log(connection, now, 40, charge_point_id=2)
        now += timedelta(hours=1)
    begin = now - timedelta(hours=2)

    def found(since: int | None, until: int | None, **page: int) -> list[str]:
        times = [None if one is None else begin + timedelta(seconds=one) for one in (since, until)]
        return [one.frame for one in messages.of(connection, 1, page.pop("limit", 100), None, *times).items]

    assert found(3, 6) == ["[5]", "[4]", "[3]"]
    assert found(3, 6, limit=2) == ["[5]", "[4]"]
    assert len(found(0, None)) == len(found(None, 3600)) == 80
    assert found(100, 3000) == found(40_000, None) == found(None, -7200) == []


def test_a_frame_whose_clock_was_set_back_is_found_by_its_time(connection: Connection, now: datetime):
    log(connection, now + timedelta(seconds=30), 1)
    log(connection, now, 1)
    page = messages.of(connection, 1, 10, since=now, until=now + timedelta(seconds=1))
    assert [one.id for one in page.items] == [2]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM messages WHERE id = 3",
        "UPDATE messages SET frame = x'00ff00ff' WHERE id = 3",
        "UPDATE messages SET frame = substr(frame, 1, length(frame) / 2) WHERE id = 3",
    ],
    ids=["gone", "overwritten", "cut"],
)
def test_frames_whose_row_is_damaged_say_so_and_hide_no_others(connection: Connection, now: datetime, damage: str):
    for number in (0, 3):
        executemany(connection, messages.INSERT, [(1, to_ms(now), "in", long(number + one)) for one in range(3)])
    connection.exec_driver_sql(damage)
    lost = [messages.UNREADABLE.decode()] * (2 if "DELETE" in damage else 3)
    assert frames(connection) == [long(5), long(4), long(3), *lost]


def test_a_plain_frame_whose_bytes_are_damaged_is_shown_as_far_as_it_can_be_read(connection: Connection, now: datetime):
    log(connection, now, 1)
    connection.exec_driver_sql("UPDATE messages SET frame = x'5bff5d'")
    assert frames(connection) == ["[\ufffd]"]
