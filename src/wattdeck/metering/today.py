"""Energy since midnight of the configured zone, per charge point: kept while readings come, rebuilt at the start."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from wattdeck.domain.clock import UTC, to_ms
from wattdeck.domain.meter_values import Reading
from wattdeck.domain.quarters import News
from wattdeck.domain.registers import Limits
from wattdeck.metering.energy import fold, share

_EVER = 2**63
Counted = tuple[int, int, Limits, Reading]
Reckoned = tuple[int, int, int, float]


def midnight_before(at: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the day that `at` lies in, as UTC."""
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


class EnergyToday:
    """Wh delivered since midnight, by charge point number."""

    def __init__(self, zone: ZoneInfo, at: datetime) -> None:
        self._zone = zone
        self._begin(at)

    def _begin(self, at: datetime) -> None:
        self.midnight = midnight_before(at, self._zone)
        self._midnight_ms = to_ms(self.midnight)
        # noon of the next day lies in it whether today has 23, 24 or 25 hours
        self._next = midnight_before(self.midnight + timedelta(hours=36), self._zone)
        self.by_charge_point: dict[int, float] = {}
        # what no register has counted, by session: whose it is, and Wh by quarter, from midnight on
        self.reckoned: dict[int, tuple[int, dict[int, float]]] = {}

    def add(self, charge_point_id: int, since: int, until: int, wh: float, now: datetime) -> None:
        """Energy that flowed between two times in ms."""
        if now >= self._next:
            self._begin(now)
        part = share(since, until, wh, self._midnight_ms, _EVER)
        if part:
            self.by_charge_point[charge_point_id] = self.by_charge_point.get(charge_point_id, 0.0) + part

    def reckon(self, charge_point_id: int, session_id: int, news: News, now: datetime) -> None:
        """What is new of a session whose energy no register has counted. A day begins with a quarter of an hour."""
        if now >= self._next:
            self._begin(now)
        known = {} if news.is_anew or session_id not in self.reckoned else self.reckoned[session_id][1]
        known |= {at: wh for at, wh in news.quarters.items() if at >= self._midnight_ms}
        self.reckoned[session_id] = charge_point_id, known
        if not known:
            del self.reckoned[session_id]

    def total_wh(self, now: datetime, charge_point_ids: Iterable[int] | None = None) -> float:
        """Of all, or of some of them."""
        if now >= self._next:
            self._begin(now)
        own = None if charge_point_ids is None else set(charge_point_ids)
        counted = sum(wh for id, wh in self.by_charge_point.items() if own is None or id in own)
        return counted + sum(sum(one.values()) for id, one in self.reckoned.values() if own is None or id in own)

    def rebuild(self, readings: Iterable[Counted], now: datetime, reckoned: Iterable[Reckoned] = ()) -> None:
        """From stored readings (series, charge point, limits, reading), in order of series and time, and what was
        reckoned without a register (session, charge point, quarter, Wh).
        """
        self._begin(now)
        self._count(readings, reckoned, now)

    def recount(
        self, charge_point_id: int, readings: Iterable[Counted], now: datetime, reckoned: Iterable[Reckoned] = ()
    ) -> None:
        """The same for one charge point, whose readings came in such an order that counting them live missed some."""
        self.by_charge_point.pop(charge_point_id, None)
        self.reckoned = {id: one for id, one in self.reckoned.items() if one[0] != charge_point_id}
        self._count(readings, reckoned, now)

    def _count(self, readings: Iterable[Counted], reckoned: Iterable[Reckoned], now: datetime) -> None:
        for session_id, charge_point_id, at, wh in reckoned:
            self.reckon(charge_point_id, session_id, News(False, {at: wh}), now)
        for (_, charge_point_id, limits), rows in groupby(readings, itemgetter(0, 1, 2)):
            for since, until, wh in fold((row[3] for row in rows), None, limits).steps:
                self.add(charge_point_id, since, until, wh, now)
