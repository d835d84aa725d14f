"""What is bad, by each kind of rule: pure functions from what was seen of one subject to a verdict."""

from collections.abc import Callable

from wattdeck.domain.alert_rules import (
    COMPARE,
    COUNT,
    LIMIT,
    MISSING,
    RATE,
    SEQUENCE,
    STALL,
    WORD,
    Rule,
)
from wattdeck.domain.alerts import PER_SECOND, Alert
from wattdeck.domain.meter_values import MEASURANDS
from wattdeck.domain.records import Record, replace
from wattdeck.domain.signals import Observation

BAD, GOOD, BETWEEN = "bad", "good", "between"
_OF_VALUES = frozenset({LIMIT, RATE, STALL, COMPARE})
_AT_ONCE_MS = 5_000  # what comes so soon was not kept for later
_FRESH_MS = 300_000  # the two values of a comparison belong together when they are not further apart
_USUAL = 0.2  # the weight of a new interval in what is usual
_MORE_MS = 60_000  # after what was kept for later, so long more may come of it


class Memory(Record, frozen=True):
    """What one rule keeps of one subject. Times in milliseconds.

    `at`, `value`, `word`: the last observation. `moved_at`: when the value last moved, from `still`. `times`: when it
    happened, as far as that counts. `gap_ms`: the usual interval. `other`, `other_at`: what a comparison is made with.
    `reached`: the words of a sequence said so far, as times. `behind_ms`: so late the last observation came, because it
    was kept for later; what the clock alone can tell of it waits as long, and a word a little longer.
    """

    at: int
    value: float | None = None
    word: str | None = None
    per_s: float | None = None
    still: float | None = None
    moved_at: int = 0
    times: tuple[int, ...] = ()
    gap_ms: float | None = None
    other: float | None = None
    other_at: int = 0
    reached: tuple[int, ...] = ()
    behind_ms: int = 0


class Verdict(Record, frozen=True):
    """`since`: from when on it is bad. `due`: when the clock alone can make it another; None: never. `beside`: what the
    value is compared with, or that it is a rate.
    """

    word: str
    value: float | None = None
    since: int | None = None
    due: int | None = None
    limit: float | None = None
    beside: str | None = None


def remember(rule: Rule, memory: Memory | None, seen: Observation, now: int) -> Memory | None:
    """The memory with one more observation; unchanged by one that is older than the last, unless it is counted. `now`:
    when it was heard.
    """
    behind_ms = _behind(rule, seen, now)
    if memory is None:
        memory = Memory(seen.at, moved_at=seen.at, behind_ms=behind_ms)
        if rule.kind == MISSING:
            return memory
    elif seen.at < memory.at and rule.kind not in (COUNT, COMPARE):
        return memory
    after = _REMEMBER[rule.kind](rule, memory, seen)
    return after if after.behind_ms == behind_ms else replace(after, behind_ms=behind_ms)


def _behind(rule: Rule, seen: Observation, now: int) -> int:
    behind_ms = now - seen.at
    if rule.kind == WORD:
        return 0 if seen.raises else max(behind_ms, 0) + _MORE_MS
    return behind_ms if rule.kind in (STALL, MISSING) and behind_ms > _AT_ONCE_MS else 0


def fades(rule: Rule) -> bool:
    """Whether an alert says nothing any more when no more is measured of it."""
    return rule.kind in _OF_VALUES and (rule.signal in MEASURANDS or rule.signal == "phase_balance")


def judge(rule: Rule, memory: Memory, at: int) -> Verdict:
    """What the rule says of its subject at a moment."""
    return _JUDGE[rule.kind](rule, memory, at)


def recall(rule: Rule, alert: Alert) -> Memory:
    """The memory that goes with an alert after a restart: as far as it shows in the alert."""
    since = alert.bad_since or alert.fired_at or alert.began_at
    memory = Memory(since, alert.value, alert.word)
    if rule.kind == STALL:
        return replace(memory, still=alert.value, moved_at=since - _ms(rule.within_s))
    if rule.kind == MISSING:
        return replace(memory, at=since - _ms(rule.within_s))
    if rule.kind == COUNT:
        return replace(memory, times=(alert.fired_at or since,) * rule.times)
    if rule.kind == SEQUENCE:
        return replace(memory, reached=(alert.fired_at or since,) * len(rule.words))
    if rule.kind == RATE:
        return replace(memory, value=None, per_s=alert.value)
    if rule.kind == COMPARE:
        return Memory(since)
    return memory


def within(rule: Rule, value: float | None) -> str:
    """A number against the limits: bad beyond them, good at or inside those to clear, else between."""
    if value is None:
        return BETWEEN
    if (rule.above is not None and value > rule.above) or (rule.below is not None and value < rule.below):
        return BAD
    clear_above = rule.above if rule.clear_above is None else rule.clear_above
    clear_below = rule.below if rule.clear_below is None else rule.clear_below
    if (clear_above is not None and value > clear_above) or (clear_below is not None and value < clear_below):
        return BETWEEN
    return GOOD


def _passed(rule: Rule, value: float | None) -> float | None:
    """The limit a value is measured against: the one it is nearer to, or beyond."""
    if rule.above is None or rule.below is None or value is None:
        return rule.below if rule.above is None else rule.above
    return rule.above if value - rule.above > rule.below - value else rule.below


def _value(rule: Rule, memory: Memory, seen: Observation) -> Memory:
    return replace(memory, at=seen.at, value=seen.value, word=seen.word)


def _limit(rule: Rule, memory: Memory, at: int) -> Verdict:
    return Verdict(within(rule, memory.value), memory.value, memory.at, None, _passed(rule, memory.value))


