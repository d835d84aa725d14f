"""From when to when a session's energy is counted: by its start and its stop, where their clock had not jumped."""

from wattdeck.domain.clock import to_ms
from wattdeck.domain.records import Record
from wattdeck.domain.sessions import Session
from wattdeck.metering import clocks
from wattdeck.metering.energy import BEGIN, END
from wattdeck.store.chains import EVER, Row, Source
from wattdeck.store.samples import DAY_MS


class Bounds(Record, frozen=True):
    """In ms; `begun`, `ended`: the readings of its start and stop, where they are known."""

    since: int
    until: int
    begun: Row | None = None
    ended: Row | None = None


def bounds(source: Source, id: int | None, session: Session) -> Bounds:
    """Those of a session; `id`: of its connector's register, if that has any."""
    since, until = to_ms(session.started_at), EVER if session.stopped_at is None else to_ms(session.stopped_at)
    begun = ended = None
    if id is not None:
        begun = _at(source, id, since, BEGIN)
        ended = None if session.stopped_at is None else _at(source, id, until, END)
        if ended is None and until <= since:
            ended = _stop_before_start(source, id, session)
    since, until = since if begun is None else begun.at, until if ended is None else ended.at
    if session.meter_at is not None:
        since = min(since, to_ms(session.meter_at))  # by a clock that was ahead it began later than it was read
    if id is not None and begun is not None and clocks.has_jumped(begun):
        since = _truly(source, id, begun)
    if id is not None and ended is not None and clocks.has_jumped(ended):
        until = _truly(source, id, ended)
    return Bounds(since, until, begun, ended)


def _at(source: Source, id: int, taken_at: int, context: int) -> Row | None:
    """The reading of a start or stop: it may have come before it was taken, by a clock that is ahead."""
    rows = source.between(id, taken_at - 2 * DAY_MS, taken_at)
    return next((row for row in reversed(rows) if row.taken_at == taken_at and row.context == context), None)


def _stop_before_start(source: Source, id: int, session: Session) -> Row | None:
    """The reading of a stop that was taken before its start, by a clock that jumped: there it says it ended."""
    started_at = to_ms(session.started_at)
    rows = source.between(id, started_at - clocks.FURTHEST_MS, started_at)
    return next((row for row in reversed(rows) if row.session_id == session.id and row.context == END), None)


def _truly(source: Source, id: int, odd: Row) -> int:
    """When the register stood where the reading says."""
    at = clocks.truly_at(around(source, id, odd.at, odd.at), odd)
    return odd.at if at is None else at


def around(source: Source, id: int, since: int, until: int) -> list[Row]:
    """Samples that say whether clocks had jumped between two times: what came before and after those of then is among
    them.
    """
    first = since - 2 * clocks.FURTHEST_MS
    before = source.last_that_counts(id, first)
    rows = source.between(id, first, min(until + 2 * clocks.FURTHEST_MS, EVER))
    return rows if before is None else [before, *rows]
