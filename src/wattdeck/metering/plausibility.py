"""What cannot be: values beyond anything a charge point measures, registers that stand still while power flows, and
values sent in another unit than they say (quirk Q41). Pure; registers that fall or jump are judged in `energy`.

Bounds are wide on purpose: what is only too high (50 001 W, 253.1 V, 81 A, 71 °C) is for alerts to see, not for us to
hide.
"""

from wattdeck.domain.meter_values import POWER
from wattdeck.domain.records import Record
from wattdeck.domain.registers import Limits

Bounds = dict[str, tuple[float, float]]

# Megawatt chargers give 3.75 MW at 1250 V and 3000 A.
_MOST_W = 10_000_000.0
_POWERS = ("Power.Active.Export", POWER, "Power.Offered", "Power.Reactive.Export", "Power.Reactive.Import")
_REGISTER = (0.0, 1e13)
_BOUNDS: Bounds = {
    "Current.Export": (-10_000.0, 10_000.0),
    "Current.Import": (-10_000.0, 10_000.0),
    "Current.Offered": (-10_000.0, 10_000.0),
    "Energy.Active.Export.Interval": (0.0, 1_000_000.0),
    "Energy.Active.Export.Register": _REGISTER,
    "Energy.Active.Import.Interval": (0.0, 1_000_000.0),
    "Energy.Active.Import.Register": _REGISTER,
    "Frequency": (0.0, 500.0),
    "Power.Factor": (-100.0, 100.0),
    "RPM": (-1_000_000.0, 1_000_000.0),
    "SoC": (0.0, 100.0),
    "Temperature": (-100.0, 1_000.0),
    "Voltage": (-10.0, 5_000.0),
}
# A charge point that can give 22 kW measures 50 kW where its meter is wrong, 300 kW only where a value is.
_TIMES_RATED, _LEAST_W = 10.0, 200_000.0


def bounds_of(rated_w: float | None) -> Bounds:
    """The least and the most that each measurand can be, at a charge point that can give `rated_w`."""
    most = _MOST_W if rated_w is None else min(_MOST_W, max(_LEAST_W, rated_w * _TIMES_RATED))
    return _BOUNDS | dict.fromkeys(_POWERS, (-most, most))


# A register stands still: nothing for ten minutes, though so much has flowed by the power that even one that counts
# whole kWh would have moved.
_FROZEN_MS, _FROZEN_WH = 600_000, 2_000.0
# A power is believed to hold until the next one, for so long.
HOLD_MS = 1_200_000
# Register and power are compared over stretches in which one of them says that this much has flowed.
_STRETCH_WH, _LEAST_POWERS = 2_000.0, 3
# So many stretches that say the same make it certain: 1 − ½⁵ = 97 %.
CERTAIN = 5
# What a connector gives, where nobody said: no car charges with more, and none with less than six amperes.
_MOST_PLAUSIBLE_W, _LEAST_PLAUSIBLE_W = 500_000.0, 1_000.0
REGISTER_IN_KWH, POWER_IN_KW, POWER_IN_W = "register_in_kwh", "power_in_kw", "power_in_w"
FACTORS = {REGISTER_IN_KWH: 1000.0, POWER_IN_KW: 1000.0, POWER_IN_W: 0.001}


class Doubt(Record, frozen=True):
    """Values are sent in another unit than they say. `what`: REGISTER_IN_KWH, POWER_IN_KW (both without the kilo they
    have), POWER_IN_W (with one they have not).
    """

    what: str
    hits: int

    @property
    def confidence(self) -> float:
        return 1 - 0.5**self.hits

    @property
    def is_certain(self) -> bool:
        return self.hits >= CERTAIN


def is_certain(confidence: float | None) -> bool:
    return confidence is not None and confidence >= 1 - 0.5**CERTAIN


class Flow:
    """Of one connector: the power that was seen last, and what has flowed by it since its register moved (`wh`,
    `since`) and since a comparison began (`began_…`). Times in ms.
    """

    __slots__ = (
        *("at", "began_at", "began_wh", "doubt", "flowed_wh", "powers", "read_at", "rested_at", "since", "told_at"),
        *("w", "wh"),
    )

    def __init__(self) -> None:
        self.w, self.at, self.rested_at = 0.0, 0, 0
        self.told_at, self.read_at = 0, 0
        self.wh, self.since = 0.0, 0
        self.began_wh: float | None = None
        self.began_at, self.flowed_wh, self.powers = 0, 0.0, 0
        self.doubt: Doubt | None = None

    def go_on(self, at: int) -> None:
        """What has flowed until `at`."""
        held = at - self.at
        if held <= 0:
            return
        if held > HOLD_MS:
            self.began_wh = None  # nobody knows
            held = HOLD_MS
        if self.w > 0:
            wh = self.w * held / 3_600_000
            self.wh += wh
            self.flowed_wh += wh
        self.at = at

    def power(self, w: float, at: int) -> None:
        """The power from `at` on."""
        if at >= self.at and at != self.rested_at:
            self.go_on(at)
            self.w, self.told_at = w, at
            self.powers += 1

    def rest(self, at: int) -> None:
        """A transaction begins or ends: by what was measured up to then nothing flows any more."""
        if at >= self.at:
            self.go_on(at)
            self.w, self.rested_at = 0.0, at
            self.moved(at)

    def stands_still(self, at: int) -> bool:
        """Whether a register that has not moved by `at` should have: so much has flowed, and did when it was read
        before. Where nothing was said of the power since, or that it is none, it may rest.
        """
        self.go_on(at)
        return self.w > 0 and self.told_at >= self.read_at and self.wh >= _FROZEN_WH and at - self.since >= _FROZEN_MS

    def moved(self, at: int) -> None:
        self.wh, self.since = 0.0, at

    def compare(self, wh: float, at: int, limits: Limits) -> Doubt | None:
        """Compare a register that is believed with the power. The doubt about a unit where that says anything new."""
        self.go_on(at)
        if self.began_wh is None or wh < self.began_wh:
            self._begin(wh, at)
            return None
        counted, flowed = wh - self.began_wh, self.flowed_wh
        if max(counted, flowed) < _STRETCH_WH or self.powers < _LEAST_POWERS:
            return None
        what, hours = None, (at - self.began_at) / 3_600_000
        self._begin(wh, at)
        if counted > 0 and flowed > 0 and hours > 0:
            what = _explain(counted / flowed, flowed / hours, counted / hours, limits)
        if what is None:
            return None
        if what == "":
            self.doubt = None
            return None
        self.doubt = Doubt(what, self.doubt.hits + 1 if self.doubt is not None and self.doubt.what == what else 1)
        return self.doubt

    def _begin(self, wh: float, at: int) -> None:
        self.began_wh, self.began_at, self.flowed_wh, self.powers = wh, at, 0.0, 0


def _explain(ratio: float, by_power_w: float, by_register_w: float, limits: Limits) -> str | None:
    """Which unit is wrong where a register and the power differ by a thousand; "" where they agree, None where it
    cannot be told. One of the two must be what a car charges with, and the other must not.
    """
    if 0.3 < ratio < 3:
        return ""
    most = limits.fastest_w if limits.by_rate_alone else _MOST_PLAUSIBLE_W
    power_can_be = _LEAST_PLAUSIBLE_W <= by_power_w <= most
    register_can_be = _LEAST_PLAUSIBLE_W <= by_register_w <= most
    if power_can_be == register_can_be:
        return None
    if 0.0004 < ratio < 0.0025:
        return REGISTER_IN_KWH if power_can_be else POWER_IN_W
    if 400 < ratio < 2500 and register_can_be:
        return POWER_IN_KW
    return None
