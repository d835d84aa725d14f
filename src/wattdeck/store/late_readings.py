"""Registers whose readings came in another order than they were taken: their chains are to be judged again."""

import json
from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from wattdeck.domain.meter_values import REGISTERS
from wattdeck.domain.records import Record
from wattdeck.store.writer import Bulk, executemany

# series, since, until in ms
MARK = Bulk(
    "INSERT INTO late_readings (series_id, since, until, stamp) VALUES (?, ?, ?, random())"
    " ON CONFLICT (series_id) DO UPDATE SET since = min(since, excluded.since), until = max(until, excluded.until),"
    " stamp = excluded.stamp"
)
_UNMARK = Bulk("DELETE FROM late_readings WHERE series_id = ? AND stamp = ?")
_SOME = (
    "SELECT series_id, since, until, stamp, charge_point_id FROM late_readings JOIN series ON series.id = series_id"
    " WHERE series_id NOT IN (SELECT value FROM json_each(?)) LIMIT ?"
)
_MARK_ALL = (
    "INSERT INTO late_readings (series_id, since, until, stamp)"
    " SELECT id, 0, ?, random() FROM series WHERE charge_point_id = ?"
    f" AND measurand IN ({', '.join('?' * len(REGISTERS))})"
    " ON CONFLICT (series_id) DO UPDATE SET since = 0, until = excluded.until, stamp = excluded.stamp"
)


class Late(Record, frozen=True):
    """Readings between two times in ms came late."""

    series_id: int
    since: int
    until: int
    stamp: int = 0
    charge_point_id: int = 0


def mark(connection: Connection, marks: Iterable[Late]) -> None:
    executemany(connection, MARK, [(one.series_id, one.since, one.until) for one in marks])


def mark_all(connection: Connection, charge_point_id: int, until: int) -> None:
    """All registers of a charge point, from their first sample on."""
    connection.exec_driver_sql(_MARK_ALL, (until, charge_point_id, *sorted(REGISTERS)))


def unmark(connection: Connection, done: Iterable[Late]) -> None:
    """These were judged; a mark that was set anew since stays."""
    executemany(connection, _UNMARK, [(one.series_id, one.stamp) for one in done])


def some(connection: Connection, limit: int, but: Collection[int] = ()) -> list[Late]:
    """`but`: the series whose marks are not asked for."""
    return [Late(*row) for row in connection.exec_driver_sql(_SOME, (json.dumps(list(but)), limit))]
