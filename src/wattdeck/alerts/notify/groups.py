"""Gathers what is to be told into deliveries: pure but for what it remembers; no database, no clock.

One delivery for each channel, rule and site, which waits a moment for company; where a rule waits at more than a few
sites it becomes one for all of them. So a power cut is one message.
"""

from collections.abc import Iterable, Mapping, Sequence

from wattdeck.domain.channels import Channel
from wattdeck.domain.deliveries import ALERTS, DROPPED, EVERYWHERE, MOST_ALERTS, QUEUED, Delivery
from wattdeck.domain.records import replace

MOST_APART = 5  # alerts that are told one by one; groups of a rule that are told apart
MOST_WAITING = 2_000  # deliveries
_KEEP_MS = 86_400_000

Key = tuple[str, str, str, str | None]  # channel, what, rule, site


class Groups:
    """The deliveries that wait, and those that are being sent."""

    def __init__(self, next_id: int = 1) -> None:
        self._next_id = next_id
        self.waiting: dict[int, Delivery] = {}
        self._gathering: dict[Key, int] = {}
        self._sent_at: dict[Key, int] = {}
        self._unsaved: dict[int, Delivery | None] = {}  # None: it became part of another
        self._being_stored: list[Mapping[int, Delivery | None]] = []
        self.dropped = 0  # because too much waits

    def load(self, waiting: Iterable[Delivery], sent: Iterable[tuple[Key, int]]) -> None:
        """What the last run left."""
        for one in waiting:
            self.waiting[one.id] = one
            if one.state == QUEUED and not one.attempts and one.rule is not None:
                self._gathering[_key(one)] = one.id
        self._sent_at.update(sent)

    def add(self, channel: Channel, what: str, rule: str, site: str | None, alert_id: int, at: int) -> None:
        """One more alert to be told."""
        for key in _wider((channel.name, what, rule, site)):
            if key in self._gathering:
                break
        else:
            key = (channel.name, what, rule, site)
        gathered = self._gathering.get(key)
        if gathered is None:
            due = at + round(channel.wait_s * 1000)
            lasts = [self._sent_at[each] for each in _wider(key) if each in self._sent_at]
            if lasts:
                due = max(due, max(lasts) + round(channel.interval_s * 1000))
            self.put(self.make(channel, what, rule, site, due, at, (alert_id,)))
            self._gather(key)
            return
        one = self.waiting[gathered]
        if alert_id in one.alert_ids:
            return
        if len(one.alert_ids) >= MOST_ALERTS:
            self.dropped += 1
        else:
            self.put(replace(one, alert_ids=(*one.alert_ids, alert_id)))

    def take_back(self, channel: str, alert_id: int, at: int, whats: Sequence[str] = ()) -> bool:
        """Nobody is to be told of it now, or not by messages of these kinds; whether that came in time."""
        taken = False
        for key, id in list(self._gathering.items()):
            one = self.waiting[id]
            if key[0] == channel and (not whats or key[1] in whats) and alert_id in one.alert_ids:
                left = tuple(each for each in one.alert_ids if each != alert_id)
                if left:
                    self.put(replace(one, alert_ids=left))
                else:
                    del self._gathering[key]
                    self.put(replace(one, alert_ids=(), state=DROPPED, next_at=None, error="nobody was to be told"))
                taken = True
        return taken

    def make(
        self,
        channel: Channel,
        what: str,
        rule: str | None,
        site: str | None,
        due: int,
        at: int,
        alert_ids: tuple[int, ...] = (),
    ) -> Delivery:
        """A new one; it waits once it was `put`."""
        id, self._next_id = self._next_id, self._next_id + 1
        return Delivery(
            id=id,
            channel=channel.name,
            kind=channel.kind,
            what=what,
            rule=rule,
            site=site,
            alert_ids=alert_ids,
            next_at=due,
            created_at=at,
        )

    def preview(self, channel: Channel, alert_ids: tuple[int, ...], at: int) -> Delivery:
        """One that is never sent."""
        return Delivery(id=0, channel=channel.name, kind=channel.kind, what=ALERTS, alert_ids=alert_ids, created_at=at)

    def put(self, one: Delivery) -> None:
        """As it is from now on. One with a time for the next attempt waits."""
        if one.next_at is None:
            self.waiting.pop(one.id, None)
        elif one.id not in self.waiting and len(self.waiting) >= MOST_WAITING:
            self.dropped += 1
            one = replace(one, state=DROPPED, next_at=None, error="too many deliveries wait")
        else:
            self.waiting[one.id] = one
        self._unsaved[one.id] = one

    def close(self, one: Delivery, at: int) -> None:
        """It goes out: what comes from now on is another."""
        if self._gathering.get(_key(one)) == one.id:
            del self._gathering[_key(one)]
            self._sent_at[_key(one)] = at
        if len(self._sent_at) > MOST_WAITING:
            self._sent_at = {key: sent for key, sent in self._sent_at.items() if at - sent < _KEEP_MS}

    def forget(self, id: int) -> bool:
        """It need not be kept any longer, if it does not wait; whether that is so."""
        if id not in self.waiting:
            self._unsaved[id] = None
        return id not in self.waiting

    def gather_all(self, channel: str) -> None:
        """All that has not gone out yet by a channel becomes one, whatever the rule."""
        ids = [id for key, id in self._gathering.items() if key[0] == channel]
        if len(ids) > 1:
            what = self.waiting[ids[0]].what
            self._merge(ids, (channel, what, EVERYWHERE, EVERYWHERE))

    def forget_channel(self, channel: str, why: str) -> None:
        """What waits for it is given up."""
        for one in [each for each in self.waiting.values() if each.channel == channel]:
            self._gathering.pop(_key(one), None)
            self.put(replace(one, state=DROPPED, next_at=None, error=why))

    # what is to be stored

    def take_unsaved(self) -> dict[int, Delivery | None]:
        """What is to be stored now; then say `stored` or `put_back`."""
        unsaved, self._unsaved = self._unsaved, {}
        self._being_stored.append(unsaved)
        return unsaved

    def stored(self, unsaved: Mapping[int, Delivery | None]) -> None:
        self._being_stored = [one for one in self._being_stored if one is not unsaved]

    def put_back(self, unsaved: Mapping[int, Delivery | None]) -> None:
        """It could not be stored: it goes with what is stored next."""
        self.stored(unsaved)
        self._unsaved = {**unsaved, **self._unsaved}

    @property
    def has_unsaved(self) -> bool:
        return bool(self._unsaved)

    def is_stored(self, id: int) -> bool:
        """As it is now: only then it may go out, for the alerts it is about are stored with it."""
        return not any(id in each for each in (self._unsaved, *self._being_stored))

    # inside

    def _gather(self, key: Key) -> None:
        """The newest of the deliveries is the one for this key; too many of a rule become one."""
        newest = self._next_id - 1
        if newest not in self.waiting:
            return
        self._gathering[key] = newest
        alike = [id for each, id in self._gathering.items() if each[:3] == key[:3]]
        if len(alike) > MOST_APART:
            self._merge(alike, (*key[:3], EVERYWHERE))

    def _merge(self, ids: list[int], key: Key) -> None:
        deliveries = sorted((self.waiting[id] for id in ids), key=lambda one: one.id)
        first, rest = deliveries[0], deliveries[1:]
        for one in deliveries:
            del self._gathering[_key(one)]
        alert_ids = tuple(dict.fromkeys(id for one in deliveries for id in one.alert_ids))[:MOST_ALERTS]
        due = min(one.next_at or 0 for one in deliveries)
        self.put(replace(first, rule=key[2], site=key[3], alert_ids=alert_ids, next_at=due))
        self._gathering[key] = first.id
        for one in rest:
            del self.waiting[one.id]
            self._unsaved[one.id] = None


def _key(one: Delivery) -> Key:
    return one.channel, one.what, one.rule or EVERYWHERE, one.site


def _wider(key: Key) -> tuple[Key, Key, Key]:
    """The key, and those of what would take it along."""
    return key, (*key[:3], EVERYWHERE), (*key[:2], EVERYWHERE, EVERYWHERE)
