"""Notices: from what became of alerts to deliveries on their way; the channels there are, tests and dead letters."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from wattdeck.alerts.notify import apprise, email, log, mqtt
from wattdeck.alerts.notify.groups import Groups
from wattdeck.alerts.notify.outgoing import FAILURES_COUNT_MS, Outgoing
from wattdeck.alerts.notify.sending import Sender
from wattdeck.alerts.notify.telling import channels_of, is_end, is_news
from wattdeck.alerts.notify.webhook import Webhooks
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import RAISED, RESOLVED, Alert, Change
from wattdeck.domain.channel_kinds import APPRISE, EMAIL, LOG, MQTT, WEBHOOK
from wattdeck.domain.channels import MOST_CHANNELS, Channel, read_channel, settings_of
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.deliveries import ALERTS, DEAD, DROPPED, QUEUED, Delivery
from wattdeck.domain.errors import CommitFailed, Conflict, NotFound, Unprocessable
from wattdeck.domain.records import replace
from wattdeck.settings import Settings
from wattdeck.store import channels, deliveries
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry, logger

EVERY_S = 0.25
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
# what only the package that sends can tell
_COMPLAIN: Mapping[str, Callable[[Any], str | None]] = {
    EMAIL: email.complaint,
    MQTT: mqtt.complaint,
    APPRISE: apprise.complaint,
}
_log = logger("wattdeck.alerts")


class Notices:
    """`turn` is a job."""

    def __init__(self, store: Store, settings: Settings, telemetry: Telemetry) -> None:
        self._store = store
        self._dropped = telemetry.dropped.labels("deliveries_full")
        self._waiting = telemetry.deliveries_waiting
        self._webhooks = Webhooks()
        senders: dict[str, Sender] = {
            LOG: log.send,
            WEBHOOK: self._webhooks.send,
            EMAIL: email.send,
            MQTT: mqtt.send,
            APPRISE: apprise.send,
        }
        link = None if settings.public_url is None else f"{settings.public_url.rstrip('/')}/alerts"
        self._outgoing = Outgoing(store, telemetry, senders, self.save, link)
        self._told: dict[int, set[str]] = {}  # open alert → the channels that have heard of it, or are about to

    @property
    def _groups(self) -> Groups:
        return self._outgoing.groups

    @property
    def channels(self) -> Mapping[str, Channel]:
        """By name."""
        return self._outgoing.channels

    def failing(self) -> int:
        """How many messages could not be delivered."""
        return self._outgoing.failing(to_ms(now()))

    async def open(self, known: Iterable[Alert]) -> None:
        """Take up where the last run ended. `known`: the alerts that are open."""
        at, raised = to_ms(now()), {one.id: one for one in known if one.state in RAISED}

        def read(connection: Connection) -> None:
            found, unreadable = channels.read_all(connection)
            self._outgoing.channels = {one.name: one for one in found}
            for name in unreadable:
                _log.warning("channel cannot be read", channel=name)
            groups = self._outgoing.groups = Groups(deliveries.last_id(connection) + 1)
            groups.load(deliveries.waiting(connection), deliveries.last_sent(connection, at - _DAY_MS))
            sent = deliveries.sent_times(connection, at - _HOUR_MS)
            self._outgoing.load(sent, deliveries.died(connection, at - FAILURES_COUNT_MS))
            for id, channel, created_at in deliveries.told(connection, list(raised)):
                if created_at >= (raised[id].fired_at or 0):
                    self._told.setdefault(id, set()).add(channel)

        await self._store.read(read)

    async def close(self) -> None:
        await self._outgoing.close()
        await self._webhooks.close()

    # with each commit of alerts

    def note(self, alert: Alert, changes: Iterable[Change], rule: Rule | None, site: str | None, at: int) -> None:
        """What became of an alert: whoever is to hear of it does so with a delivery that is stored with it."""
        told = self._told.get(alert.id, set())
        if is_news(alert, changes):
            for name in channels_of(rule, alert, self.channels):
                if name not in told:
                    self._groups.add(self.channels[name], ALERTS, alert.rule, site, alert.id, at)
                    self._told.setdefault(alert.id, set()).add(name)
        elif alert.state == RESOLVED:
            for name in sorted(told) if is_end(alert, changes) else ():
                channel = self.channels.get(name)
                if channel is not None and channel.enabled and channel.sends_resolved:
                    self._groups.add(channel, ALERTS, alert.rule, site, alert.id, at)
            self._told.pop(alert.id, None)
        elif alert.is_silent or alert.hidden_by is not None:
            for name in list(told):
                if self._groups.take_back(name, alert.id, at):
                    told.discard(name)

    def take_unsaved(self) -> dict[int, Delivery | None]:
        """What is to be stored with the alerts; then say `stored` or `put_back`."""
        return self._groups.take_unsaved()

    def stored(self, unsaved: Mapping[int, Delivery | None]) -> None:
        self._groups.stored(unsaved)

    def put_back(self, unsaved: Mapping[int, Delivery | None]) -> None:
        self._groups.put_back(unsaved)

    # the job

    async def turn(self) -> None:
        """Set off what is due."""
        if self._groups.has_unsaved:
            await self.save()
        self._outgoing.turn(to_ms(now()))
        self._waiting.set(len(self._groups.waiting))
        if self._groups.dropped:
            self._dropped.inc(self._groups.dropped)
            self._groups.dropped = 0

    async def save(self, more: Callable[[Connection], None] | None = None) -> None:
        """Store what has become of deliveries, and `more` with it."""
        unsaved = self._groups.take_unsaved()

        def write(connection: Connection) -> None:
            deliveries.save(connection, unsaved)
            if more is not None:
                more(connection)

        try:
            await self._store.write(write)
        except CommitFailed:
            self._groups.stored(unsaved)  # not again and again
            raise
        except BaseException:
            self._groups.put_back(unsaved)
            raise
        self._groups.stored(unsaved)

    # what admins ask for

    def find(self, name: str) -> Channel:
        """Raises NotFound."""
        found = self.channels.get(name)
        if found is None:
            raise NotFound(f"no channel {name!r}")
        return found

    async def put_channel(self, plain: Mapping[str, Any], by: str) -> Channel:
        """Write a channel, or change one. Raises Unprocessable, Conflict (there are too many)."""
        channel = read_channel(plain, self.channels.get(str(plain.get("name"))))
        complain = _COMPLAIN.get(channel.kind)
        complaint = None if complain is None else await asyncio.to_thread(complain, settings_of(channel))
        if complaint is not None:
            raise Unprocessable(f"channel {channel.name}: {complaint}")
        if channel.name not in self.channels and len(self.channels) >= MOST_CHANNELS:
            raise Conflict(f"there are {MOST_CHANNELS} channels")
        at = now()
        await self._store.write(lambda connection: channels.put(connection, channel, at, by))
        self._outgoing.channels[channel.name] = channel
        if not channel.enabled:
            await self._forget(channel.name, "the channel was switched off")
        return channel

    async def remove_channel(self, name: str, rules: Iterable[Rule]) -> None:
        """Raises NotFound, Conflict (a rule names it)."""
        self.find(name)
        named = next((one.name for one in rules if name in one.channels_named), None)
        if named is not None:
            raise Conflict(f"the alert rule {named} names it")
        await self._store.write(lambda connection: channels.remove(connection, name))
        self._outgoing.channels.pop(name, None)
        await self._forget(name, "the channel is no more")

    async def test(self, name: str) -> Delivery:
        """Send a test at once; what became of it. Raises NotFound."""
        return await self._outgoing.test(self.find(name))

    async def replay(self, id: int) -> Delivery:
        """Try again what was given up, with the alerts as they are now. Raises NotFound, Conflict."""
        found = await self._store.read(lambda connection: deliveries.get(connection, id))
        if found is None:
            raise NotFound(f"no delivery {id}")
        if found.state not in (DEAD, DROPPED) or not found.alert_ids:
            raise Conflict(f"delivery {id} is {found.state}" + ("" if found.alert_ids else " and about no alert"))
        if found.channel not in self.channels:
            raise Conflict(f"there is no channel {found.channel} any more")
        self._outgoing.revived(id)
        again = replace(found, state=QUEUED, attempts=0, next_at=to_ms(now()))
        self._groups.put(again)
        await self.save()
        return again

    async def _forget(self, name: str, why: str) -> None:
        self._groups.forget_channel(name, why)
        for told in self._told.values():
            told.discard(name)
        if self._groups.has_unsaved:
            await self.save()
