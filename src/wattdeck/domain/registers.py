"""What a charge point's registers can do: the limits by which their readings are believed (`metering.energy`)."""

from wattdeck.domain.records import Record

# No connector gives more than a megawatt; steps that are smaller than MUCH_WH are not looked at, for clocks are coarse.
FASTEST_W, MUCH_WH = 1_000_000.0, 100_000.0
# Where a person said what the charge point can give: half as much again, and clocks that are minutes off.
_MARGIN, _MUCH_OF_RATED_WH = 1.5, 10_000.0
_LEAST_LEARNED_W = 25_000.0


class Limits(Record, frozen=True, gc=False):
    """More than `much_wh` that would have come faster than `fastest_w` is not believed. `by_rate_alone`: what can flow
    in the time is believed, however much it is. `begins_anew`: the register counts each transaction from zero.
    """

    fastest_w: float = FASTEST_W
    much_wh: float = MUCH_WH
    by_rate_alone: bool = False
    begins_anew: bool = False


ANY = Limits()


def limits_of(rated_w: float | None, learned_w: float | None = None, begins_anew: bool = False) -> Limits:
    """Those of a charge point that can give `rated_w`, or was seen to (`learned_w`, which has its margin in it)."""
    if rated_w is not None:
        return Limits(rated_w * _MARGIN, _MUCH_OF_RATED_WH, True, begins_anew)
    if learned_w is None and not begins_anew:
        return ANY
    return Limits(min(learned_w or FASTEST_W, FASTEST_W), begins_anew=begins_anew)


def learn(highest_w: float) -> float:
    """What a charge point that gave `highest_w` can give, for all we know: twice that, in steps that seldom change."""
    learned = _LEAST_LEARNED_W
    while learned < 2 * highest_w:
        learned *= 2
    return learned
