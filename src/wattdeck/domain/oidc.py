"""What an OpenID Connect provider says of somebody, in a token that was verified, and what they may for it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from wattdeck.domain.people import ADMIN, LONGEST_NAME, ROLES, Scope, is_plain_name, scope_of
from wattdeck.domain.records import Record

ALL = "*"  # as the only pattern of a group: no scope at all
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2


class NotLetIn(Exception):
    """Known to the provider and yet not let in: the text says why, for that person."""


class Groups(Record, frozen=True):
    """What the provider's groups may: by group a role, patterns of charge points, sites. Empty: it says nothing of
    that, and what stands here at the user holds.
    """

    roles: Mapping[str, str]
    charge_points: Mapping[str, Sequence[str]]
    sites: Mapping[str, Sequence[str]]


class Rights(Record, frozen=True):
    """`role` None: that of the user here; `scope`: only where `has_scope`."""

    role: str | None = None
    scope: Scope | None = None
    has_scope: bool = False


class Told(Record, frozen=True):
    """Whom the provider means. `subject`: who it is for ever, whatever they are called (issuer and `sub`)."""

    subject: str
    username: str
    groups: tuple[str, ...] = ()


def told(claims: Mapping[str, Any], issuer: str, username_claim: str, groups_claim: str) -> Told:
    """Raises NotLetIn where the claims do not say enough."""
    sub = claims.get("sub")
    if not isinstance(sub, str) or not 0 < len(sub) <= LONGEST_SUBJECT:
        raise NotLetIn("the provider does not say who you are (claim sub)")
    name = claims.get(username_claim)
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not is_plain_name(name):
        raise NotLetIn(f"the provider gives no user name that can be used (claim {username_claim})")
    if username_claim == "email" and claims.get("email_verified") is not True:
        raise NotLetIn("the provider has not verified your e-mail address")
    return Told(f"{issuer} {sub}", name, groups_of(claims, groups_claim))


def groups_of(claims: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The texts at a claim whose name may lead inside others: `realm_access.roles`."""
    found: Any = claims
    if path in claims:
        found = claims[path]
    else:
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    every = found if isinstance(found, list) else [found]
    return tuple(one for one in every if isinstance(one, str))


def rights(told: Told, groups: Groups) -> Rights:
    """The highest role, and everything that any of the groups sees. Raises NotLetIn where there is none for them."""
    if not groups.roles:
        return Rights()
    own = [groups.roles[one] for one in told.groups if one in groups.roles]
    if not own:
        raise NotLetIn("none of your groups has a role here")
    role = max(own, key=ROLES.index)
    if role == ADMIN:
        return Rights(role, None, True)
    if not groups.charge_points and not groups.sites:
        return Rights(role)
    patterns = [pattern for one in told.groups for pattern in groups.charge_points.get(one, ())]
    sites = [site for one in told.groups for site in groups.sites.get(one, ())]
    if ALL in patterns:
        return Rights(role, None, True)
    if not patterns and not sites:
        raise NotLetIn("none of your groups sees a charge point here")
    return Rights(role, scope_of(patterns, sites), True)
