"""Series over time for a chart: samples as they are, or folded to steps by the database. Gaps stay gaps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select

from wattdeck.domain.clock import to_ms
from wattdeck.domain.records import Record
from wattdeck.store.samples import between
from wattdeck.store.series import Series


class Point(Record, frozen=True):
    """What one series was in a step that begins at `at` (ms), or at that moment. Without values: a gap begins."""

    at: int
    count: int
    min: float | None
    mean: float | None
    max: float | None
    first_at: int
    last_at: int


class Line(Record, frozen=True):
    """The points of one series in order of time, and where nothing came for too long: from the value before to the one
    after, in ms.
    """

    series: Series
    points: list[Point]
    gaps: list[tuple[int, int]]


def most_samples(connection: Connection, wanted: Sequence[Series], since: datetime, until: datetime, limit: int) -> int:
    """How many samples the densest of these series has; counted no further than one beyond `limit`."""
    most = 0
    for one in wanted:
        found = between([one.id], to_ms(since), to_ms(until)).subquery()
        some = select(literal(1)).select_from(found).limit(limit + 1).subquery()
        most = max(most, connection.execute(select(func.count()).select_from(some)).scalar_one())
        if most > limit:
            break
    return most


def raw(connection: Connection, wanted: Sequence[Series], since: datetime, until: datetime) -> dict[int, list[Point]]:
    """By series number."""
    found = between([one.id for one in wanted], to_ms(since), to_ms(until)).subquery()
    columns = (found.c.series_id, found.c.taken_at, found.c.value)
    points: dict[int, list[Point]] = {}
    for series_id, at, value in connection.execute(select(*columns).order_by(*columns[:2], found.c.context)):
        points.setdefault(series_id, []).append(Point(at, 1, value, value, value, at, at))
    return points


def steps(
    connection: Connection, wanted: Sequence[Series], since: datetime, until: datetime, step_ms: int
) -> dict[int, list[Point]]:
    """By series number: steps that begin at whole multiples of their length and touch [since, until)."""
    begin = to_ms(since) // step_ms * step_ms
    end = -(-to_ms(until) // step_ms) * step_ms
    found = between([one.id for one in wanted], begin, end).subquery()
    step = (found.c.taken_at // step_ms).label("step")
    figures: tuple[Any, ...] = (
        func.count().label("count"),
        func.min(found.c.value).label("min"),
        func.avg(found.c.value).label("mean"),
        func.max(found.c.value).label("max"),
        func.min(found.c.taken_at).label("first_at"),
        func.max(found.c.taken_at).label("last_at"),
    )
    query = (
        select(found.c.series_id, step, *figures).group_by(found.c.series_id, step).order_by(found.c.series_id, step)
    )
    points: dict[int, list[Point]] = {}
    for series_id, number, *rest in connection.execute(query):
        points.setdefault(series_id, []).append(Point(number * step_ms, *rest))
    return points


def lines(
    wanted: Sequence[Series], points: dict[int, list[Point]], since: datetime, until: datetime, gap_ms: int
) -> list[Line]:
    """Each series that has points, with a point without values wherever a gap begins."""
    return [_line(one, points[one.id], to_ms(since), to_ms(until), gap_ms) for one in wanted if one.id in points]


def _line(series: Series, points: Sequence[Point], since: int, until: int, gap_ms: int) -> Line:
    shown: list[Point] = []
    gaps: list[tuple[int, int]] = []
    heard_at = since
    for point in points:
        if point.first_at - heard_at > gap_ms:
            gaps.append((heard_at, point.first_at))
            if shown:
                at = min(heard_at + 1, point.at - 1)
                shown.append(Point(at, 0, None, None, None, at, at))
        shown.append(point)
        heard_at = point.last_at
    if until - heard_at > gap_ms:
        gaps.append((heard_at, until))
    return Line(series, shown, gaps)
