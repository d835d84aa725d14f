"""Notices: from what became of alerts to deliveries on their way; the channels there are, tests and dead letters."""

import secrets
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from wattdeck.alerts.notify import apprise, email, links, log, mqtt
from wattdeck.alerts.notify.channel_book import ChannelBook
from wattdeck.alerts.notify.command import Ask, Commander
from wattdeck.alerts.notify.groups import Groups
from wattdeck.alerts.notify.links import Asked
from wattdeck.alerts.notify.messages import Known
from wattdeck.alerts.notify.outgoing import FAILURES_COUNT_MS, Outgoing
from wattdeck.alerts.notify.pressing import Pressing, noted, recalled, reminders_due, step_due
from wattdeck.alerts.notify.proofs import Proofs
from wattdeck.alerts.notify.sending import Sender
from wattdeck.alerts.notify.telling import channels_of, is_end, is_news
from wattdeck.alerts.notify.webhook import Webhooks
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import (
    ESCALATED,
    FIRING,
    RAISED,
    REMINDED,
    RESOLVED,
    Alert,
    Change,
    is_for_people,
)
from wattdeck.domain.channel_kinds import (
    APPRISE,
    COMMAND,
    EMAIL,
    LOG,
    MQTT,
    WEBHOOK,
    CommandSettings,
)
from wattdeck.domain.channels import Channel, settings_of
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.deliveries import ALERTS, DEAD, DROPPED, ESCALATION, HEARTBEAT, QUEUED, REMINDER, Delivery
from wattdeck.domain.errors import CommitFailed, Conflict, NotFound
from wattdeck.domain.records import Record, replace
from wattdeck.settings import Settings
from wattdeck.store import alerts, channels, deliveries, users
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry, logger

EVERY_S = 0.25
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_log = logger("wattdeck.alerts")


class Pressed(Record, frozen=True):
    """An alert of which people are told again, and what is to stand in its timeline."""

    alert: Alert
    change: Change


