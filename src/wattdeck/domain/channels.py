"""Channels: the ways by which people are told of alerts; read from what admins write, refused where senseless."""

from collections.abc import Mapping
from ipaddress import ip_address
from re import fullmatch
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from wattdeck.domain.addresses import is_public
from wattdeck.domain.alerts import SEVERITIES, Alert
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import Record

LOG: Final = "log"
WEBHOOK: Final = "webhook"
KINDS = (LOG, WEBHOOK)
MOST_CHANNELS = 100
HIDDEN: Final = "***"
_MOST_HEADERS, _LONGEST = 20, 4_000
_DAY_S = 86_400


class LogSettings(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Into the server's own log."""


class WebhookSettings(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`secret` signs the body. `headers` are sent besides. `allow_private`: the target may be in a private network."""

    url: str
    secret: str = ""
    headers: Mapping[str, str] = {}
    allow_private: bool = False


SETTINGS: Mapping[str, type[Record]] = {LOG: LogSettings, WEBHOOK: WebhookSettings}
Settings = LogSettings | WebhookSettings


class Channel(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way. It is told of alerts of at least `severity` by rules that name it, and as a `default` by those that name
    none; `most_per_hour` messages, what is beyond waits and becomes one.

    What comes within `wait_s` of the first, and later within `interval_s` of the last message, is one message for each
    rule and site.
    """

    name: str
    kind: Literal["log", "webhook"]
    settings: Mapping[str, Any] = {}
    severity: Literal["info", "warning", "critical"] = "info"
    default: bool = False
    enabled: bool = True
    sends_resolved: bool = True
    most_per_hour: int = 60
    wait_s: float = 10.0
    interval_s: float = 300.0


def read_channel(plain: Mapping[str, Any], before: Channel | None) -> Channel:
    """A channel from plain values; secrets that are sent back as they were shown stay as they are in `before`.

    Raises Unprocessable with what is wrong, and with which field.
    """
    try:
        channel = msgspec.convert(dict(plain), Channel)
        settings = dict(channel.settings)
        if before is not None and before.kind == channel.kind:
            settings = _with_kept(settings, before.settings)
        channel = msgspec.structs.replace(channel, settings=settings)
        known = settings_of(channel)
    except msgspec.ValidationError as error:
        raise Unprocessable(f"channel: {error}") from None
    complaint = _check(channel) or _CHECKS[channel.kind](known)
    if complaint is not None:
        raise Unprocessable(f"channel {channel.name}: {complaint}")
    return channel


def settings_of(channel: Channel) -> Any:
    """Its settings as a record of its kind. Raises msgspec.ValidationError."""
    return msgspec.convert(dict(channel.settings), SETTINGS[channel.kind])


def shown(channel: Channel) -> dict[str, Any]:
    """As plain values that may be shown: no secrets, and of addresses no more than the host."""
    values: dict[str, Any] = msgspec.to_builtins(channel)
    return values | {"settings": {name: _shown(name, value) for name, value in channel.settings.items()}}


def is_for(channel: Channel, alert: Alert) -> bool:
    return channel.enabled and SEVERITIES.index(alert.severity) >= SEVERITIES.index(channel.severity)


def _shown(name: str, value: Any) -> Any:
    if name == "url":
        parts = urlsplit(value)
        return f"{parts.scheme}://{parts.netloc}/{HIDDEN}" if parts.path.strip("/") or parts.query else value
    if isinstance(value, Mapping) and name == "headers":
        return dict.fromkeys(value, HIDDEN)
    return HIDDEN if name in ("secret", "password") and value else value


def _with_kept(given: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(given)
    for name, value in given.items():
        if name in before and value == _shown(name, before[name]):
            kept[name] = before[name]
        elif name == "headers" and isinstance(value, Mapping) and isinstance(before.get(name), Mapping):
            known = before[name]
            kept[name] = {one: known.get(one, each) if each == HIDDEN else each for one, each in value.items()}
    return kept


def _check(channel: Channel) -> str | None:
    if fullmatch("[a-z0-9][a-z0-9-]{0,63}", channel.name) is None:
        return "name: small letters, digits and hyphens, 64 at most"
    if not 1 <= channel.most_per_hour <= 3_600:
        return "most_per_hour: from 1 to 3600"
    for name in ("wait_s", "interval_s"):
        if not 0 <= getattr(channel, name) <= _DAY_S:
            return f"{name}: from 0 to {_DAY_S} seconds"
    return None


def _check_log(known: LogSettings) -> str | None:
    return None


def _check_webhook(known: WebhookSettings) -> str | None:
    try:
        parts = urlsplit(known.url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "url: not an address"
    if parts.scheme not in ("http", "https") or not host or len(known.url) > _LONGEST or not known.url.isascii():
        return "url: http:// or https:// with a host"
    if HIDDEN in known.url or HIDDEN in known.headers.values() or known.secret == HIDDEN:
        return f"{HIDDEN} stands for what was kept, and nothing is: write it whole"
    if "@" in parts.netloc:
        return "url: no user and password in it; use headers"
    if len(known.headers) > _MOST_HEADERS:
        return f"headers: {_MOST_HEADERS} at most"
    for name, value in known.headers.items():
        if fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", name) is None or not _is_line(value):
            return f"headers: {name[:100]!r} cannot be sent"
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            return f"headers: {name} is not yours to set"
    if not known.allow_private and not _may_be_public(host):
        return f"url: {host} is in a private network; allow_private permits that"
    return None


def _is_line(text: str) -> bool:
    return len(text) <= _LONGEST and text.isascii() and text.isprintable()


def _may_be_public(host: str) -> bool:
    """What can be known without asking for it by name: that is done whenever something is sent."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        return host.rstrip(".").lower() != "localhost" and not host.lower().rstrip(".").endswith(".localhost")


_CHECKS: Mapping[str, Any] = {LOG: _check_log, WEBHOOK: _check_webhook}
