"""Channels: the ways by which people are told of alerts; read from what admins write, refused where senseless."""

from collections.abc import Mapping
from re import fullmatch
from typing import Any, Literal

import msgspec

from wattdeck.domain import channel_kinds, templates
from wattdeck.domain.alerts import SEVERITIES, Alert
from wattdeck.domain.channel_kinds import COMMAND, SETTINGS, WEBHOOK, Kind, with_kept
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import Record, replace

MOST_CHANNELS = 100
_DAY_S = 86_400


class Channel(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way. It is told of alerts of at least `severity` by rules that name it, and as a `default` by those that name
    none; `most_per_hour` messages, what is beyond waits and becomes one.

    What comes within `wait_s` of the first, and later within `interval_s` of the last message, is one message for each
    rule and site. Each `heartbeat_s` it is told that we are alive. `subject`, `body`: templates in place of our own
    words; of a webhook `body` is JSON.
    """

    name: str
    kind: Kind
    settings: Mapping[str, Any] = {}
    severity: Literal["info", "warning", "critical"] = "info"
    default: bool = False
    enabled: bool = True
    sends_resolved: bool = True
    most_per_hour: int = 60
    wait_s: float = 10.0
    interval_s: float = 300.0
    heartbeat_s: float = 0.0
    subject: str = ""
    body: str = ""


def read_channel(plain: Mapping[str, Any], before: Channel | None) -> Channel:
    """A channel from plain values; secrets that are sent back as they were shown stay as they are in `before`.

    Raises Unprocessable with what is wrong, and with which field.
    """
    try:
        channel = msgspec.convert(dict(plain), Channel)
        if before is not None and before.kind == channel.kind:
            channel = replace(channel, settings=with_kept(channel.settings, before.settings))
        known = settings_of(channel)
    except msgspec.ValidationError as error:
        raise Unprocessable(f"channel: {error}") from None
    complaint = _check(channel) or channel_kinds.check(channel.kind, known)
    if complaint is not None:
        raise Unprocessable(f"channel {channel.name}: {complaint}")
    return channel


def settings_of(channel: Channel) -> Any:
    """Its settings as a record of its kind. Raises msgspec.ValidationError."""
    return msgspec.convert(dict(channel.settings), SETTINGS[channel.kind])


def shown(channel: Channel) -> dict[str, Any]:
    """As plain values that may be shown: no secrets."""
    values: dict[str, Any] = msgspec.to_builtins(channel)
    return values | {"settings": {name: channel_kinds.shown(name, each) for name, each in channel.settings.items()}}


def is_for(channel: Channel, alert: Alert) -> bool:
    return channel.enabled and SEVERITIES.index(alert.severity) >= SEVERITIES.index(channel.severity)


def _check(channel: Channel) -> str | None:
    if fullmatch("[a-z0-9][a-z0-9-]{0,63}", channel.name) is None:
        return "name: small letters, digits and hyphens, 64 at most"
    if not 1 <= channel.most_per_hour <= 3_600:
        return "most_per_hour: from 1 to 3600"
    for name in ("wait_s", "interval_s"):
        if not 0 <= getattr(channel, name) <= _DAY_S:
            return f"{name}: from 0 to {_DAY_S} seconds"
    if channel.heartbeat_s and (channel.kind == COMMAND or not 60 <= channel.heartbeat_s <= 7 * _DAY_S):
        return "heartbeat_s: from 60 to 604800 seconds, and none for commands"
    if channel.default and channel.kind == COMMAND:
        return "default: a command goes out only for rules that name its channel"
    complaint = templates.check("subject", channel.subject) or templates.check("body", channel.body)
    if complaint is not None or channel.kind != WEBHOOK or not channel.body:
        return complaint
    return None if templates.makes_json(channel.body) else 'body: of a webhook it is JSON, like {"text": "$text"}'
