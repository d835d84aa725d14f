"""A rule tried on the past, by the evaluator that watches the present: how often, when, for whom it had fired."""

from collections import Counter
from collections.abc import Iterable, Iterator
from math import inf
from time import monotonic

from wattdeck.alerts.evaluator import Evaluator
from wattdeck.domain.alert_rules import LONGEST_S, Rule
from wattdeck.domain.alerts import BEGAN, FIRED, FIRED_AGAIN, WAS_RESOLVED, WENT_BY, Alert
from wattdeck.domain.back_tests import Episode, Report
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.records import Record, replace
from wattdeck.domain.signals import Observation

MOST_SHOWN = 1_000
_LOOK_EVERY = 1_000  # observations


class Trial(Record, frozen=True):
    """Of one charge point. `spells_s`: how long each time lasted in which it was bad without a break."""

    charge_point: str
    episodes: tuple[Episode, ...]
    spells_s: tuple[float, ...]
    observations: int


def try_rule(
    rule: Rule, one: ChargePoint, seen: Iterable[Observation], until: int, stop_at: float = inf
) -> Trial | None:
    """Replay what was seen of one charge point, in order of time. `until`: in ms, when it ends. None where that would
    take longer than to `stop_at` (of the monotonic clock).
    """
    rule = replace(rule, enabled=True)
    # never fires, so that each spell begins and goes by: how long they last, whatever `for_s` is
    patient = Evaluator([replace(rule, for_s=LONGEST_S, cool_down_s=0)])
    watching = Evaluator([rule])
    patient.know(one)
    watching.know(one)
    begun: dict[int, int] = {}
    fired: dict[int, tuple[int, bool]] = {}
    alerts: dict[int, Alert] = {}
    episodes: list[Episode] = []
    spells: list[float] = []
    count = 0
    for observation in _with_end(seen, until):
        at = until if observation is None else observation.at
        moved = watching.tick(at)
        spelled = patient.tick(at)
        if observation is not None:
            count += 1
            if not count % _LOOK_EVERY and monotonic() > stop_at:
                return None
            moved += watching.take(observation)
            spelled += patient.take(observation)
        for each in moved:
            alert = each.after or each.before
            assert alert is not None
            alerts[alert.id] = alert
            if each.change.what in (FIRED, FIRED_AGAIN):
                fired[alert.id] = each.change.at, each.change.what == FIRED_AGAIN
            elif each.change.what == WAS_RESOLVED:
                episodes.append(_episode(alert, *fired.pop(alert.id), each.change.at))
        for each in spelled:
            alert = each.after or each.before
            assert alert is not None
            if each.change.what == BEGAN:
                begun[alert.id] = each.change.at
            elif each.change.what == WENT_BY:
                spells.append((each.change.at - begun.pop(alert.id)) / 1000)
    episodes += [_episode(alerts[id], at, again, None) for id, (at, again) in fired.items()]
    spells += [(until - at) / 1000 for at in begun.values()]
    return Trial(one.identifier, tuple(episodes), tuple(spells), count)


def summarise(rule: Rule, trials: Iterable[Trial]) -> Report:
    """All charge points together."""
    trials = list(trials)
    episodes = sorted((each for one in trials for each in one.episodes), key=lambda each: each.fired_at, reverse=True)
    by_charge_point = Counter({one.charge_point: len(one.episodes) for one in trials if one.episodes})
    suggestion = _suggest(rule, len(episodes), [spell for one in trials for spell in one.spells_s])
    return Report(
        alerts=sum(not each.is_again for each in episodes),
        firings=len(episodes),
        charge_points=len(by_charge_point),
        observations=sum(one.observations for one in trials),
        by_charge_point=tuple(by_charge_point.most_common(MOST_SHOWN)),
        episodes=tuple(episodes[:MOST_SHOWN]),
        suggested_for_s=suggestion[0] if suggestion else None,
        suggested_firings=suggestion[1] if suggestion else None,
    )


def _suggest(rule: Rule, firings: int, spells: list[float]) -> tuple[float, int] | None:
    """Just longer than the longest spell that is to be passed over."""
    lasting = sorted(spell for spell in spells if spell >= rule.for_s)
    left = len(lasting) // 2
    if firings < 2 or left == len(lasting):
        return None
    for_s = float(int(lasting[len(lasting) - left - 1]) + 1)
    return (for_s, sum(spell >= for_s for spell in lasting)) if for_s <= LONGEST_S else None


def _episode(alert: Alert, fired_at: int, is_again: bool, cleared_at: int | None) -> Episode:
    return Episode(alert.subject, fired_at, cleared_at, alert.peak, is_again)


def _with_end(seen: Iterable[Observation], until: int) -> Iterator[Observation | None]:
    yield from seen
    yield None
