"""Meter values in the database: narrow samples keyed by series, time and context.

They arrive in the head, in order of time, and are sealed some minutes later (`sealing`) into their place by day and
series. A sample is known by (series, taken_at, context): writing it again changes nothing that is read.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Table,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from wattdeck.domain.clock import from_ms, now, to_ms
from wattdeck.domain.meter_values import CONTEXT_CODES, CONTEXTS, ENERGY, IN_DOUBT, LEFT_OUT, LIFTED, Reading
from wattdeck.domain.records import Record
from wattdeck.domain.registers import Limits, limits_of
from wattdeck.domain.sessions import Session
from wattdeck.store.series import Series
from wattdeck.store.series import of as series_of
from wattdeck.store.tables import charge_points, samples, samples_head, text_values
from wattdeck.store.tables import series as series_table
from wattdeck.store.writer import Bulk

DAY_MS = 86_400_000
# No clock that is further ahead is believed (`ocpp.times`). Few are more than a little, and these have an index.
AHEAD_MS, NEAR_MS = 2 * DAY_MS, 60_000
FAR_AHEAD = f"delay_ms < {-NEAR_MS}"
# When a sample counts, sealed or in the head: a clock that is ahead must not move it to later than it came. Sealed ones
# say only how long after they were taken they came: two bytes instead of six.
AT = "CASE WHEN delay_ms < 0 THEN taken_at + delay_ms ELSE taken_at END"
AT_IN_HEAD = "CASE WHEN received_at < taken_at THEN received_at ELSE taken_at END"
# Samples of a session are looked for this long before its start and after its stop: clocks differ.
AROUND_SESSION = timedelta(hours=1)
_SERIES_AT_ONCE = 5_000
_TEXTS_FROM = len(CONTEXTS)
# `domain.meter_values.counts` in SQL; `counting` is the same for queries that are put together.
COUNTING = f"(flags & {LEFT_OUT} = 0 OR flags & {LIFTED} <> 0)"
_IN_DOUBT: ColumnElement[bool] = literal_column(f"flags & {IN_DOUBT} <> 0")  # as the index says it

# From one day that has samples to the next, the newest first: the last is older than asked for, or none.
_SEALED_DAYS = f"""WITH RECURSIVE found (day) AS (
  SELECT max(day) FROM samples WHERE day <= ?1 / {DAY_MS}
  UNION ALL SELECT (SELECT max(day) FROM samples WHERE day < found.day) FROM found WHERE found.day > ?2)
