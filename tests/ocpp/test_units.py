"""Units into base units."""

import math

import pytest

from wattdeck.domain.meter_values import MEASURANDS
from wattdeck.ocpp.units import to_base


@pytest.mark.parametrize(
    ("value", "unit", "base"),
    [
        (1.234, "kWh", (1234.0, "Wh", True)),
        (7.4, "kW", (7400.0, "W", True)),
        (2.0, "kvarh", (2000.0, "varh", True)),
        (2.0, "kvar", (2000.0, "var", True)),
        (2.0, "kVA", (2000.0, "VA", True)),
        (0.4, "kV", (400.0, "V", True)),
        (212.0, "Fahrenheit", (100.0, "Celsius", True)),
        (-40.0, "Fahrenheit", (-40.0, "Celsius", True)),
        (300.0, "K", (26.85, "Celsius", True)),
        (21.0, "Celcius", (21.0, "Celsius", True)),
        (50.0, "Hz", (50.0, "Hertz", True)),
        (80.0, "%", (80.0, "Percent", True)),
        (1.5, "Kwh", (1500.0, "Wh", True)),
        (1.5, " kWh ", (1500.0, "Wh", True)),
        (15.0, "Wh", (15.0, "Wh", False)),
        (15.0, "wh", (15.0, "Wh", True)),
        (3.0, "furlong", (3.0, "furlong", False)),
    ],
)
def test_units_become_base_units_and_a_change_is_told(value: float, unit: str, base: tuple[float, str, bool]):
    assert to_base("Energy.Active.Import.Register", value, unit) == base


@pytest.mark.parametrize(("measurand", "unit"), MEASURANDS.items())
@pytest.mark.parametrize("missing", [None, ""])
def test_a_missing_unit_is_the_measurands_own(measurand: str, unit: str, missing: str | None):
    assert to_base(measurand, 5.0, missing) == (5.0, unit, False)


def test_a_missing_unit_of_an_unknown_measurand_is_the_standards_default():
    assert to_base("Vendor.Thing", 5.0, None) == (5.0, "Wh", False)


def test_decimal_kilo_units_keep_their_last_digit():
    assert all(to_base("", number / 1000, "kWh")[0] == number for number in range(100_000, 100_500))


def test_a_conversion_never_ends_in_infinity():
    assert math.isfinite(to_base("Energy.Active.Import.Register", 1e308, "kWh")[0])
