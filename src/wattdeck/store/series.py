"""Series in the database: what is measured, named once for all its samples."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from wattdeck.domain.records import Record
from wattdeck.domain.registers import ANY, Limits, limits_of
from wattdeck.store.tables import series as series_table
from wattdeck.store.writer import Bulk

# What a series is known by within a charge point: connector, measurand, phase or "", location, unit.
SeriesKey = tuple[int, str, str, str, str]

NEW_DAY = Bulk("UPDATE series SET last_day = ? WHERE id = ? AND last_day < ?1")
FACTOR = Bulk("UPDATE series SET factor = ?, factor_confidence = ? WHERE id = ?")
BEGINS_ANEW = Bulk("UPDATE series SET begins_anew = ? WHERE id = ?")
_LIMITS = (
    "SELECT series.id, rated_power_w, learned_power_w, begins_anew FROM series"
    " JOIN charge_points ON charge_points.id = charge_point_id WHERE series.id IN (SELECT value FROM json_each(?))"
)
_ADD = (
    "INSERT OR IGNORE INTO series (charge_point_id, connector_id, measurand, phase, location, unit, last_day)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class Series(Record, frozen=True):
    """What is measured, once: one charge point's connector, measurand, phase, location, unit.

    `factor`: its values are sent in another unit than they say, and stored times this, once `factor_confidence` is
    certain. `begins_anew`: a register that counts each transaction from zero.
    """

    id: int
    charge_point_id: int
    connector_id: int
    measurand: str
    phase: str | None
    location: str
    unit: str
    last_day: int
    factor: float | None = None
    factor_confidence: float | None = None
    begins_anew: bool = False
    samples_from: int = 0  # those before were deleted


def of(connection: Connection, charge_point_id: int) -> list[Series]:
    query = select(series_table).where(series_table.c.charge_point_id == charge_point_id)
    return [record(row) for row in connection.execute(query.order_by(series_table.c.id))]


def get(connection: Connection, id: int) -> Series | None:
    row = connection.execute(select(series_table).where(series_table.c.id == id)).one_or_none()
    return None if row is None else record(row)


def is_there(connection: Connection, name: Literal["measurand", "phase"], word: str) -> bool:
    """Whether anybody's series has this measurand or phase."""
    return (
        connection.execute(select(series_table.c.id).where(series_table.c[name] == word).limit(1)).first() is not None
    )


def find(
    connection: Connection,
    charge_point_id: int,
    measurand: str | None = None,
    phase: str | None = None,
    connector_id: int | None = None,
) -> list[Series]:
    """A charge point's series that fit; `phase` "" asks for those without one."""
    return [
        series
        for series in of(connection, charge_point_id)
        if measurand in (None, series.measurand)
        and (phase is None or phase == (series.phase or ""))
        and connector_id in (None, series.connector_id)
    ]


def add(connection: Connection, charge_point_id: int, keys: Sequence[SeriesKey], day: int) -> dict[SeriesKey, int]:
    """Give new series their numbers; those of all of the charge point's series. `day`: of their oldest value."""
    connection.exec_driver_sql(_ADD, [(charge_point_id, *key, day) for key in keys])
    return {key_of(series): series.id for series in of(connection, charge_point_id)}


def key_of(series: Series) -> SeriesKey:
    return (series.connector_id, series.measurand, series.phase or "", series.location, series.unit)


def limits(connection: Connection, ids: Iterable[int]) -> dict[int, Limits]:
    """What the registers of these series can do, by their charge points' power and their own ways."""
    wanted = list(ids)
    rows = connection.exec_driver_sql(_LIMITS, (json.dumps(wanted),))
    found = {id: limits_of(rated_w, learned_w, bool(begins_anew)) for id, rated_w, learned_w, begins_anew in rows}
    return {id: found.get(id, ANY) for id in wanted}


def everyones(connection: Connection) -> list[Series]:
    return [record(row) for row in connection.execute(select(series_table))]


def record(row: Row[Any]) -> Series:
    """A row of the table."""
    return Series(
        *(row.id, row.charge_point_id, row.connector_id, row.measurand),
        *(row.phase or None, row.location, row.unit, row.last_day),
        *(row.factor, row.factor_confidence, bool(row.begins_anew), row.samples_from),
    )
