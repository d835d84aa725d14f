"""What a meter shows while a car charges: pure physics in steps, the noise drawn from a seeded random."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from random import Random

STEP_S = 1.0
MOST_STEPS = 120
MAINS_V = 230.0
AMBIENT_C = 22.0


@dataclass(frozen=True, slots=True)
class Supply:
    """What a connector can give. `phases` 0 means direct current; `amps` per phase."""

    name: str
    phases: int
    amps: float
    power_w: float
    ramp_s: float

    @property
    def is_dc(self) -> bool:
        return self.phases == 0


AC_3_7 = Supply("AC 3.7", phases=1, amps=16, power_w=3_700, ramp_s=3)
AC_11 = Supply("AC 11", phases=3, amps=16, power_w=11_040, ramp_s=3)
AC_22 = Supply("AC 22", phases=3, amps=32, power_w=22_080, ramp_s=3)
DC_50 = Supply("DC 50", phases=0, amps=125, power_w=50_000, ramp_s=6)
DC_100 = Supply("DC 100", phases=0, amps=250, power_w=100_000, ramp_s=6)
DC_150 = Supply("DC 150", phases=0, amps=400, power_w=150_000, ramp_s=6)


@dataclass(frozen=True, slots=True)
class Car:
    """What a battery takes: `power_w` until `knee_soc`, then less and less, nothing above `target_soc`."""

    battery_wh: float
    soc: float
    target_soc: float
    power_w: float
    phases: int = 3
    knee_soc: float = 75.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the meter: Wh (never rounded), W, V and A per phase (one of each for DC), percent, Celsius."""

    register_wh: float
    power_w: float
    volts: tuple[float, ...]
    amps: tuple[float, ...]
    soc: float
    temperature_c: float
    elapsed_s: float
    offered_w: float = 0.0


def plug_in(supply: Supply, car: Car, register_wh: float, temperature_c: float = AMBIENT_C) -> Reading:
    """The meter at the moment a car is plugged in: nothing flows yet."""
    return Reading(
        register_wh, 0.0, _resting_volts(supply, car.soc), (0.0,) * max(1, supply.phases), car.soc, temperature_c, 0.0
    )


def idle(supply: Supply, register_wh: float) -> Reading:
    """The meter of a connector without a car."""
    return Reading(register_wh, 0.0, _resting_volts(supply, 0), (0.0,) * max(1, supply.phases), 0.0, AMBIENT_C, 0.0)


def advance(
    reading: Reading, supply: Supply, car: Car, duration_s: float, random: Random, limit_w: float = inf
) -> Reading:
    """The meter `duration_s` later."""
    last = deque(steps(reading, supply, car, duration_s, random, limit_w), maxlen=1)
    return last[0] if last else reading


def steps(
    reading: Reading, supply: Supply, car: Car, duration_s: float, random: Random, limit_w: float = inf
) -> Iterator[Reading]:
    """The same, step by step: within a step the power stands still, so register = sum of power x time, exactly."""
    if duration_s <= 0:
        return
    count = min(MOST_STEPS, max(1, round(duration_s / STEP_S)))
    for _ in range(count):
        reading = _step(reading, supply, car, duration_s / count, random, limit_w)
        yield reading


def accepted_power(supply: Supply, car: Car, soc: float, elapsed_s: float) -> float:
    """W that flow at this state of charge: the smaller of the two sides, ramped up at the start, tapered near full."""
    if soc >= car.target_soc:
        return 0.0
    wanted = min(car.power_w, supply.power_w)
    if soc > car.knee_soc:
        wanted *= max(0.12, 1 - 0.88 * (soc - car.knee_soc) / (100 - car.knee_soc))
    return wanted * min(1.0, (elapsed_s + STEP_S) / supply.ramp_s)


def _step(reading: Reading, supply: Supply, car: Car, step_s: float, random: Random, limit_w: float) -> Reading:
    wanted = min(limit_w, accepted_power(supply, car, reading.soc, reading.elapsed_s))
    wanted *= 1 - 0.02 * random.random()
    room_wh = (car.target_soc - reading.soc) / 100 * car.battery_wh
    wanted = min(wanted, max(0.0, room_wh) * 3600 / step_s)
    volts = _volts(supply, reading, random)
    amps = _amps(supply, car, volts, wanted)
    power = sum(v * a for v, a in zip(volts, amps, strict=True))
    energy_wh = power * step_s / 3600
    # Warm when loaded, slowly: a time constant of a minute towards 24 degrees above the surroundings at full power.
    goal_c = AMBIENT_C + 24 * power / supply.power_w
    return Reading(
        register_wh=reading.register_wh + energy_wh,
        power_w=power,
        volts=volts,
        amps=amps,
        soc=min(100.0, reading.soc + energy_wh / car.battery_wh * 100),
        temperature_c=reading.temperature_c + (goal_c - reading.temperature_c) * min(1.0, step_s / 60),
        elapsed_s=reading.elapsed_s + step_s,
    )


def _resting_volts(supply: Supply, soc: float) -> tuple[float, ...]:
    return (370 + 0.7 * soc,) if supply.is_dc else (MAINS_V,) * supply.phases


def _volts(supply: Supply, reading: Reading, random: Random) -> tuple[float, ...]:
    """Battery voltage rises with its charge; the mains wander around 230 V, each phase on its own."""
    if supply.is_dc:
        return (370 + 0.7 * reading.soc + random.uniform(-1, 1),)
    return tuple(MAINS_V + 0.95 * (volts - MAINS_V) + random.uniform(-0.8, 0.8) for volts in reading.volts)


def _amps(supply: Supply, car: Car, volts: tuple[float, ...], power_w: float) -> tuple[float, ...]:
    """The current that makes this power, on the phases the car uses, never above what the connector gives."""
    used = 1 if supply.is_dc else min(supply.phases, max(1, car.phases))
    share = power_w / used
    return tuple(min(supply.amps, share / volt) if phase < used else 0.0 for phase, volt in enumerate(volts))