SELECT day FROM found WHERE day >= ?2"""

_INTO_HEAD = (
    "INSERT OR IGNORE INTO samples_head (taken_at, series_id, context, value, received_at, session_id, flags, text)"
)
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?)"
INSERT = Bulk(f"{_INTO_HEAD} VALUES {_ROW}", meter_values=True, row=lambda _: _ROW)
INSERT_TEXT = Bulk(
    "INSERT OR IGNORE INTO text_values (series_id, taken_at, context, received_at, session_id, text)"
    " VALUES (?, ?, ?, ?, ?, ?)",
    meter_values=True,
)
_COLUMNS = ("taken_at", "series_id", "context", "value", "received_at", "session_id", "flags", "text")
_SEALED_COLUMNS = [
    "samples.taken_at + samples.delay_ms" if name == "received_at" else f"samples.{name}" for name in _COLUMNS
]

# All contexts of the newest moment of each series: found at the end of its last day, without a look at the day.
_NEWEST_SEALED = f"""SELECT {", ".join(_SEALED_COLUMNS)} FROM series CROSS JOIN samples
WHERE series.id IN (SELECT value FROM json_each(:ids)) AND day = last_day AND series_id = series.id
 AND flags & :unless = 0 AND taken_at = (SELECT others.taken_at FROM samples AS others
  WHERE others.day = last_day AND others.series_id = series.id AND others.flags & :unless = 0
  ORDER BY others.taken_at DESC LIMIT 1)"""
# SQLite takes the other columns from the row that holds the maximum.
_NEWEST_IN_HEAD = f"""SELECT {", ".join(_COLUMNS)}, max(taken_at * 16 + context) FROM samples_head
WHERE series_id IN (SELECT value FROM json_each(:ids)) AND flags & :unless = 0 GROUP BY series_id"""


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
    number: int = 0  # tells apart what one series has at one time: the context, for texts their row


@lru_cache(256)
def plain(contexts: tuple[int, ...]) -> Bulk:
    """Numbers without flags and text that were measured at one moment, in these contexts, `moments.MOST` at most: by
    one row of (taken_at, received_at, session_id, *series_ids, *values).
    """
    count = len(contexts)

    def row(first: int) -> str:
        taken, received, session, series, value = first, first + 1, first + 2, first + 3, first + 3 + count
        return ", ".join(
            f"(?{taken}, ?{series + place}, {context}, ?{value + place}, ?{received}, ?{session}, 0, NULL)"
            for place, context in enumerate(contexts)
        )

    return Bulk(f"{_INTO_HEAD} VALUES {row(1)}", meter_values=True, each=count, row=row)


def context_code(context: str) -> int:
    return CONTEXT_CODES.get(context, CONTEXT_CODES["Other"])


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
    in_doubt: bool = False,
) -> list[Sample]:
    """Samples, signed and unreadable ones too, newest first. `before`: the place after which to go on. `in_doubt`: only
    those with a flag for which samples are left out, though it was lifted.
    """
    by_id = {series.id: series for series in wanted}
    if before is not None:
        until = min(until or from_ms(before[0] + 1), from_ms(before[0] + 1))

    def query(table: Table, last: Any, *also: ColumnElement[bool]) -> Any:
        conditions: list[ColumnElement[bool]] = [table.c.series_id.in_(list(by_id)), *also]
        order = (table.c.taken_at, table.c.series_id, last)
        if since is not None:
            conditions.append(table.c.taken_at >= to_ms(since))
        if until is not None:
            conditions.append(table.c.taken_at < to_ms(until))
        if context is not None:
            conditions.append(table.c.context == context_code(context))
        if session_id is not None:
            conditions.append(table.c.session_id == session_id)
        if in_doubt:
            conditions.append(_IN_DOUBT)
        if before is not None:
            conditions.append(tuple_(*order) < tuple_(*before))
        return select(*_columns(table)).where(*conditions).order_by(*(column.desc() for column in order)).limit(limit)

    # one that was sent again can lie in both: the sealed one is the one that counts
    found: dict[tuple[int, int, int], Row[Any]] = {}
    if wanted:
        if not in_doubt:
            texts = query(text_values, text_values.c.id + _TEXTS_FROM)
            found = {(row.taken_at, row.series_id, row.id + _TEXTS_FROM): row for row in connection.execute(texts)}
        found |= {_place(row): row for row in connection.execute(query(samples_head, samples_head.c.context))}
    sealed = 0
    for day in _days(connection, wanted, since, until):
        # by their times where they are in doubt: with the day SQLite would take the key, not the index of those alone
        own = samples.c.taken_at.between(day * DAY_MS, (day + 1) * DAY_MS - 1) if in_doubt else samples.c.day == day
        rows = connection.execute(query(samples, samples.c.context, own)).all()
        found.update((_place(row), row) for row in rows)
        sealed += len(rows)
        if sealed >= limit:
            break
    return [_sample(found[key], by_id[key[1]], key[2]) for key in sorted(found, reverse=True)[:limit]]


def _columns(table: Table) -> list[ColumnElement[Any]]:
    """The same of each table that has samples."""
    if table is text_values:
        return list(table.c)
    received_at = samples.c.taken_at + samples.c.delay_ms if table is samples else table.c.received_at
    return [received_at.label(name) if name == "received_at" else table.c[name] for name in _COLUMNS]


def counting(flags: ColumnElement[int]) -> ColumnElement[bool]:
    """`domain.meter_values.counts` as a condition."""
    return or_(flags.bitwise_and(LEFT_OUT) == 0, flags.bitwise_and(LIFTED) != 0)


class Text(Record, frozen=True):
    """A value that is no number, byte for byte."""

    id: int
    series: Series
    context: str
    taken_at: datetime
    received_at: datetime
    text: str


def texts_of(connection: Connection, session: Session) -> list[Text]:
    """The values of a session that are no numbers, in order of time."""
    known = {one.id: one for one in series_of(connection, session.charge_point_id)}
    until = session.stopped_at or now()
    query = select(text_values).where(
        text_values.c.series_id.in_(list(known)),
        text_values.c.taken_at >= to_ms(session.started_at - AROUND_SESSION),
        text_values.c.taken_at <= to_ms(until + AROUND_SESSION),
        text_values.c.session_id == session.id,
    )
    rows = connection.execute(query.order_by(text_values.c.taken_at, text_values.c.id))
    return [
        Text(
            *(row.id, known[row.series_id], CONTEXTS[row.context]),
            *(from_ms(row.taken_at), from_ms(row.received_at), row.text),
        )
        for row in rows
    ]


def _place(row: Row[Any]) -> tuple[int, int, int]:
    return (row.taken_at, row.series_id, row.context)


def place(sample: Sample) -> tuple[int, int, int]:
    """Where a sample stands in the order of time: the `before` of the page after it."""
    return (to_ms(sample.taken_at), sample.series.id, sample.number)


def _days(
    connection: Connection, wanted: Sequence[Series], since: datetime | None, until: datetime | None
) -> Iterator[int]:
    """The days that can hold sealed samples of these series, newest first."""
    if not wanted:
        return
    newest = max(series.last_day for series in wanted)
    if until is not None:
        newest = min(newest, to_ms(until) // DAY_MS)
    oldest = 0 if since is None else to_ms(since) // DAY_MS
    day: int | None = newest + 1
    while True:
        # from one day that has samples to the next: a single one of years ago must not mean a thousand queries
        day = connection.execute(select(func.max(samples.c.day)).where(samples.c.day < day)).scalar()
        if day is None or day < oldest:
            return
        yield day


def between(
    connection: Connection, series_ids: Iterable[int], since: int, until: int, flagged: bool = False
) -> CompoundSelect[Any]:
    """Samples of [since, until) in ms, each once, wherever they lie: for a query to build upon. Flagged ones only
    where `flagged` asks for them too.
    """
    # a list of days, not a range: only then the key (day, series, time) is used to its third column; of those that
    # there are, for whoever asks for all time must not mean each day since the year 1
    driver: Any = connection.connection.driver_connection
    days = [day for (day,) in driver.execute(_SEALED_DAYS, (until - 1, since // DAY_MS)) if day is not None]
    ids = list(series_ids)

    def part(table: Table) -> Any:
        time = table.c.taken_at
        query = select(*_columns(table)).where(table.c.series_id.in_(ids), time >= since, time < until)
        return query if flagged else query.where(counting(table.c.flags))

    sealed_too = (
        (samples.c.day == samples_head.c.taken_at // DAY_MS)
        & (samples.c.series_id == samples_head.c.series_id)
        & (samples.c.taken_at == samples_head.c.taken_at)
        & (samples.c.context == samples_head.c.context)
    )
    fresh = part(samples_head).where(~select(samples.c.day).where(sealed_too).exists())
    return union_all(part(samples).where(samples.c.day.in_(days)), fresh)


def latest(connection: Connection, wanted: Sequence[Series], unless: int = 0) -> list[Sample]:
    """The newest value of each series that has none of the flags in `unless`."""
    found: dict[int, Any] = {}
    values = {"ids": json.dumps([series.id for series in wanted]), "unless": unless}
    driver: Any = connection.connection.driver_connection
    for query in (_NEWEST_SEALED, _NEWEST_IN_HEAD):
        for row in driver.execute(query, values):
            known = found.get(row[1])
            if known is None or (row[0], row[2]) >= (known[0], known[2]):
                found[row[1]] = row
    by_id = {series.id: series for series in wanted}
    return [_of_columns(row, by_id[id]) for id, row in sorted(found.items())]


def _of_columns(row: tuple[Any, ...], series: Series) -> Sample:
    taken_at, _, context, value, received_at, session_id, flags, text = row[: len(_COLUMNS)]
    taken, received = from_ms(taken_at), from_ms(received_at)
    return Sample(series, value, CONTEXTS[context], taken, received, session_id, flags, text)


def registers_since(
    connection: Connection, since: datetime, until: datetime, charge_point_id: int | None = None
) -> Iterator[tuple[int, int, Limits, Reading]]:
    """(series, charge point, limits, reading) of import registers from a day before `since` on, in order of series and
    time; flagged ones too.

    Connector 0 is the charge point's own meter: the same energy once more, so it is left out.
    """
    registers = select(
        *(series_table.c.id, series_table.c.charge_point_id, series_table.c.begins_anew),
        *(charge_points.c.rated_power_w, charge_points.c.learned_power_w),
    ).where(
        charge_points.c.id == series_table.c.charge_point_id,
        series_table.c.measurand == ENERGY,
        series_table.c.phase == "",
        series_table.c.location == "Outlet",
        series_table.c.unit == "Wh",
        series_table.c.connector_id > 0,
    )
    if charge_point_id is not None:
        registers = registers.where(series_table.c.charge_point_id == charge_point_id)
    owners = {
        id: (owner, limits_of(rated_w, learned_w, bool(begins_anew)))
        for id, owner, begins_anew, rated_w, learned_w in connection.execute(registers)
    }
    ids = sorted(owners)
    for start in range(0, len(ids), _SERIES_AT_ONCE):
        some = ids[start : start + _SERIES_AT_ONCE]
        for series_id, reading in readings(connection, some, to_ms(since) - DAY_MS, to_ms(until)):
            yield series_id, *owners[series_id], reading


def readings(
    connection: Connection, series_ids: Iterable[int], since: int, until: int
) -> Iterator[tuple[int, Reading]]:
    """(series, (at, value, code of the context, flags)) of samples taken in [since, until), flagged ones too, as
    `metering.energy.fold` takes them: in order of series and time. A time ahead of when it came counts as that.
    """
    rows = between(connection, series_ids, since, until + AHEAD_MS, flagged=True).subquery()
    at = func.min(rows.c.taken_at, rows.c.received_at)
    # of one moment the end of a transaction comes after its samples, as it did when they were sent
    order = (rows.c.series_id, at, rows.c.taken_at, rows.c.context)
    query = select(*order, rows.c.value, rows.c.flags).where(at < until).order_by(*order)
    for row in connection.execute(query):
        yield row[0], (row[1], row[4], row[3], row[5])


def _sample(row: Row[Any], series: Series, number: int = 0) -> Sample:
    is_text = number >= _TEXTS_FROM
    return Sample(
        series,
        None if is_text else row.value,
        CONTEXTS[row.context],
        from_ms(row.taken_at),
        from_ms(row.received_at),
        row.session_id,
        0 if is_text else row.flags,
        row.text,
        number,
    )
