"""Energy, load and peaks of many charge points, held against sums over the exact rollups of their series."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from wattdeck.domain.buckets import end, start
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import replace
from wattdeck.domain.rollups import DAY, HOUR, MINUTE, MONTH, Rollup
from wattdeck.domain.sessions import Session
from wattdeck.metering import exact, fleet, folding
from wattdeck.metering.fleet import Question
from wattdeck.metering.folding import Step
from wattdeck.metering.spans import Spans
from wattdeck.store import charge_points, readings, rollups, samples, sealing, series, sessions
from wattdeck.store.engine import open_sqlite
from wattdeck.store.fleet import Scope, top_tags
from wattdeck.store.readings import Source

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
GAP_MS = 1_200_000
SINCE = to_ms(datetime(2026, 3, 28, tzinfo=UTC))
UNTIL = SINCE + 2 * DAY_MS
REGISTER, POWER = "Energy.Active.Import.Register", "Power.Active.Import"
BERLIN = ZoneInfo("Europe/Berlin")
# charge point, site, zone of its own
PLACES = [("A", "north", None), ("B", "north", "Asia/Kathmandu"), ("C", "south", None), ("D", None, "UTC")]
# charge point, connector, measurand, phase
KINDS = [
    *(("A", 1, REGISTER, ""), ("A", 2, REGISTER, ""), ("A", 1, POWER, ""), ("A", 1, POWER, "L1")),
    *(("A", 2, POWER, "L1"), ("A", 2, POWER, "L2"), ("A", 0, REGISTER, ""), ("A", 0, POWER, "")),
    *(("B", 1, REGISTER, ""), ("B", 1, POWER, ""), ("C", 1, REGISTER, ""), ("C", 1, POWER, ""), ("D", 1, REGISTER, "")),
    *(("D", 1, POWER, "L1-N"), ("D", 1, POWER, "N")),
]
COUNTING_POWERS = {("A", 1, ""), ("A", 2, "L1"), ("A", 2, "L2"), ("B", 1, ""), ("C", 1, ""), ("D", 1, "L1-N")}
Place = tuple[str, int, str, str]


@pytest.fixture(scope="module")
def engine(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = shutil.copy(empty_database, tmp_path_factory.mktemp("fleet") / "copy.sqlite3")
    engine = open_sqlite(path, "BEGIN IMMEDIATE", 1)
    yield engine
    engine.dispose()


class Yard:
    """Charge points at sites, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.ids: dict[Place, int] = {}
        self.owners: dict[str, int] = {}
        for identifier, site, zone in PLACES:
            one = charge_points.register(connection, identifier, "accepted", from_ms(SINCE), site=site)
            connection.exec_driver_sql("UPDATE charge_points SET time_zone = ? WHERE id = ?", (zone, one.id))
            self.owners[identifier] = one.id
            keys = [
                (connector, measurand, phase, "Outlet", "Wh" if measurand == REGISTER else "W")
                for owner, connector, measurand, phase in KINDS
                if owner == identifier
            ]
            made = series.add(connection, one.id, keys, 0)
            self.ids |= {(identifier, key[0], key[1], key[2]): made[key] for key in keys}

    def arrive(self, place: Place, taken: dict[int, float]) -> None:
        id, received = self.ids[place], UNTIL + DAY_MS
        rows = [(at, id, 0, value, received, None, 0, None) for at, value in taken.items()]
        driver = self.connection.connection.driver_connection
        driver.executemany(samples.INSERT.sql, rows)
        driver.executemany(series.NEW_DAY.sql, [(at // DAY_MS, id) for at in taken])

    def stop(self, identifier: str, connector_id: int, at: int, lasted_ms: int = HOUR_MS) -> Session:
        """A session that ended then."""
        owner = {"charge_point_id": self.owners[identifier], "charge_point": identifier, "connector_id": connector_id}
        span = {"started_at": from_ms(at - lasted_ms), "stopped_at": from_ms(at)}
        return sessions.add(self.connection, **owner, **span, status="completed")

    def seal(self, places: list[Place]) -> None:
        for place in places:
            sealing.seal(self.connection, from_ms(UNTIL + 2 * DAY_MS), self.ids[place], self.ids[place])

    def fold(self, before: int) -> None:
        for one in self.foldable(list(self.ids)):
            marks = rollups.stale_of(self.connection, [one.id])[one.id]
            due = [mark for mark in marks if mark.hour < before]
            waiting = [mark.hour for mark in marks if mark.hour >= before]
            source = Source(self.connection, [one.id])
            spans = Spans(self.connection, source, one, GAP_MS, [mark.hour for mark in due], waiting).fold()
            folding.write(self.connection, [Step(one, spans, due)])

    def foldable(self, places: list[Place]) -> list[readings.Foldable]:
        return readings.foldable(self.connection, [self.ids[place] for place in places], BERLIN)

    def exact(self, period: int, measurand: str, beyond: int = 0) -> dict[Place, list[Rollup]]:
        places = [place for place in self.ids if place[2] == measurand and counts(place)]
        found = exact.read(self.connection, self.foldable(places), period, SINCE - beyond, UNTIL + beyond, GAP_MS)
        return {place: found[self.ids[place]] for place in places}


def counts(place: Place) -> bool:
    identifier, connector, measurand, phase = place
    return connector > 0 if measurand == REGISTER else (identifier, connector, phase) in COUNTING_POWERS


def is_asked(place: Place, row: Rollup, period: int) -> bool:
    """Whether its date is among those that are asked for in the zone of everyone."""
    zones = {identifier: BERLIN if zone is None else ZoneInfo(zone) for identifier, _, zone in PLACES}
    first, last = from_ms(start(BERLIN, period, SINCE)), from_ms(UNTIL - 1)
    date = from_ms(row.bucket).astimezone(zones[place[0]]).date()
    return period == HOUR or first.astimezone(BERLIN).date() <= date <= last.astimezone(BERLIN).date()


def group(place: Place, group_by: str) -> str | None:
    sites = {identifier: site for identifier, site, _ in PLACES}
    keys = {"none": None, "site": sites[place[0]], "charge_point": place[0], "connector": f"{place[0]}\n{place[1]}"}
    return keys[group_by]


times = st.integers(SINCE // 1000, UNTIL // 1000 - 1).map(lambda at: at * 1000)
# the least floats there are come to nothing when they are cut into minutes
watts = st.floats(0, 50_000, allow_subnormal=False)
taken = st.fixed_dictionaries({place: st.dictionaries(times, watts, max_size=6) for place in KINDS})
lasting = st.sampled_from([HOUR_MS, 7 * DAY_MS - 1, 7 * DAY_MS, 7 * DAY_MS + 1, 40 * DAY_MS])
stops = st.lists(st.tuples(st.sampled_from([("A", 1), ("A", 2), ("B", 1), ("C", 1)]), times, lasting), max_size=4)
groups = st.sampled_from(["none", "site", "charge_point", "connector"])


def filled(connection: Connection, values: dict[Place, dict[int, float]], sealed: list[Place], before: int) -> Yard:
    yard = Yard(connection)
    for place, some in values.items():
        yard.arrive(place, some)
    yard.seal(sealed)
    yard.fold(before)
    return yard


def asked(group_by: str, scope: Scope = Scope()) -> Question:  # noqa: B008
    return Question(scope, SINCE, UNTIL, group_by, BERLIN, GAP_MS)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(taken, st.lists(st.sampled_from(KINDS)), times, groups, st.sampled_from([HOUR, DAY, MONTH]))
def test_energy_is_the_sum_over_the_registers_of_connectors(engine, values, sealed, before, group_by, period):
    with engine.connect() as connection, connection.begin() as transaction:
        yard = filled(connection, values, sealed, before)
        found = fleet.energy(connection, asked(group_by), period)
        rows = yard.exact(period, REGISTER, 0 if period == HOUR else 2 * DAY_MS)
        transaction.rollback()
    expected: dict[str | None, float] = defaultdict(float)
    for place, own in rows.items():
        expected[group(place, group_by)] += sum(row.energy_wh or 0.0 for row in own if is_asked(place, row, period))
    sums: dict[str | None, float] = defaultdict(float)
    for one in found:
        sums[one.key] += one.energy_wh
        assert 0 <= one.coverage <= 1
    assert {key: pytest.approx(wh, abs=1e-3) for key, wh in expected.items() if wh} == {
        k: w for k, w in sums.items() if w
    }
    if period == HOUR and group_by == "connector":
        hours = {(row.bucket, group(place, group_by)): row.energy_wh for place, own in rows.items() for row in own}
        got = {(to_ms(one.bucket), one.key): one.energy_wh for one in found}
        assert sorted(got) == sorted(hours)
        assert got == pytest.approx(hours, abs=1e-6)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(taken, st.lists(st.sampled_from(KINDS)), times, groups, st.sampled_from([60_000, 900_000, HOUR_MS]), stops)
def test_load_is_the_sum_of_what_each_connector_was_held_at(engine, values, sealed, before, group_by, step_ms, ends):
    with engine.connect() as connection, connection.begin() as transaction:
        yard = filled(connection, values, sealed, before)
        for (identifier, connector_id), at, lasted_ms in ends:
            yard.stop(identifier, connector_id, at, lasted_ms)
        found = fleet.load(connection, asked(group_by), step_ms)
        most = fleet.peaks(connection, asked(group_by), step_ms)
        # the hours of a zone that is some minutes off are those of everyone that they begin in
        rows = yard.exact(HOUR if step_ms == HOUR_MS else MINUTE, POWER)
        transaction.rollback()
    expected: dict[tuple[int, str | None], float] = defaultdict(float)
    for place, own in rows.items():
        for row in own if step_ms < HOUR_MS else [row for row in own if row.bucket >= SINCE]:
            expected[row.bucket // step_ms * step_ms, group(place, group_by)] += (row.weighted or 0.0) / step_ms
    nothing = {key: watts for key, watts in expected.items() if watts > 1e-9}
    got = {(to_ms(one.at), one.key): one.power_w for one in found if one.power_w > 1e-9}
    assert sorted(got, key=str) == sorted(nothing, key=str)
    assert got == pytest.approx(nothing, abs=1e-6)
    highest: dict[str | None, float] = {}
    for (_, key), watts in expected.items():
        highest[key] = max(highest.get(key, 0.0), watts)
    assert {one.key: one.power_w for one in most} == pytest.approx(highest, abs=1e-6)
    assert [one.power_w for one in most] == sorted((one.power_w for one in most), reverse=True)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(taken, st.lists(st.sampled_from(KINDS)), times, st.sampled_from(["site", "charge_point", "connector"]))
def test_who_took_most_is_told_by_the_hours_of_the_stretch(engine, values, sealed, before, group_by):
    with engine.connect() as connection, connection.begin() as transaction:
        yard = filled(connection, values, sealed, before)
        found = fleet.top(connection, asked(group_by), 0)
        rows = yard.exact(HOUR, REGISTER)
        transaction.rollback()
    expected: dict[str | None, float] = defaultdict(float)
    for place, own in rows.items():
        expected[group(place, group_by)] += sum(row.energy_wh or 0.0 for row in own)
    assert {one.key: one.energy_wh for one in found if one.energy_wh} == pytest.approx(
        {key: wh for key, wh in expected.items() if wh}, abs=1e-3
    )
    assert [one.energy_wh for one in found] == sorted((one.energy_wh for one in found), reverse=True)


def test_a_day_asked_alone_is_what_it_is_among_others(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        values = {place: {SINCE + hour * HOUR_MS: 1000.0 * hour for hour in range(-48, 72)} for place in KINDS}
        filled(connection, values, KINDS, UNTIL)
        whole = replace(asked("none"), since=SINCE - 3 * DAY_MS, until=SINCE + 4 * DAY_MS)
        days = {one.bucket: one.energy_wh for one in fleet.energy(connection, whole, DAY)}
        begins = start(BERLIN, DAY, SINCE)
        one = replace(whole, since=begins, until=end(BERLIN, DAY, begins))
        (found,) = fleet.energy(connection, one, DAY)
        # what runs now in the east is told of
        now = begins + 20 * HOUR_MS
        running = fleet.energy(connection, replace(one, until=now, known_until=now + 5), DAY)
        transaction.rollback()
    assert found.energy_wh == pytest.approx(days[found.bucket])
    assert [to_ms(each.bucket) for each in running] == [end(BERLIN, DAY, begins), begins]


@pytest.mark.parametrize("lasted_ms", [HOUR_MS, 40 * DAY_MS])
@pytest.mark.parametrize("step_ms", [60_000, 900_000, HOUR_MS])
def test_power_is_not_held_beyond_the_end_of_its_session_however_late_that_is_told(engine, step_ms, lasted_ms):
    def wh(connection) -> float:
        return sum(one.power_w * step_ms / HOUR_MS for one in fleet.load(connection, asked("none"), step_ms))

    with engine.connect() as connection, connection.begin() as transaction:
        yard = filled(connection, {("A", 1, POWER, ""): {SINCE + 600_000: 12_000.0}}, KINDS, UNTIL)
        assert wh(connection) == pytest.approx(4_000)  # for all of the gap
        session = yard.stop("A", 1, SINCE + 900_000, lasted_ms)
        assert wh(connection) == pytest.approx(1_000)
        yard.fold(UNTIL)
        assert wh(connection) == pytest.approx(1_000)
        sessions.save(connection, replace(session, stopped_at=from_ms(SINCE + 1_200_000)))
        assert wh(connection) == pytest.approx(2_000)
        sessions.save(connection, replace(session, stopped_at=None, status="active"))
        yard.fold(UNTIL)
        assert wh(connection) == pytest.approx(4_000)
        yard.stop("A", 2, SINCE + 900_000)  # another connector's
        assert wh(connection) == pytest.approx(4_000)
        transaction.rollback()


def test_more_than_fits_into_memory_is_refused_and_who_took_most_is_not(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        filled(connection, {place: {UNTIL - HOUR_MS: 100.0} for place in KINDS}, KINDS, UNTIL)
        long = replace(asked("connector"), since=UNTIL - 35 * DAY_MS)
        with pytest.raises(Unprocessable, match="50,400 steps of 5 groups are more than 200,000 items"):
            fleet.load(connection, long, 60_000)
        assert fleet.load(connection, replace(long, group_by="none"), 60_000)
        ages = replace(long, since=UNTIL - 60_000 * DAY_MS)
        with pytest.raises(Unprocessable, match="60,000 steps of 5 groups"):
            fleet.energy(connection, ages, DAY)
        assert len(fleet.top(connection, ages, UNTIL)) == 5
        transaction.rollback()


def test_a_site_and_single_charge_points_are_asked_for_by_themselves(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        values = {place: {SINCE: 0.0, SINCE + 60_000: 100.0} for place in KINDS}
        yard = filled(connection, values, KINDS, UNTIL)
        scopes = [Scope("north"), Scope("south"), Scope(None, (yard.owners["D"], yard.owners["B"])), Scope("nowhere")]
        found = [sum(one.energy_wh for one in fleet.energy(connection, asked("none", one), DAY)) for one in scopes]
        transaction.rollback()
    assert found == [300, 100, 200, 0]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"])
@pytest.mark.parametrize(("since", "days"), [(SINCE, 40), (SINCE + 12_345_678, 3), (SINCE + 99, 0.01), (SINCE, 400)])
def test_a_stretch_is_cut_into_hours_days_and_months_without_holes(zone, since, days):
    until = since + int(days * DAY_MS)
    found = fleet.parts(ZoneInfo(zone), since, until, 0)
    assert (found[0][1], found[-1][2]) == (since, until)
    assert all(one[2] == after[1] for one, after in pairwise(found))
    # months, days and hours at most once on either side
    assert len(found) <= 5


def test_where_hours_are_gone_the_days_at_the_ends_are_taken_whole():
    since = SINCE + 5 * HOUR_MS
    found = fleet.parts(ZoneInfo("UTC"), since, since + 3 * DAY_MS, UNTIL + 10 * DAY_MS)
    assert found == [(DAY, SINCE, since + 3 * DAY_MS)]


def test_tags_are_told_by_the_sessions_that_began(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        yard = Yard(connection)
        for owner, tag, wh in (("A", "T1", 10.0), ("B", "t1", 5.0), ("C", "T2", 12.0), ("C", None, 99.0)):
            sessions.add(
                connection,
                **{"charge_point_id": yard.owners[owner], "charge_point": owner, "connector_id": 1, "id_tag": tag},
                **{"started_at": from_ms(SINCE), "energy_wh": wh},
            )
        span = (SINCE, UNTIL)
        found = top_tags(connection, Scope(), *span, 10)
        assert [(one.key, one.energy_wh, one.sessions) for one in found] == [("t1", 15, 2), ("T2", 12, 1)]
        assert [one.key for one in top_tags(connection, Scope("south"), *span, 10)] == ["T2"]
        assert len(top_tags(connection, Scope(), *span, 1)) == 1
        transaction.rollback()


def test_energy_of_everyone_is_read_from_its_index_alone(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        filled(connection, {}, [], SINCE)
        plans: list[str] = []
        driver = connection.connection.driver_connection
        driver.set_trace_callback(plans.append)
        fleet.energy(connection, asked("none"), DAY)
        driver.set_trace_callback(None)
        query = next(text for text in plans if "rollups_energy" in text)
        plan = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {query}")]
        transaction.rollback()
    assert any("COVERING INDEX rollups_energy (period=? AND bucket>? AND bucket<?)" in step for step in plan)
    assert not any(step.startswith("SCAN rollups") for step in plan)
