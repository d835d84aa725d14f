"""What rules look at, of a charge point and of meter values that are alike: compiled once, so that a value in order
costs a comparison, and a message of them a glance.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from operator import itemgetter

from wattdeck.domain.alert_rules import LIMIT, Rule
from wattdeck.domain.meter_values import CONTEXT_CODES
from wattdeck.domain.moments import Shape
from wattdeck.domain.records import Record
from wattdeck.domain.signals import SAMPLED, evenness

CURRENT, BALANCE = "Current.Import", "phase_balance"
_LINES = ("L1", "L2", "L3")
_MOST_SHAPES = 256


class Plan(Record, frozen=True):
    """The rules for one signal of one charge point. A value from `low` to `high` is bad by no limit; the `others` want
    to see it all the same, where they only compare it (`against`) from when one of those was seen.
    """

    rules: tuple[Rule, ...]
    low: float
    high: float
    others: tuple[Rule, ...] = ()
    against: frozenset[str] = frozenset()


NOTHING = Plan((), -inf, inf)


class Glance(Record, frozen=True):
    """What is looked at in a message of a shape: `signals`, and the `limits`: index, lowest and highest of each number
    that has any.

    `wanted`: the values that are looked at though in order: the first, which says when it was, and those that rules
    want to see, `always` or from when one of `against` was seen. `lines`: the currents of the three phases, of which
    the weakest may not carry less than `least_balance`.
    """

    signals: frozenset[str]
    limits: tuple[tuple[int, float, float], ...]
    context: str
    counts_samples: bool
    wanted: tuple[int, ...]
    always: bool
    against: frozenset[str]
    lines: Callable[[Sequence[float]], tuple[float, float, float]] | None
    least_balance: float

    def is_in_order(self, numbers: Sequence[float]) -> bool:
        """Whether no limit says anything of them."""
        for index, low, high in self.limits:
            if not low <= numbers[index] <= high:
                return False
        return self.lines is None or evenness(*self.lines(numbers)) >= self.least_balance


class Outlook(dict[str, Plan]):
    """The plans of a charge point by signal, and of all that have the same ones. It never changes, so what is worked
    out from it is kept with it.
    """

    __slots__ = ("__weakref__", "_glances")

    def __init__(self, plans: Mapping[str, Plan] | None = None) -> None:
        super().__init__(plans or {})
        self._glances: dict[Shape, Glance] = {}

    def glance(self, shape: Shape) -> Glance:
        found = self._glances.get(shape)
        if found is None:
            if len(self._glances) >= _MOST_SHAPES:
                self._glances.clear()
            found = self._glances[shape] = _glance(self, shape)
        return found


def plan_for(rules: Sequence[Rule], signal: str = "") -> Plan:
    limits = [rule for rule in rules if rule.kind == LIMIT]
    high = min((rule.above for rule in limits if rule.above is not None), default=inf)
    low = max((rule.below for rule in limits if rule.below is not None), default=-inf)
    others = tuple(rule for rule in rules if rule.kind != LIMIT)
    against = [rule.against for rule in others if rule.against is not None and rule.against != signal]
    return Plan(tuple(rules), low, high, others, frozenset(against if len(against) == len(others) else ()))


def known_context(context: str) -> str:
    """All that a charge point makes up are one: what is remembered of contexts must have an end."""
    return context if context in CONTEXT_CODES else ""


def _glance(plans: Outlook, shape: Shape) -> Glance:
    mine = [plans.get(kind.measurand, NOTHING) for kind in shape.kinds]
    balance = plans.get(BALANCE)
    lines = {kind.phase: index for index, kind in enumerate(shape.kinds) if kind.measurand == CURRENT}
    is_whole = balance is not None and lines.keys() >= set(_LINES)
    signals = {kind.measurand for kind in shape.kinds if kind.measurand in plans}
    return Glance(
        signals=frozenset(signals | {BALANCE} if is_whole else signals),
        limits=tuple(
            (index, plan.low, plan.high) for index, plan in enumerate(mine) if (plan.low, plan.high) != (-inf, inf)
        ),
        context=known_context(shape.kinds[0].context) if shape.kinds else "",
        counts_samples=SAMPLED in plans,
        wanted=tuple(index for index, plan in enumerate(mine) if index == 0 or plan.others),
        always=any(plan.others and not plan.against for plan in mine),
        against=frozenset().union(*(plan.against for plan in mine)),
        lines=itemgetter(*(lines[phase] for phase in _LINES)) if is_whole else None,
        least_balance=-inf if balance is None else balance.low,
    )
