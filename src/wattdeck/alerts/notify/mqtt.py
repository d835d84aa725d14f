"""A message to an MQTT broker: JSON, as it is for webhooks."""

import asyncio
import ssl
from string import Template

from wattdeck.alerts.notify.library import load, missing
from wattdeck.alerts.notify.messages import Message
from wattdeck.alerts.notify.sending import Undelivered
from wattdeck.domain.channel_kinds import MqttSettings
from wattdeck.domain.records import to_json

_PORTS = {False: 1883, True: 8883}
SEVERAL, NONE = "several", "none"


def complaint(settings: MqttSettings) -> str | None:
    return missing("aiomqtt")


async def send(settings: MqttSettings, message: Message, attempt: int) -> None:
    mqtt = load("aiomqtt")
    try:
        async with mqtt.Client(
            settings.host,
            port=settings.port or _PORTS[settings.tls],
            username=settings.username or None,
            password=settings.password or None,
            tls_context=await asyncio.to_thread(ssl.create_default_context) if settings.tls else None,
        ) as client:
            body = to_json(message.values)
            await client.publish(topic(settings, message), body, qos=settings.qos, retain=settings.retain)
    except (mqtt.MqttError, OSError) as error:
        raise Undelivered(f"{type(error).__name__}: {error}"[:300]) from None


def topic(settings: MqttSettings, message: Message) -> str:
    """With what the alerts have in common in its place."""
    values = message.values
    words = {"channel": values["channel"], "severity": values["severity"]}
    for name in ("rule", "site", "charge_point"):
        found = {one[name] for one in values["alerts"] if one[name] is not None}
        words[name] = NONE if not found else (found.pop() if len(found) == 1 else SEVERAL)
    # a name must not open a level of its own, nor be a wildcard (MQTT 3.1.1 §4.7)
    levels = {name: "".join("_" if each in "/+#\0$" else each for each in word) for name, word in words.items()}
    return Template(settings.topic).substitute(levels)
