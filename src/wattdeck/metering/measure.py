"""What meter values do to a charge point's meter and session: pure, in memory; the pipeline stores the outcome."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.events import StoredValue
from wattdeck.domain.meter_values import CONTEXT_CODES, ENERGY, POWER, SOC, MeterValue
from wattdeck.domain.records import Record, replace
from wattdeck.domain.sessions import FLAG_METER_ODD, Session
from wattdeck.metering.energy import END, JUMP_WH, ROUNDING_WH, Register, Step, advance

_RECKONED = frozenset({ENERGY, POWER, SOC})
_PHASES = ("L1", "L2", "L3", "L1-N", "L2-N", "L3-N")
# Clocks of meter and charge point differ a little: samples just before a session began belong to it.
_BEFORE_START = timedelta(seconds=60)
_MOST_STRANGERS = 100


class Stranger(Record, frozen=True):
    """A transaction we never gave, as its first meter values showed it."""

    connector_id: int
    since: datetime
    meter_wh: float | None


class Meter:
    """What is kept in memory of one charge point: its series' numbers, its registers, its running sessions."""

    __slots__ = ("began", "chains", "days", "ended", "newest", "registers", "series", "sessions", "strangers")

    def __init__(self) -> None:
        self.series: dict[tuple[int, str, str, str, str], int] = {}  # by connector, measurand, phase, location, unit
        self.days: dict[int, int] = {}  # series → the newest day it has samples on
        self.registers: dict[int, Register] = {}  # by connector
        self.began: dict[int, int] = {}  # the first reading of these chains, in ms
        self.chains: dict[int, Register] = {}  # by session
        self.newest: dict[tuple[int, str], datetime] = {}  # by session and measurand
        self.sessions: dict[int, Session] = {}
        self.ended: dict[int, Session] = {}  # the last one that ended, by connector
        self.strangers: dict[str, Stranger] = {}  # by transaction id that no session of this charge point has

    def session_on(self, connector_id: int, at: datetime) -> Session | None:
        """The running session of a connector that a sample taken at `at` belongs to."""
        began = (
            session
            for session in self.sessions.values()
            if session.connector_id == connector_id and at >= session.started_at - _BEFORE_START
        )
        return max(began, key=lambda session: session.started_at, default=None)

    def end(self, session: Session) -> None:
        """The session runs no longer."""
        self.sessions.pop(session.id, None)
        self.chains.pop(session.id, None)
        self.newest.pop((session.id, POWER), None)
        self.newest.pop((session.id, SOC), None)
        self.ended[session.connector_id] = session
        self.strangers.pop(session.transaction_id, None)

    def note_stranger(self, transaction_id: str, connector_id: int, values: Sequence[MeterValue]) -> None:
        """Remember an id that is nobody's, so that it is not looked for with each message, and where it was seen first:
        its stop does not say.
        """
        if transaction_id in self.strangers or not values:
            return
        if len(self.strangers) >= _MOST_STRANGERS:
            self.strangers.clear()
        readings = [value for value in values if is_register(value) and value.value is not None]
        first = min(readings, key=_taken_at).value if readings else None
        self.strangers[transaction_id] = Stranger(connector_id, min(map(_taken_at, values)), first)

    def is_news(self, session_id: int, measurand: str, at: datetime) -> bool:
        """Whether no newer value was seen: then this one is the session's."""
        key = (session_id, measurand)
        if session_id not in self.sessions:
            return True
        if key in self.newest and at < self.newest[key]:
            return False
        self.newest[key] = at
        return True

    def may_be_late(self, connector_id: int, at: datetime) -> bool:
        """Whether a session that has ended can have been running at `at`."""
        last = self.ended.get(connector_id)
        return last is not None and last.stopped_at is not None and at <= last.stopped_at

    def session_of(self, transaction_id: str) -> Session | None:
        found = (session for session in self.sessions.values() if session.transaction_id == transaction_id)
        return next(found, None)


class Gain(Record, frozen=True):
    """Energy that flowed between two readings; times in ms."""

    since: int
    until: int
    wh: float


class Measured(Record, frozen=True):
    """The outcome: the session with its new figures, each value with its flags, and the energy gained."""

    session: Session | None
    values: tuple[StoredValue, ...]
    gains: tuple[Gain, ...]


