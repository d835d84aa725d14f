"""What a fleet did and what was acknowledged: messages, meter values, sessions, answer times. Bounded."""

from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from math import ceil, floor, log
from typing import Any

_SMALLEST_S = 1e-5
_GROWTH = 1.05


@dataclass(slots=True)
class Times:
    """A histogram with buckets 5 % apart: a percentile is at most that much too high, memory does not grow."""

    counts: Counter[int] = field(default_factory=Counter)
    count: int = 0
    max_s: float = 0.0

    def add(self, seconds: float) -> None:
        seconds = max(seconds, _SMALLEST_S)
        self.counts[floor(log(seconds / _SMALLEST_S) / log(_GROWTH))] += 1
        self.count += 1
        self.max_s = max(self.max_s, seconds)

    def percentile(self, percent: float) -> float:
        """Seconds that `percent` of all answers needed at most; 0 without any."""
        rank, seen = max(1, ceil(self.count * percent / 100)), 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                return min(self.max_s, _SMALLEST_S * _GROWTH ** (bucket + 1))
        return 0.0

    def summary(self) -> dict[str, float | int]:
        """Milliseconds, as `count`, `p50_ms`, `p99_ms`, `max_ms`."""
        return {
            "count": self.count,
            "p50_ms": round(self.percentile(50) * 1000, 2),
            "p99_ms": round(self.percentile(99) * 1000, 2),
            "max_ms": round(self.max_s * 1000, 2),
        }


@dataclass(slots=True)
class SessionRecord:
    """One session as the charge point knows it: Wh of its register, seconds since 1970."""

    charge_point: str
    connector_id: int
    id_tag: str
    started_at: float
    meter_start: int
    transaction_id: int | None = None
    stopped_at: float | None = None
    meter_stop: int | None = None
    reason: str | None = None
    meter_values_acknowledged: int = 0
    start_acknowledged: bool = False
    stop_acknowledged: bool = False

    @property
    def energy_wh(self) -> int:
        return 0 if self.meter_stop is None else self.meter_stop - self.meter_start


@dataclass(slots=True)
class Ledger:
    """The books of a fleet. The newest `keep` sessions stay as records, all of them in the totals."""

    keep: int = 20_000
    sent: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    times: dict[str, Times] = field(default_factory=dict)
    meter_values_acknowledged: int = 0
    meter_values_dropped: int = 0
    given_up: int = 0
    refused_tags: int = 0
    connects: int = 0
    reconnects: int = 0
    sessions_started: int = 0
    sessions_stopped: int = 0
    energy_wh: int = 0
    sessions: deque[SessionRecord] = field(default_factory=deque)

    def settle(self, action: str, seconds: float) -> None:
        """A message of ours was acknowledged after so long."""
        self.acknowledged[action] += 1
        self.times.setdefault(action, Times()).add(seconds)

    def start(self, record: SessionRecord) -> None:
        self.sessions_started += 1
        self.sessions.append(record)
        if len(self.sessions) > self.keep:
            self.sessions.popleft()

    def stop(self, record: SessionRecord, at: float, meter_stop: int, reason: str) -> None:
        """The session ended; stopping it again changes nothing."""
        if record.meter_stop is not None:
            return
        record.stopped_at, record.meter_stop, record.reason = at, meter_stop, reason
        self.sessions_stopped += 1
        self.energy_wh += record.energy_wh

    def all_times(self) -> Times:
        """The answer times of every action together."""
        merged = Times()
        for times in self.times.values():
            merged.counts.update(times.counts)
            merged.count += times.count
            merged.max_s = max(merged.max_s, times.max_s)
        return merged

    def summary(self) -> dict[str, Any]:
        """Everything as plain JSON; energies in Wh, answer times in milliseconds."""
        return {
            "messages": dict(sorted(self.sent.items())),
            "messages_sent": self.sent.total(),
            "messages_acknowledged": self.acknowledged.total(),
            "commands_answered": dict(sorted(self.commands.items())),
            "meter_values_acknowledged": self.meter_values_acknowledged,
            "meter_values_dropped": self.meter_values_dropped,
            "given_up": self.given_up,
            "refused_tags": self.refused_tags,
            "sessions_started": self.sessions_started,
            "sessions_stopped": self.sessions_stopped,
            "energy_wh": self.energy_wh,
            "answers": self.all_times().summary(),
            "answers_by_action": {action: times.summary() for action, times in sorted(self.times.items())},
            "errors": dict(sorted(self.errors.items())),
            "connects": self.connects,
            "reconnects": self.reconnects,
            "sessions": [{**asdict(record), "energy_wh": record.energy_wh} for record in self.sessions],
        }
