"""Many rules at once, from a file: what it would change, said before it is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from wattdeck.domain.alert_rules import Rule, plain, read_rule
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import Record


class Difference(Record, frozen=True):
    """By name. `changed`: field → what it is and what it becomes, None where it is not said."""

    added: Sequence[str]
    changed: Mapping[str, Mapping[str, tuple[Any, Any]]]
    removed: Sequence[str]
    same: Sequence[str]


def read_rules(many: Sequence[Any]) -> list[Rule]:
    """All or none. Raises Unprocessable with which one is wrong."""
    rules = []
    for number, one in enumerate(many, 1):
        if not isinstance(one, Mapping):
            raise Unprocessable(f"rule {number} is no object")
        try:
            rules.append(read_rule(one))
        except Unprocessable as error:
            raise Unprocessable(f"rule {number} ({one.get('name', 'without a name')}): {error}") from None
    names = [rule.name for rule in rules]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Unprocessable(f"{twice} is there twice")
    return rules


def difference(present: Mapping[str, Rule], wanted: Sequence[Rule], written: Sequence[str], prune: bool) -> Difference:
    """`present`: the rules in force; `written`: the names of those that people wrote or changed, of which `prune` takes
    back what is not wanted.
    """
    names = {rule.name for rule in wanted}
    changed = {
        rule.name: _fields(plain(present[rule.name]), plain(rule))
        for rule in wanted
        if rule.name in present and present[rule.name] != rule
    }
    return Difference(
        added=sorted(names - present.keys()),
        changed=changed,
        removed=sorted(set(written) - names) if prune else [],
        same=sorted(name for name in names & present.keys() if name not in changed),
    )


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = [*before, *(name for name in after if name not in before)]
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
