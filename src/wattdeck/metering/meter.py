"""What is kept in memory of a charge point's meter, from its first meter value until it disconnects."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from wattdeck.domain.clock import to_ms
from wattdeck.domain.meter_values import ENERGY, POWER, SOC, MeterValue
from wattdeck.domain.moments import Shape
from wattdeck.domain.records import Record, replace
from wattdeck.domain.registers import Limits, learn, limits_of
from wattdeck.domain.sessions import Session
from wattdeck.metering.energy import Register
from wattdeck.metering.layouts import Key, Layout, lay_out
from wattdeck.metering.plausibility import Flow, bounds_of
from wattdeck.metering.tallies import Tally

# Clocks of meter and charge point differ a little: samples just before a session began belong to it.
_BEFORE_START = timedelta(seconds=60)
_MOST_STRANGERS = 100
# It takes two transactions to tell a register that counts each of them from one that was read wrongly.
_ANEW = 2
_MOST_LEARNED_W = 1_000_000.0
_MOST_LAYOUTS = 50


class Stranger(Record, frozen=True):
    """A transaction we never gave, as its first meter values showed it."""

    connector_id: int
    since: datetime
    meter_wh: float | None


class Meter:
    """What is kept in memory of one charge point: its series' numbers, its registers, its running sessions."""

    __slots__ = (
        *("anew", "began", "bounds", "chains", "days", "ended", "ended_at", "factors", "flows", "layouts", "learned_w"),
        *("limits", "newest", "open", "others", "registers", "series", "sessions", "strangers", "tallies", "taken"),
    )

    def __init__(self) -> None:
        self.series: dict[Key, int] = {}
        self.days: dict[int, int] = {}  # series → the newest day it has samples on
        self.registers: dict[int, Register] = {}  # by connector
        self.began: dict[int, int] = {}  # the first reading of these chains, in ms
        self.chains: dict[int, Register] = {}  # by session
        self.newest: dict[tuple[int, str], datetime] = {}  # by session and measurand
        self.sessions: dict[int, Session] = {}
        self.ended: dict[int, Session] = {}  # the last one that ended, by connector
        self.ended_at: dict[int, int] = {}  # when that was, in ms
        self.strangers: dict[str, Stranger] = {}  # by transaction id that no session of this charge point has
        self.others: dict[Key, Register] = {}  # registers beside the one that energy is counted by
        self.limits: dict[int, Limits] = {}  # of registers, by connector, where they are not those of the charge point
        self.flows: dict[int, Flow] = {}  # by connector
        self.tallies: dict[int, Tally] = {}  # by session
        self.factors: dict[Key, float] = {}  # of series whose values are sent in another unit than they say
        self.layouts: dict[tuple[int, Shape], Layout] = {}  # by connector
        self.anew: dict[int, int] = {}  # by connector: how often its register began at zero with a transaction
        self.learned_w = 0.0  # the most it gave
        self.taken = 0  # how often something was measured; `open`: of which the outcome is not stored yet
        self.open = 0
        self.rate(None, None)

    def rate(self, rated_w: float | None, learned_w: float | None) -> None:
        """What the charge point can give: as a person said, and as it showed."""
        self.limits[-1] = limits_of(rated_w, learned_w)
        self.bounds = bounds_of(rated_w)
        self.layouts.clear()
        self.learned_w = learned_w or 0.0

    def correct(self, keys: Iterable[Key], factor: float) -> None:
        """From now on the values of these series are taken times `factor`."""
        self.factors |= dict.fromkeys(keys, factor)
        self.layouts.clear()

    def layout(self, connector_id: int, shape: Shape) -> Layout | None:
        """Where the values of a shape go on a connector; None where they must be taken one by one."""
        layout = self.layouts.get((connector_id, shape))
        if layout is None and not self.factors:
            layout = lay_out(connector_id, shape, self.series, self.bounds)
            if layout is not None:
                if len(self.layouts) >= _MOST_LAYOUTS:
                    self.layouts.clear()
                self.layouts[connector_id, shape] = layout
        return layout

    def limits_on(self, connector_id: int) -> Limits:
        return self.limits.get(connector_id) or self.limits[-1]

    def learn(self, w: float) -> float | None:
        """A power that it gave: what it can give, where that is more than was known."""
        if not self.learned_w < 2 * w <= 2 * _MOST_LEARNED_W:
            return None
        self.learned_w = learn(w)
        if not self.limits[-1].by_rate_alone:
            self.limits = {
                place: limits_of(None, self.learned_w, limits.begins_anew) for place, limits in self.limits.items()
            }
        return self.learned_w

    def note_anew(self, connector_id: int) -> bool:
        """Its register has counted a transaction from zero; whether it is known to do so from now on."""
        times = self.anew[connector_id] = self.anew.get(connector_id, 0) + 1
        if times == _ANEW:
            self.limits[connector_id] = replace(self.limits_on(connector_id), begins_anew=True)
        return times == _ANEW

    def session_on(self, connector_id: int, at: datetime) -> Session | None:
        """The running session of a connector that a sample taken at `at` belongs to."""
        began = (
            session
            for session in self.sessions.values()
            if session.connector_id == connector_id and at >= session.started_at - _BEFORE_START
        )
        return max(began, key=lambda session: session.started_at, default=None)

    def begin(self, session: Session) -> None:
        """The session runs."""
        self.sessions[session.id] = session
        self.tallies[session.id] = Tally(session.started_at)

    def take_over(self, other: "Meter") -> None:
        """What another one of the same charge point knows that the store does not."""
        self.newest, self.strangers = other.newest, other.strangers
        self.flows, self.anew = other.flows, other.anew
        for id in self.tallies.keys() & other.tallies.keys():
            self.tallies[id].take_over(other.tallies[id])
        self.learned_w = max(self.learned_w, other.learned_w)

    def end(self, session: Session) -> None:
        """The session runs no longer."""
        self.sessions.pop(session.id, None)
        self.chains.pop(session.id, None)
        self.newest.pop((session.id, POWER), None)
        self.newest.pop((session.id, SOC), None)
        self.tallies.pop(session.id, None)
        self.ended[session.connector_id] = session
        if session.stopped_at is not None:
            self.ended_at[session.connector_id] = to_ms(session.stopped_at)
        self.strangers.pop(session.transaction_id, None)

    def note_stranger(self, transaction_id: str, connector_id: int, values: Sequence[MeterValue]) -> None:
        """Remember an id that is nobody's, so that it is not looked for with each message, and where it was seen first:
        its stop does not say.
        """
        if transaction_id in self.strangers or not values:
            return
        if len(self.strangers) >= _MOST_STRANGERS:
            self.strangers.clear()
        readings = [value for value in values if is_register(value) and value.value is not None]
        first = min(readings, key=taken_at).value if readings else None
        self.strangers[transaction_id] = Stranger(connector_id, min(map(taken_at, values)), first)

    def is_news(self, session_id: int, measurand: str, at: datetime) -> bool:
        """Whether no newer value was seen: then this one is the session's."""
        key = (session_id, measurand)
        if session_id not in self.sessions:
            return True
        newest = self.newest.get(key)
        if newest is not None and at < newest:
            return False
        self.newest[key] = at
        return True

    def may_be_late(self, connector_id: int, at: datetime) -> bool:
        """Whether a session that has ended can have been running at `at`."""
        last = self.ended.get(connector_id)
        return last is not None and last.stopped_at is not None and at <= last.stopped_at

    def session_of(self, transaction_id: str) -> Session | None:
        for session in self.sessions.values():
            if session.transaction_id == transaction_id:
                return session
        return None


def is_register(value: MeterValue) -> bool:
    """The reading that energy is counted by: the total at the outlet, in Wh."""
    return value.measurand == ENERGY and value.phase is None and value.location == "Outlet" and value.unit == "Wh"


taken_at: Callable[[MeterValue], datetime] = attrgetter("taken_at")
