"""What was measured, asked from Python: each question one short awaitable. The same answers as the HTTP API gives."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from sqlalchemy import Connection

from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.errors import NotFound
from wattdeck.domain.meter_values import ENERGY, POWER, SOC
from wattdeck.domain.rollups import PERIODS
from wattdeck.metering import fleet, statistics
from wattdeck.metering.fleet import Energy, Load, Peak, Question
from wattdeck.settings import Settings
from wattdeck.store import charge_points, samples, series, sites
from wattdeck.store.engine import Store
from wattdeck.store.fleet import Consumer, GroupBy, Scope, top_tags
from wattdeck.store.samples import Sample
from wattdeck.store.series import Series
from wattdeck.store.sites import Site
from wattdeck.store.statistics import Statistics

T = TypeVar("T")
_STEPS_MS = {"minute": 60_000, "quarter": 900_000, "hour": 3_600_000}
_IN_SHORT = {
    "energy": ENERGY,
    "power": POWER,
    "current": "Current.Import",
    "voltage": "Voltage",
    "temperature": "Temperature",
    "soc": SOC,
}
_MONTH = timedelta(days=30)
Step = Literal["minute", "quarter", "hour"]


class Queries:
    """Questions about meter values. `charge_point` is an identifier or a number; times are aware. `measurand` is one of
    the standard's, or in short energy, power, current, voltage, temperature, soc; `phase` "": values without one.
    Without `since` figures are of the last 24 hours, energy and top consumers of 30 days. Raises NotFound for a charge
    point that is not known.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._gap_ms = round(settings.gap_s * 1000)

    async def recent(
        self,
        charge_point: str,
        measurand: str | None = None,
        limit: int = 100,
        *,
        phase: str | None = None,
        connector_id: int | None = None,
        context: str | None = None,
        session_id: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Sample]:
        """Values of a charge point or of one of its sessions, newest first."""

        def read(connection: Connection, wanted: list[Series]) -> list[Sample]:
            return samples.read(
                connection, wanted, since=since, until=until, context=context, session_id=session_id, limit=limit
            )

        return await self._of(charge_point, measurand, read, phase, connector_id)

    async def latest(
        self,
        charge_point: str,
        measurand: str | None = None,
        *,
        phase: str | None = None,
        connector_id: int | None = None,
    ) -> list[Sample]:
        """The newest value of each of its series."""
        return await self._of(charge_point, measurand, samples.latest, phase, connector_id)

    async def last(
        self, charge_point: str, measurand: str, *, phase: str | None = None, connector_id: int | None = None
    ) -> Sample | None:
        """The newest value of a measurand; None where it never was measured."""
        found = await self.latest(charge_point, measurand, phase=phase, connector_id=connector_id)
        return max(found, key=lambda one: one.taken_at, default=None)

    async def statistics(
        self,
        charge_point: str,
        measurand: str | None = None,
        since: datetime | None = None,
        *,
        until: datetime | None = None,
        phase: str | None = None,
        connector_id: int | None = None,
    ) -> list[Statistics]:
        """Count, min, max, means, sum and last value of each of its series, from `since` until now, or `until` then."""
        begin, end = self._stretch(since, until)
        return await self._of(
            charge_point,
            measurand,
            lambda connection, wanted: statistics.over(
                connection, wanted, begin, end + 1, self._settings.zone, self._gap_ms
            ),
            phase,
            connector_id,
        )

    async def energy(
        self,
        period: Literal["hour", "day", "month"] = "day",
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        site: str | None = None,
        charge_point: str | None = None,
        group_by: GroupBy = "none",
    ) -> list[Energy]:
        """Energy of everyone, a site or a charge point, newest first."""
        span = self._stretch(since, until, _MONTH)
        return await self._ask(
            *(span, site, charge_point, group_by), lambda c, asked: fleet.energy(c, asked, PERIODS.index(period))
        )

    async def load(
        self,
        step: Step = "quarter",
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        site: str | None = None,
        charge_point: str | None = None,
        group_by: GroupBy = "none",
    ) -> list[Load]:
        """The load curve, newest first."""
        span = self._stretch(since, until)
        return await self._ask(
            *(span, site, charge_point, group_by), lambda c, asked: fleet.load(c, asked, _STEPS_MS[step])
        )

    async def peaks(
        self,
        step: Step = "quarter",
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        site: str | None = None,
        charge_point: str | None = None,
        group_by: GroupBy = "none",
    ) -> list[Peak]:
        """The highest step of the load curve of each group, and its highest single value."""
        span = self._stretch(since, until)
        return await self._ask(
            *(span, site, charge_point, group_by), lambda c, asked: fleet.peaks(c, asked, _STEPS_MS[step])
        )

    async def top(
        self,
        by: Literal["charge_point", "connector", "site", "tag"] = "charge_point",
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        site: str | None = None,
        limit: int = 10,
    ) -> list[Consumer]:
        """Who took most, most first."""
        span = self._stretch(since, until, _MONTH)
        hours_from = to_ms(now() - timedelta(days=self._settings.keep_hours_days))
        if by == "tag":
            return await self._store.read(lambda c: top_tags(c, Scope(site), *span, limit))
        found = await self._ask(span, site, None, by, lambda c, asked: fleet.top(c, asked, hours_from))
        return found[:limit]

    async def sites(self) -> list[Site]:
        """The sites there are, by name."""
        at = now()
        return await self._store.read(lambda connection: sites.list_all(connection, at))

    def _stretch(
        self, since: datetime | None, until: datetime | None, length: timedelta = timedelta(days=1)
    ) -> tuple[int, int]:
        end = until or now()
        return to_ms(since or end - length), to_ms(end)

    async def _of(
        self,
        charge_point: str,
        measurand: str | None,
        work: Callable[[Connection, list[Series]], T],
        phase: str | None = None,
        connector_id: int | None = None,
    ) -> T:
        """About the series of a charge point."""
        name = _IN_SHORT.get(measurand or "", measurand)

        def read(connection: Connection) -> T:
            id = _id(connection, charge_point)
            return work(connection, series.find(connection, id, name, phase, connector_id))

        return await self._store.read(read)

    async def _ask(
        self,
        span: tuple[int, int],
        site: str | None,
        charge_point: str | None,
        group_by: GroupBy,
        work: Callable[[Connection, Question], T],
    ) -> T:
        def read(connection: Connection) -> T:
            ids = None if charge_point is None else (_id(connection, charge_point),)
            asked = Question(Scope(site, ids), *span, group_by, self._settings.zone, self._gap_ms, to_ms(now()))
            return work(connection, asked)

        return await self._store.read(read)


def _id(connection: Connection, charge_point: str) -> int:
    found = charge_points.find(connection, charge_point, removed_too=True)
    if found is None:
        raise NotFound(f"no charge point {charge_point!r}")
    return found.id
