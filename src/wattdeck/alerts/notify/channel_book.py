"""The channels there are, as admins write, change, try and remove them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from wattdeck.alerts.notify import apprise, email, example, mqtt
from wattdeck.alerts.notify.command import filled
from wattdeck.alerts.notify.messages import Message, compose
from wattdeck.alerts.notify.outgoing import Outgoing
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.channel_kinds import APPRISE, COMMAND, COMMAND_WORDS, EMAIL, MQTT
from wattdeck.domain.channels import MOST_CHANNELS, Channel, read_channel, settings_of
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.deliveries import Delivery
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.store import channels
from wattdeck.store.engine import Store

# what only the package that sends can tell
_COMPLAIN: Mapping[str, Callable[[Any], str | None]] = {
    EMAIL: email.complaint,
    MQTT: mqtt.complaint,
    APPRISE: apprise.complaint,
}


class ChannelBook:
    """`forget` drops what waits for a channel, and says why; `wrong_with`: what is wrong with a command."""

    def __init__(
        self,
        store: Store,
        outgoing: Outgoing,
        forget: Callable[[str, str], Awaitable[None]],
        wrong_with: Callable[[str | None, str, dict[str, Any]], str | None],
    ) -> None:
        self._store, self._outgoing, self._forget, self._wrong_with = store, outgoing, forget, wrong_with

    @property
    def channels(self) -> Mapping[str, Channel]:
        """By name."""
        return self._outgoing.channels

    def find(self, name: str) -> Channel:
        """Raises NotFound."""
        found = self.channels.get(name)
        if found is None:
            raise NotFound(f"no channel {name!r}")
        return found

    async def put(self, plain: Mapping[str, Any], by: str) -> Channel:
        """Write a channel, or change one. Raises Unprocessable, Conflict (there are too many)."""
        channel = read_channel(plain, self.channels.get(str(plain.get("name"))))
        if channel.kind == COMMAND:
            self._check_command(channel)
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

    def _check_command(self, channel: Channel) -> None:
        known = settings_of(channel)
        payload, lacking = filled(known.payload, dict.fromkeys(COMMAND_WORDS, 1))
        if lacking is not None:
            words = ", ".join(f"${word}" for word in COMMAND_WORDS)
            raise Unprocessable(f"channel {channel.name}: payload: {lacking} is none of {words}")
        wrong = self._wrong_with(None, known.action, payload)
        if wrong is not None:
            raise Unprocessable(f"channel {channel.name}: payload: {wrong}")

    async def remove(self, name: str, rules: Iterable[Rule]) -> None:
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

    def preview(self, plain: Mapping[str, Any], many: bool) -> Message:
        """What a channel's templates make of an example. Raises Unprocessable."""
        found = self.channels.get(str(plain.get("name")))
        channel = read_channel({"name": "preview", **plain}, found)
        at = to_ms(now())
        about = example.alerts(at, 12 if many else 1)
        ids = tuple(one.id for one in about)
        delivery = self._outgoing.groups.preview(channel, ids, at)
        return compose(delivery, channel, about, at, self._outgoing.known)
