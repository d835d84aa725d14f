"""A charge point's meter, read from the store: chains as their last readings left them, the sessions that run."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattdeck.domain.clock import to_ms
from wattdeck.domain.meter_values import ENERGY, REGISTERS
from wattdeck.domain.records import replace
from wattdeck.domain.sessions import REGISTER, SAMPLES, Session
from wattdeck.metering.energy import Register, fold
from wattdeck.metering.layouts import Key
from wattdeck.metering.meter import Meter
from wattdeck.metering.plausibility import is_certain
from wattdeck.metering.reckon import without_total
from wattdeck.metering.tallies import Tally
from wattdeck.store import charge_points, reckoned, series, sessions
from wattdeck.store.chains import Row, Source
from wattdeck.store.series import Series

_LONG_AGO = -(2**63)
_TOTAL = (ENERGY, "", "Outlet", "Wh")


def load(connection: Connection, charge_point_id: int) -> Meter:
    meter = Meter()
    owner = charge_points.get(connection, charge_point_id)
    if owner is not None:
        meter.rate(owner.rated_power_w, owner.learned_power_w)
    known = series.of(connection, charge_point_id)
    for one in known:
        key = series.key_of(one)
        meter.series[key] = one.id
        meter.days[one.id] = one.last_day
        if one.factor is not None and is_certain(one.factor_confidence):
            meter.factors[key] = one.factor
        if one.begins_anew:
            meter.limits[one.connector_id] = replace(meter.limits_on(one.connector_id), begins_anew=True)
    for key, register in _registers(connection, [one for one in known if one.measurand in REGISTERS]).items():
        if key[1:] == _TOTAL:
            meter.registers[key[0]] = register
            meter.began[key[0]] = _LONG_AGO
        else:
            meter.others[key] = register
    running = sessions.active(connection, [charge_point_id])
    quarters = reckoned.of(connection, [session.id for session in running])
    for session in reversed(running):
        meter.sessions[session.id] = session
        tally = Tally(session.started_at, session.energy_source in (REGISTER, SAMPLES))
        meter.tallies[session.id] = tally
        tally.go_on_from(session, quarters.get(session.id, {}))
        if not tally.has_register:
            _measured_last(connection, known, session, tally)
    for session in sessions.last_ended(connection, charge_point_id):
        meter.ended[session.connector_id] = session
        if session.stopped_at is not None:
            meter.ended_at[session.connector_id] = to_ms(session.stopped_at)
    return meter


def _measured_last(connection: Connection, known: Sequence[Series], session: Session, tally: Tally) -> None:
    """What the next power and the next interval of a session go on from."""
    powers, intervals = without_total(known, session)
    source = Source(connection, [one.id for one in (*powers, *intervals)])

    def last(some: Sequence[Series]) -> list[Row]:
        rows = [source.chain(one.id, one.last_day)[0] for one in some]
        return [row for row in rows if row is not None and row.at >= to_ms(session.started_at)]

    measured = last(powers)
    tally.at = max((row.at for row in measured), default=0)
    tally.w = sum(row.value for row in measured if row.at == tally.at)
    tally.interval_at = max((row.at for row in last(intervals)), default=tally.interval_at)


def _registers(connection: Connection, known: Sequence[Series]) -> dict[Key, Register]:
    """The chain of each register: its last reading that counts, and what came since and was not believed."""
    source, found = Source(connection, [one.id for one in known]), {}
    limits = series.limits(connection, [one.id for one in known])
    for one in known:
        last, rows = source.chain(one.id, one.last_day)
        start = None if last is None else Register(last.value, last.at)
        register = fold((row.reading for row in rows), start, limits[one.id]).register
        if register is not None:
            found[series.key_of(one)] = register
    return found
