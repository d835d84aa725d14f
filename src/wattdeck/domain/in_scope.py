"""Which rules and silences are for people who see but some charge points: those that name nobody else; and what they
see of alerts. Pure.
"""

import re
from collections.abc import Collection, Iterable

from wattdeck.domain.alert_rules import Rule, Selector
from wattdeck.domain.alerts import Alert
from wattdeck.domain.people import Scope
from wattdeck.domain.records import Record, replace


class Own(Record, frozen=True):
    """What somebody sees: their scope, and the identifiers (letter case aside) of the charge points in it."""

    scope: Scope
    identifiers: Collection[str]

    def names_nobody_else(self, select: Selector) -> bool:
        """Whether they may know of what is about these: whatever it names is theirs, or it names nobody."""
        return self._has(select.charge_points) and self._knows(select.sites)

    def is_theirs_alone(self, select: Selector) -> bool:
        """Whether they may make what is about these: it reaches nobody else."""
        is_bounded = bool(select.charge_points or select.sites)
        return is_bounded and self.names_nobody_else(select)

    def may_know(self, rule: Rule) -> bool:
        """Tags are people, and everywhere: a rule about some of them is not theirs."""
        return self.names_nobody_else(rule.select) and self._has(rule.overrides) and not rule.select.id_tags

    def knocks(self, identifier: str) -> bool:
        """Whether who calls itself so would be one of theirs."""
        return self.scope.covers(identifier, None) or identifier.casefold() in self.identifiers

    def _has(self, patterns: Iterable[str]) -> bool:
        return all(self.scope.includes(one) or literal_of(one) in self.identifiers for one in patterns)

    def _knows(self, sites: Iterable[str]) -> bool:
        return all(literal_of(one) in {site.casefold() for site in self.scope.sites} for one in sites)


def without_others(alert: Alert, scope: Scope | None, of_sites: Collection[int]) -> Alert:
    """As somebody sees it: what hides it is named where they see that, too. `of_sites`: alerts of sites, by number."""
    if scope is None or alert.hidden_by not in of_sites or scope.covers_site(alert.site):
        return alert
    return replace(alert, hidden_by=None)


def literal_of(pattern: str) -> str | None:
    """The one text that a pattern fits, letter case aside; None where there are others. `[*]` is an asterisk itself."""
    bare = re.sub(r"\[[\[*?]\]", "", pattern)
    if set(bare) & set("*?["):
        return None
    return re.sub(r"\[([\[*?])\]", r"\1", pattern).casefold()
