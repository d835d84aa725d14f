"""Samples of a few series as energy is reckoned from them: sealed and in the head, in order of the time that counts.

That is the earlier of when they were taken and when they came (`metering.energy.fold`).
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection

from wattdeck.domain.clock import to_ms
from wattdeck.domain.meter_values import ENERGY, Reading, counts
from wattdeck.domain.registers import Limits
from wattdeck.store import rollups, samples
from wattdeck.store.samples import AHEAD_MS, AT, AT_IN_HEAD, COUNTING, DAY_MS, FAR_AHEAD, NEAR_MS
from wattdeck.store.writer import Bulk, executemany

# Further back nothing is looked for: what lies between is apportioned no more (`metering.energy.LONGEST_MS`).
LOOK_BACK_DAYS = 36
EVER = 2**62

_COLUMNS = "taken_at, context, value, flags"
_MORE = "taken_at + delay_ms, session_id"
_SEALED = (
    f"SELECT {AT}, {_COLUMNS}, {_MORE} FROM samples WHERE day = ? AND series_id = ? AND taken_at >= ? AND taken_at <= ?"
)
_FAR_AHEAD = (
    f"SELECT {AT}, {_COLUMNS}, {_MORE} FROM samples INDEXED BY samples_far_ahead WHERE series_id = ? AND taken_at > ?"
    f" AND taken_at <= ? AND {FAR_AHEAD} AND taken_at + delay_ms >= ? AND taken_at + delay_ms <= ?"
)
_NEWEST = (
    f"SELECT {AT}, {_COLUMNS} FROM samples WHERE day = ? AND series_id = ? AND {AT} < ?"
    f" AND {COUNTING} ORDER BY taken_at DESC, context DESC LIMIT 20"
)
_HEAD = (
    f"SELECT series_id, {AT_IN_HEAD}, {_COLUMNS}, received_at, session_id FROM samples_head"
    " WHERE series_id IN (SELECT value FROM json_each(?))"
)
# from one day that has samples to the next: a list of days would be long, a range reads every series
_DAYS = (
    "WITH RECURSIVE days (day) AS (SELECT min(day) FROM samples WHERE day >= ?1 UNION ALL"
    " SELECT (SELECT min(day) FROM samples WHERE day > days.day) FROM days WHERE days.day < ?2)"
    " SELECT day FROM days WHERE day <= ?2"
)
_REGISTERS = f"SELECT id FROM series WHERE measurand = '{ENERGY}' AND charge_point_id = coalesce(?, charge_point_id)"
_FLAG = (
    Bulk("UPDATE samples SET flags = ? WHERE day = ? AND series_id = ? AND taken_at = ? AND context = ?"),
    Bulk("UPDATE samples_head SET flags = ? WHERE taken_at = ? AND series_id = ? AND context = ?"),
)
_VALUE = (
    Bulk(
        "UPDATE samples SET value = ?, flags = ?, text = coalesce(text, ?)"
        " WHERE day = ? AND series_id = ? AND taken_at = ? AND context = ?"
    ),
    Bulk(
        "UPDATE samples_head SET value = ?, flags = ?, text = coalesce(text, ?)"
        " WHERE taken_at = ? AND series_id = ? AND context = ?"
    ),
)


class Row(NamedTuple):
    """One sample; in this order they are folded. `at`: the time that counts. `came_at`: when it was received."""

    at: int
    taken_at: int
    context: int
    value: float
    flags: int
    came_at: int = 0
    session_id: int | None = None

    @property
    def reading(self) -> Reading:
        return self.at, self.value, self.context, self.flags


class Source:
    """Samples as one transaction sees them; of the series in `ids` the head is read once, for that reads all of it."""

    def __init__(self, connection: Connection, ids: Iterable[int]) -> None:
        driver: Any = connection.connection.driver_connection
        self._driver, self._connection = driver, connection
        self._head: dict[int, list[Row]] = {}
        for id, *row in self._driver.execute(_HEAD, (json.dumps(list(ids)),)):
            self._head.setdefault(id, []).append(Row(*row))

    def between(self, id: int, since: int, until: int) -> list[Row]:
        """Samples of [since, until] in order, flagged ones too."""
        if until < since:
            return []
        last = min(until + NEAR_MS, EVER)
        # one that was sent again can lie in both: the sealed one is the one that counts
        found = {(row.taken_at, row.context): row for row in self._head.get(id, ()) if since <= row.at <= until}
        for (day,) in self._driver.execute(_DAYS, (max(since, 0) // DAY_MS, last // DAY_MS)).fetchall():
            for row in self._driver.execute(_SEALED, (day, id, since, last)):
                if row[0] <= until:
                    found[row[1], row[2]] = Row(*row)
        for row in self._driver.execute(_FAR_AHEAD, (id, last, min(until + AHEAD_MS, EVER), since, until)):
            found[row[1], row[2]] = Row(*row)
        return sorted(found.values())

    def taken(self, id: int, since: int, until: int) -> list[Row]:
        """Samples that were taken in [since, until], in order."""
        rows = self.between(id, since - 7 * AHEAD_MS, until)  # by a clock that is ahead they came before
        return [row for row in rows if since <= row.taken_at <= until]

    def last_that_counts(self, id: int, before: int) -> Row | None:
        """The last sample before a time that counts; where it is gone, what the rollups kept of it."""
        found = max((row for row in self._head.get(id, ()) if row.at < before and counts(row.flags)), default=None)
        oldest = before // DAY_MS - LOOK_BACK_DAYS
        for day in range((before + AHEAD_MS) // DAY_MS, oldest - 1, -1):
            if found is not None and found.taken_at // DAY_MS > day:
                break
            sealed = self._last_of_day(id, day, before)
            if sealed is not None:
                found = sealed if found is None else max(found, sealed)
                break
        if found is not None:
            return found
        known = rollups.last_before(self._connection, id, before)
        return None if known is None or known[1] < oldest * DAY_MS else Row(known[1], known[1], 0, known[0], 0)

    def _last_of_day(self, id: int, day: int, before: int) -> Row | None:
        rows = [Row(*row) for row in self._driver.execute(_NEWEST, (day, id, before))]
        return max((row for row in rows if counts(row.flags)), default=None)

    def chain(self, id: int, last_day: int) -> tuple[Row | None, list[Row]]:
        """The last sample that counts, and those that came after it. `last_day`: the newest that has samples."""
        last = self.last_that_counts(id, (last_day + 1) * DAY_MS)
        rows = self.between(id, 0 if last is None else last.at, EVER)
        return last, rows if last is None else [row for row in rows if row > last]


def registers_since(
    connection: Connection, since: datetime, until: datetime, charge_point_id: int | None = None
) -> Iterator[tuple[int, int, Limits, Reading]]:
    """As `samples.registers_since`; where nothing counts in the day before `since`, first the last reading that does,
    for its energy has flowed from there on.
    """
    source: Source | None = None
    for _, rows in groupby(samples.registers_since(connection, since, until, charge_point_id), itemgetter(0)):
        found = list(rows)
        if not any(at < to_ms(since) and counts(flags) for *_, (at, _, _, flags) in found):
            if source is None:
                driver: Any = connection.connection.driver_connection
                source = Source(connection, [id for (id,) in driver.execute(_REGISTERS, (charge_point_id,))])
            last = source.last_that_counts(found[0][0], found[0][3][0])
            if last is not None:
                yield (*found[0][:3], last.reading)
        yield from found


def flag(connection: Connection, id: int, changes: Iterable[tuple[Row, int]]) -> None:
    """Give samples of a series other flags."""
    all_ = list(changes)
    sealed = [(flags, row.taken_at // DAY_MS, id, row.taken_at, row.context) for row, flags in all_]
    executemany(connection, _FLAG[0], sealed)
    executemany(connection, _FLAG[1], [(flags, row.taken_at, id, row.context) for row, flags in all_])


def correct(connection: Connection, id: int, changes: Iterable[tuple[Row, float, int, str]]) -> None:
    """Give samples of a series another value, flags, and what was sent."""
    all_ = [(value, flags, text, row) for row, value, flags, text in changes]
    sealed = [(*new, row.taken_at // DAY_MS, id, row.taken_at, row.context) for *new, row in all_]
    executemany(connection, _VALUE[0], sealed)
    executemany(connection, _VALUE[1], [(*new, row.taken_at, id, row.context) for *new, row in all_])
