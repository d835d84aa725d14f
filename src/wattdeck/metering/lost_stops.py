"""Sessions whose stop was lost, and of which more came after they were given up: they end with the last of it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.meter_values import counts
from wattdeck.domain.records import replace
from wattdeck.domain.sessions import ABANDONED, BY_HAND, Session
from wattdeck.metering.energy import BEGIN
from wattdeck.metering.reckon import by_phase, of_connector, total_of, without_total
from wattdeck.store import sessions
from wattdeck.store.chains import EVER, Row, Source
from wattdeck.store.series import Series


def prolonged(connection: Connection, source: Source, session: Session, known: Sequence[Series]) -> Session:
    """The session with the end it has by the values that name it: up to the next one of its connector, for what was
    measured from then on is of that one. `known`: the series of its charge point.
    """
    if session.status != ABANDONED or session.end_reason == BY_HAND or session.stopped_at is None:
        return session
    following = sessions.next_start(connection, session)
    since, until = to_ms(session.stopped_at), EVER if following is None else to_ms(following)
    total = total_of(of_connector(known, session))
    last = None if total is None else _last(source, [total.id], session, until)
    if last is None:
        powers, intervals = without_total(known, session)
        others = (*by_phase(of_connector(known, session)), *powers, *intervals)
        last = _last(source, [one.id for one in others], session, until)
    return session if last is None or last <= since else replace(session, stopped_at=from_ms(last))


def _last(source: Source, ids: Iterable[int], session: Session, until: int) -> int | None:
    """When the last value was taken that names it, but its start."""
    since = to_ms(session.started_at)

    def is_its(row: Row) -> bool:
        return row.session_id == session.id and row.context != BEGIN and counts(row.flags)

    return max((row.at for id in ids for row in source.between(id, since, until) if is_its(row)), default=None)