def measure(
    meter: Meter,
    session: Session | None,
    connector_id: int,
    values: Sequence[MeterValue],
    received_at: datetime | None = None,
) -> Measured:
    """Take values into the registers of `meter`, in order of their time, and into the session's energy. A time ahead
    of `received_at` counts as that: a clock that is set back afterwards must not make later readings look old.
    """
    stored, gains = [], []
    session_id = session.id if session is not None else None
    totals: dict[datetime, float] = {}
    phases: dict[datetime, float] = {}
    read_at: set[datetime] = set()
    registers: dict[datetime, float] = {}  # of the phases, added up
    charge: tuple[datetime, float] | None = None
    for value in values if len(values) == 1 else sorted(values, key=_taken_at):
        flags, at = 0, value.taken_at
        if received_at is not None and at > received_at:
            at = received_at
        if value.value is not None and value.measurand in _RECKONED:
            if is_register(value):
                flags, session, gain = _read_register(meter, session, connector_id, value.value, at, value.context)
                read_at.add(at)
                if gain is not None:
                    gains.append(gain)
            elif _is_register_of_phase(value):
                registers[at] = registers.get(at, 0.0) + value.value
            elif value.measurand == POWER:
                if value.phase is None:
                    totals[at] = value.value
                elif value.phase in _PHASES:
                    phases[at] = phases.get(at, 0.0) + value.value
            elif value.measurand == SOC:
                charge = (at, value.value)
        stored.append(StoredValue(value, session_id, flags))
    if session is not None:
        for at in sorted(registers.keys() - read_at):
            session = _read_phases(meter, session, registers[at], at)
        if totals or phases:
            # where no total was sent the phases add up
            at = max(totals or phases)
            if meter.is_news(session.id, POWER, at):
                session = replace(session, power_w=(totals or phases)[at])
        if charge is not None and meter.is_news(session.id, SOC, charge[0]):
            session = replace(session, soc=charge[1])
    return Measured(session, tuple(stored), tuple(gains))


def _taken_at(value: MeterValue) -> datetime:
    return value.taken_at


def is_register(value: MeterValue) -> bool:
    """The reading that energy is counted by: the total at the outlet, in Wh."""
    return value.measurand == ENERGY and value.phase is None and value.location == "Outlet" and value.unit == "Wh"


def _is_register_of_phase(value: MeterValue) -> bool:
    is_energy = value.measurand == ENERGY and value.location == "Outlet" and value.unit == "Wh"
    return is_energy and value.phase in _PHASES


def _read_phases(meter: Meter, session: Session, wh: float, at: datetime) -> Session:
    """Where a charge point sends its register by phase alone (quirk Q45), they add up to the session's; unless they are
    counters of another kind, or not all there, which shows in that they do not go on where the last reading was.

    The energy of the day counts at the stop: its chain is made of readings that are stored.
    """
    last_wh = session.start_meter_wh if session.meter_wh is None else session.meter_wh
    if last_wh is None or not last_wh - ROUNDING_WH <= wh <= last_wh + JUMP_WH:
        return session
    return _read_own(meter, session, wh, at)[1]


def can_be_of(session: Session, values: Sequence[MeterValue]) -> bool:
    """Whether values that name another transaction can be this session's all the same: its register goes on in them."""
    if session.meter_wh is None:
        return True
    readings = (value.value for value in values if is_register(value) and value.value is not None)
    low = (session.start_meter_wh or 0.0) - ROUNDING_WH
    return all(low <= wh <= session.meter_wh + JUMP_WH for wh in readings)


def _chain_of(session: Session) -> Register | None:
    """Its own chain, as its last believed reading in the store leaves it."""
    if session.meter_wh is None or session.meter_at is None:
        return None
    # where it has counted more than its register shows, that has fallen; the next reading may undo the fall
    counted_wh = (session.start_meter_wh or 0.0) + session.energy_wh
    has_fallen = session.flags & FLAG_METER_ODD and counted_wh > session.meter_wh
    return Register(session.meter_wh, to_ms(session.meter_at), counted_wh if has_fallen else None)


def _read_register(
    meter: Meter, session: Session | None, connector_id: int, wh: float, at: datetime, context: str
) -> tuple[int, Session | None, Gain | None]:
    """A reading in the connector's chain, which gives the energy of the day, and in the session's own, which an
    offline replay reads again from its start; the last reading of a session is last whatever the clock says.
    """
    last = meter.registers.get(connector_id)
    at_ms = to_ms(at)
    step = advance(last, wh, at_ms, CONTEXT_CODES.get(context, 0))
    meter.registers[connector_id] = step.register
    began_at = meter.began.setdefault(connector_id, at_ms)
    if session is not None:
        own, session = _read_own(meter, session, wh, at, context)
        if last is not None and at_ms < last.at:
            # late for the connector, whose chain has counted this energy already, except before it began
            gain = Gain(own.since, at_ms, own.wh) if own.since is not None and own.wh and at_ms <= began_at else None
            return own.flags, session, gain
    gain = Gain(step.since, at_ms, step.wh) if step.since is not None and step.wh else None
    return step.flags, session, gain


def _read_own(meter: Meter, session: Session, wh: float, at: datetime, context: str = "") -> tuple[Step, Session]:
    """A reading in the session's own chain."""
    chain = meter.chains.get(session.id) or _chain_of(session)
    at_ms, code = to_ms(at), CONTEXT_CODES.get(context, 0)
    own = advance(chain, wh, max(at_ms, chain.at) if code == END and chain is not None else at_ms, code)
    if session.id in meter.sessions:
        meter.chains[session.id] = own.register
    return own, replace(
        session,
        energy_wh=session.energy_wh + own.wh,
        meter_wh=own.register.wh,
        meter_at=from_ms(own.register.at),
        flags=session.flags | (FLAG_METER_ODD if own.flags else 0),
    )
