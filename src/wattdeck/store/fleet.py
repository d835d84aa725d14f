"""What many charge points did together: energy, power, who took most. Sums are made by the database.

Only connectors count: connector 0 measures the same energy once more. Energy is that of the registers at the outlet,
power that of a connector as a whole or, where it only tells phases, of its phases.
"""

import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection

from wattdeck.domain.meter_values import ENERGY, POWER, SUMMED_PHASES
from wattdeck.domain.quarters import QUARTER_MS
from wattdeck.domain.records import Record
from wattdeck.domain.rollups import DAY, HOUR
from wattdeck.store.steps import LEVELS, days_of

GroupBy = Literal["none", "site", "charge_point", "connector"]
_KEYS: dict[str, str] = {
    "none": "NULL",
    "site": "charge_points.site",
    "charge_point": "charge_points.identifier",
    "connector": "charge_points.identifier || char(10) || series.connector_id",
}
HOUR_MS = 3_600_000
_LONGEST_HOUR_MS = 2 * HOUR_MS  # where a clock is set back by half an hour, one has 90 minutes
_OWNERS = " JOIN charge_points ON charge_points.id = series.charge_point_id"
_OUTLET = "series.location = 'Outlet' AND series.connector_id > 0"
_REGISTERS = f"{_OUTLET} AND series.measurand = '{ENERGY}' AND series.phase = '' AND series.unit = 'Wh'"
_POWERS = f"""{_OUTLET} AND series.measurand = '{POWER}' AND series.unit = 'W'
 AND (series.phase = '' OR series.phase IN {SUMMED_PHASES} AND NOT EXISTS (SELECT 1 FROM series whole
  WHERE whole.charge_point_id = series.charge_point_id AND whole.connector_id = series.connector_id
  AND whole.measurand = series.measurand AND whole.phase = '' AND whole.location = 'Outlet' AND whole.unit = 'W'))"""


class Scope(Record, frozen=True):
    """Whom a question is about: everyone, a site, some charge points (by number). `zones`: only those with one of
    these time zones of their own ("" for none).
    """

    site: str | None = None
    charge_point_ids: tuple[int, ...] | None = None
    zones: tuple[str, ...] | None = None

    def condition(self) -> str:
        """In SQL, about `charge_points`."""
        return "".join(
            text
            for given, text in (
                (self.site, " AND charge_points.site = :site"),
                (self.charge_point_ids, " AND charge_points.id IN (SELECT value FROM json_each(:ids))"),
                (self.zones, " AND coalesce(charge_points.time_zone, '') IN (SELECT value FROM json_each(:zones))"),
            )
            if given is not None
        )

    def values(self) -> dict[str, Any]:
        return {"site": self.site, "ids": json.dumps(self.charge_point_ids), "zones": json.dumps(self.zones)}


class Source(Record, frozen=True, gc=False):
    """A series that counts, its charge point's own time zone, and the group it belongs to."""

    id: int
    time_zone: str
    key: str | None


class Change(Record, frozen=True, gc=False):
    """By how much a bucket differs from what is stored of it; `max`: what it is now."""

    series_id: int
    bucket: int
    energy_wh: float
    covered_ms: int
    weighted: float = 0.0
    max: float | None = None


class Bucket(NamedTuple):
    """From when to when, ms."""

    begin: int
    end: int


class Amount(Record, frozen=True, gc=False):
    """Of one group in one bucket: Wh, or W × ms."""

    bucket: int
    key: str | None
    amount: float
    covered_ms: int


class Peak(Record, frozen=True, gc=False):
    """The highest sum of a group, W × ms, in the step that begins at `at`."""

    key: str | None
    at: int
    weighted: float


class Consumer(Record, frozen=True, gc=False):
    """Who took how much. `sessions`: of tags only. `reckoned_wh`: what of it no register has counted; not of tags."""

    key: str | None
    energy_wh: float
    sessions: int | None = None
    reckoned_wh: float | None = None


def registers(connection: Connection, scope: Scope, group_by: GroupBy = "none") -> list[Source]:
    """The registers whose energy counts."""
    return _sources(connection, scope, _REGISTERS, group_by)


def powers(connection: Connection, scope: Scope, group_by: GroupBy = "none") -> list[Source]:
    """The series whose power counts."""
    return _sources(connection, scope, _POWERS, group_by)


def touched(connection: Connection, series_ids: Iterable[int]) -> list[int]:
    """Those of these series whose samples have changed since they were folded: the rest is as it is stored."""
    query = """SELECT value FROM json_each(:ids) WHERE value IN (SELECT series_id FROM samples_head)
 OR EXISTS (SELECT 1 FROM stale_rollups WHERE series_id = value)"""
    return [id for (id,) in _all(connection, query, {"ids": json.dumps(list(series_ids))})]


