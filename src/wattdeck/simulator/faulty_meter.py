"""What flows and what a meter shows of it while a charge point is in trouble: pure functions, by names of troubles."""

from collections.abc import Callable, Set
from dataclasses import replace
from math import inf

from wattdeck.simulator.meter import Car, Reading, Supply

# A little beyond what the ready-made alert rules take (50 kW, 80 A; 70 and −10 °C; 207 and 253 V).
_TOO_MANY_W, _TOO_MANY_A = 60_000.0, 95.0
_HOT_C, _COLD_C = 75.0, -15.0
_HIGH_V, _HIGH_DC_V, _LOW_V = 260.0, 1_050.0, 200.0
_DERATED_TO = 0.3

Troubles = Set[str]


def give_too_much(supply: Supply, car: Car, troubles: Troubles) -> tuple[Supply, Car]:
    """Both sides as they must be for too much to flow; as they are without such a trouble."""
    watts = supply.power_w
    if "power" in troubles:
        watts = _TOO_MANY_W
    elif "current" in troubles:
        volts = 400.0 if supply.is_dc else 230.0
        watts = _TOO_MANY_A * 1.1 * volts * max(1, supply.phases)
    else:
        return supply, car
    amps = inf if "power" in troubles else _TOO_MANY_A
    return (
        replace(supply, power_w=watts, amps=max(amps, supply.amps)),
        replace(car, power_w=watts, phases=max(1, supply.phases), knee_soc=100.0),
    )


def let_flow(limit_w: float, offered_w: float, troubles: Troubles) -> float:
    """W that may flow where `limit_w` is allowed and `offered_w` is offered."""
    if not troubles.isdisjoint(("no_energy", "suspended")):
        return 0.0
    return min(limit_w, offered_w * _DERATED_TO) if "derated" in troubles else limit_w


def keep(before: Reading, after: Reading, troubles: Troubles) -> Reading:
    """The next reading, with what does not move."""
    return replace(after, soc=before.soc) if "soc_stalled" in troubles else after


def show(reading: Reading, supply: Supply, troubles: Troubles) -> Reading:
    """What is said of a reading."""
    for name in sorted(troubles & _SHOWN.keys()) if troubles else ():
        reading = _SHOWN[name](reading, supply)
    return reading


def _at_volts(reading: Reading, volts: float) -> Reading:
    return replace(reading, volts=(volts,) * len(reading.volts), power_w=volts * sum(reading.amps))


def _without_third_phase(reading: Reading, supply: Supply) -> Reading:
    if supply.phases < 3:
        return reading
    amps = (*reading.amps[:2], 0.0)
    return replace(reading, amps=amps, power_w=sum(v * a for v, a in zip(reading.volts, amps, strict=True)))


_SHOWN: dict[str, Callable[[Reading, Supply], Reading]] = {
    "heat": lambda reading, supply: replace(reading, temperature_c=_HOT_C),
    "cold": lambda reading, supply: replace(reading, temperature_c=_COLD_C),
    "overvoltage": lambda reading, supply: _at_volts(reading, _HIGH_DC_V if supply.is_dc else _HIGH_V),
    "undervoltage": lambda reading, supply: _at_volts(reading, _LOW_V),
    "phase_missing": _without_third_phase,
}
