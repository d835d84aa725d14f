"""The raw frame log: every frame as it was on the wire, secrets blanked, kept for some days.

Frames say much the same: deflated with a dictionary of what they say, one of a kilobyte takes about 110 bytes.
"""

import zlib
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record
from wattdeck.store.rows import Page, page
from wattdeck.store.tables import messages as table
from wattdeck.store.writer import Bulk

PLAIN, DEFLATED = 0, 1
_WORTH_IT = 120  # bytes; shorter frames are kept as they are
_WINDOW, _MEMORY, _LEVEL = -12, 4, 1  # small and quick: a frame costs about 5 µs, and higher levels gain little
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
# Copied for each frame: to make one takes longer.
_DEFLATE = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, 0, _DICTIONARY)


def _pack(row: tuple[Any, ...]) -> tuple[Any, ...]:
    charge_point_id, at, direction, frame = row
    data = frame.encode("utf-8", "replace")
    if len(data) < _WORTH_IT:
        return charge_point_id, at, direction, PLAIN, data
    deflate = _DEFLATE.copy()
    return charge_point_id, at, direction, DEFLATED, deflate.compress(data) + deflate.flush()


def _unpack(packing: int, data: bytes) -> str:
    if packing == DEFLATED:
        data = zlib.decompressobj(_WINDOW, _DICTIONARY).decompress(data)
    return data.decode()


_ROW = "(?, ?, ?, ?, ?)"
# Rows of charge point number, time in ms, "in" or "out", the frame's text.
INSERT = Bulk(
    f"INSERT INTO messages (charge_point_id, at, direction, packing, frame) VALUES {_ROW}",
    prepare=_pack,
    row=lambda _: _ROW,
)


class LoggedFrame(Record, frozen=True):
    id: int
    at: datetime
    direction: str
    frame: str


def of(connection: Connection, charge_point_id: int, limit: int, after: int | None = None) -> Page:
    """A charge point's frames, newest first."""
    query = select(table).where(table.c.charge_point_id == charge_point_id)
    return page(connection, query, table.c.id, _record, limit, after)


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


def _record(row: Row[Any]) -> LoggedFrame:
    return LoggedFrame(row.id, from_ms(row.at), row.direction, _unpack(row.packing, row.frame))
