"""Flags of samples that a person lifts, or sets again, and who did that."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.meter_values import LEFT_OUT, LIFTED
from wattdeck.domain.records import Record
from wattdeck.store import chains
from wattdeck.store.chains import Row, Source
from wattdeck.store.rows import Page, page
from wattdeck.store.series import Series
from wattdeck.store.tables import flag_changes as table
from wattdeck.store.tables import series as series_table

LIFT, FLAG = "lifted", "flagged"
_PLAIN = ("id", "connector_id", "measurand", "location", "action", "samples", "made_by", "note")


class FlagChange(Record, frozen=True, kw_only=True):
    """`action`: lifted, or flagged again; of how many samples between two times, both included."""

    id: int
    connector_id: int
    measurand: str
    phase: str | None
    location: str
    since: datetime
    until: datetime
    action: str
    samples: int
    made_by: str
    note: str | None
    at: datetime


def change(
    connection: Connection,
    wanted: Iterable[Series],
    since: datetime,
    until: datetime,
    *,
    action: str,
    by: str,
    note: str | None,
    at: datetime,
) -> dict[int, list[Row]]:
    """Lift the flags of samples taken in [since, until], or set them again, and write down who did; the samples that
    were changed, by series.
    """
    changed: dict[int, list[Row]] = {}
    chosen = list(wanted)
    source = Source(connection, [one.id for one in chosen])
    for one in chosen:
        rows = [row for row in source.taken(one.id, to_ms(since), to_ms(until)) if _applies(row.flags, action)]
        if not rows:
            continue
        chains.flag(connection, one.id, [(row, row.flags ^ LIFTED) for row in rows])
        values = {
            "charge_point_id": one.charge_point_id,
            "series_id": one.id,
            "since": to_ms(since),
            "until": to_ms(until),
            "action": action,
            "samples": len(rows),
            "made_by": by,
            "note": note,
            "at": to_ms(at),
        }
        connection.execute(insert(table).values(**values))
        changed[one.id] = rows
    return changed


def _applies(flags: int, action: str) -> bool:
    return bool(flags & LEFT_OUT) and bool(flags & LIFTED) is (action == FLAG)


def of(connection: Connection, charge_point_id: int, limit: int, after: int | None) -> Page:
    """Those of a charge point, newest first."""
    columns = (series_table.c.connector_id, series_table.c.measurand, series_table.c.phase, series_table.c.location)
    query = (
        select(table, *columns)
        .join(series_table, series_table.c.id == table.c.series_id)
        .where(table.c.charge_point_id == charge_point_id)
    )

    def record(row: Any) -> FlagChange:
        return FlagChange(
            **{name: getattr(row, name) for name in _PLAIN},
            phase=row.phase or None,
            since=from_ms(row.since),
            until=from_ms(row.until),
            at=from_ms(row.at),
        )

    return page(connection, query, table.c.id, record, limit, after)
