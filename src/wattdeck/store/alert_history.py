"""What was stored of one charge point, as the observations that alert rules look at: for trying a rule on the past.

Everything counts as though it had come in time and as it is now known: late samples are in their place, values in doubt
left out.
"""

import heapq
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from wattdeck.domain import commands as states
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.meter_values import ENERGY, FELL_OR_JUMPED, MEASURANDS
from wattdeck.domain.signals import (
    BEGAN,
    CONNECTED,
    CONNECTION,
    ENDED,
    ERROR_CODE,
    OFFLINE,
    ONLINE,
    REGISTER_ODD,
    SAMPLED,
    SECURITY_EVENT,
    SESSION,
    STATUS,
    Observation,
    Subject,
)
from wattdeck.domain.signals import phase_balance as balance_of
from wattdeck.store import samples
from wattdeck.store.series import Series
from wattdeck.store.series import of as series_of
from wattdeck.store.tables import commands, connections, security_events, sessions, status_history

_AGE_STEP_MS = 600_000
_BATCH = 2_000

Read = Callable[[Connection, ChargePoint, int, int], Iterator[Observation]]


def observations(
    connection: Connection, one: ChargePoint, signals: frozenset[str], since: int, until: int
) -> Iterator[Observation]:
    """In order of time, from `since` to before `until`, in ms; with what says whether it was connected and charging."""
    wanted = signals & frozenset(MEASURANDS)
    sources = {_READ[signal] for signal in (*signals, SESSION, STATUS, CONNECTION) if signal in _READ}
    parts = [read(connection, one, since, until) for read in sources]
    if wanted:
        parts.append(_values(connection, one, wanted, since, until))
    said: dict[tuple[str, int | None], Observation] = {}
    for seen in heapq.merge(*parts, key=lambda each: each.at):
        yield seen
        if seen.signal in (STATUS, ERROR_CODE):
            said[seen.signal, seen.subject.connector_id] = seen
        elif seen.signal == CONNECTION and seen.word == ONLINE:
            yield from said.values()  # as the watch tells them again then


def is_kept(signal: str) -> bool:
    """Whether what a signal said is still known."""
    return signal in MEASURANDS or signal in _READ


def _values(
    connection: Connection, one: ChargePoint, wanted: frozenset[str], since: int, until: int
) -> Iterator[Observation]:
    for series, row in _samples(connection, one, since, until, lambda each: each.measurand in wanted):
        subject = _subject(one, series)
        yield Observation(series.measurand, subject, row.taken_at, row.value, None, row.session_id)


