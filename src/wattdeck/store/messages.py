"""The raw frame log: every frame as it was on the wire, secrets blanked, kept for some days.

Frames say much the same: some that are written together are deflated together, into the row of the last of them. One of
a kilobyte and its answer take 35 bytes then, beside their rows. The last is forgotten last, so all that are left can
be read.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, delete, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record
from wattdeck.store.rows import Page
from wattdeck.store.tables import messages as table
from wattdeck.store.writer import Bulk

# `packing` is PLAIN, or says that the frame is in the row so many further on, that of DEFLATED in its own.
PLAIN, DEFLATED = 0, 1
# What is shown of a frame whose row, or the one it was deflated into, is damaged or gone.
UNREADABLE = b"(this frame cannot be read any more: the row of the log that held it is damaged or gone)"
_TOGETHER = 32  # more save little, and all of them are read for one
_BETWEEN = b"\xff"  # is nowhere in UTF-8
_WORTH_IT = 120  # bytes; less is kept as it is
_LEVEL, _WINDOW, _MEMORY = 1, -15, 8  # higher levels gain little
# What DEFLATED frames were deflated with: never change it, add another packing instead.
_DICTIONARY = (
    b'"status":"Accepted"{"currentTime":"2026-01-01T00:00:00.000Z","interval":300,"StatusNotification",'
    b'{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"BootNotification",'
    b'{"chargePointVendor":"","chargePointModel":"","chargePointSerialNumber":"","firmwareVersion":"'
    b'StartTransaction",{"connectorId":1,"idTag":"","meterStart":0,"StopTransaction",{"meterStop":,"reason":"Local",'
    b'"transactionData":[{"context":"Transaction.Begin","location":"Inlet","unit":"kWh","phase":"N","SoC","Percent",'
    b'"Temperature","unit":"Celsius","measurand":"Current.Offered","Power.Offered","Frequency","format":"Raw",'
    b'"location":"Outlet","context":"Sample.Clock","measurand":"Current.Import","phase":"L1","unit":"A"},'
    b'{"value":"230.1","context":"Sample.Periodic","measurand":"Voltage","phase":"L1-N","unit":"V"},'
    b'{"value":"","measurand":"Power.Active.Import","unit":"W"},'
    b'{"value":"","measurand":"Energy.Active.Import.Register","unit":"Wh"}]}]}]'
    b'[2,"","MeterValues",{"connectorId":1,"transactionId":,"meterValue":[{"timestamp":"2026-01-01T00:00:00.000Z",'
    b'"sampledValue":[{"value":"'
)


def _pack(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    packed: list[tuple[Any, ...]] = []
    for first in range(0, len(rows), _TOGETHER):
        some = rows[first : first + _TOGETHER]
        frames = [frame.encode("utf-8", "replace") for _, _, _, frame in some]
        packing, step = PLAIN, 0
        if sum(map(len, frames)) >= _WORTH_IT:
            packing, step = DEFLATED + len(some) - 1, -1
            frames = [b""] * (len(some) - 1) + [_deflate(_BETWEEN.join(frames))]
        for (charge_point_id, at, direction, _), frame in zip(some, frames, strict=True):
            packed.append((charge_point_id, at, direction, packing, frame))
            packing += step
    return packed


def _deflate(data: bytes) -> bytes:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return deflate.compress(data) + deflate.flush()


def _inflate(data: bytes) -> list[bytes]:
    """Nothing where it is damaged: of a part of it nobody could say which frames they are."""
    inflate = zlib.decompressobj(_WINDOW, _DICTIONARY)
    try:
        frames = inflate.decompress(data).split(_BETWEEN)
    except zlib.error:
        return []
    return frames if inflate.eof else []


_ROW = "(?, ?, ?, ?, ?)"
# Rows of charge point number, time in ms, "in" or "out", the frame's text.
INSERT = Bulk(
    f"INSERT INTO messages (charge_point_id, at, direction, packing, frame) VALUES {_ROW}",
    prepare=_pack,
    row=lambda _: _ROW,
)


_EVER_MS = 2**62

# As the index `messages_by_block` says it.
_BLOCK_BITS = 12
_IN_BLOCK = (
    "SELECT id, at, direction, packing, frame FROM messages"
    f" WHERE id >> {_BLOCK_BITS} = ? AND charge_point_id = ? AND id < ? AND at >= ? AND at < ? ORDER BY id DESC LIMIT ?"
)
_NEXT = "SELECT id, at FROM messages WHERE id >= ? ORDER BY id LIMIT 1"
# They are numbered in order of time, or nearly: a clock may be set, and connections are noted together.
_DISORDER_MS = 60_000
# Each by itself: for both at once SQLite reads them all.
_ENDS = "SELECT (SELECT min(id) FROM messages), (SELECT max(id) FROM messages)"


class LoggedFrame(Record, frozen=True):
    id: int
    at: datetime
    direction: str
    frame: str


def of(
    connection: Connection,
    charge_point_id: int,
    limit: int,
    after: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page:
    """A charge point's frames of [since, until), newest first."""
    stretch = (0 if since is None else to_ms(since), _EVER_MS if until is None else to_ms(until))
    found = _rows(connection, charge_point_id, limit + 1, after, *stretch)
    rows = found[:limit]
    holders = {_holder(id, packing) for id, _, _, packing, _ in rows if packing != PLAIN}
    query = select(table.c.id, table.c.frame).where(table.c.id.in_(holders))
    held = {row.id: _inflate(row.frame) for row in connection.execute(query)}
    return Page([_record(row, held) for row in rows], rows[-1][0] if len(found) > limit else None)


