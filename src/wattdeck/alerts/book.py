"""What the evaluator keeps of each rule and subject: alert, memory, the rule there, and when the clock is due."""

import heapq
from collections import Counter
from collections.abc import Collection, Iterator

from wattdeck.alerts.rules import Memory
from wattdeck.domain.alert_rules import LIMIT, WORD, Rule
from wattdeck.domain.alerts import Alert
from wattdeck.domain.signals import Subject

Key = tuple[str, Subject]  # rule, whom it is about


class Book:
    def __init__(self) -> None:
        self.alerts: dict[Key, Alert] = {}
        self.memories: dict[Key, Memory] = {}
        self.rules: dict[Key, Rule] = {}
        self._held: dict[int | None, Counter[tuple[int | None, str]]] = {}
        self._by_charge_point: dict[int | None, set[Key]] = {}
        self._timers: list[tuple[int, int, Key]] = []
        self._due: dict[Key, int] = {}
        self._timer = 0

    def of(self, charge_point_id: int | None) -> list[Key]:
        return list(self._by_charge_point.get(charge_point_id, ()))

    def held(self, charge_point_id: int | None) -> Collection[tuple[int | None, str]]:
        """Connectors and signals of a charge point that limits must look at though they are in order."""
        return self._held.get(charge_point_id, ())

    def keep(self, key: Key, rule: Rule, alert: Alert | None) -> None:
        if key not in self.rules:
            if not remembers(rule):
                self._held.setdefault(key[1].charge_point_id, Counter())[key[1].connector_id, rule.signal] += 1
            self._by_charge_point.setdefault(key[1].charge_point_id, set()).add(key)
        self.rules[key] = rule
        if alert is None:
            self.alerts.pop(key, None)
        else:
            self.alerts[key] = alert

    def let_go(self, key: Key, rule: Rule) -> None:
        """Its alert is history; what it saw may matter all the same."""
        del self.alerts[key]
        if not remembers(rule):
            self.drop(key)

    def drop(self, key: Key) -> None:
        self.alerts.pop(key, None)
        self.memories.pop(key, None)
        self._due.pop(key, None)
        rule = self.rules.pop(key, None)
        if rule is None:
            return
        one = key[1].charge_point_id
        if not remembers(rule):
            held, kept_as = self._held[one], (key[1].connector_id, rule.signal)
            held[kept_as] -= 1
            if not held[kept_as]:
                del held[kept_as]
            if not held:
                del self._held[one]
        keys = self._by_charge_point[one]
        keys.discard(key)
        if not keys:
            del self._by_charge_point[one]

    def set_timer(self, key: Key, due: int | None) -> None:
        """One timer for each: a later one is set when the earlier has come, so that a value costs nothing here."""
        if due is not None and due < self._due.get(key, due + 1):
            self._due[key] = due
            self._timer += 1
            heapq.heappush(self._timers, (due, self._timer, key))

    def has_timer(self, key: Key) -> bool:
        return key in self._due

    def due(self, at: int) -> Iterator[tuple[int, Key]]:
        """Those whose time has come, in order of time; what is set meanwhile for before `at`, too."""
        while self._timers and self._timers[0][0] <= at:
            due, _, key = heapq.heappop(self._timers)
            if self._due.get(key) == due:  # else another took its place
                del self._due[key]
                yield due, key


def remembers(rule: Rule) -> bool:
    """Whether what it saw matters though nothing was bad."""
    return rule.kind not in (LIMIT, WORD)