def _energy(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    """Of the sessions' registers, which stand still when no energy flows."""
    starts = {row.id: row.start_meter_wh or 0.0 for row in _sessions(connection, one, since, until)}
    for series, row in _samples(
        connection, one, since, until, lambda each: each.measurand == ENERGY and not each.phase
    ):
        if row.session_id in starts:
            energy = row.value - starts[row.session_id]
            yield Observation("session_energy_wh", _plug(one, series), row.taken_at, energy, None, row.session_id)


def _sampled(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    last: tuple[int, int] | None = None
    for series, row in _samples(connection, one, since, until, lambda _: True):
        if row.session_id is not None and last != (series.connector_id, row.taken_at):
            last = series.connector_id, row.taken_at
            yield Observation(SAMPLED, _plug(one, series), row.taken_at, None, None, row.session_id)


def _odd(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    for series, row in _samples(connection, one, since, until, lambda _: True, flagged=True):
        if row.flags & FELL_OR_JUMPED:
            yield Observation(REGISTER_ODD, _plug(one, series), row.taken_at, None, None, row.session_id)


def _balance(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    lines: dict[str, float] = {}
    at: tuple[int, int] | None = None
    for series, row in _samples(connection, one, since, until, lambda each: each.measurand == "Current.Import"):
        if at != (series.connector_id, row.taken_at):
            at, lines = (series.connector_id, row.taken_at), {}
        lines[series.phase or ""] = row.value
        balance = balance_of(lines)
        if balance is not None:
            yield Observation("phase_balance", _plug(one, series), row.taken_at, balance, None, row.session_id)


def _samples(
    connection: Connection,
    one: ChargePoint,
    since: int,
    until: int,
    is_wanted: Callable[[Series], bool],
    flagged: bool = False,
) -> Iterator[tuple[Series, Any]]:
    by_id = {series.id: series for series in series_of(connection, one.id) if is_wanted(series)}
    if not by_id:
        return
    found = samples.between(connection, by_id, since, until, flagged).subquery()
    order = (found.c.taken_at, found.c.series_id)
    for row in connection.execute(select(found).order_by(*order)).yield_per(_BATCH):
        yield by_id[row.series_id], row


def _statuses(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    table = status_history
    query = select(table).where(table.c.charge_point_id == one.id, table.c.taken_at >= since, table.c.taken_at < until)
    for row in connection.execute(query.order_by(table.c.taken_at, table.c.id)):
        subject = Subject(one.id, one.identifier, row.connector_id)
        yield Observation(STATUS, subject, row.taken_at, None, row.status)
        yield Observation(ERROR_CODE, subject, row.taken_at, None, row.error_code)


def _connections(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    """One that was replaced by the next was not away between them."""
    table = connections
    query = select(table.c.opened_at, table.c.closed_at).where(table.c.charge_point_id == one.id)
    rows = list(connection.execute(query.order_by(table.c.generation)))
    subject = Subject(one.id, one.identifier)
    for row, following in zip(rows, [*rows, None][1:], strict=True):
        if since <= row.opened_at < until:
            yield Observation(CONNECTION, subject, row.opened_at, None, ONLINE)
            yield Observation(CONNECTED, subject, row.opened_at)
        elif row.opened_at < since and (row.closed_at is None or row.closed_at >= since):
            yield Observation(CONNECTION, subject, since, None, ONLINE)
        is_away = following is None or row.closed_at is None or following.opened_at > row.closed_at
        if row.closed_at is not None and since <= row.closed_at < until and is_away:
            yield Observation(CONNECTION, subject, row.closed_at, None, OFFLINE)


def _sessions(connection: Connection, one: ChargePoint, since: int, until: int) -> list[Any]:
    table = sessions
    query = select(table).where(
        table.c.charge_point_id == one.id,
        table.c.started_at < until,
        (table.c.stopped_at.is_(None)) | (table.c.stopped_at >= since),
    )
    return list(connection.execute(query.order_by(table.c.started_at)))


def _session_marks(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    marks = []
    for row in _sessions(connection, one, since, until):
        subject = Subject(one.id, one.identifier, row.connector_id)
        marks.append(Observation(SESSION, subject, max(row.started_at, since), None, BEGAN, row.id, id_tag=row.id_tag))
        if row.stopped_at is not None and row.stopped_at < until:
            marks.append(Observation(SESSION, subject, row.stopped_at, None, ENDED, row.id))
    yield from sorted(marks, key=lambda seen: seen.at)


def _ages(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    ages = []
    for row in _sessions(connection, one, since, until):
        subject = Subject(one.id, one.identifier, row.connector_id)
        begin, end = max(row.started_at, since), min(row.stopped_at or until, until)
        for at in range(begin, end, _AGE_STEP_MS):
            ages.append(Observation("session_age_s", subject, at, (at - row.started_at) / 1000, None, row.id))
    yield from sorted(ages, key=lambda seen: seen.at)


def _unanswered(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    table, count = commands, 0
    query = select(table.c.state, table.c.finished_at).where(
        table.c.charge_point_id == one.id, table.c.finished_at >= since, table.c.finished_at < until
    )
    for row in connection.execute(query.order_by(table.c.finished_at)):
        before = count
        if row.state in (states.TIMED_OUT, states.LATE):
            count += 1
        elif row.state in states.ANSWERED:
            count = 0
        if count != before:
            subject = Subject(one.id, one.identifier)
            yield Observation("unanswered_commands", subject, row.finished_at, float(count))


def _security(connection: Connection, one: ChargePoint, since: int, until: int) -> Iterator[Observation]:
    table = security_events
    query = select(table.c.type, table.c.received_at).where(
        table.c.charge_point_id == one.id,
        table.c.critical == 1,
        table.c.received_at >= since,
        table.c.received_at < until,
    )
    for row in connection.execute(query.order_by(table.c.received_at)):
        yield Observation(SECURITY_EVENT, Subject(one.id, one.identifier), row.received_at, None, row.type)


def _plug(one: ChargePoint, series: Series) -> Subject:
    return Subject(one.id, one.identifier, series.connector_id)


def _subject(one: ChargePoint, series: Series) -> Subject:
    return Subject(one.id, one.identifier, series.connector_id, series.measurand, series.phase, series.location)


_READ: dict[str, Read] = {
    "session_energy_wh": _energy,
    "session_age_s": _ages,
    "phase_balance": _balance,
    "unanswered_commands": _unanswered,
    SAMPLED: _sampled,
    REGISTER_ODD: _odd,
    SECURITY_EVENT: _security,
    STATUS: _statuses,
    ERROR_CODE: _statuses,
    CONNECTION: _connections,
    CONNECTED: _connections,
    SESSION: _session_marks,
}
