"""Units on the wire into base units: kWh → Wh, kW → W, kvarh → varh, Fahrenheit and K → Celsius (contract §4)."""

import math
from collections.abc import Callable

from wattdeck.domain.meter_values import MEASURANDS

_Convert = Callable[[float], float] | None


def _thousand(value: float) -> float:
    # decimal kilo-units such as 1.234 keep their Wh: 1.234 * 1000 is 1234.0, not 1233.9999999999998
    return round(value * 1000, 6)


# unit on the wire, case folded → (base unit, conversion)
_UNITS: dict[str, tuple[str, _Convert]] = {
    "wh": ("Wh", None),
    "kwh": ("Wh", _thousand),
    "varh": ("varh", None),
    "kvarh": ("varh", _thousand),
    "w": ("W", None),
    "kw": ("W", _thousand),
    "va": ("VA", None),
    "kva": ("VA", _thousand),
    "var": ("var", None),
    "kvar": ("var", _thousand),
    "a": ("A", None),
    "v": ("V", None),
    "kv": ("V", _thousand),
    "celsius": ("Celsius", None),
    "celcius": ("Celsius", None),  # as the standard's first edition spells it
    "c": ("Celsius", None),
    "fahrenheit": ("Celsius", lambda value: round((value - 32) * 5 / 9, 6)),
    "k": ("Celsius", lambda value: round(value - 273.15, 6)),
    "percent": ("Percent", None),
    "%": ("Percent", None),
    "hertz": ("Hertz", None),
    "hz": ("Hertz", None),
    "rpm": ("RPM", None),
}
# A few measurands have units of their own (OCPP 1.6 §7.31): a unit said beside them must not change what they mean.
_KNOWN_SPELLINGS = frozenset({"Wh", "varh", "W", "VA", "var", "A", "V", "Celsius", "Percent", "Hertz", "RPM"})


def to_base(measurand: str, value: float, unit: str | None) -> tuple[float, str, bool]:
    """Value and unit in base units, and whether what was sent had to be changed.

    A missing unit is the measurand's own (OCPP 1.6 says Wh for all, which would make volts into energy).
    An unknown unit is kept as it was sent.
    """
    if not unit:
        return value, MEASURANDS.get(measurand, "Wh"), False
    if unit in _KNOWN_SPELLINGS:
        return value, unit, False
    base, convert = _UNITS.get(unit.strip().casefold(), (unit, None))
    converted = convert(value) if convert else value
    if not math.isfinite(converted):
        return value, unit, False
    return converted, base, base != unit or convert is not None
