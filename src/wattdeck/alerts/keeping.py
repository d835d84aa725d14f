"""Keeps what became of alerts, with the deliveries it gives rise to, and tells the house once it is stored."""

import asyncio
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from wattdeck.alerts.evaluator import Moved
from wattdeck.alerts.notify.notices import Notices
from wattdeck.bus.events import Events
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import PENDING, UPDATED, Alert, Change
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.errors import CommitFailed
from wattdeck.domain.events import AlertChanged
from wattdeck.store import alerts, deliveries
from wattdeck.store.alerts import Saving
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry, logger

AT_ONCE = 500
_FIGURES_EVERY_MS = 2_000
_log = logger("wattdeck.alerts")


class Keeping:
    """`rule`: the one of this name, where there still is one."""

    def __init__(
        self,
        store: Store,
        events: Events,
        notices: Notices,
        telemetry: Telemetry,
        rule: Callable[[str], Rule | None],
    ) -> None:
        self._store, self._events, self._notices, self._rule = store, events, notices, rule
        self._failed = telemetry.dropped.labels("alerts_failed")
        self._unsaved: dict[int, Saving] = {}
        self._newer: dict[int, Alert] = {}  # the same with newer figures, which are not worth a commit each
        self._newer_at = 0
        self._one_at_a_time = asyncio.Lock()  # an older state must never be written after a newer one

    def note(self, moved: Sequence[Moved]) -> None:
        """What is to be kept with the next `save`."""
        for one in moved:
            known = one.after or one.before
            assert known is not None
            before = self._unsaved.get(known.id)
            if one.change.what == UPDATED and before is None:
                self._newer[known.id] = known
                continue
            self._newer.pop(known.id, None)
            told = (one.change,) if one.change.what != UPDATED else ()
            self._unsaved[known.id] = Saving(known.id, one.after, (*(before.changes if before else ()), *told))

    def note_figures(self, at: int) -> None:
        """Newer figures, from time to time."""
        if at - self._newer_at < _FIGURES_EVERY_MS:
            return
        self._newer_at, newer = at, self._newer
        self._newer = {}
        for alert in newer.values():
            if alert.state != PENDING and alert.id not in self._unsaved:  # nobody sees those that are pending
                self._unsaved[alert.id] = Saving(alert.id, alert, ())

    async def save(self) -> None:
        """All that is not kept yet, some at a time. Raises StoreUnavailable; then it is still there to be kept."""
        async with self._one_at_a_time:
            while self._unsaved:
                await self._save({id: self._unsaved.pop(id) for id in list(self._unsaved)[:AT_ONCE]})

    async def _save(self, savings: dict[int, Saving]) -> None:
        at = to_ms(now())
        for saving in savings.values():
            if saving.alert is not None and saving.changes:
                self._notices.note(saving.alert, saving.changes, self._rule(saving.alert.rule), at)
        told = self._notices.take_unsaved()

        def write(connection: Connection) -> None:
            alerts.save(connection, list(savings.values()))
            deliveries.save(connection, told)

        try:
            await self._store.write(write)
        except CommitFailed:
            self._notices.stored(told)  # not again and again: alerts that can be stored must be
            await self._save_each(savings)
            return
        except BaseException:
            self._notices.put_back(told)
            self._put_back(savings)
            raise
        self._notices.stored(told)
        for saving in savings.values():
            self._publish(saving)

    async def _save_each(self, savings: dict[int, Saving]) -> None:
        """Something among them cannot be stored: that is let go, the others are not."""
        for saving in savings.values():
            try:
                await self._store.write(lambda connection, one=saving: alerts.save(connection, [one]))  # type: ignore[misc]
            except CommitFailed:
                self._failed.inc()
                _log.exception("alert cannot be stored", id=saving.id)
                continue
            except BaseException:
                self._put_back({saving.id: saving})
                raise
            self._publish(saving)

    def _put_back(self, savings: dict[int, Saving]) -> None:
        """It goes with what is kept next; what became of it meanwhile is newer."""
        for id, saving in savings.items():
            newer = self._unsaved.get(id)
            changes = saving.changes if newer is None else (*saving.changes, *newer.changes)
            self._unsaved[id] = Saving(id, saving.alert if newer is None else newer.alert, changes)

    def _publish(self, saving: Saving) -> None:
        for change in saving.changes or (Change(UPDATED, to_ms(now())),):
            self._events.publish(AlertChanged(saving.id, saving.alert, change))
            if saving.alert is not None and change.what != UPDATED:
                _log.info("alert", **_told(saving.alert, change))


def _told(alert: Alert, change: Change) -> dict[str, object]:
    return {
        "what": change.what,
        "id": alert.id,
        "rule": alert.rule,
        "severity": alert.severity,
        "charge_point": alert.subject.charge_point,
        "connector_id": alert.subject.connector_id,
        "value": alert.value,
    }
