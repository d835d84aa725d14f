"""Sessions that end without their stop: given up because of what their charge point says or leaves unsaid, or closed
by a person. A stop that comes after all completes them.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from wattdeck.bus.events import Events
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.errors import Conflict, NotFound
from wattdeck.domain.events import SessionStopped
from wattdeck.domain.findings import Finding
from wattdeck.domain.orphans import Patience, Signs, says_available_in_session, why_orphaned
from wattdeck.domain.records import as_dict, replace
from wattdeck.domain.sessions import ACTIVE, Session, abandon, close
from wattdeck.metering.buffer import SESSION
from wattdeck.metering.pipeline import Pipeline
from wattdeck.metering.reckon import measured_last
from wattdeck.settings import Settings
from wattdeck.store import findings, orphans, sessions
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry


def give_up(connection: Connection, session: Session, at: datetime, why: str) -> Session:
    """The session as it was abandoned before `at`; it is not saved."""
    return abandon(session, at, why, measured_last(connection, session, at))


class Endings:
    def __init__(
        self, store: Store, events: Events, pipeline: Pipeline, settings: Settings, telemetry: Telemetry
    ) -> None:
        self._store, self._events, self._pipeline, self._telemetry = store, events, pipeline, telemetry
        self._patience = Patience(
            available=timedelta(seconds=settings.session_available_s),
            reboot=timedelta(seconds=settings.session_reboot_s),
            silent=timedelta(seconds=settings.session_silent_s),
            away=timedelta(seconds=settings.session_away_s),
        )
        self._began_at = now()
        self._noted: set[int] = set()  # running sessions whose connector was found to be wrong about them

    async def sweep(self) -> None:
        """End the sessions that count as abandoned by now."""
        at = now()
        before = at - min(as_dict(self._patience).values())
        doubtful = await self._store.glance(lambda connection: orphans.signs(connection, before))
        if doubtful:  # what was heard lately may still wait to be written
            doubtful = await self._store.read(lambda connection: orphans.signs(connection, before))
        self._note_contradictions(doubtful)
        for signs in doubtful:
            if self._why(signs, at) is not None:
                ended = await self._store.write(partial(self._give_up, session_id=signs.session.id, at=at))
                if ended is not None:
                    self._tell(ended)

    async def close(
        self, session_id: int, by: str, stopped_at: datetime | None, stop_meter_wh: float | None, note: str | None
    ) -> Session:
        """End a session by hand. Raises NotFound, Conflict where it has ended, Unprocessable for what cannot be."""
        at = now()

        def end(connection: Connection) -> Session:
            session = sessions.get(connection, session_id)
            if session is None:
                raise NotFound(f"no session {session_id}")
            if session.status != ACTIVE:
                raise Conflict(f"session {session_id} has ended")
            last_at = measured_last(connection, session, at)
            ended = close(
                session, at, by=by, stopped_at=stopped_at, stop_meter_wh=stop_meter_wh, note=note, last_at=last_at
            )
            return sessions.save(connection, ended)

        self._pipeline.buffer.flush(SESSION)
        ended = await self._store.write(end)
        self._tell(ended)
        return ended

    def _note_contradictions(self, running: list[Signs]) -> None:
        """A finding for each session whose connector says Available in the midst of it."""
        wrong = {signs.session.id: signs for signs in running if says_available_in_session(signs)}
        for id in wrong.keys() - self._noted:
            session, finding = wrong[id].session, Finding("available_in_session", f"session {id}: {wrong[id].status}")
            self._telemetry.findings.labels(finding.kind).inc()
            row = (session.charge_point_id, finding.kind, to_ms(now()), finding.example)
            self._store.add_quietly((findings.COUNT, [row]))
        self._noted = set(wrong)

    def _why(self, signs: Signs, at: datetime) -> str | None:
        # while we were down nobody could be heard
        return why_orphaned(replace(signs, seen_at=max(signs.seen_at, self._began_at)), at, self._patience)

    def _give_up(self, connection: Connection, session_id: int, at: datetime) -> Session | None:
        """Looked at once more where nothing comes in between."""
        signs = orphans.signs_of(connection, session_id)
        why = None if signs is None else self._why(signs, at)
        if signs is None or why is None:
            return None
        return sessions.save(connection, give_up(connection, signs.session, at, why))

    def _tell(self, ended: Session) -> None:
        self._pipeline.ended(ended)
        self._events.publish(SessionStopped(ended))
