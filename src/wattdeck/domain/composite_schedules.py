"""The schedule that several charging profiles make together (OCPP 1.6 §3.13.2, §3.13.3, §5.7): pure.

At any time, of each purpose the valid profile of the highest stack level counts; a TxProfile overrules the default
for transactions; what is left is the least of these and of the limit for the whole charge point.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from wattdeck.domain.charging_profiles import CHARGE_POINT_MAX, TX, TX_DEFAULT, Installed, Period
from wattdeck.domain.records import Record

# Watts of an ampere: the voltage of the area, not a measured one, and three phases where none are given (§7.12).
NOMINAL_V = 230.0
DEFAULT_PHASES = 3


class Step(Record, frozen=True):
    """From `start_s` on at most `limit`; None: no profile limits it. `profile_id`: which one does."""

    start_s: int
    limit: float | None
    phases: int | None = None
    profile_id: int | None = None


class Composite(Record, frozen=True):
    """`is_converted`: limits in another unit took part, by nominal voltage and phases."""

    start: datetime
    duration_s: int
    unit: str
    steps: tuple[Step, ...]
    is_converted: bool


def compose(
    installed: Sequence[Installed],
    connector_id: int,
    start: datetime,
    duration_s: int,
    session_started_at: datetime | None,
    unit: str | None = None,
) -> Composite:
    """The limits of a connector, or for connector 0 of the charge point as a whole, in steps.

    Without a running session what counts from the start of charging is reckoned as if one began at `start`. Without
    a unit it is that of the profiles where they agree, else W. Times are whole seconds after `start`.
    """
    begun = session_started_at or start
    concerned = [one for one in installed if _concerns(one, connector_id)]
    units = {one.profile.unit for one in concerned}
    chosen = unit or (units.pop() if len(units) == 1 else "W")
    lines = [_Line(one, start, duration_s, begun, chosen) for one in concerned]
    moments = sorted({0, *(second for line in lines for second in line.starts)})
    steps: list[Step] = []
    for second in moments:
        step = _at(lines, second)
        if not steps or (steps[-1].limit, steps[-1].phases, steps[-1].profile_id) != (
            step.limit,
            step.phases,
            step.profile_id,
        ):
            steps.append(step)
    return Composite(start, duration_s, chosen, tuple(steps), any(one.profile.unit != chosen for one in concerned))


def _concerns(one: Installed, connector_id: int) -> bool:
    if one.profile.purpose == CHARGE_POINT_MAX:
        return one.connector_id == 0
    return connector_id != 0 and one.connector_id in (0, connector_id)


class _Line:
    """One profile over the time asked for: where its limit changes, and to what; None while it says nothing."""

    __slots__ = ("limits", "one", "starts")

    def __init__(self, one: Installed, start: datetime, duration_s: int, begun: datetime, unit: str) -> None:
        self.one = one
        self.starts, self.limits = [0], [_NOTHING]
        for second, period in _segments(one, start, duration_s, begun):
            converted = _NOTHING if period is None else _in_unit(period, one.profile.unit, unit)
            if second <= 0:
                self.limits[0] = converted
            elif second < duration_s:
                self.starts.append(second)
                self.limits.append(converted)

    def at(self, second: int) -> Period | None:
        return self.limits[bisect_right(self.starts, second) - 1]


_NOTHING: Period | None = None


def _segments(one: Installed, start: datetime, duration_s: int, begun: datetime) -> Iterator[tuple[int, Period | None]]:
    """Seconds after `start`, and the period in force from then on; in order, the first at or before 0."""
    profile = one.profile
    since, until = _after(profile.valid_from, start), _after(profile.valid_to, start)
    changes = sorted(_changes(one, start, duration_s, begun), key=lambda change: change[0])
    seconds = [second for second, _ in changes]
    bounds = (second for second in (since, until) if second is not None)
    for second in sorted({0, *seconds, *bounds}):
        valid = (since is None or since <= second) and (until is None or second < until)
        place = bisect_right(seconds, second) - 1
        yield second, changes[place][1] if valid and place >= 0 else None


def _changes(one: Installed, start: datetime, duration_s: int, begun: datetime) -> Iterator[tuple[int, Period | None]]:
    """Where the schedule's own limit changes, validity aside."""
    profile = one.profile
    anchor = profile.starts_at
    if anchor is None:
        # the whole charge point has no start of charging of its own
        anchor = one.installed_at if profile.purpose == CHARGE_POINT_MAX else (one.session_started_at or begun)
    first = _after(anchor, start) or 0
    every = profile.recurs_every_s
    lasts = min((each for each in (profile.duration_s, every) if each is not None), default=None)
    # the round that runs at the start of what is asked for, and those that begin within it
    rounds: Iterable[int] = (first,)
    if every is not None:
        running = max(0, -first // every) if first < 0 else 0
        rounds = range(first + running * every, duration_s, every)
    for began in rounds:
        for period in profile.periods:
            if lasts is None or period.start_s < lasts:
                yield began + period.start_s, period
        if lasts is not None and (every is None or lasts < every):
            yield began + lasts, None


def _after(at: datetime | None, start: datetime) -> int | None:
    return None if at is None else (at - start) // timedelta(seconds=1)


def _at(lines: Sequence[_Line], second: int) -> Step:
    """Of each purpose the prevailing one, of those the least."""
    said: dict[str, tuple[tuple[int, bool], Period, int]] = {}
    for line in lines:
        period = line.at(second)
        profile = line.one.profile
        # on the same level a connector's own default replaces that for all connectors (§3.13.1)
        rank = (profile.stack_level, line.one.connector_id != 0)
        if period is not None and (profile.purpose not in said or said[profile.purpose][0] < rank):
            said[profile.purpose] = (rank, period, profile.id)
    if TX in said:
        said.pop(TX_DEFAULT, None)
    if not said:
        return Step(second, None)
    _, period, profile_id = min(said.values(), key=lambda each: each[1].limit)
    return Step(second, period.limit, period.phases, profile_id)


def _in_unit(period: Period, unit: str, wanted: str) -> Period:
    if unit == wanted:
        return period
    watts_per_ampere = NOMINAL_V * (period.phases or DEFAULT_PHASES)
    factor = watts_per_ampere if wanted == "W" else 1 / watts_per_ampere
    return Period(period.start_s, round(period.limit * factor, 3), period.phases)
