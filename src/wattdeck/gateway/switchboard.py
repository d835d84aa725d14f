"""What all connections of this node share: who is known, who is connected, leases, findings, and the rooms behind.

A connection is (charge point, generation). The newest wins: it takes the lease and the place here; the older one is
closed and, when it ends, finds that neither is its own any more.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection

from wattdeck.bus.bus import Bus
from wattdeck.domain.charge_points import REFUSED, ChargePoint, Known
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.connections import ConnectionRecord
from wattdeck.domain.events import ChargePointChanged, ChargePointRegistered, ChargePointRemoved
from wattdeck.domain.findings import Finding
from wattdeck.domain.messages import MeterValues
from wattdeck.domain.records import replace
from wattdeck.gateway.handshake import Admission
from wattdeck.gateway.pulse import Pulse
from wattdeck.gateway.tally import Tally
from wattdeck.gateway.wiretap import Wiretap
from wattdeck.handlers import Handler, meter_values
from wattdeck.handlers.context import House
from wattdeck.ocpp.times import Unset
from wattdeck.store import charge_points, connections, findings
from wattdeck.store.writer import Rows
from wattdeck.telemetry import Telemetry

NORMAL = 1000
_MOST_UNSET_CLOCKS = 256
MOST_BOOTS, MOST_RECONNECTS = 3, 6  # more within 15 minutes, within an hour: a finding


class Line(Protocol):
    """What the switchboard needs of a connection."""

    charge_point: ChargePoint | None
    generation: int
    pulse: Pulse

    @property
    def identifier(self) -> str: ...
    def close(self, code: int, reason: str) -> None: ...
    def ping(self, at: float) -> None: ...
    def record(self) -> ConnectionRecord | None: ...
    async def finished(self) -> None: ...


class Switchboard:
    def __init__(
        self,
        rooms: House,
        bus: Bus,
        telemetry: Telemetry,
        handlers: Mapping[type, Handler],
        wiretap: Wiretap,
    ) -> None:
        self.rooms, self.bus, self.telemetry = rooms, bus, telemetry
        self.handlers, self.wiretap = handlers, wiretap
        self.may_share = handlers[MeterValues] is meter_values.handle  # a guest's handler is called one by one
        self.known: dict[str, Known] = {}
        self.hash_key = b""
        self.lines: set[Line] = set()  # all that are open, replaced ones that still work off their frames too
        self._newest: dict[str, Line] = {}
        self.unset_clocks: dict[int, Unset] = {}  # by charge point, those that were heard from last
        self.boots = Tally(MOST_BOOTS, 15 * 60)
        self._comings = Tally(MOST_RECONNECTS + 1, 60 * 60)
        self._counters: dict[tuple[str, str], Any] = {}
        rooms.events.tap(self._hear, ChargePointRemoved, ChargePointRegistered)

    async def open(self, hash_key: bytes) -> None:
        """Learn who is known. `hash_key`: of the charge points' password hashes."""
        self.hash_key = hash_key
        everyone = await self.rooms.store.read(charge_points.known)
        self.known = {charge_points.key_of(one.identifier): one for one in everyone}

    def keep_clock(self, charge_point_id: int, clock: Unset) -> None:
        """Know a clock that was never set when its charge point comes back, too."""
        self.unset_clocks.pop(charge_point_id, None)
        self.unset_clocks[charge_point_id] = clock
        if len(self.unset_clocks) > _MOST_UNSET_CLOCKS:
            del self.unset_clocks[next(iter(self.unset_clocks))]

    async def take_lease(self, admission: Admission) -> tuple[ChargePoint, int] | None:
        """Make a new connection the charge point's own: in the store, and known here. None where the charge point was
        removed since it was let in.
        """
        at = now()
        until = at + timedelta(seconds=self.rooms.settings.lease_s)
        arguments = (admission.identifier, admission.registration, admission.dialect.version, at, until)
        was_known = admission.known_id is not None
        proves = admission.next_password or admission.next_profile

        def take(connection: Connection) -> tuple[tuple[ChargePoint, int] | None, Known | None]:
            taken = charge_points.connect(connection, *arguments, was_known)
            if taken is None or not proves:
                return taken, None
            id, generation = taken[0].id, taken[1]
            charge_points.prove(connection, id, admission.next_password, admission.security_profile)
            proven = charge_points.change(connection, id, {})  # as it is now
            return (proven, generation), charge_points.known_as(connection, id)

        taken, proven = await self.rooms.store.write(take)
        if taken is None:
            return None
        charge_point, generation = taken
        key = charge_points.key_of(charge_point.identifier)
        if proven is not None:
            self.rooms.events.publish(ChargePointRegistered(proven))
        elif key not in self.known:
            self.known[key] = Known(charge_point.id, charge_point.identifier, charge_point.registration, None)
        return charge_point, generation

    async def give_back_lease(self, charge_point_id: int, generation: int) -> ChargePoint | None:
        """None where a newer connection has it."""
        at = now()
        return await self.rooms.store.write(lambda c: charge_points.disconnect(c, charge_point_id, generation, at))

    def newest(self, line: Line) -> Line | None:
        """The line has the lease now; an older one of the same charge point is closed and returned."""
        key = charge_points.key_of(line.identifier)
        older = self._newest.get(key)
        if older is not None and older is not line:
            if older.generation > line.generation:
                line.close(NORMAL, "replaced by a newer connection")
                return None
            older.close(NORMAL, "replaced by a newer connection")
        self._newest[key] = line
        return older

    def is_held(self, key: str) -> bool:
        """Whether a connection of this charge point has the lease here."""
        return key in self._newest

    def opened(self, line: Line) -> None:
        """The line has the lease: that is history from now on."""
        self._keep(line)
        record = line.record()
        if record is not None and self._comings.note(record.charge_point_id):
            example = f"more than {MOST_RECONNECTS} reconnects within an hour; from {record.address}"
            self.count_finding(record.charge_point_id, Finding("flapping", example))

    def _keep(self, line: Line) -> None:
        record = line.record()
        if record is None:
            return
        rows: list[Rows] = [(connections.PUT, [connections.row(record)])]
        too_old = record.generation - connections.MOST_OF_ONE
        if record.closed_at is None and too_old > 0:
            rows.append((connections.TRIM, [(record.charge_point_id, too_old)]))
        self.rooms.store.add_quietly(*rows)

    def learn_pings(self, charge_point: ChargePoint, answers: bool | None) -> None:
        """Keep whether it answers pings, for its next connections, too. None: that is not sure any more."""
        key = charge_points.key_of(charge_point.identifier)
        known = self.known.get(key)
        if known is not None and known.answers_pings is not answers:
            self.known[key] = replace(known, answers_pings=answers)
            row = (None if answers is None else int(answers), charge_point.id)
            self.rooms.store.add_quietly((charge_points.ANSWERS_PINGS, [row]))

    def answers_pings(self, line: Line) -> bool | None:
        """As learned on earlier connections."""
        known = self.known.get(charge_points.key_of(line.identifier))
        return None if known is None else known.answers_pings

    async def note_deaf(self, charge_point_id: int, since: datetime | None) -> None:
        """It is deaf since then; None: it hears again."""
        values = {"deaf_since": None if since is None else to_ms(since)}
        changed = await self.rooms.store.write(lambda c: charge_points.change(c, charge_point_id, values))
        self.rooms.events.publish(ChargePointChanged(changed))

    def gone(self, line: Line, reason: str) -> None:
        """The line has ended and worked off all that it had received."""
        self._keep(line)
        self.lines.discard(line)
        self.telemetry.connections.set(len(self.lines))
        self.telemetry.closed.labels(reason[:40]).inc()
        key = charge_points.key_of(line.identifier)
        if self._newest.get(key) is line:
            del self._newest[key]
            if line.charge_point is not None:
                self.rooms.pipeline.forget(line.charge_point.id)

    def count_message(self, action: str, direction: str) -> None:
        counter = self._counters.get((action, direction))
        if counter is None:
            counter = self._counters[action, direction] = self.telemetry.messages.labels(action, direction)
        counter.inc()

    def count_finding(self, charge_point_id: int, finding: Finding) -> None:
        self.telemetry.findings.labels(finding.kind).inc()
        row = (charge_point_id, finding.kind, to_ms(now()), finding.example[:1000])
        self.rooms.store.add_quietly((findings.COUNT, [row]))

    async def renew_leases(self) -> None:
        """Say of every connection that it is still there."""
        until = to_ms(now() + timedelta(seconds=self.rooms.settings.lease_s))
        seen = to_ms(now())
        rows = [
            (until, seen, line.charge_point.id, line.generation)
            for line in self._newest.values()
            if line.charge_point is not None and line.generation > 0
        ]
        if rows:
            await self.rooms.store.add((charge_points.RENEW, rows))

    def _hear(self, event: ChargePointRemoved | ChargePointRegistered) -> None:
        """Keep what the door knows in step with what the API changes."""
        if isinstance(event, ChargePointRemoved):
            key = charge_points.key_of(event.charge_point.identifier)
            self.known.pop(key, None)
            for tally in (self.boots, self._comings):
                tally.forget(event.charge_point.id)
            if key in self._newest:
                self._newest[key].close(NORMAL, "removed")
        else:
            key = charge_points.key_of(event.charge_point.identifier)
            self.known[key] = event.charge_point
            if event.charge_point.registration == REFUSED and key in self._newest:
                self._newest[key].close(NORMAL, "refused")
