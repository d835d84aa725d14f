"""Which charge points are in a scope: the database and the record say the same of every one."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select

from wattdeck.domain.people import Scope, scope_of
from wattdeck.store import charge_points, scopes
from wattdeck.store.tables import charge_points as table

# what has a meaning in patterns, in LIKE and in GLOB, letters of two cases, and some that fold to others
LETTERS = "aA-1*?%_\\[]^.ßSsÄä'"
NAMES = st.text(LETTERS, min_size=1, max_size=5)
SITES = st.sampled_from(["Depot", "depot", "Hill"])
SCOPES = st.builds(scope_of, st.lists(NAMES, max_size=3), st.lists(SITES, max_size=2))


def found(connection: Connection, scope: Scope) -> set[str]:
    return set(connection.execute(select(table.c.identifier).where(table.c.id.in_(scopes.ids(scope)))).scalars())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=SCOPES, named=st.dictionaries(NAMES, st.none() | SITES, max_size=6))
def test_the_database_finds_what_the_record_covers(connection: Connection, now: datetime, scope, named):
    connection.execute(delete(table))
    made = [charge_points.register(connection, name, "accepted", now, site=site) for name, site in named.items()]
    assert found(connection, scope) == {one.identifier for one in made if scope.covers(one.identifier, one.site)}


def test_nothing_is_found_in_an_empty_scope(connection: Connection, now: datetime):
    charge_points.register(connection, "CP-1", "accepted", now, site="Depot")
    assert found(connection, Scope()) == set()
    assert found(connection, Scope(("*",))) == {"CP-1"}


def test_a_charge_point_that_was_removed_is_still_in_it(connection: Connection, now: datetime):
    one = charge_points.register(connection, "CP-1", "accepted", now)
    charge_points.change(connection, one.id, {"registration": charge_points.REMOVED})
    assert scopes.ids_of(connection, Scope(("CP-*",))) == [one.id]
