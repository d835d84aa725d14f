"""The rules in force: the ready-made ones, and those that people wrote or changed, which count more."""

from collections.abc import Callable, Container, Mapping, Sequence

from sqlalchemy import Connection

from wattdeck.alerts import ready_made
from wattdeck.domain.alert_rules import Rule, never_happens, plain, read_rule
from wattdeck.domain.clock import now
from wattdeck.domain.errors import NotFound, Unprocessable
from wattdeck.domain.rule_files import Difference, difference, read_rules
from wattdeck.store import alert_rules
from wattdeck.store.engine import Store
from wattdeck.telemetry import logger

_log = logger("wattdeck.alerts")


class RuleBook:
    """`channels`: the names of those there are."""

    def __init__(self, store: Store, channels: Callable[[], Container[str]]) -> None:
        self._store, self._channels = store, channels
        self.rules: Mapping[str, Rule] = {}
        """By name."""

    def read(self, connection: Connection) -> None:
        """As they are stored; one that cannot be read is left out."""
        rules = dict(ready_made.BY_NAME)
        for one in alert_rules.read_all(connection):
            try:
                rules[one.name] = read_rule(one.rule)
            except Unprocessable as error:
                _log.warning("alert rule cannot be read", rule=one.name, reason=str(error))
        self.rules = rules

    async def put(self, plain_rule: Mapping[str, object], by: str) -> Rule:
        """Write a rule, or change one. Raises Unprocessable."""
        rule = read_rule(plain_rule)
        self._check_new(rule)
        at = now()
        await self._store.write(lambda connection: alert_rules.put(connection, rule.name, plain(rule), at, by))
        self.rules = {**self.rules, rule.name: rule}
        return rule

    async def remove(self, name: str) -> None:
        """Take a rule away; a ready-made one is again as it was. Raises NotFound."""
        if not await self._store.write(lambda connection: alert_rules.remove(connection, name)):
            raise NotFound(f"no alert rule {name!r} was written")
        self.rules = self._without((name,))

    async def apply(self, many: Sequence[object], prune: bool, dry_run: bool, by: str) -> Difference:
        """Write many rules, all or none; with `prune` take back those that are not among them. Raises Unprocessable."""
        rules = read_rules(many)
        for rule in rules:
            self._check_new(rule)
        written = [one.name for one in await self._store.read(alert_rules.read_all)]
        found = difference(self.rules, rules, written, prune)
        if dry_run:
            return found
        at = now()

        def write(connection: Connection) -> None:
            for rule in rules:
                if rule.name not in found.same:
                    alert_rules.put(connection, rule.name, plain(rule), at, by)
            for name in found.removed:
                alert_rules.remove(connection, name)

        await self._store.write(write)
        self.rules = {**self._without(found.removed), **{rule.name: rule for rule in rules}}
        return found

    def _without(self, names: Sequence[str]) -> dict[str, Rule]:
        left = {name: rule for name, rule in self.rules.items() if name not in names}
        return {**left, **{name: ready_made.BY_NAME[name] for name in names if name in ready_made.BY_NAME}}

    def _check_new(self, rule: Rule) -> None:
        complaint = never_happens(rule)
        if complaint is not None:
            raise Unprocessable(f"alert rule {rule.name}: {complaint}")
        known = self._channels()
        unknown = next((name for name in rule.channels_named if name not in known), None)
        if unknown is not None:
            raise Unprocessable(f"alert rule {rule.name}: there is no channel {unknown!r}")
