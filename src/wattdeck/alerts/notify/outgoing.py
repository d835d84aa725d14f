"""Takes each delivery to its channel when it is due, one at a time for each channel, and tries again what fails.

A receiver that is slow or hangs holds up its own channel and nobody else.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic

from sqlalchemy import Connection

from wattdeck.alerts.notify.groups import MOST_APART, Groups
from wattdeck.alerts.notify.messages import Known, Message, compose
from wattdeck.alerts.notify.sending import Sender, Undelivered
from wattdeck.domain.alerts import RAISED, Alert
from wattdeck.domain.channel_kinds import COMMAND, CommandSettings
from wattdeck.domain.channels import Channel, settings_of
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.connectors import trouble_of
from wattdeck.domain.deliveries import DEAD, FAILED, HEARTBEAT, PREVIEW, QUEUED, SENT, TEST, Delivery, pause_s
from wattdeck.domain.errors import CommitFailed, StoreUnavailable
from wattdeck.domain.records import replace
from wattdeck.domain.signals import STATUS
from wattdeck.store import alerts, connectors, deliveries
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry, logger

TIMEOUT_S = 10.0
COMMANDS_TIMEOUT_S = 600.0  # to many charge points, one after the other
MOST_AT_ONCE = 16
_HOUR_MS = 3_600_000
FAILURES_COUNT_MS = 3 * _HOUR_MS
OWN_RULE = "deliveries-failing"  # its own messages do not count: they would keep it alive
_log = logger("wattdeck.alerts")


class Outgoing:
    """`save` stores what has become of deliveries."""

    def __init__(
        self,
        store: Store,
        telemetry: Telemetry,
        senders: Mapping[str, Sender],
        save: Callable[[Callable[[Connection], None] | None], Awaitable[None]],
    ) -> None:
        self._store, self._senders, self._save = store, senders, save
        self._deliveries, self._send_s = telemetry.deliveries, telemetry.delivery_s
        self.groups = Groups()
        self.channels: dict[str, Channel] = {}
        self.known = Known()
        self.acted: Callable[[Delivery, CommandSettings], None] = lambda _delivery, _settings: None
        self._under_way: dict[str, asyncio.Task[None]] = {}  # channel → what it is busy with
        self._sent_at: dict[str, deque[int]] = {}
        self._died: dict[int, int] = {}

    def load(self, sent: Sequence[tuple[str, int]], died: Sequence[Delivery]) -> None:
        """What the last run left: when something was sent, what was given up."""
        for channel, at in sent:
            self._sent_at.setdefault(channel, deque()).append(at)
        self._died = {one.id: one.created_at for one in died if _is_missed(one)}

    def turn(self, at: int) -> None:
        """Set off what is due; never waits."""
        due: dict[str, Delivery] = {}
        for one in sorted(self.groups.waiting.values(), key=lambda each: (each.next_at or 0, each.id)):
            if (one.next_at or 0) > at:
                break
            if one.channel not in self._under_way and self.groups.is_stored(one.id):
                due.setdefault(one.channel, one)
        for name, one in due.items():
            channel = self.channels.get(name)
            if channel is None or not channel.enabled or len(self._under_way) >= MOST_AT_ONCE:
                continue
            if one.what != HEARTBEAT and not self._has_room(channel, at):
                continue
            if one.state == QUEUED:
                self.groups.close(one, at)
            task = asyncio.create_task(self._take(channel, one), name=f"wattdeck-deliver-{name}")
            self._under_way[name] = task
            task.add_done_callback(lambda _, name=name: self._under_way.pop(name, None))  # type: ignore[misc]

    async def close(self) -> None:
        """What is under way is given up, and sent again after the next start."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def test(self, channel: Channel) -> Delivery:
        """Send a test at once, once; what became of it."""
        at = to_ms(now())
        one = self.groups.make(channel, TEST, None, None, at, at)
        return await self._attempt(channel, one, is_last=True)

    def failing(self, at: int) -> int:
        """How many could not be delivered: those that are tried again, and those given up not long ago."""
        self._died = {id: created for id, created in self._died.items() if at - created < FAILURES_COUNT_MS}
        again = sum(one.state == FAILED and _is_missed(one) for one in self.groups.waiting.values())
        return again + len(self._died)

    def revived(self, id: int) -> None:
        self._died.pop(id, None)

    def _has_room(self, channel: Channel, at: int) -> bool:
        """Whether one more may go out in this hour; if not, what waits becomes one message."""
        times = self._sent_at.setdefault(channel.name, deque())
        while times and at - times[0] >= _HOUR_MS:
            times.popleft()
        if len(times) < channel.most_per_hour:
            return True
        self.groups.gather_all(channel.name)
        return False

    async def _take(self, channel: Channel, one: Delivery) -> None:
        try:
            await self._attempt(channel, one)
        except (StoreUnavailable, CommitFailed):
            pass  # what became of it is kept, and as far as it can be stored with what comes next
        except Exception as error:
            _log.exception("delivery failed", delivery=one.id, channel=channel.name)
            # not again at once: what went wrong may be in the message itself
            self.groups.put(_in_vain(one, f"internal error: {type(error).__name__}", to_ms(now())))

    async def _attempt(self, channel: Channel, one: Delivery, is_last: bool = False) -> Delivery:
        about, besides = await self._store.glance(lambda connection: _about(connection, one.alert_ids))
        message = compose(one, channel, about, to_ms(now()), replace(self.known, besides=besides))
        attempts, began = one.attempts + 1, monotonic()
        if one.what != HEARTBEAT:
            self._sent_at.setdefault(channel.name, deque()).append(to_ms(now()))
        error, is_final, outcome = await self._sent(channel, message, attempts)
        at = to_ms(now())
        self._send_s.observe(monotonic() - began)
        said = message.text[:PREVIEW] + (f"\n{outcome[:PREVIEW]}" if outcome else "")
        one = replace(one, body=said)
        if error is None:
            after = replace(one, state=SENT, attempts=attempts, error=None, next_at=None, sent_at=at)
        else:
            after = _in_vain(one, error, at, is_final or is_last or one.what == HEARTBEAT)
        self._deliveries.labels(channel.kind, after.state).inc()
        if after.state == DEAD and _is_missed(one):
            self._died[one.id] = one.created_at
        if error is not None:
            _log.warning("not delivered", delivery=one.id, channel=channel.name, state=after.state, reason=error)
        self.groups.put(after)
        await self._save(None if error else lambda connection: deliveries.note_sent(connection, after, at))
        if after.state == SENT and channel.kind == COMMAND:
            self.acted(after, settings_of(channel))
        return after

    async def _sent(self, channel: Channel, message: Message, attempt: int) -> tuple[str | None, bool, str | None]:
        """What went wrong, and whether it always will; what became of it."""
        limit_s = COMMANDS_TIMEOUT_S if channel.kind == COMMAND else TIMEOUT_S
        try:
            async with asyncio.timeout(limit_s):
                outcome = await self._senders[channel.kind](settings_of(channel), message, attempt)
        except Undelivered as error:
            return str(error), error.is_final, None
        except TimeoutError:
            return f"no answer within {limit_s:g} s", channel.kind == COMMAND, None
        except Exception as error:
            _log.exception("sender failed", channel=channel.name)
            return f"internal error: {type(error).__name__}", channel.kind == COMMAND, None
        return None, False, outcome