def _sources(connection: Connection, scope: Scope, which: str, group_by: GroupBy) -> list[Source]:
    columns = f"series.id, coalesce(charge_points.time_zone, ''), {_KEYS[group_by]}"
    query = f"SELECT {columns} FROM series{_OWNERS} WHERE {which}{scope.condition()}"
    return [Source(*row) for row in _all(connection, query, scope.values())]


def energy(
    connection: Connection,
    scope: Scope,
    period: int,
    since: int,
    until: int,
    group_by: GroupBy,
    changes: Iterable[Change] = (),
) -> list[Amount]:
    """Wh of the buckets that begin in [since, until) ms, by bucket and group."""
    where = "period = :period AND bucket >= :since AND bucket < :until AND energy_wh IS NOT NULL"
    stored = "rollups INDEXED BY rollups_energy"
    if group_by == "none":  # then no row needs a look at its owner
        ours = f"SELECT series.id FROM series{_OWNERS} WHERE {_REGISTERS}{scope.condition()}"
        sums = f"SELECT bucket, NULL AS own, sum(energy_wh) AS wh, sum(covered_ms) AS ms FROM {stored}"
        sums += f" WHERE {where} AND series_id IN ({ours}) GROUP BY bucket"
    else:
        sums = f"SELECT bucket, {_KEYS[group_by]} AS own, sum(energy_wh) AS wh, sum(covered_ms) AS ms FROM {stored}"
        sums += f" JOIN series ON series.id = series_id{_OWNERS} WHERE {where} AND {_REGISTERS}{scope.condition()}"
        sums += " GROUP BY bucket, own"
    more = f"SELECT value ->> 1 AS bucket, {_KEYS[group_by]} AS own, value ->> 2 AS wh, value ->> 3 AS ms"
    more += f" FROM json_each(:changes) JOIN series ON series.id = value ->> 0{_OWNERS}"
    more += f" WHERE {_REGISTERS}{scope.condition()} AND bucket >= :since AND bucket < :until"
    query = f"SELECT bucket, own, sum(wh), sum(ms) FROM ({sums} UNION ALL {more}) GROUP BY bucket, own"
    values = {"period": period, "since": since, "until": until, "changes": _json(changes)} | scope.values()
    return [Amount(*row) for row in _all(connection, query, values)]


def zones(connection: Connection, scope: Scope) -> list[str]:
    """The time zones of their own that charge points have; "" for none."""
    query = f"SELECT DISTINCT coalesce(charge_points.time_zone, '') FROM charge_points WHERE TRUE{scope.condition()}"
    return [name for (name,) in _all(connection, query, scope.values())]


def first_reckoned(connection: Connection) -> int | None:
    """When energy that no register has counted flowed first, in ms; None where none ever did."""
    at: int | None = connection.exec_driver_sql("SELECT min(at) FROM reckoned_energy").scalar()
    return at


def reckoned(connection: Connection, scope: Scope, buckets: Iterable[Bucket], group_by: GroupBy) -> list[Amount]:
    """Wh that no register has counted (`store.reckoned`), by bucket and group. A quarter of an hour lies in the bucket
    in which it begins.
    """
    key = _KEYS[group_by].replace("series.", "quarters.")
    query = f"""SELECT value ->> 0 AS bucket, {key} AS own, sum(energy_wh), 0 FROM json_each(:buckets)
 CROSS JOIN reckoned_energy AS quarters INDEXED BY reckoned_energy_by_time
  ON quarters.at >= value ->> 0 AND quarters.at < value ->> 1
 JOIN charge_points ON charge_points.id = quarters.charge_point_id
 WHERE quarters.connector_id > 0{scope.condition()} GROUP BY bucket, own"""
    values = {"buckets": json.dumps(list(buckets))} | scope.values()
    return [Amount(*row) for row in _all(connection, query, values)]


def _stored(scope: Scope, group_by: GroupBy, step_ms: int) -> str:
    """Rows of (bucket, own, weighted, ms), in steps of whole hours or quarters of one, from rollups of hours."""
    at, weighted, ms, parts = "bucket", "weighted", "covered_ms", ""
    if step_ms % HOUR_MS:
        # both figures of a quarter stand in turn: each makes a row
        at, parts = f"(bucket + key / 2 * {QUARTER_MS})", " CROSS JOIN json_each(quarters)"
        weighted, ms = "iif(key % 2, 0, value)", "iif(key % 2, value, 0)"
    step = "({} - :offset) / :step * :step + :offset"
    owner = f"{_KEYS[group_by]} AS own"
    where = f"{_POWERS}{scope.condition()}"
    return f"""SELECT {step.format(at)} AS bucket, {owner}, {weighted} AS weighted, {ms} AS ms FROM series{_OWNERS}
  CROSS JOIN rollups ON period = {HOUR} AND series_id = series.id AND bucket > :since - {_LONGEST_HOUR_MS}
   AND bucket < :until{parts} WHERE {at} >= :since AND {at} < :until AND {where}
 UNION ALL SELECT {step.format("value ->> 1")}, {owner}, value ->> 4, value ->> 3
  FROM json_each(:changes) JOIN series ON series.id = value ->> 0{_OWNERS}
  WHERE value ->> 1 >= :since AND value ->> 1 < :until AND {where}"""


