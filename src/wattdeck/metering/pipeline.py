"""The meter-value pipeline: what a charge point measured goes into its meter, its session and the store.

The only file of the room that touches the store. A charge point's meter is kept in memory from its first meter value
until it disconnects; if a commit fails the meter is forgotten and read from the store again.
"""

from asyncio import Future
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from wattdeck.bus.events import Events
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.events import MeterValuesStored, SessionUpdated, StoredValue
from wattdeck.domain.messages import MeterValues
from wattdeck.domain.meter_values import POWER
from wattdeck.domain.moments import Moment
from wattdeck.domain.records import Record, replace
from wattdeck.domain.sessions import Session, is_an_id, resume
from wattdeck.metering.aftermath import aftermath
from wattdeck.metering.attaching import goes_on, session_known, shows_it
from wattdeck.metering.buffer import DISCONNECT, SESSION, Buffer, Limits
from wattdeck.metering.loading import load
from wattdeck.metering.measure import Measured, can_be_of, measure
from wattdeck.metering.meter import Meter
from wattdeck.metering.rows import key_of
from wattdeck.metering.rows import rows as rows_of
from wattdeck.metering.today import Counted, EnergyToday, Reckoned
from wattdeck.store import chains, findings, reckoned, sealing, series, sessions
from wattdeck.store.engine import Store
from wattdeck.store.samples import DAY_MS
from wattdeck.store.writer import Rows
from wattdeck.telemetry import Telemetry

MOST_SERIES = 2_000  # of one charge point


class Begun(Record, frozen=True):
    """A message that was measured. `stored`: its commit, where its answer waits for that."""

    charge_point_id: int
    charge_point: str
    connector_id: int
    received_at: datetime
    meter: Meter
    measured: Measured
    running: Session | None
    stored: Future[Any] | None


