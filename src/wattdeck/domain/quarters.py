"""Energy by quarter of an hour: what is reckoned without a register is kept so, for hours and days of nearly every zone
begin with one. Times are milliseconds since 1970.
"""

from collections.abc import Iterable, Iterator, Mapping

from wattdeck.domain.records import Record

QUARTER_MS = 900_000


class News(Record, frozen=True):
    """What is new of a session: Wh by quarter. `is_anew`: what was known before is no longer so."""

    is_anew: bool
    quarters: Mapping[int, float]


def parts(since: int, until: int, wh: float) -> Iterator[tuple[int, float]]:
    """`wh`, spread evenly over [since, until), by the quarters it lies in. What flowed in no time lies where it is."""
    at = since // QUARTER_MS * QUARTER_MS
    if until <= at + QUARTER_MS:
        yield at, wh
        return
    while at < until:
        held = min(until, at + QUARTER_MS) - max(since, at)
        yield at, wh * (held / (until - since))
        at += QUARTER_MS


def by_quarter(steps: Iterable[tuple[int, int, float]]) -> dict[int, float]:
    """Steps of (since, until, Wh) added up."""
    found: dict[int, float] = {}
    for since, until, wh in steps:
        for at, part in parts(since, until, wh):
            found[at] = found.get(at, 0.0) + part
    return found
