"""Trying a rule on what is stored, charge point by charge point, beside everything else that goes on."""

import time
from functools import partial

from sqlalchemy import Connection

from wattdeck.alerts.back_test import Trial, summarise, try_rule
from wattdeck.domain.alert_rules import Rule, for_charge_point
from wattdeck.domain.back_tests import Report
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import replace
from wattdeck.store import alert_history, charge_points
from wattdeck.store.engine import Store

LONGEST_MS = 366 * 86_400_000
BUDGET_S = 20.0
_MOST = 1_000_000


async def back_test(store: Store, rule: Rule, since: int, until: int, budget_s: float = BUDGET_S) -> tuple[Report, int]:
    """What the rule would have done in [since, until) in ms, and how many charge points were not looked at because the
    time was up. Raises Unprocessable.
    """
    if not 0 < until - since <= LONGEST_MS:
        raise Unprocessable("from must be before to, a year at most")
    signals = frozenset({rule.signal, rule.against or rule.signal})
    for signal in sorted(signals):
        if not alert_history.is_kept(signal):
            raise Unprocessable(f"what {signal} said is not kept, so a rule about it cannot be tried on the past")
    rule = replace(rule, enabled=True)
    at = now()
    everyone = (await store.read(lambda c: charge_points.search(c, limit=_MOST, at=at))).items
    covered = [one for one in everyone if for_charge_point(rule, one) is not None]
    trials: list[Trial] = []
    stop_at = time.monotonic() + budget_s
    work = partial(_try, rule=rule, signals=signals, since=since, until=until, stop_at=stop_at)
    for one in covered:
        trial = None if time.monotonic() > stop_at else await store.read(partial(work, one=one))
        if trial is None:
            break
        trials.append(trial)
    return summarise(rule, trials), len(covered) - len(trials)


def _try(
    connection: Connection,
    rule: Rule,
    one: ChargePoint,
    signals: frozenset[str],
    since: int,
    until: int,
    stop_at: float,
) -> Trial | None:
    """In a reader's thread."""
    return try_rule(rule, one, alert_history.observations(connection, one, signals, since, until), until, stop_at)
