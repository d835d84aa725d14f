"""Energy since midnight of the configured zone, per charge point: kept while readings come, rebuilt at the start."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from wattdeck.domain.clock import UTC, from_ms
from wattdeck.metering.energy import advance, share_after


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
        # noon of the next day lies in it whether today has 23, 24 or 25 hours
        self._next = midnight_before(self.midnight + timedelta(hours=36), self._zone)
        self.by_charge_point: dict[int, float] = {}

    def add(self, charge_point_id: int, since: datetime, until: datetime, wh: float, now: datetime) -> None:
        if now >= self._next:
            self._begin(now)
        share = share_after(since, until, wh, self.midnight)
        if share:
            self.by_charge_point[charge_point_id] = self.by_charge_point.get(charge_point_id, 0.0) + share

    def total_wh(self, now: datetime) -> float:
        if now >= self._next:
            self._begin(now)
        return sum(self.by_charge_point.values())

    def rebuild(self, readings: Iterable[tuple[int, int, int, float, str]], now: datetime) -> None:
        """From stored readings (series, charge point, taken_at in ms, Wh, context), in order of series and time."""
        self._begin(now)
        self._count(readings, now)

    def recount(
        self, charge_point_id: int, readings: Iterable[tuple[int, int, int, float, str]], now: datetime
    ) -> None:
        """The same for one charge point, whose readings came in such an order that counting them live missed some."""
        self.by_charge_point.pop(charge_point_id, None)
        self._count(readings, now)

    def _count(self, readings: Iterable[tuple[int, int, int, float, str]], now: datetime) -> None:
        current, chain = None, None
        for series, charge_point_id, taken_at, wh, context in readings:
            if series != current:
                current, chain = series, None
            at = from_ms(taken_at)
            step = advance(chain, wh, at, context)
            if step.since is not None:
                self.add(charge_point_id, step.since, at, step.wh, now)
            chain = step.register
