"""What measuring shows beside the values: registers to be judged again, what a charge point can give, units that are
wrong, registers that count each transaction from zero.
"""

from wattdeck.domain.findings import Finding
from wattdeck.domain.meter_values import ENERGY, POWER
from wattdeck.metering.energy import Register
from wattdeck.metering.measure import Measured
from wattdeck.metering.meter import Meter
from wattdeck.metering.plausibility import FACTORS, REGISTER_IN_KWH, Doubt
from wattdeck.store import charge_points, late_readings, series
from wattdeck.store.chains import EVER
from wattdeck.store.writer import Rows


def aftermath(
    meter: Meter, charge_point_id: int, connector_id: int, measured: Measured
) -> tuple[list[Rows], list[Finding]]:
    """Rows to be stored, and findings. The series of what was measured are known by now."""
    rows: list[Rows] = []
    found: list[Finding] = []
    if measured.late:
        marks = [(meter.series[key], since, until) for key, since, until in measured.late if key in meter.series]
        rows.append((late_readings.MARK, marks))
    if measured.learned_w is not None:
        rows.append((charge_points.LEARNED_POWER, [(measured.learned_w, charge_point_id)]))
    if measured.begins_anew:
        number = meter.series.get((connector_id, ENERGY, "", "Outlet", "Wh"))
        rows.append((series.BEGINS_ANEW, [(1, number)]))
        found.append(Finding("session_register", f"connector {connector_id}"))
    if measured.doubt is not None:
        rows += _factor(meter, connector_id, measured.doubt)
        found.append(_finding(connector_id, measured.doubt))
    return rows, found


def _factor(meter: Meter, connector_id: int, doubt: Doubt) -> list[Rows]:
    """Values that are sent in another unit than they say: corrected from now on, once that is certain; a register's
    stored ones are then, too, when it is judged again (`recount`).
    """
    measurand, unit = _what(doubt)
    keys = [key for key in meter.series if key[:2] == (connector_id, measurand) and key[3:] == ("Outlet", unit)]
    numbers, factor = [meter.series[key] for key in keys], FACTORS[doubt.what]
    rows: list[Rows] = [(series.FACTOR, [(factor, doubt.confidence, number) for number in numbers])]
    if doubt.is_certain and not meter.factors.keys() >= set(keys):
        meter.correct(keys, factor)
        if measurand == ENERGY:
            last = meter.registers.get(connector_id)
            if last is not None:
                meter.registers[connector_id] = Register(last.wh * factor, last.at)
            meter.chains.clear()
            rows.append((late_readings.MARK, [(number, 0, EVER) for number in numbers]))
    return rows


def _finding(connector_id: int, doubt: Doubt) -> Finding:
    measurand, unit = _what(doubt)
    times = f"{measurand} in {unit} times {FACTORS[doubt.what]:g}"
    said = f"connector {connector_id}: {times}, confidence {doubt.confidence:.2f}"
    return Finding("unit_corrected", said) if doubt.is_certain else Finding("unit_suspected", said)


def _what(doubt: Doubt) -> tuple[str, str]:
    return (ENERGY, "Wh") if doubt.what == REGISTER_IN_KWH else (POWER, "W")
