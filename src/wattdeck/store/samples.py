"""Meter values in the database: series named once, narrow samples keyed (day, series, time, context).

A sample is known by (series, taken_at, context): writing it again changes nothing. Reads go day by day, newest day
first, so that each touches one contiguous range per series.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, tuple_

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.meter_values import CONTEXT_CODES, CONTEXTS, ENERGY
from wattdeck.domain.records import Record
from wattdeck.store.tables import samples, text_values
from wattdeck.store.tables import series as series_table
from wattdeck.store.writer import Bulk

DAY_MS = 86_400_000
# Samples of a session are looked for this long before its start and after its stop: clocks differ.
AROUND_SESSION = timedelta(hours=1)

INSERT = Bulk(
    "INSERT OR IGNORE INTO samples (day, series_id, taken_at, context, value, received_at, session_id, flags, text)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    meter_values=True,
)
INSERT_TEXT = Bulk(
    "INSERT OR IGNORE INTO text_values (series_id, taken_at, context, received_at, session_id, text)"
    " VALUES (?, ?, ?, ?, ?, ?)",
    meter_values=True,
)
NEW_DAY = Bulk("UPDATE series SET last_day = ? WHERE id = ? AND last_day < ?1")

_ADD_SERIES = (
    "INSERT OR IGNORE INTO series (charge_point_id, connector_id, measurand, phase, location, unit, last_day)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# What a series is known by within a charge point: connector, measurand, phase or "", location, unit.
SeriesKey = tuple[int, str, str, str, str]


class Series(Record, frozen=True):
    """What is measured, once: one charge point's connector, measurand, phase, location, unit."""

    id: int
    charge_point_id: int
    connector_id: int
    measurand: str
    phase: str | None
    location: str
    unit: str
    last_day: int


class Sample(Record, frozen=True):
    """One stored value of a series. `value` is None where it is text: signed data, or not readable as a number."""

    series: Series
    value: float | None
    context: str
    taken_at: datetime
    received_at: datetime
    session_id: int | None
    flags: int
    text: str | None = None


def context_code(context: str) -> int:
    return CONTEXT_CODES.get(context, CONTEXT_CODES["Other"])


def series_of(connection: Connection, charge_point_id: int) -> list[Series]:
    query = select(series_table).where(series_table.c.charge_point_id == charge_point_id)
    return [_series(row) for row in connection.execute(query.order_by(series_table.c.id))]


def find_series(
    connection: Connection,
    charge_point_id: int,
    measurand: str | None = None,
    phase: str | None = None,
    connector_id: int | None = None,
) -> list[Series]:
    """A charge point's series that fit; `phase` "" asks for those without one."""
    return [
        series
        for series in series_of(connection, charge_point_id)
        if measurand in (None, series.measurand)
        and (phase is None or phase == (series.phase or ""))
        and connector_id in (None, series.connector_id)
    ]


def add_series(
    connection: Connection, charge_point_id: int, keys: Sequence[SeriesKey], day: int
) -> dict[SeriesKey, int]:
    """Give new series their numbers; those of all of the charge point's series."""
    connection.exec_driver_sql(_ADD_SERIES, [(charge_point_id, *key, day) for key in keys])
    return {key_of(series): series.id for series in series_of(connection, charge_point_id)}


def key_of(series: Series) -> SeriesKey:
    return (series.connector_id, series.measurand, series.phase or "", series.location, series.unit)


def read(
    connection: Connection,
    wanted: Sequence[Series],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    context: str | None = None,
    session_id: int | None = None,
    limit: int,
    before: tuple[int, int, int] | None = None,
) -> list[Sample]:
    """Numeric samples, newest first. `before`: the (taken_at, series, context) after which to go on."""
    by_id = {series.id: series for series in wanted}
    conditions: list[ColumnElement[bool]] = [samples.c.series_id.in_(list(by_id))]
    if since is not None:
        conditions.append(samples.c.taken_at >= to_ms(since))
    if until is not None:
        conditions.append(samples.c.taken_at < to_ms(until))
    if context is not None:
        conditions.append(samples.c.context == context_code(context))
    if session_id is not None:
        conditions.append(samples.c.session_id == session_id)
    order = (samples.c.taken_at, samples.c.series_id, samples.c.context)
    if before is not None:
        conditions.append(tuple_(*order) < tuple_(*before))
        until = min(until or from_ms(before[0] + 1), from_ms(before[0] + 1))
    found: list[Sample] = []
    for day in _days(connection, wanted, since, until):
        query = select(samples).where(samples.c.day == day, *conditions).order_by(*(column.desc() for column in order))
        found += [_sample(row, by_id[row.series_id]) for row in connection.execute(query.limit(limit - len(found)))]
        if len(found) >= limit:
            break
    return found


