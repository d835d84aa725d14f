"""Where values go that come in the same shape again and again: worked out once for a connector, not for each time."""

from collections.abc import Mapping, Sequence
from math import inf
from operator import le

from wattdeck.domain.meter_values import CONTEXT_CODES, POWER, REGISTERS, SOC
from wattdeck.domain.moments import Kind, Shape
from wattdeck.metering.plausibility import Bounds

# What a series is known by within its charge point: connector, measurand, phase or "", location, unit.
Key = tuple[int, str, str, str, str]

EXPORT, INTERVAL, OFFERED = "Energy.Active.Export.Register", "Energy.Active.Import.Interval", "Power.Offered"
# What energy, and the figures of a session, come from; all else is only stored.
RECKONED = frozenset({*REGISTERS, INTERVAL, OFFERED, POWER, SOC})
_OTHER = CONTEXT_CODES["Other"]
_ANY = (-inf, inf)


class Layout:
    """By place in the shape: the numbers of the series, the codes of the contexts, the least and the most a value can
    be. `reckoned`: the places of those that are. `day`: the newest on which all of the series are known to have some.
    """

    __slots__ = ("contexts", "day", "highs", "lows", "reckoned", "series")

    def __init__(self, series: Sequence[int], shape: Shape, bounds: Bounds) -> None:
        self.series, self.day = tuple(series), 0
        self.contexts = tuple(CONTEXT_CODES.get(kind.context, _OTHER) for kind in shape.kinds)
        allowed = [bounds.get(kind.measurand, _ANY) for kind in shape.kinds]
        self.lows, self.highs = tuple(low for low, _ in allowed), tuple(high for _, high in allowed)
        self.reckoned: tuple[tuple[int, Kind], ...] = tuple(
            (place, kind) for place, kind in enumerate(shape.kinds) if kind.measurand in RECKONED
        )

    def can_be(self, numbers: Sequence[float]) -> bool:
        """Whether none of them is out of bounds."""
        return all(map(le, self.lows, numbers)) and all(map(le, numbers, self.highs))


def lay_out(connector_id: int, shape: Shape, series: Mapping[Key, int], bounds: Bounds) -> Layout | None:
    """None where one of the series is not known yet."""
    keys = [(connector_id, kind.measurand, kind.phase or "", kind.location, kind.unit) for kind in shape.kinds]
    numbers = [series[key] for key in keys if key in series]
    return Layout(numbers, shape, bounds) if len(numbers) == len(keys) else None