def _about(connection: Connection, ids: Sequence[int]) -> tuple[list[Alert], dict[int, str]]:
    """The alerts, and what connectors say of the status that is bad where they are told one by one."""
    about = alerts.of_ids(connection, ids)
    besides: dict[int, str] = {}
    for one in about if len(about) <= MOST_APART else ():
        if one.signal == STATUS and one.state in RAISED and one.subject.charge_point_id is not None:
            reported = connectors.of(connection, one.subject.charge_point_id)
            said = next((each for each in reported if each.connector_id == one.subject.connector_id), None)
            if said is not None and said.status == one.word and (trouble := trouble_of(said)):
                besides[one.id] = trouble
    return about, besides


def _is_missed(one: Delivery) -> bool:
    """Whether anybody misses it: whoever sends a test sees what becomes of it."""
    return one.rule != OWN_RULE and one.what != TEST


def _in_vain(one: Delivery, error: str, at: int, is_last: bool = False) -> Delivery:
    """After one more attempt that failed: it is tried again, or given up."""
    attempts = one.attempts + 1
    pause = None if is_last else pause_s(attempts)
    if pause is None:
        return replace(one, state=DEAD, attempts=attempts, error=error, next_at=None)
    return replace(one, state=FAILED, attempts=attempts, error=error, next_at=at + round(pause * 1000))