def place(sample: Sample) -> str:
    """Where a page ended: the `before` of the next one, as text."""
    return f"{to_ms(sample.taken_at)}.{sample.series.id}.{context_code(sample.context)}"


def _days(
    connection: Connection, wanted: Sequence[Series], since: datetime | None, until: datetime | None
) -> Iterator[int]:
    """The days that can hold samples of these series, newest first."""
    if not wanted:
        return
    newest = max(series.last_day for series in wanted)
    if until is not None:
        newest = min(newest, to_ms(until) // DAY_MS)
    oldest = connection.execute(select(func.min(samples.c.day))).scalar()
    if oldest is None:
        return
    if since is not None:
        oldest = max(oldest, to_ms(since) // DAY_MS)
    yield from range(newest, oldest - 1, -1)


def latest(connection: Connection, wanted: Sequence[Series]) -> list[Sample]:
    """The newest value of each series."""
    by_id = {series.id: series for series in wanted}
    newest = (
        select(samples.c.day, samples.c.series_id, func.max(samples.c.taken_at).label("taken_at"))
        .join(series_table, (samples.c.day == series_table.c.last_day) & (samples.c.series_id == series_table.c.id))
        .where(series_table.c.id.in_(list(by_id)))
        .group_by(samples.c.day, samples.c.series_id)
        .subquery()
    )
    same = (
        (samples.c.day == newest.c.day)
        & (samples.c.series_id == newest.c.series_id)
        & (samples.c.taken_at == newest.c.taken_at)
    )
    rows = connection.execute(select(samples).join(newest, same).order_by(samples.c.series_id, samples.c.context))
    return list({row.series_id: _sample(row, by_id[row.series_id]) for row in rows}.values())


def texts(connection: Connection, wanted: Sequence[Series], session_id: int) -> list[Sample]:
    """Values of a session that are text, byte for byte, in the order they were taken."""
    by_id = {series.id: series for series in wanted}
    query = select(text_values).where(text_values.c.session_id == session_id, text_values.c.series_id.in_(list(by_id)))
    return [
        Sample(
            by_id[row.series_id],
            None,
            CONTEXTS[row.context],
            from_ms(row.taken_at),
            from_ms(row.received_at),
            session_id,
            0,
            row.text,
        )
        for row in connection.execute(query.order_by(text_values.c.taken_at, text_values.c.id))
    ]


def registers_since(connection: Connection, since: datetime) -> Iterator[tuple[int, int, int, float]]:
    """(series, charge point, taken_at, Wh) of believed import registers from the day before `since` on, in order.

    Connector 0 is the charge point's own meter: the same energy once more, so it is left out.
    """
    first = to_ms(since) // DAY_MS - 1
    last = connection.execute(select(func.max(samples.c.day))).scalar() or first
    query = (
        select(samples.c.series_id, series_table.c.charge_point_id, samples.c.taken_at, samples.c.value)
        .join(series_table, samples.c.series_id == series_table.c.id)
        .where(
            samples.c.day.in_(range(first, max(last, first) + 1)),
            samples.c.flags == 0,
            series_table.c.measurand == ENERGY,
            series_table.c.phase == "",
            series_table.c.location == "Outlet",
            series_table.c.connector_id > 0,
        )
        .order_by(samples.c.series_id, samples.c.taken_at)
    )
    for row in connection.execute(query):
        yield row.series_id, row.charge_point_id, row.taken_at, row.value


def _series(row: Row[Any]) -> Series:
    return Series(
        *(row.id, row.charge_point_id, row.connector_id, row.measurand),
        *(row.phase or None, row.location, row.unit, row.last_day),
    )


def _sample(row: Row[Any], series: Series) -> Sample:
    return Sample(
        series,
        row.value,
        CONTEXTS[row.context],
        from_ms(row.taken_at),
        from_ms(row.received_at),
        row.session_id,
        row.flags,
        row.text,
    )