def _changing(rule: Rule, memory: Memory, seen: Observation) -> Memory:
    per_s = memory.per_s
    if seen.value is not None and memory.value is not None and seen.at > memory.at:
        per_s = (seen.value - memory.value) * 1000 / (seen.at - memory.at)
    return replace(memory, at=seen.at, value=seen.value, per_s=per_s)


def _rate(rule: Rule, memory: Memory, at: int) -> Verdict:
    per_s = memory.per_s
    return Verdict(within(rule, per_s), per_s, memory.at, None, _passed(rule, per_s), PER_SECOND)


def _moving(rule: Rule, memory: Memory, seen: Observation) -> Memory:
    if memory.still is None or seen.value is None or abs(seen.value - memory.still) > rule.tolerance:
        return replace(memory, at=seen.at, value=seen.value, still=seen.value, moved_at=seen.at)
    return replace(memory, at=seen.at, value=seen.value)


def _stall(rule: Rule, memory: Memory, at: int) -> Verdict:
    """Bad from the moment on at which it has not moved for `within_s`; what is `above` or higher may stand still."""
    if rule.above is not None and memory.value is not None and memory.value >= rule.above:
        return Verdict(GOOD, memory.value)
    return _overdue(memory, memory.moved_at + _ms(rule.within_s), at)


def _coming(rule: Rule, memory: Memory, seen: Observation) -> Memory:
    gap, usual = seen.at - memory.at, memory.gap_ms
    if gap > 0:
        usual = float(gap) if usual is None else usual + _USUAL * (gap - usual)
    return replace(memory, at=seen.at, value=seen.value, gap_ms=usual)


def _missing(rule: Rule, memory: Memory, at: int) -> Verdict:
    return _overdue(memory, memory.at + max(_ms(rule.within_s), round(rule.times * (memory.gap_ms or 0))), at)


def _overdue(memory: Memory, due: int, at: int) -> Verdict:
    """Bad from `due` on, if nothing has come until then. While what was kept for later comes in, more is under way."""
    if max(memory.at, at - memory.behind_ms) < due:
        return Verdict(GOOD, memory.value, None, due + memory.behind_ms)
    return Verdict(BAD, memory.value, due)


def _happening(rule: Rule, memory: Memory, seen: Observation) -> Memory:
    """Only so many as are needed are kept: the newest decide."""
    times = tuple(sorted((*memory.times, seen.at))[-rule.times :])
    return replace(memory, at=max(memory.at, seen.at), times=times, word=seen.word)


def _count(rule: Rule, memory: Memory, at: int) -> Verdict:
    begin = at - _ms(rule.within_s)
    times = [one for one in memory.times if one > begin]
    if len(times) < rule.times:
        return Verdict(GOOD, float(len(times)))
    return Verdict(BAD, float(len(times)), times[-1], times[0] + _ms(rule.within_s))


def _word(rule: Rule, memory: Memory, at: int) -> Verdict:
    """What was said last holds, however late it came; then what ended it may be under way, too."""
    if memory.word not in rule.words:
        return Verdict(GOOD)
    due = memory.at + memory.behind_ms
    if at < due:
        return Verdict(BETWEEN, due=due)
    return Verdict(BAD, None, memory.at, beside=memory.word)


def _saying(rule: Rule, memory: Memory, seen: Observation) -> Memory:
    """How far the sequence has come: other words between are no matter, its first word begins it anew."""
    reached = memory.reached
    if len(reached) == len(rule.words):
        if seen.at < reached[-1] + _ms(rule.within_s):
            return replace(memory, at=seen.at, word=seen.word)
        reached = ()
    if reached and seen.at - reached[0] > _ms(rule.within_s):
        reached = ()
    if reached and seen.word == rule.words[len(reached)]:
        reached = (*reached, seen.at)
    elif seen.word == rule.words[0]:
        reached = (seen.at,)
    return replace(memory, at=seen.at, word=seen.word, reached=reached)


def _sequence(rule: Rule, memory: Memory, at: int) -> Verdict:
    """Bad from its last word on, for as long as a sequence may take."""
    if len(memory.reached) < len(rule.words):
        return Verdict(GOOD)
    due = memory.reached[-1] + _ms(rule.within_s)
    return Verdict(BAD, None, memory.reached[-1], due) if at < due else Verdict(GOOD)


def _both(rule: Rule, memory: Memory, seen: Observation) -> Memory:
    if seen.signal == rule.against:
        return memory if seen.at < memory.other_at else replace(memory, other=seen.value, other_at=seen.at)
    return memory if seen.at < memory.at else replace(memory, at=seen.at, value=seen.value)


def _compare(rule: Rule, memory: Memory, at: int) -> Verdict:
    value, other = memory.value, memory.other
    if value is None or other is None or abs(memory.at - memory.other_at) > _FRESH_MS:
        return Verdict(BETWEEN, beside=rule.against)
    if other < rule.floor or other <= 0:
        return Verdict(GOOD, beside=rule.against)
    share = value / other
    return Verdict(within(rule, share), share, memory.at, None, _passed(rule, share), rule.against)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


_REMEMBER: dict[str, Callable[[Rule, Memory, Observation], Memory]] = {
    LIMIT: _value,
    RATE: _changing,
    STALL: _moving,
    MISSING: _coming,
    COUNT: _happening,
    WORD: _value,
    SEQUENCE: _saying,
    COMPARE: _both,
}
_JUDGE: dict[str, Callable[[Rule, Memory, int], Verdict]] = {
    LIMIT: _limit,
    RATE: _rate,
    STALL: _stall,
    MISSING: _missing,
    COUNT: _count,
    WORD: _word,
    SEQUENCE: _sequence,
    COMPARE: _compare,
}
