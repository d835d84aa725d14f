"""The rules in force and the charge points they are for: who is looked at for what."""

from collections.abc import Sequence
from weakref import WeakValueDictionary

from wattdeck.alerts.outlook import NOTHING, Outlook, Plan, plan_for
from wattdeck.domain.alert_rules import Rule, covers_sites, for_charge_point
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.signals import Subject

_NO_OUTLOOK = Outlook()


class Plans:
    """The rules in force and the charge points they are for."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._charge_points: dict[int, ChargePoint] = {}
        self._plans: dict[int, Outlook] = {}
        # by what is in them: most charge points are looked at in the same way
        self._shared: WeakValueDictionary[frozenset[tuple[str, tuple[int, ...]]], Outlook] = WeakValueDictionary()
        # those of before the rules changed, as far as nobody has asked for them since, and what is not right in them
        self._before: dict[int, Outlook] = {}
        self._changed: set[str] = set()
        self._rules: dict[str, Rule] = {}
        self.set_rules(rules)

    def set_rules(self, rules: Sequence[Rule]) -> set[str]:
        """The names of those that are new, changed or gone."""
        before, self._rules = self._rules, {rule.name: rule for rule in rules}
        names = {name for name in before.keys() | self._rules.keys() if before.get(name) != self._rules.get(name)}
        if not self._before:
            self._changed = set()
        self._before, self._plans = {**self._before, **self._plans}, {}
        for rule in (each for name in names for each in (before.get(name), self._rules.get(name)) if each is not None):
            self._changed |= {rule.signal, rule.against or rule.signal}
        self._by_signal: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.enabled:
                for signal in {rule.signal, rule.against or rule.signal}:
                    self._by_signal.setdefault(signal, []).append(rule)
        return names

    def know(self, one: ChargePoint) -> None:
        """What a charge point is, or has become."""
        self._charge_points[one.id] = one
        self._outdate(one.id)

    def forget(self, charge_point_id: int) -> None:
        self._charge_points.pop(charge_point_id, None)
        self._outdate(charge_point_id)

    def charge_point(self, charge_point_id: int) -> ChargePoint | None:
        return self._charge_points.get(charge_point_id)

    def of(self, charge_point_id: int) -> Outlook:
        """Those of a charge point by signal; none where it is not known."""
        plans = self._plans.get(charge_point_id)
        if plans is None:
            one = self._charge_points.get(charge_point_id)
            if one is None:
                return _NO_OUTLOOK
            before = self._before.pop(charge_point_id, None)
            fitting = {signal: plan.rules for signal, plan in (before or {}).items()}
            for signal in self._by_signal if before is None else self._changed:
                rules = (for_charge_point(rule, one) for rule in self._by_signal.get(signal, ()))
                fitting[signal] = tuple(rule for rule in rules if rule is not None)
            plans = self._plans[charge_point_id] = self._outlook(fitting)
        return plans

    def _outlook(self, fitting: dict[str, tuple[Rule, ...]]) -> Outlook:
        """By the rules for each signal; as long as it is kept, so are they, and nothing else has their ids."""
        key = frozenset((signal, tuple(map(id, rules))) for signal, rules in fitting.items() if rules)
        found = self._shared.get(key)
        if found is None:
            found = Outlook({signal: plan_for(rules, signal) for signal, rules in fitting.items() if rules})
            self._shared[key] = found
        return found

    def _outdate(self, charge_point_id: int) -> None:
        self._plans.pop(charge_point_id, None)
        self._before.pop(charge_point_id, None)

    def for_subject(self, subject: Subject, signal: str) -> Plan:
        """The same for whoever a subject is: a charge point, a site, this server."""
        if subject.charge_point_id is not None:
            return self.of(subject.charge_point_id).get(signal, NOTHING)
        rules = self._by_signal.get(signal, ())
        return plan_for([rule for rule in rules if subject.site is None or covers_sites(rule, subject.site)])

    def site(self, subject: Subject) -> str | None:
        """Where a subject is."""
        one = None if subject.charge_point_id is None else self.charge_point(subject.charge_point_id)
        return subject.site if one is None else one.site

    def rule(self, name: str, subject: Subject, signal: str) -> Rule | None:
        """One rule, with the numbers it has for a subject; None where it is not for it (any more)."""
        rule, id = self._rules.get(name), subject.charge_point_id
        if rule is None or not rule.enabled or signal not in (rule.signal, rule.against):
            return None
        if id is None:
            return rule if subject.site is None or covers_sites(rule, subject.site) else None
        one = self._charge_points.get(id)
        return None if one is None else for_charge_point(rule, one)