class Pipeline:
    """Meters of the charge points whose sockets this node holds, and today's energy."""

    def __init__(
        self, store: Store, events: Events, today: EnergyToday, telemetry: Telemetry, limits: Limits | None = None
    ) -> None:
        self._dropped = telemetry.dropped.labels("too_many_series")
        self._known = telemetry.values_ignored.labels("known_sealed")
        self._findings = telemetry.findings
        self._store = store
        self._events = events
        self._meters: dict[int, Meter] = {}
        self.today = today
        self.buffer = Buffer(store, telemetry, limits or Limits())

    async def open(self) -> None:
        """Rebuild today's energy from the store."""
        midnight, at = self.today.midnight, now()

        def rebuild(connection: Connection) -> None:
            without = reckoned.since(connection, to_ms(midnight))
            self.today.rebuild(chains.registers_since(connection, midnight, at), at, without)

        await self._store.read(rebuild)

    async def recount(self, charge_point_id: int) -> None:
        """Count a charge point's energy of today anew from the store: what was told in reversed order is all there."""
        midnight, at = self.today.midnight, now()

        def read(connection: Connection) -> tuple[list[Counted], list[Reckoned]]:
            readings = list(chains.registers_since(connection, midnight, at, charge_point_id))
            return readings, reckoned.since(connection, to_ms(midnight), charge_point_id)

        readings, without = await self._store.read(read)
        self.today.recount(charge_point_id, readings, at, without)

    async def seal(self) -> None:
        """Move samples that have lain in the head for long enough to their place, step by step."""
        at = now()
        before = await self._store.glance(lambda connection: sealing.due(connection, at))
        if before is None:
            return
        for first, last in await self._store.glance(lambda connection: sealing.steps(connection, before)):
            known = await self._store.write(partial(sealing.seal, before=before, first=first, last=last))
            self._known.inc(known)

    def quiet(self, charge_point_id: int) -> tuple[Meter | None, int] | None:
        """What `refresh` compares with: the meter as it is now; None while what it has measured is not stored yet."""
        meter = self._meters.get(charge_point_id)
        return (None, 0) if meter is None else None if meter.open else (meter, meter.taken)

    async def refresh(self, charge_point_id: int, since: tuple[Meter | None, int] | None) -> bool:
        """Read the meter again from a store in which something of it was corrected. `since`: `quiet` of before that;
        False where something was measured in between: then it is to be corrected again.
        """
        if since is None or self.quiet(charge_point_id) != since:
            return False
        meter = since[0]
        if meter is None:
            return True
        self.buffer.flush(SESSION)
        await self._store.write(lambda connection: None)  # what was handed in before is stored after that
        fresh = await self._store.read(lambda connection: load(connection, charge_point_id))
        if self.quiet(charge_point_id) != since:
            return False
        fresh.take_over(meter)
        self._meters[charge_point_id] = fresh
        return True

    def forget(self, charge_point_id: int) -> None:
        """Let go of a charge point's meter: it has left, or a commit of its values failed."""
        self._meters.pop(charge_point_id, None)
        self.buffer.flush(DISCONNECT)

    async def meter(self, charge_point_id: int) -> Meter:
        """The charge point's meter, read from the store where it is not in memory."""
        meter = self._meters.get(charge_point_id)
        if meter is None:
            loaded = await self._store.read(lambda connection: load(connection, charge_point_id))
            meter = self._meters.setdefault(charge_point_id, loaded)
        return meter

    async def ingest(
        self, charge_point_id: int, charge_point: str, message: MeterValues, received_at: datetime
    ) -> None:
        """Store a MeterValues message; returns once it is committed, or may be acknowledged before that."""
        await self.finish(await self.begin(charge_point_id, charge_point, message, received_at))

    async def begin(
        self, charge_point_id: int, charge_point: str, message: MeterValues, received_at: datetime
    ) -> Begun:
        """Measure a message and hand in what it brings. The next one of its charge point may begin before this one is
        finished; they are finished in the same order.
        """
        meter = await self.meter(charge_point_id)
        session = await self._session_of(meter, charge_point_id, message)
        resumed = None
        if session is not None and goes_on(meter, session, message):
            resumed = session = resume(session)
            meter.begin(session)
        measured, running = _measured(meter, session, message, received_at)
        try:
            rows = await self.rows(meter, charge_point_id, message.connector_id, measured.values, received_at)
            rows += self._beside(meter, charge_point_id, message, session, measured, running, received_at)
            stored = None
            if resumed is not None:
                stored = await self._store.hand_in(partial(sessions.save, session=resumed), *rows)
            elif not self.buffer.take(rows):
                stored = await self._store.hand_in(None, *rows)
        except BaseException:
            self.forget(charge_point_id)
            raise
        connector_id = message.connector_id
        return Begun(charge_point_id, charge_point, connector_id, received_at, meter, measured, running, stored)

    def begin_at_once(
        self, charge_point_id: int, charge_point: str, message: MeterValues, received_at: datetime
    ) -> Begun | None:
        """The same for what most messages are: plain numbers of series that are known, of a session that runs or of
        none. None where it must be begun the other way, which may wait; then nothing has changed.
        """
        meter, values, connector_id = self._meters.get(charge_point_id), message.values, message.connector_id
        if meter is None or not isinstance(values, Moment) or not self._store.has_room:
            return None
        session, is_certain = session_known(meter, message, values.taken_at)
        if not is_certain or meter.layout(connector_id, values.shape) is None:
            return None
        measured, running = _measured(meter, session, message, received_at)
        try:
            rows = rows_of(meter, connector_id, measured.values, to_ms(received_at))
            rows += self._beside(meter, charge_point_id, message, session, measured, running, received_at)
            stored = None if self.buffer.take(rows) else self._store.hand_in_now(None, *rows)
        except BaseException:
            self.forget(charge_point_id)
            raise
        return Begun(charge_point_id, charge_point, connector_id, received_at, meter, measured, running, stored)

    def _beside(
        self,
        meter: Meter,
        charge_point_id: int,
        message: MeterValues,
        session: Session | None,
        measured: Measured,
        running: Session | None,
        received_at: datetime,
    ) -> list[Rows]:
        """What is stored beside the values of a message."""
        rows = self.aftermath(meter, charge_point_id, message.connector_id, measured, received_at)
        if running is not None:
            is_on = session is not None and shows_it(session, running, message)
            rows.append((sessions.LIVE, [sessions.live_row(running, received_at if is_on else None)]))
            if measured.reckoned is not None:
                rows += reckoned.rows(running, measured.reckoned)
        return rows

    async def finish(self, begun: Begun) -> None:
        """Wait until it may be acknowledged, and tell of it."""
        if begun.stored is not None:
            try:
                await begun.stored
            except BaseException:
                self.forget(begun.charge_point_id)
                raise
        self.tell(begun)

    def tell(self, begun: Begun) -> None:
        """It may be acknowledged: its values, and what they are of a session, are known to everybody from now on."""
        charge_point_id, running = begun.charge_point_id, begun.running
        self.committed(charge_point_id, begun.charge_point, begun.connector_id, begun.measured, begun.received_at)
        if running is not None and running.id in begun.meter.sessions:
            self._events.publish(SessionUpdated(running))

    async def no_power(self, charge_point_id: int, connector_id: int, at: datetime) -> None:
        """Its connector says that nothing flows: what the last sample said is no longer so (quirk Q46)."""
        meter = await self.meter(charge_point_id)
        session = meter.session_on(connector_id, at)
        if session is None or not session.power_w or not meter.is_news(session.id, POWER, at):
            return
        self.buffer.flush(SESSION)
        still = replace(session, power_w=0.0)
        meter.sessions[session.id] = still
        await self._store.add((sessions.LIVE, [sessions.live_row(still)]))
        self._events.publish(SessionUpdated(still))

    def ended(self, session: Session) -> None:
        """A session was ended without its charge point: its meter, where it is in memory, must know."""
        meter = self._meters.get(session.charge_point_id)
        if meter is not None:
            meter.end(session)

    def committed(
        self, charge_point_id: int, charge_point: str, connector_id: int, measured: Measured, received_at: datetime
    ) -> None:
        """Tell of values that are stored now, and count their energy into today's."""
        meter = self._meters.get(charge_point_id)
        if meter is not None and meter.open:
            meter.open -= 1
        if connector_id > 0:
            for gain in measured.gains:
                self.today.add(charge_point_id, gain.since, gain.until, gain.wh, received_at)
            if measured.reckoned is not None and measured.session is not None:
                self.today.reckon(charge_point_id, measured.session.id, measured.reckoned, received_at)
        if measured.values:
            event = MeterValuesStored(charge_point_id, charge_point, connector_id, received_at, measured.values)
            self._events.publish(event)

    async def rows(
        self,
        meter: Meter,
        charge_point_id: int,
        connector_id: int,
        values: Sequence[StoredValue],
        received_at: datetime,
    ) -> list[Rows]:
        """The rows of these values; series that are new are made known first."""
        received_ms = to_ms(received_at)
        try:
            return rows_of(meter, connector_id, values, received_ms)
        except KeyError:  # a series that is not known yet
            known = await self._with_series(meter, charge_point_id, connector_id, values)
            return rows_of(meter, connector_id, known, received_ms)

    async def _with_series(
        self, meter: Meter, charge_point_id: int, connector_id: int, values: Sequence[StoredValue]
    ) -> Sequence[StoredValue]:
        """Make series known that are new; the values whose series are known then."""
        unknown = {key for one in values if (key := key_of(connector_id, one.value)) not in meter.series}
        if len(meter.series) + len(unknown) > MOST_SERIES:
            # nobody measures so much: names that are made up; what is known already is stored all the same
            self._dropped.inc(len(unknown))
            return [one for one in values if key_of(connector_id, one.value) in meter.series]
        day = min(to_ms(one.value.taken_at) for one in values) // DAY_MS
        keys = sorted(unknown)
        made = await self._store.write(lambda c: series.add(c, charge_point_id, keys, day))
        meter.series.update(made)
        for number in made.values():
            meter.days.setdefault(number, day)
        return values

    def aftermath(
        self, meter: Meter, charge_point_id: int, connector_id: int, measured: Measured, received_at: datetime
    ) -> list[Rows]:
        """The rows of what measuring has shown beside the values, whose own series are known by now."""
        if not (measured.late or measured.doubt or measured.learned_w or measured.begins_anew):
            return []
        rows, found = aftermath(meter, charge_point_id, connector_id, measured)
        for finding in found:
            self._findings.labels(finding.kind).inc()
            row = (charge_point_id, finding.kind, to_ms(received_at), finding.example)
            self._store.add_quietly((findings.COUNT, [row]))
        return rows

    async def _session_of(self, meter: Meter, charge_point_id: int, message: MeterValues) -> Session | None:
        """By transaction id, though the session may have ended; else by connector and the samples' own time. An id
        we never gave, or of a session that ended, never opens or closes anything (quirks Q59–Q61, Q67).
        """
        transaction_id = message.transaction_id
        if transaction_id is not None and is_an_id(transaction_id):
            session = meter.session_of(transaction_id)
            if session is None and transaction_id not in meter.strangers:
                session = await self._store.read(lambda c: sessions.by_transaction(c, charge_point_id, transaction_id))
            if session is not None:
                return session
            meter.note_stranger(transaction_id, message.connector_id, message.values)
        if not message.values:
            return None
        at = message.values[0].taken_at
        session = meter.session_on(message.connector_id, at)
        if session is not None and is_an_id(transaction_id) and not can_be_of(session, message.values):
            return None
        if session is not None or not meter.may_be_late(message.connector_id, at):
            return session
        connector_id = message.connector_id
        return await self._store.read(lambda c: sessions.find_at(c, charge_point_id, connector_id, at))


def _measured(
    meter: Meter, session: Session | None, message: MeterValues, received_at: datetime
) -> tuple[Measured, Session | None]:
    """What a message measures; and its session as it is now, if it runs."""
    measured = measure(meter, session, message.connector_id, message.values, received_at)
    running = measured.session if measured.session is not None and measured.session.id in meter.sessions else None
    if running is not None:
        meter.sessions[running.id] = running
    return measured, running
