"""Series over time for a chart: samples as they are, or folded to steps by the database. Gaps stay gaps."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select

from wattdeck.domain.clock import to_ms
from wattdeck.domain.records import Record, from_json
from wattdeck.store.samples import COUNTING, DAY_MS, between
from wattdeck.store.series import Series

# What a stretch of one series comes to, as JSON of a `Point`. One aggregate for each stretch, along the key: GROUP BY
# would sort all rows, which are in order already. JSON, for a subquery has one column; it writes 15 digits.
_POINT = "json_array(count(*), min(value), avg(value), max(value), min(taken_at), max(taken_at))"
# From step to step, and from day to day, for samples lie by day.
_SEALED = f"""WITH RECURSIVE stretch (since, till) AS (
  SELECT :since, min(:since / :step * :step + :step, (:since / {DAY_MS} + 1) * {DAY_MS})
  UNION ALL SELECT till, min(till / :step * :step + :step, (till / {DAY_MS} + 1) * {DAY_MS}) FROM stretch
   WHERE till < :until)
SELECT since / :step * :step, (SELECT {_POINT} FROM samples WHERE day = since / {DAY_MS} AND series_id = :id
  AND taken_at >= since AND taken_at < till AND {COUNTING} HAVING count(*))
FROM stretch"""
_HEAD = f"""SELECT series_id, taken_at / :step * :step AS step, {_POINT} FROM samples_head AS head
WHERE taken_at >= :since AND taken_at < :until AND series_id IN (SELECT value FROM json_each(:ids)) AND {COUNTING}
 AND NOT EXISTS (SELECT 1 FROM samples WHERE samples.day = head.taken_at / {DAY_MS}
  AND samples.series_id = head.series_id AND samples.taken_at = head.taken_at AND samples.context = head.context)
GROUP BY series_id, step"""


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
        found = between(connection, [one.id], to_ms(since), to_ms(until)).subquery()
        some = select(literal(1)).select_from(found).limit(limit + 1).subquery()
        most = max(most, connection.execute(select(func.count()).select_from(some)).scalar_one())
        if most > limit:
            break
    return most


def raw(connection: Connection, wanted: Sequence[Series], since: datetime, until: datetime) -> dict[int, list[Point]]:
    """By series number."""
    found = between(connection, [one.id for one in wanted], to_ms(since), to_ms(until)).subquery()
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
    values = {"since": begin, "until": end, "step": step_ms, "ids": json.dumps([one.id for one in wanted])}
    driver: Any = connection.connection.driver_connection
    found: dict[int, list[tuple[int, str]]] = {}
    if begin < end:
        for one in wanted:
            stretches = driver.execute(_SEALED, values | {"id": one.id}).fetchall()
            found[one.id] = [row for row in stretches if row[1] is not None]
    for series_id, *row in driver.execute(_HEAD, values):
        found[series_id].append(tuple(row))
    return {id: _points(rows) for id, rows in found.items() if rows}


def _points(rows: Sequence[tuple[int, str]]) -> list[Point]:
    """In order of time; what is told of one step in several parts put together."""
    points: dict[int, Point] = {}
    parts = from_json(f"[{','.join([part for _, part in rows])}]")
    for (at, _), part in zip(rows, parts, strict=True):
        point = Point(at, *part)
        points[at] = _merged(points[at], point) if at in points else point
    return [points[at] for at in sorted(points)]


def _merged(one: Point, other: Point) -> Point:
    number = one.count + other.count
    mean = ((one.mean or 0.0) * one.count + (other.mean or 0.0) * other.count) / number
    least = min(each.min for each in (one, other) if each.min is not None)
    most = max(each.max for each in (one, other) if each.max is not None)
    ends = min(one.first_at, other.first_at), max(one.last_at, other.last_at)
    return Point(one.at, number, least, mean, most, *ends)


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
