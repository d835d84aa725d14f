"""Observations and the clock into what becomes of alerts: pure but for what it remembers; no database, no clock.

The same evaluator watches what comes in and replays what was stored (`back_test`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from wattdeck.alerts import life
from wattdeck.alerts.book import Book, Key, remembers
from wattdeck.alerts.circumstances import Circumstances
from wattdeck.alerts.plans import Plans
from wattdeck.alerts.rules import Memory, fades, judge, recall, remember
from wattdeck.domain.alert_rules import (
    CHARGING,
    LIMIT,
    MISSING,
    SESSION,
    STALL,
    WORD,
    Rule,
    covers_part,
)
from wattdeck.domain.alerts import DATA_AGAIN, NO_DATA, OPEN, PENDING, RAISED, RESOLVED, UPDATED, Alert, Change
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.meter_values import PHASES
from wattdeck.domain.records import Record, replace
from wattdeck.domain.signals import (
    BEGAN,
    CONNECTION,
    ENDED,
    KNOWN_WHILE_AWAY,
    OF_FLOW,
    OFFLINE,
    ONLINE,
    SAMPLED,
    STATUS,
    Observation,
)
from wattdeck.domain.signals import SESSION as SESSION_SIGNAL

_CIRCUMSTANCES = frozenset({CONNECTION, SESSION_SIGNAL, STATUS})
_BY_CLOCK = (STALL, MISSING)
OTHER_PHASE = "other"
LACKS_AFTER_MS = 15 * 60_000
ENDS_AFTER_MS = 2 * 3_600_000  # of charge points that measure by the hour the next one comes before


class Moved(Record, frozen=True):
    """An alert as it was and as it is, and what became of it. `after` None: it went by before it fired."""

    before: Alert | None
    after: Alert | None
    change: Change


class Evaluator:
    def __init__(self, rules: Sequence[Rule], next_id: int = 1) -> None:
        self.plans = Plans(rules)
        self._next_id = next_id
        self._book = Book()
        self._now = 0  # when the clock was looked at last
        self._there = Circumstances()

    # what it is told

    def know(self, one: ChargePoint, at: int = 0) -> list[Moved]:
        """What a charge point is, or has become: rules may be for it that were not, and the other way round."""
        before = self.plans.charge_point(one.id)
        self.plans.know(one)
        if before is None or _facts(before) == _facts(one):
            return []
        keys = list(self._book.of(one.id))
        elsewhere = [moved for key in keys for moved in self._move(key, one.site, at)]
        return elsewhere + [moved for key in keys for moved in self._refit(key, at)]

    def load(self, alerts: Iterable[Alert]) -> None:
        """Alerts from before a restart: those that are open, and those that may come back."""
        for alert in alerts:
            key = (alert.rule, alert.subject)
            rule = self.plans.rule(alert.rule, alert.subject, alert.signal)
            if rule is None:
                rule = _gone(alert)
            alert = replace(alert, site=self.plans.site(alert.subject))
            self._book.keep(key, rule, alert)
            if alert.state == RESOLVED:
                self._book.set_timer(key, life.over_at(rule, alert))
            elif alert.state in RAISED:
                memory = self._book.memories[key] = recall(rule, alert)
                due = life.due(rule, alert) or judge(rule, memory, alert.updated_at).due
                self._book.set_timer(key, due or alert.updated_at + 1)  # its time may have been over before
            # one that is pending waits until something is said of it: nobody may have come back yet

    @property
    def alerts(self) -> Mapping[Key, Alert]:
        """Those that are open, and those that may come back."""
        return self._book.alerts

    def held(self, charge_point_id: int | None) -> Collection[tuple[int | None, str]]:
        """Connectors and signals of a charge point that limits must look at though in order: an alert may end."""
        return self._book.held(charge_point_id)

    def take(self, seen: Observation) -> list[Moved]:
        """One observation."""
        subject, value = seen.subject, seen.value
        if subject.phase is not None and subject.phase not in PHASES:
            # made up by a charge point: all of them are one, else each would be an alert of its own
            subject = replace(subject, phase=OTHER_PHASE)
            seen = replace(seen, subject=subject)
        moved = self._circumstances(seen) if seen.signal in _CIRCUMSTANCES else []
        plan = self.plans.for_subject(subject, seen.signal)
        is_in_order = value is not None and plan.low <= value <= plan.high
        if is_in_order and (subject.connector_id, seen.signal) not in self.held(subject.charge_point_id):
            rules = plan.others
        else:
            rules = plan.rules
        for rule in rules:
            if covers_part(rule, subject.connector_id, subject.phase) and self._there.is_time(rule, seen):
                mine = seen
                if seen.signal != rule.signal:  # the other value of a comparison
                    mine = replace(seen, subject=replace(subject, measurand=rule.signal))
                moved += self._look(rule, (rule.name, mine.subject), mine)
        return moved

    def tick(self, at: int) -> list[Moved]:
        """The clock: whatever was due by now."""
        moved: list[Moved] = []
        self._now = max(self._now, at)
        for due, key in self._book.due(at):
            rule, alert = self._book.rules.get(key), self._book.alerts.get(key)
            if rule is None:
                continue
            memory = self._book.memories.get(key)
            if alert is not None and life.is_over(rule, alert, due):
                self._book.let_go(key, rule)
                if memory is not None:  # what is bad again, but not for long enough yet, is another alert
                    self._book.memories[key] = memory
            if memory is not None:
                moved += self._judge(rule, key, memory, None, max(due, memory.at))
                moved += self._miss(rule, key, memory, at)
        return moved

    def set_rules(self, rules: Sequence[Rule], at: int) -> list[Moved]:
        """Other rules from now on; alerts of rules that are no more, or are for others, end."""
        changed = self.plans.set_rules(rules)
        return [moved for key in list(self._book.rules) if key[0] in changed for moved in self._refit(key, at)]

    def settle(self, at: int) -> list[Moved]:
        """After `load`, and what runs now: alerts without a rule end, and those of sessions that are over."""
        moved: list[Moved] = []
        for key, alert in list(self._book.alerts.items()):
            rule, one = self._book.rules[key], key[1]
            ended = alert.session_id is not None and rule.signal in OF_FLOW
            runs = self._there.runs(one.charge_point_id, one.connector_id)
            if (ended or rule.during in (SESSION, CHARGING) or rule.select.id_tags) and not runs:
                moved += self._end(key, at, "the session ended")
                self._book.memories.pop(key, None)
            else:
                moved += self._refit(key, at)
        return moved

    def take_all(self, signal: str, seen: Sequence[Observation], at: int) -> list[Moved]:
        """All there is to see of a signal: alerts about others end."""
        moved = [one for each in seen for one in self.take(each)]
        subjects = {each.subject for each in seen}
        for key in [key for key, alert in self.alerts.items() if alert.signal == signal and key[1] not in subjects]:
            moved += self._end(key, at, "nothing is known of it any more")
            self._book.memories.pop(key, None)
        return moved

    def forget(self, charge_point_id: int, at: int) -> list[Moved]:
        """A charge point was removed."""
        moved = [
            one for key in self._book.of(charge_point_id) for one in self._end(key, at, "the charge point was removed")
        ]
        for key in self._book.of(charge_point_id):
            self._book.drop(key)
        self._there.forget(charge_point_id)
        self.plans.forget(charge_point_id)
        return moved

    def acknowledge(self, key: Key, at: int, by: str, note: str | None) -> Moved:
        """The alert must be firing, or acknowledged already."""
        before = self._book.alerts[key]
        step = life.acknowledge(before, at, by, note)
        assert step.alert is not None
        assert step.change is not None
        self._book.alerts[key] = step.alert
        return Moved(before, step.alert, step.change)

    def put(self, key: Key, alert: Alert) -> None:
        """The same alert with other overlays: silent, hidden."""
        self._book.alerts[key] = alert

    # inside

    def _circumstances(self, seen: Observation) -> list[Moved]:
        """What an observation means for rules that hold only while a session runs, or while connected."""
        one = seen.subject.charge_point_id
        moved: list[Moved] = []
        if seen.signal == CONNECTION and one is not None:
            if seen.word == ONLINE:
                self._there.came(one, seen.at)
                for connector in self._there.charging_at(one):
                    moved += self._expect(replace(seen, subject=replace(seen.subject, connector_id=connector)))
            elif seen.word == OFFLINE:
                self._there.went(one)
                moved += [each for key in self._book.of(one) for each in self._lost_sight(key, seen.at)]
        elif seen.signal == SESSION_SIGNAL:
            if seen.word == BEGAN:
                self._there.session_began(seen)
                moved += self._expect(seen)
            elif seen.word == ENDED and self._there.session_ended(seen):
                moved += self._end_those(seen, (SESSION, CHARGING), True, "the session ended")
        elif seen.signal == STATUS and self._there.says(seen):
            moved += self._end_those(seen, (CHARGING,), False, f"the connector is {seen.word}")
        return moved

    def _end_those(self, seen: Observation, during: tuple[str, ...], of_flow: bool, why: str) -> list[Moved]:
        """End what only holds in circumstances that are over, at one connector."""
        moved: list[Moved] = []
        for key in self._book.of(seen.subject.charge_point_id):
            rule = self._book.rules[key]
            of_session = of_flow and (rule.signal in OF_FLOW or rule.select.id_tags)
            if key[1].connector_id == seen.subject.connector_id and (rule.during in during or of_session):
                moved += self._end(key, seen.at, why)
                self._book.memories.pop(key, None)
                if key not in self._book.alerts:
                    self._book.drop(key)
        return moved

    def _expect(self, seen: Observation) -> list[Moved]:
        """From now on samples are missed, though none has come yet. Where they are missed already, that goes on."""
        if self._there.online_since(seen.subject.charge_point_id) is None:
            return []
        rules = self.plans.for_subject(seen.subject, SAMPLED).rules
        return [
            one
            for rule in rules
            if rule.kind == MISSING
            and rule.during in (SESSION, CHARGING)
            and covers_part(rule, seen.subject.connector_id, None)
            and not self._is_raised((rule.name, seen.subject))
            and self._there.is_time(rule, seen)
            for one in self._look(rule, (rule.name, seen.subject), seen)
        ]

    def _is_raised(self, key: Key) -> bool:
        alert = self.alerts.get(key)
        return alert is not None and alert.state in RAISED

    def _lost_sight(self, key: Key, at: int) -> list[Moved]:
        """Nothing is heard of it now: what it said last proves nothing more."""
        rule, alert = self._book.rules.get(key), self._book.alerts.get(key)
        if rule is None or rule.signal in KNOWN_WHILE_AWAY:
            return []
        if rule.kind in _BY_CLOCK:
            self._book.memories.pop(key, None)
        if alert is None:
            if rule.kind == WORD:  # said late, and not believed yet
                self._book.drop(key)
            return []
        if alert.state in (PENDING, RESOLVED):
            # what was bad may be good by now: it begins anew with what is heard next
            moved = self._end(key, at, "disconnected")
            self._book.memories.pop(key, None)
            if alert.state == PENDING:
                self._book.drop(key)
            return moved
        if alert.lacks_data:
            return []
        return [self._lack(key, alert, at)]

    def _lack(self, key: Key, alert: Alert, at: int) -> Moved:
        after = replace(alert, lacks_data=True, good_since=None, updated_at=max(at, alert.updated_at))
        self._book.alerts[key] = after
        return Moved(alert, after, Change(NO_DATA, at))

    def _miss(self, rule: Rule, key: Key, memory: Memory, at: int) -> list[Moved]:
        """What is measured may never be measured again: an alert about it says so after a while, then ends."""
        alert = self._book.alerts.get(key)
        if alert is None or alert.state not in RAISED or not fades(rule):
            return []
        since = self._there.online_since(key[1].charge_point_id)
        if since is None:  # nothing can be heard of it
            self._book.set_timer(key, at + LACKS_AFTER_MS)
            return []
        lacks_at = max(memory.at, alert.fired_at or 0, since) + LACKS_AFTER_MS
        ends_at = lacks_at - LACKS_AFTER_MS + ENDS_AFTER_MS
        if at >= ends_at:
            moved = self._end(key, ends_at, "nothing more was measured")
            self._book.memories.pop(key, None)
            return moved
        self._book.set_timer(key, ends_at if at >= lacks_at else lacks_at)
        return [self._lack(key, alert, lacks_at)] if at >= lacks_at and not alert.lacks_data else []

    def _look(self, rule: Rule, key: Key, seen: Observation) -> list[Moved]:
        alert, memory = self._book.alerts.get(key), self._book.memories.get(key)
        if not seen.raises and alert is None and rule.kind != WORD:
            return []
        if memory is None and alert is not None and alert.state != RESOLVED:
            memory = recall(rule, alert)
        after = remember(rule, memory, seen, self._now)
        if after is None or (after is memory and memory is not None):
            return []
        if alert is None and rule.kind in _BY_CLOCK and self._book.has_timer(key):
            self._book.memories[key] = after  # it came, or moved, or the clock will tell
            return []
        moved: list[Moved] = []
        if alert is not None and life.is_over(rule, alert, seen.at):
            self._book.let_go(key, rule)
        elif alert is not None and alert.lacks_data:
            heard = replace(alert, lacks_data=False)
            self._book.alerts[key] = heard
            moved.append(Moved(alert, heard, Change(DATA_AGAIN, seen.at)))
        self._book.memories[key] = after
        return moved + self._judge(rule, key, after, seen, seen.at)

    def _refit(self, key: Key, at: int) -> list[Moved]:
        """The rule may be another now, or be for others."""
        before, alert = self._book.rules[key], self._book.alerts.get(key)
        rule = self.plans.rule(key[0], key[1], before.signal if alert is None else alert.signal)
        if rule == before:
            return []
        if rule is None or rule.kind != before.kind or not covers_part(rule, key[1].connector_id, key[1].phase):
            why = "the rule is no more" if rule is None else "the rule was changed"
            moved = self._end(key, at, why)
            self._book.drop(key)
            return moved
        self._book.rules[key] = rule
        memory = self._book.memories.get(key)
        return [] if memory is None else self._judge(rule, key, memory, None, max(at, memory.at))

    def _move(self, key: Key, site: str | None, at: int) -> list[Moved]:
        """It is at another site now."""
        before = self._book.alerts.get(key)
        if before is None or before.state not in OPEN or before.site == site:
            return []
        after = self._book.alerts[key] = replace(before, site=site)
        return [Moved(before, after, Change(UPDATED, at))]

    def _judge(self, rule: Rule, key: Key, memory: Memory, seen: Observation | None, at: int) -> list[Moved]:
        before, verdict = self._book.alerts.get(key), judge(rule, memory, at)
        first = Observation(rule.signal, key[1], at) if seen is None else seen
        step = life.advance(rule, before, verdict, seen, first, at)
        after = step.alert
        if after is not None and after.id == 0:
            after = replace(after, id=self._next_id, site=self.plans.site(key[1]))
            self._next_id += 1
        dues = [due for due in (verdict.due, life.due(rule, after)) if due is not None]
        if after is not None and after.state in RAISED and fades(rule):
            dues.append(at + LACKS_AFTER_MS)
        if after is None and not dues and not remembers(rule):
            self._book.drop(key)
        else:
            self._book.keep(key, rule, after)
            if after is not None and after.cleared_at is not None:
                dues.append(life.over_at(rule, after))
            self._book.set_timer(key, min((due for due in dues if due > at), default=None))
        return [] if step.change is None else [Moved(before, after, step.change)]

    def _end(self, key: Key, at: int, why: str) -> list[Moved]:
        before = self._book.alerts.get(key)
        if before is None:
            return []
        if before.state == RESOLVED:
            self._book.alerts[key] = replace(before, bad_since=None)
            return []
        step = life.resolve(before, max(at, before.updated_at), why)
        assert step.change is not None
        self._book.keep(key, self._book.rules[key], step.alert)
        if step.alert is not None:
            self._book.set_timer(key, life.over_at(self._book.rules[key], step.alert))
        return [Moved(before, step.alert, step.change)]


def _facts(one: ChargePoint) -> tuple[str | None, ...]:
    """What rules select by."""
    return one.identifier, one.site, one.vendor, one.model, one.firmware_version


def _gone(alert: Alert) -> Rule:
    """In place of a rule that is no more."""
    return Rule(name=alert.rule, kind=LIMIT, signal=alert.signal, enabled=False)
