"""Which tier answers for a stretch of time on a width: raw samples, minutes, hours, days or months."""

from datetime import datetime, timedelta

from wattdeck.domain.records import Record

RAW, MINUTE, HOUR, DAY, MONTH = "raw", "minute", "hour", "day", "month"
# A line with its extremes stands two points a pixel; more would only be drawn over each other.
POINTS_PER_PIXEL = 2
_MINUTES = (1, 2, 5, 10, 15, 30)
# "The last 7 days" is asked a moment after its beginning was reckoned; what is gone by then is worth no coarser tier.
_LATE = timedelta(minutes=1)
_HOUR_S, _DAY_S, _MONTH_S = 3_600, 86_400, 28 * 86_400


class Kept(Record, frozen=True):
    """How many days each tier reaches back; months are kept for ever."""

    samples: float = 7
    minutes: float = 2
    hours: float = 30
    days: float = 365


class Choice(Record, frozen=True):
    """`step_s`: how much a point stands for; none for raw samples and months. `reason`: why it is not a finer one,
    where what is kept decided.
    """

    tier: str
    step_s: int | None
    reason: str | None = None


def choose(since: datetime, until: datetime, width: int, samples: int, kept: Kept, at: datetime) -> Choice:
    """The finest tier with about a point per pixel that still reaches back to `since`; as a whole, so that one chart
    has points of one kind. `samples`: how many raw ones the densest series has there, counted no further than needed.
    """
    length_s = max((until - since).total_seconds(), 1)
    minutes = next((step for step in _MINUTES if length_s / 60 / step <= width), None)
    fits = (
        (RAW, None, kept.samples, "samples", samples <= POINTS_PER_PIXEL * width),
        (MINUTE, None if minutes is None else 60 * minutes, min(kept.minutes, kept.samples), "minutes", minutes),
        (HOUR, _HOUR_S, kept.hours, "hours", length_s / _HOUR_S <= POINTS_PER_PIXEL * width),
        (DAY, _DAY_S, kept.days, "days", length_s / _DAY_S <= POINTS_PER_PIXEL * width),
    )
    reason = None
    for tier, step_s, days, what, fit in fits:
        if not fit:
            continue
        if since >= at - timedelta(days=days) - _LATE:
            return Choice(tier, step_s, reason)
        reason = reason or f"{what} are kept for {days:g} days"
    return Choice(MONTH, None, reason)
