"""Events of the house into observations: what was seen, of whom, and when that was so."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from wattdeck.alerts.meters import OFTEN_MS, Meters
from wattdeck.domain import commands, events
from wattdeck.domain.charge_points import ACCEPTED, ChargePoint, is_connected
from wattdeck.domain.clock import to_ms
from wattdeck.domain.commands import Command
from wattdeck.domain.connectors import Connector
from wattdeck.domain.sessions import Session
from wattdeck.domain.signals import (
    BEGAN,
    BOOTED,
    CONNECTED,
    CONNECTION,
    ENDED,
    ERROR_CODE,
    FILE_JOB,
    OFFLINE,
    ONLINE,
    SECURITY_EVENT,
    SESSION,
    SITE_CONNECTION,
    STATUS,
    UNKNOWN_TAG,
    Observation,
    Subject,
)

_LONGEST_SESSION_MS = 7 * 86_400_000


class Observer:
    """What must be remembered of charge points to see what happens to them."""

    def __init__(self) -> None:
        self._known: dict[int, ChargePoint] = {}
        self._by_identifier: dict[str, ChargePoint] = {}
        self._at_site: dict[str, set[int]] = {}
        self._online: set[int] = set()
        self._statuses: dict[int, dict[int, Connector]] = {}
        self._sessions: dict[int, Session] = {}
        self.meters = Meters(self._sessions)
        self._began: dict[int, int] = {}  # session → when, as far as its clock can be believed
        self._told_at: dict[int, int] = {}  # session → when its energy was told
        self._unanswered: dict[int, int] = {}
        self._away: set[int] = set()  # those known to be offline; what has not come back after a start is neither

    # before the first event

    def know(self, one: ChargePoint) -> None:
        before = self._known.get(one.id)
        if before is not None and before.site is not None:
            self._at_site[before.site].discard(one.id)
        self._known[one.id] = self._by_identifier[one.identifier] = one
        if one.site is not None:
            self._at_site.setdefault(one.site, set()).add(one.id)

    def forget(self, one: ChargePoint) -> None:
        known = self._known.get(one.id, one)
        if known.site is not None:
            self._at_site.get(known.site, set()).discard(one.id)
        self._known.pop(one.id, None)
        self._by_identifier.pop(one.identifier, None)
        for kept in (self._statuses, self._unanswered):
            kept.pop(one.id, None)
        self.meters.forget(one.id)
        self._online.discard(one.id)
        self._away.discard(one.id)
        for id in [id for id, each in self._sessions.items() if each.charge_point_id == one.id]:
            self._forget_session(id)

    def recall(self, running: Iterable[Session], reported: Iterable[Connector], now: int) -> Iterator[Observation]:
        """The state of things at the start. Statuses are told when their charge point is there again."""
        for connector in reported:
            self._statuses.setdefault(connector.charge_point_id, {})[connector.connector_id] = connector
        for session in running:
            self._sessions[session.id], self._began[session.id] = session, to_ms(session.started_at)
            yield _session_began(session, now)

    def look_again(
        self, everyone: Iterable[ChargePoint], running: Iterable[Session], reported: Iterable[Connector], at: datetime
    ) -> Iterator[Observation]:
        """The state of things, after something was missed."""
        now = to_ms(at)
        for connector in reported:
            self._statuses.setdefault(connector.charge_point_id, {})[connector.connector_id] = connector
        for one in everyone:
            is_there = is_connected(one, at)
            if is_there and one.id not in self._online:
                yield from self._connected(one, now)
            elif is_there:
                for connector in self._statuses.get(one.id, {}).values():
                    yield from self._status(connector)
            elif one.id in self._online:
                yield from self._disconnected(one, now)
        known = {session.id: session for session in running}
        for session in [each for id, each in self._sessions.items() if id not in known]:
            self._forget_session(session.id)
            yield Observation(SESSION, _of_session(session), now, None, ENDED, session.id)
        for session in [each for id, each in known.items() if id not in self._sessions]:
            self._sessions[session.id], self._began[session.id] = session, to_ms(session.started_at)
            yield _session_began(session, now)

    def away(self, since: int) -> Iterator[Observation]:
        """Those that have not come back after a start: they are offline, since then."""
        for one in list(self._known.values()):
            if one.id not in self._online and one.registration == ACCEPTED and one.last_seen_at is not None:
                yield from self._disconnected(one, since)

    def ages(self, at: int) -> Iterator[Observation]:
        """How long sessions have been running."""
        for session in self._sessions.values():
            age = (at - self._began[session.id]) / 1000
            yield Observation("session_age_s", _of_session(session), at, age, None, session.id)

    # events

    def observe(self, event: events.Event, now: int) -> Iterator[Observation]:
        """Of everything but meter values. `now`: when it is looked at, in milliseconds."""
        match event:
            case events.ChargePointConnected(one, at):
                yield from self._connected(one, to_ms(at))
            case events.ChargePointDisconnected(one, at, _):
                yield from self._disconnected(one, to_ms(at))
            case events.ChargePointChanged(one):
                yield from self._changed(one, now)
            case events.ChargePointRemoved(one) if one.site is not None:
                yield from self._left(one.site, now)
            case events.StatusChanged(_, connector):
                self._statuses.setdefault(connector.charge_point_id, {})[connector.connector_id] = connector
                yield from self._status(connector)
            case events.SessionStarted(session):
                at_ms, _ = self._when(session.charge_point_id, session.started_at, now)
                # a clock that is years behind says nothing of how long it has been
                began = at_ms if now - at_ms < _LONGEST_SESSION_MS else now
                self._sessions[session.id], self._began[session.id] = session, began
                yield _session_began(session, now)  # what is to follow is expected from now on
                yield self._energy(session, session.started_at, now)
            case events.SessionUpdated(session):
                yield from self.updated(session, now)
            case events.SessionStopped(session):
                self._forget_session(session.id)
                at_ms, _ = self._when(session.charge_point_id, session.stopped_at or session.started_at, now)
                yield Observation(SESSION, _of_session(session), at_ms, None, ENDED, session.id)
            case events.CommandChanged(command):
                yield from self._command(command)
            case events.FileJobChanged(job):
                subject = Subject(job.charge_point_id, job.charge_point)
                at_ms = to_ms(job.reported_at or job.created_at)
                yield Observation(FILE_JOB, subject, at_ms, None, job.state)
            case events.SecurityEventReported(reported) if reported.critical:
                subject = Subject(reported.charge_point_id, reported.charge_point)
                yield Observation(SECURITY_EVENT, subject, to_ms(reported.received_at), None, reported.type)
            case events.UnknownTagSeen(identifier, _, _, at):
                known = self._by_identifier.get(identifier)
                if known is not None:
                    yield Observation(UNKNOWN_TAG, _of(known), to_ms(at))

    def updated(self, session: Session, now: int) -> tuple[Observation, ...]:
        """Of a session that goes on: its energy, now and then."""
        if session.id not in self._sessions:
            return ()
        self._sessions[session.id] = session
        if now - self._told_at.get(session.id, 0) < OFTEN_MS:
            return ()
        self._told_at[session.id] = now
        return (self._energy(session, session.meter_at or session.started_at, now),)

    def _forget_session(self, id: int) -> None:
        self._sessions.pop(id, None)
        self._began.pop(id, None)
        self._told_at.pop(id, None)

    def _when(self, one: int, taken_at: datetime, now: int) -> tuple[int, bool]:
        return self.meters.clock(one).place(to_ms(taken_at), now)

    def _energy(self, session: Session, taken_at: datetime, now: int) -> Observation:
        at, late = self._when(session.charge_point_id, taken_at, now)
        subject = _of_session(session)
        return Observation("session_energy_wh", subject, at, session.energy_wh, None, session.id, not late)

    def _connected(self, one: ChargePoint, at: int) -> Iterator[Observation]:
        yield from self._changed(one, at)
        self._online.add(one.id)
        self._away.discard(one.id)
        yield Observation(CONNECTION, _of(one), at, None, ONLINE)
        yield Observation(CONNECTED, _of(one), at)
        yield Observation("unanswered_commands", _of(one), at, 0.0)  # whatever it was: the line is another
        for connector in self._statuses.get(one.id, {}).values():
            yield from self._status(connector)
        if one.site is not None:
            yield Observation(SITE_CONNECTION, Subject(site=one.site), at, None, ONLINE)

    def _disconnected(self, one: ChargePoint, at: int) -> Iterator[Observation]:
        self._online.discard(one.id)
        self._away.add(one.id)
        self._unanswered.pop(one.id, None)
        yield Observation(CONNECTION, _of(one), at, None, OFFLINE)
        known = self._known.get(one.id, one)
        if known.site is not None and self._is_dark(known.site):
            yield Observation(SITE_CONNECTION, Subject(site=known.site), at, None, OFFLINE)

    def _is_dark(self, site: str) -> bool:
        """A site is offline when all of its charge points are known to be, and it has more than one."""
        there = [self._known[id] for id in self._at_site.get(site, ())]
        seen = [one for one in there if one.last_seen_at is not None]
        return len(seen) > 1 and all(one.id in self._away for one in seen)

    def _changed(self, one: ChargePoint, at: int) -> Iterator[Observation]:
        before = self._known.get(one.id)
        self.know(one)
        if one.booted_at is not None and (before is None or before.booted_at != one.booted_at):
            yield Observation(BOOTED, _of(one), to_ms(one.booted_at))
        if before is not None and before.site not in (None, one.site):
            yield from self._left(before.site or "", at)

    def _left(self, site: str, at: int) -> Iterator[Observation]:
        """A charge point stands there no more: what is left may be no site at all."""
        if not self._is_dark(site):
            yield Observation(SITE_CONNECTION, Subject(site=site), at, None, ONLINE)

    def _status(self, connector: Connector) -> Iterator[Observation]:
        known = self._known.get(connector.charge_point_id)
        if known is not None:
            subject = Subject(known.id, known.identifier, connector.connector_id)
            at, late = self._when(known.id, connector.updated_at, to_ms(connector.received_at))
            yield Observation(STATUS, subject, at, None, connector.status, None, not late)
            yield Observation(ERROR_CODE, subject, at, None, connector.error_code, None, not late)

    def _command(self, command: Command) -> Iterator[Observation]:
        """How many commands in a row had no answer."""
        one, before = command.charge_point_id, self._unanswered.get(command.charge_point_id, 0)
        if command.state == commands.TIMED_OUT:
            unanswered = before + 1
        elif command.state in commands.ANSWERED:
            unanswered = 0
        else:
            return
        self._unanswered[one] = unanswered
        at = to_ms(command.finished_at or command.created_at)
        yield Observation("unanswered_commands", Subject(one, command.charge_point), at, float(unanswered))


def _of(one: ChargePoint) -> Subject:
    return Subject(one.id, one.identifier)


def _session_began(session: Session, at: int) -> Observation:
    return Observation(SESSION, _of_session(session), at, None, BEGAN, session.id, id_tag=session.id_tag)


def _of_session(session: Session) -> Subject:
    return Subject(session.charge_point_id, session.charge_point, session.connector_id)