class Notices:
    """`turn` is a job. `ask` sends a command, `wrong_with` says what is wrong with one by its schema."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        telemetry: Telemetry,
        ask: Ask,
        wrong_with: Callable[[str | None, str, dict[str, Any]], str | None],
    ) -> None:
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
            COMMAND: Commander(store, ask).send,
        }
        self._public_url, self._link_key = settings.public_url, b""
        self._zone = settings.zone
        self._link_lasts_ms = round(settings.acknowledge_link_s * 1000)
        self._outgoing = Outgoing(store, telemetry, senders, self.save)
        self._outgoing.acted = self._acted
        self.book = ChannelBook(store, self._outgoing, self._forget, wrong_with)
        self._proofs = Proofs()
        self._beats: dict[str, Delivery] = {}
        self._told: dict[int, set[str]] = {}  # open alert → the channels that have heard of it, or are about to
        self._pressing: dict[int, Pressing] = {}

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

    async def open(self, known: Iterable[Alert], rule: Callable[[str], Rule | None]) -> None:
        """Take up where the last run ended. `known`: the alerts that are open; `rule`: the one of a name."""
        at, raised = to_ms(now()), {one.id: one for one in known if one.state in RAISED}
        fresh = secrets.token_hex(32)
        key = await self._store.write(lambda connection: users.secret(connection, "alert_link_key", fresh))
        self._link_key = bytes.fromhex(key)
        page = None if self._public_url is None else f"{self._public_url.rstrip('/')}/alerts"
        self._outgoing.known = Known(page, self._link, rule, self._zone)

        def read(connection: Connection) -> None:
            found, unreadable = channels.read_all(connection)
            self._outgoing.channels = {one.name: one for one in found}
            for name in unreadable:
                _log.warning("channel cannot be read", channel=name)
            groups = self._outgoing.groups = Groups(deliveries.last_id(connection) + 1)
            groups.load(deliveries.waiting(connection), deliveries.last_sent(connection, at - _DAY_MS))
            self._beats = {one.channel: one for one in deliveries.newest(connection, HEARTBEAT)}
            sent = deliveries.sent_times(connection, at - _HOUR_MS)
            self._outgoing.load(sent, deliveries.died(connection, at - FAILURES_COUNT_MS))
            for acted in deliveries.commanded(connection, at - _DAY_MS):
                self._recall(acted, raised)
            for id, channel, created_at in deliveries.told(connection, list(raised)):
                if created_at >= (raised[id].fired_at or 0):
                    self._told.setdefault(id, set()).add(channel)
            for id, one in raised.items():
                if one.state == FIRING:
                    self._pressing[id] = recalled(one, alerts.timeline(connection, id))

        await self._store.read(read)

    async def close(self) -> None:
        await self._outgoing.close()
        await self._webhooks.close()

    # with each commit of alerts

    def note(self, alert: Alert, changes: Iterable[Change], rule: Rule | None, at: int) -> None:
        """What became of an alert: whoever is to hear of it does so with a delivery that is stored with it."""
        told = self._told.get(alert.id, set())
        self._press(alert, told, at)
        if is_news(alert, changes):
            named = channels_of(rule, alert, self.channels)
            self._tell([name for name in named if name not in told], ALERTS, alert, at)
        elif alert.state == RESOLVED:
            for name in sorted(told) if is_end(alert, changes) else ():
                channel = self.channels.get(name)
                if channel is not None and channel.enabled and channel.sends_resolved and channel.kind != COMMAND:
                    self._groups.add(channel, ALERTS, alert.rule, alert.site, alert.id, at)
            self._told.pop(alert.id, None)
            self._proofs.over(alert.id, at)
        elif alert.is_silent or alert.hidden_by is not None:
            for name in list(told):
                if self._groups.take_back(name, alert.id, at):
                    told.discard(name)

    def _press(self, alert: Alert, told: set[str], at: int) -> None:
        """Whether somebody ought to take it up."""
        before = self._pressing.get(alert.id)
        if alert.state == FIRING:
            self._pressing[alert.id] = noted(before, alert, at)
        elif before is not None:
            del self._pressing[alert.id]
            for name in told:  # what was on its way to call somebody need not
                self._groups.take_back(name, alert.id, at, (REMINDER, ESCALATION))

    def due(self, at: int, rules: Mapping[str, Rule]) -> Iterator[Pressed]:
        """Alerts of which people are to be told again, or more of them, because nobody has taken them up."""
        for id, one in list(self._pressing.items()):
            rule = rules.get(one.alert.rule)
            if rule is None or not (rule.escalate or rule.remind_s) or not is_for_people(one.alert):
                continue
            while (step := step_due(one, rule, at)) is not None:
                named = [name for name in step.channels if name in self.channels]
                self._tell(named, ESCALATION, one.alert, at)
                one = self._pressing[id] = replace(one, steps=one.steps + 1)
                yield Pressed(one.alert, Change(ESCALATED, at, None, ", ".join(step.channels)[:200]))
            reminders = reminders_due(one, rule, at)
            if reminders > one.reminders:
                self._tell(sorted(self._told.get(id, ())), REMINDER, one.alert, at)
                self._pressing[id] = replace(one, reminders=reminders)
                yield Pressed(one.alert, Change(REMINDED, at))

    def _tell(self, names: Iterable[str], what: str, alert: Alert, at: int) -> None:
        for name in names:
            channel = self.channels.get(name)
            if channel is not None and channel.enabled and not (channel.kind == COMMAND and what == REMINDER):
                self._groups.add(channel, what, alert.rule, alert.site, alert.id, at)
                self._told.setdefault(alert.id, set()).add(name)

    def take_unsaved(self) -> dict[int, Delivery | None]:
        """What is to be stored with the alerts; then say `stored` or `put_back`."""
        return self._groups.take_unsaved()

    def stored(self, unsaved: Mapping[int, Delivery | None]) -> None:
        self._groups.stored(unsaved)

    def put_back(self, unsaved: Mapping[int, Delivery | None]) -> None:
        self._groups.put_back(unsaved)

    def beat(self, at: int) -> None:
        """Those who want to know that we live hear of it. Called by whoever looks at rules: if that stands still, they
        hear nothing.
        """
        for channel in self.channels.values():
            last = self._beats.get(channel.name)
            due = 0 if last is None else last.created_at + round(channel.heartbeat_s * 1000)
            if not channel.heartbeat_s or not channel.enabled or at < due:
                continue
            if last is not None and not self._groups.forget(last.id):
                continue  # it still waits
            one = self._beats[channel.name] = self._groups.make(channel, HEARTBEAT, None, None, at, at)
            self._groups.put(one)

    def _acted(self, one: Delivery, settings: CommandSettings) -> None:
        if not settings.dry_run:
            at = to_ms(now())
            self._proofs.expect(one, at, at + round(settings.proof_s * 1000), self._told)

    def _recall(self, one: Delivery, raised: Container[int]) -> None:
        channel = self.channels.get(one.channel)
        settings = None if channel is None or channel.kind != COMMAND else settings_of(channel)
        if settings is not None and not settings.dry_run:
            self._proofs.recall(one, settings.proof_s, raised)

    # the job

    async def turn(self) -> None:
        """Set off what is due."""
        self._proofs.tick(to_ms(now()))
        if self._proofs.said:
            said = tuple(self._proofs.said)
            await self._store.write(lambda connection: deliveries.add_lines(connection, said))
            del self._proofs.said[: len(said)]
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

    # what people ask for

    def asked(self, alert: str, channel: str, until: str, signature: str) -> Asked | None:
        """What a link says by which somebody takes an alert up; None where it is none of ours, or too old."""
        return links.read(self._link_key, alert, channel, until, signature, to_ms(now()))

    def _link(self, alert_id: int, channel: str) -> str | None:
        if self._public_url is None:
            return None
        return links.link(self._link_key, self._public_url, alert_id, channel, to_ms(now()), self._link_lasts_ms)

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