def _fine(scope: Scope, group_by: GroupBy) -> str:
    """The same from samples, in steps of any length."""
    return f"""SELECT levels.bucket, {_KEYS[group_by]} AS own, weighted, ms
  FROM levels JOIN series ON series.id = levels.series_id{_OWNERS}"""


class Steps(Record, frozen=True):
    """Which steps are asked for: those that begin in [since, until), both on steps; how long a value may be held, and
    until when at most.
    """

    step_ms: int
    since: int
    until: int
    gap_ms: int
    known_until: int


def load(
    connection: Connection, scope: Scope, steps: Steps, group_by: GroupBy, changes: Iterable[Change] | None = None
) -> list[Amount]:
    """W × ms by step and group: from rollups of hours where `changes` of them are given, else from samples."""
    query = "SELECT bucket, own, sum(weighted), sum(ms) FROM ({}) GROUP BY bucket, own HAVING sum(ms) > 0"
    return [Amount(*row) for row in _of_power(connection, query, scope, steps, group_by, changes)]


def peaks(
    connection: Connection, scope: Scope, steps: Steps, group_by: GroupBy, changes: Iterable[Change] | None = None
) -> list[Peak]:
    """The highest step of each group's load, the highest first."""
    sums = "SELECT own, bucket, sum(weighted) AS total FROM ({}) GROUP BY own, bucket"
    # SQLite takes the other columns from the row that holds the maximum
    query = f"SELECT own, bucket, max(total) AS most FROM ({sums}) GROUP BY own ORDER BY most DESC, own"
    return [Peak(*row) for row in _of_power(connection, query, scope, steps, group_by, changes)]


def _of_power(
    connection: Connection,
    query: str,
    scope: Scope,
    steps: Steps,
    group_by: GroupBy,
    changes: Iterable[Change] | None,
) -> list[Any]:
    values: dict[str, Any] = {"since": steps.since, "until": steps.until, "step": steps.step_ms}
    if changes is not None:
        values |= {"offset": steps.since % steps.step_ms, "changes": _json(changes)}
        return _all(connection, query.format(_stored(scope, group_by, steps.step_ms)), values | scope.values())
    values |= {
        "gap": steps.gap_ms,
        "known": min(steps.known_until, steps.until),
        "days": days_of(steps.since - steps.gap_ms, steps.until),
    }
    ours = f"SELECT series.id FROM series{_OWNERS} WHERE {_POWERS}{scope.condition()}"
    held = LEVELS.format(ours=ours)
    return _all(connection, f"{held} {query.format(_fine(scope, group_by))}", values | scope.values())


def highest(
    connection: Connection, scope: Scope, since: int, until: int, group_by: GroupBy, changes: Iterable[Change]
) -> dict[str | None, float]:
    """The highest single value of each group, by what is stored of hours and of the days before them."""
    where = f"{_POWERS}{scope.condition()}"
    query = f"""SELECT own, max(most) FROM (
  SELECT {_KEYS[group_by]} AS own, rollups.max AS most FROM series{_OWNERS} CROSS JOIN rollups
   ON period IN ({HOUR}, {DAY}) AND series_id = series.id AND bucket >= :since AND bucket < :until WHERE {where}
  UNION ALL SELECT {_KEYS[group_by]}, value ->> 5
   FROM json_each(:changes) JOIN series ON series.id = value ->> 0{_OWNERS} WHERE {where})
 WHERE most IS NOT NULL GROUP BY own"""
    values = {"since": since, "until": until, "changes": _json(changes)} | scope.values()
    return dict(_all(connection, query, values))


def top_tags(connection: Connection, scope: Scope, since: int, until: int, limit: int) -> list[Consumer]:
    """Tags by the energy of the sessions that began in [since, until) ms, in whatever spelling they came last."""
    query = f"""SELECT id_tag, total, number FROM (SELECT id_tag, sum(energy_wh) AS total, count(*) AS number,
   max(sessions.id) FROM sessions JOIN charge_points ON charge_points.id = charge_point_id
   WHERE started_at >= :since AND started_at < :until AND tag_key <> ''{scope.condition()} GROUP BY tag_key)
 ORDER BY total DESC, id_tag LIMIT :limit"""
    values = {"since": since, "until": until, "limit": limit} | scope.values()
    return [Consumer(*row) for row in _all(connection, query, values)]


def _json(changes: Iterable[Change]) -> str:
    columns = ((one.series_id, one.bucket, one.energy_wh, one.covered_ms, one.weighted, one.max) for one in changes)
    return json.dumps(list(columns))


def _all(connection: Connection, query: str, values: dict[str, Any]) -> list[Any]:
    driver: Any = connection.connection.driver_connection
    return list(driver.execute(query, values))
