"""Whoever asks: people and programs with a role, and of which charge points they are told."""

import re
from collections.abc import Iterable
from functools import lru_cache

from wattdeck.domain.records import Record

VIEWER, OPERATOR, ADMIN = "viewer", "operator", "admin"
ROLES = (VIEWER, OPERATOR, ADMIN)  # each may do what those before it may
# who says who asks: a log-in, a key, the application that wattdeck is part of
USER, KEY, APPLICATION = "user", "api_key", "application"
LONGEST_NAME = 64


class Scope(Record, frozen=True):
    """Charge points whose identifier fits one of the patterns (`*`: any characters, `?`: any one; letter case does not
    matter), and those of the sites. All others do not exist for whoever has this scope.
    """

    charge_points: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def covers(self, identifier: str, site: str | None) -> bool:
        if site is not None and site in self.sites:
            return True
        key = identifier.casefold()
        return any(_compiled(pattern.casefold()).fullmatch(key) is not None for pattern in self.charge_points)

    def covers_site(self, site: str | None) -> bool:
        """Whether every charge point that stands at a site is among them, whichever those are."""
        return site is not None and (site in self.sites or "*" in self.charge_points)

    def includes(self, pattern: str) -> bool:
        """Whether every identifier that a pattern of a rule or silence fits is one of ours by its name."""
        key = pattern.casefold()
        if "[" in key:  # a class of characters, which no pattern here knows
            return "*" in self.charge_points
        return any(_compiled(own.casefold(), any_one="[^*]").fullmatch(key) is not None for own in self.charge_points)


class Person(Record, frozen=True):
    """Whoever asks. `scope` None: all charge points."""

    name: str
    role: str
    scope: Scope | None = None
    kind: str = USER


def reaches(role: str, wanted: str) -> bool:
    """Whether a role may do what another may."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(wanted)


def is_plain_name(name: str) -> bool:
    """Whether it can stand in lists and in a path."""
    return bool(name) and "/" not in name and name.isprintable() and name == name.strip()


def scope_of(charge_points: Iterable[str], sites: Iterable[str]) -> Scope:
    """In a fixed order and without repetitions, so that equal scopes are equal."""
    return Scope(tuple(sorted(set(charge_points))), tuple(sorted(set(sites))))


@lru_cache(1024)
def _compiled(pattern: str, any_one: str = ".") -> re.Pattern[str]:
    steps = {"*": ".*", "?": any_one}
    return re.compile("".join(steps.get(one) or re.escape(one) for one in pattern), re.DOTALL)
