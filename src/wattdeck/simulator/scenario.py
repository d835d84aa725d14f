"""When cars come and go, what they are, and how oddly the charge point talks; drawn from a seeded random."""

from dataclasses import dataclass, fields
from math import ceil
from random import Random

from wattdeck.simulator.meter import AC_3_7, AC_11, AC_22, DC_50, DC_100, DC_150, Car, Supply

PROFILES = ("ac1", "ac3", "dc", "mixed")

_SUPPLIES: dict[str, tuple[tuple[Supply, float], ...]] = {
    "ac1": ((AC_3_7, 1.0),),
    "ac3": ((AC_11, 0.5), (AC_22, 0.5)),
    "dc": ((DC_50, 0.5), (DC_100, 0.25), (DC_150, 0.25)),
}
_MIX = (("ac1", 0.2), ("ac3", 0.5), ("dc", 0.3))

# Minutes that a car stays and that a connector then stays free, as means at speed 1.
_STAY_MIN = {"ac": 50.0, "dc": 25.0}
_FREE_MIN = 25.0
FIVE_DIGITS_WH = 100_000_000.0
_FROZEN_WH = 5_000.0
# Share of connectors that have a car when the charge point is switched on.
_OCCUPIED = 0.6


@dataclass(frozen=True, slots=True)
class Quirks:
    """Ways in which real charge points deviate; each one a switch, all off by default."""

    no_units: bool = False
    kilowatt_hours: bool = False
    no_transaction_id: bool = False
    numeric_message_ids: bool = False
    duplicate_stops: bool = False
    stop_register_zero: bool = False
    kwh_as_wh: bool = False  # the register's samples are kWh and say Wh
    frozen_register: bool = False  # it moves only every 5 kWh
    spikes: bool = False  # a sample of the register now and then is absurd
    session_register: bool = False  # it begins at zero with each session
    roll_over: bool = False  # it is about to run over its five digits of kWh


def shown_wh(register_wh: float, quirks: Quirks) -> float:
    """What the register shows."""
    if quirks.roll_over:
        register_wh %= FIVE_DIGITS_WH
    return ceil(register_wh / _FROZEN_WH) * _FROZEN_WH if quirks.frozen_register else register_wh


QUIRK_NAMES = tuple(field.name for field in fields(Quirks))


@dataclass(frozen=True, slots=True)
class Visit:
    """One car: it comes after `after_s`, wants `car`, is driven by `id_tag` and leaves `stay_s` later at the latest."""

    after_s: float
    stay_s: float
    car: Car
    id_tag: str


def supply_for(profile: str, random: Random) -> Supply:
    """The hardware of one charge point of this profile."""
    if profile == "mixed":
        profile = random.choices([name for name, _ in _MIX], [share for _, share in _MIX])[0]
    supplies = _SUPPLIES[profile]
    return random.choices([supply for supply, _ in supplies], [share for _, share in supplies])[0]


def first_visit(supply: Supply, random: Random, speed: float, tags: tuple[str, ...]) -> Visit:
    """The car that is there already when the charge point is switched on, part of its stay gone; or a later one."""
    visit = next_visit(supply, random, speed, tags)
    if random.random() >= _OCCUPIED:
        return visit
    after_s = random.uniform(0.2, 3.5)
    # what is left of the stay, but long enough to see it
    return Visit(after_s, max(5.0, visit.stay_s * random.random()), visit.car, visit.id_tag)


def next_visit(supply: Supply, random: Random, speed: float, tags: tuple[str, ...]) -> Visit:
    """The next car. At speed X it comes X times sooner, stays X times shorter and its battery is X times smaller."""
    stay_s = 60 * _STAY_MIN["dc" if supply.is_dc else "ac"] * random.lognormvariate(0, 0.45)
    free_s = 60 * _FREE_MIN * random.expovariate(1.0)
    return Visit(
        max(1.0, free_s / speed), max(5.0, stay_s / speed), car_for(supply, random, speed), random.choice(tags)
    )


def car_for(supply: Supply, random: Random, speed: float) -> Car:
    """A car that suits the connector: its battery (divided by `speed`), what it takes, how full it is and shall be."""
    soc = random.uniform(8, 62)
    if supply.is_dc:
        power_w, knee = supply.power_w * random.choice((0.7, 0.85, 1.0, 1.0)), random.uniform(65, 80)
    else:
        power_w, knee = random.choice((7_400.0, 11_040.0, 22_080.0)), 96.0
    return Car(
        battery_wh=random.choice((40_000, 58_000, 77_000, 95_000)) / speed,
        soc=soc,
        target_soc=random.choice((80.0, 90.0, 100.0)),
        power_w=power_w,
        phases=1 if power_w < 8_000 else 3,
        knee_soc=knee,
    )


def tags_for(random: Random, id_tag: str | None, count: int = 3) -> tuple[str, ...]:
    """The id tags of the drivers who come to one connector: card numbers, or always the one given."""
    return (id_tag,) if id_tag is not None else tuple(f"{random.getrandbits(32):08X}" for _ in range(count))