def _rows(
    connection: Connection, charge_point_id: int, limit: int, after: int | None, since: int, until: int
) -> list[tuple[Any, ...]]:
    driver: Any = connection.connection.driver_connection
    first, last = driver.execute(_ENDS).fetchone()
    if first is None:
        return []
    before = last + 1 if after is None else min(after, last + 1)
    if until < _EVER_MS:
        before = min(before, _first_since(driver, first, last, until + _DISORDER_MS))
    if since > 0:
        first = _first_since(driver, first, last, since - _DISORDER_MS)
    found: list[tuple[Any, ...]] = []
    for block in range((before - 1) >> _BLOCK_BITS, (first >> _BLOCK_BITS) - 1, -1):
        found += driver.execute(_IN_BLOCK, (block, charge_point_id, before, since, until, limit - len(found)))
        if len(found) == limit:
            break
    return found


def _first_since(driver: Any, first: int, last: int, at: int) -> int:
    """The number of the first frame of then or later; the one after the last where there is none."""
    low, high = first, last + 1
    while low < high:
        middle = (low + high) // 2
        found = driver.execute(_NEXT, (middle,)).fetchone()
        if found is None or found[1] >= at:
            high = middle
        else:
            low = found[0] + 1
    return low


def forget(connection: Connection, before: datetime, at_most: int) -> int:
    """Delete some of the frames older than `before`; how many. They are numbered in order of time, so only the first
    are looked at.
    """
    first = connection.execute(select(table.c.id, table.c.at).order_by(table.c.id).limit(at_most))
    ids = [row.id for row in takewhile(lambda row: row.at < to_ms(before), first)]
    if not ids:
        return 0
    return connection.execute(delete(table).where(table.c.id <= ids[-1])).rowcount


def forget_oldest(connection: Connection, at_most: int) -> int:
    """Delete the oldest frames, however old; how many."""
    oldest = select(table.c.id).order_by(table.c.id).limit(at_most)
    return connection.execute(delete(table).where(table.c.id.in_(oldest))).rowcount


def _holder(id: int, packing: int) -> int:
    return id + packing - DEFLATED


def _record(row: tuple[Any, ...], held: dict[int, list[bytes]]) -> LoggedFrame:
    id, at, direction, packing, frame = row
    if packing != PLAIN:
        frames, place = held.get(_holder(id, packing), []), packing - DEFLATED
        frame = frames[-1 - place] if place < len(frames) else UNREADABLE  # from the last, the holder's own
    return LoggedFrame(id, from_ms(at), direction, frame.decode("utf-8", "replace"))
