"""Roles, and which charge points are in a scope."""

import pytest

from wattdeck.domain.people import Scope, reaches, scope_of


@pytest.mark.parametrize(
    ("pattern", "identifier", "fits"),
    [
        ("CP-1", "CP-1", True),
        ("cp-1", "CP-1", True),
        ("CP-1", "CP-10", False),
        ("CP-*", "CP-10", True),
        ("CP-*", "XCP-1", False),
        ("*", "anything\nat all", True),
        ("CP-?", "CP-1", True),
        ("CP-?", "CP-10", False),
        ("CP.1", "CP-1", False),
        ("[A-Z]*", "CP-1", False),
        ("STRASSE-*", "straße-1", True),
    ],
)
def test_a_pattern_fits_whole_identifiers(pattern, identifier, fits):
    assert Scope((pattern,)).covers(identifier, None) == fits


def test_a_site_is_in_scope_as_it_is_spelled():
    scope = Scope(sites=("Depot",))
    assert scope.covers("CP-1", "Depot")
    assert not scope.covers("CP-1", "depot")
    assert not scope.covers("CP-1", None)


def test_an_empty_scope_covers_nothing():
    assert not Scope().covers("CP-1", "Depot")


def test_equal_scopes_are_equal_however_they_were_written():
    assert scope_of(["B", "A", "B"], ["y", "x"]) == scope_of(["A", "B"], ["x", "y"])


def test_each_role_may_do_what_those_before_it_may():
    roles = ("viewer", "operator", "admin")
    assert [[reaches(role, wanted) for wanted in roles] for role in roles] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    assert not reaches("somebody", "viewer")


@pytest.mark.parametrize(
    ("own", "pattern", "included"),
    [
        ("DEPOT-*", "depot-1", True),
        ("DEPOT-*", "DEPOT-1*", True),
        ("DEPOT-*", "DEPOT-?", True),
        ("DEPOT-?", "DEPOT-*", False),
        ("DEPOT-?", "DEPOT-?", True),
        ("DEPOT-1", "DEPOT-?", False),
        ("DEPOT-*", "DEPO*", False),
        ("DEPOT-*", "[D]EPOT-1", False),
        ("D*-1", "D*-1", True),
        ("D?*", "D*", False),
        ("*", "[a-z]*", True),
    ],
)
def test_a_pattern_is_included_where_nothing_fits_it_that_is_out_of_scope(own, pattern, included):
    assert Scope((own,)).includes(pattern) == included
