"""What a provider's claims mean here: whom, in which groups, with which rights; nothing where they say too little."""

import pytest

from wattdeck.domain.addresses import is_protected
from wattdeck.domain.oidc import Groups, NotLetIn, Rights, Told, groups_of, rights, told
from wattdeck.domain.people import scope_of

CLAIMS = {"sub": "1", "preferred_username": "ana", "email": "ana@depot.example", "groups": ["a", 7, "b"]}
GROUPS = Groups(
    {"ops": "operator", "all": "viewer", "hill": "viewer"}, {"ops": ["A-*"], "all": ["*"]}, {"hill": ["Hill"]}
)


def person(*groups: str) -> Told:
    return Told("https://login.example 1", "ana", groups)


def test_whom_the_claims_mean_is_issuer_and_subject_whatever_the_name():
    assert told(CLAIMS, "https://login.example", "preferred_username", "groups") == person("a", "b")


@pytest.mark.parametrize(
    ("claims", "claim"),
    [
        ({"sub": ""}, "preferred_username"),
        ({"sub": "1" * 256}, "preferred_username"),
        ({"preferred_username": None}, "preferred_username"),
        ({"preferred_username": "a" * 65}, "preferred_username"),
        ({"preferred_username": " ana"}, "preferred_username"),
        ({}, "email"),
        ({"email_verified": "true"}, "email"),
    ],
)
def test_nobody_is_meant_by_claims_that_do_not_say_enough(claims, claim):
    with pytest.raises(NotLetIn):
        told(CLAIMS | claims, "https://login.example", claim, "groups")


@pytest.mark.parametrize(
    ("claims", "path", "found"),
    [
        ({"groups": "one"}, "groups", ("one",)),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ("a",)),
        ({"https://x.example/groups": ["a"]}, "https://x.example/groups", ("a",)),
        ({"groups": {"a": 1}}, "groups", ()),
        ({"groups": ["a"]}, "groups.inside", ()),
        ({}, "groups", ()),
    ],
)
def test_groups_are_texts_at_a_claim_that_may_lie_inside_others(claims, path, found):
    assert groups_of(claims, path) == found


def test_without_roles_of_groups_those_of_the_user_hold():
    assert rights(person("ops"), Groups({}, {}, {})) == Rights()
    assert rights(person("ops"), Groups({"ops": "operator"}, {}, {})) == Rights("operator")


def test_everything_is_seen_that_any_group_sees():
    assert rights(person("ops", "hill"), GROUPS) == Rights("operator", scope_of(["A-*"], ["Hill"]), True)
    assert rights(person("ops", "all"), GROUPS) == Rights("operator", None, True)


@pytest.mark.parametrize(
    ("groups", "given"), [((), GROUPS), (("x",), GROUPS), (("b",), Groups({"b": "viewer"}, {"x": ["*"]}, {}))]
)
def test_no_role_or_nothing_to_see_is_no_way_in(groups, given):
    with pytest.raises(NotLetIn):
        rights(person(*groups), given)


@pytest.mark.parametrize(
    ("url", "protected"),
    [
        ("https://login.example/realms/x", True),
        ("http://localhost:8080", True),
        ("http://[::1]:8080/", True),
        ("http://login.example", False),
        ("https://localhost.example@elsewhere.example", False),
        ("https://", False),
        ("https://x.example/?a=b", False),
        ("https://[", False),
        ("ftp://localhost", False),
        ("https://x.example:port", False),
    ],
)
def test_secrets_are_sent_by_https_only_or_stay_on_this_machine(url, protected):
    assert is_protected(url) == protected
