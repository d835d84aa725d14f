"""The kinds of channels there are: what must be said of each, what makes no sense, what is secret."""

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from re import fullmatch
from string import Template
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from wattdeck.domain.addresses import is_public
from wattdeck.domain.records import Record, to_json
from wattdeck.domain.secrets import KEY

LOG: Final = "log"
WEBHOOK: Final = "webhook"
EMAIL: Final = "email"
MQTT: Final = "mqtt"
APPRISE: Final = "apprise"
COMMAND: Final = "command"
Kind = Literal["log", "webhook", "email", "mqtt", "apprise", "command"]
HIDDEN: Final = "***"
TOPIC_WORDS = ("channel", "rule", "severity", "site", "charge_point")
COMMAND_WORDS = ("connector_id", "session_id", "transaction_id")
_SECRET = frozenset({"secret", "password"})
_MOST, _LONGEST = 20, 4_000


class LogSettings(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Into the server's own log."""


class WebhookSettings(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`secret` signs the body. `headers` are sent besides. `allow_private`: the target may be in a private network."""

    url: str
    secret: str = ""
    headers: Mapping[str, str] = {}
    allow_private: bool = False


class EmailSettings(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By a mail server. `port` 0: the usual one. `tls`: from the first byte, or STARTTLS, which must succeed."""

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 0
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = ""


class MqttSettings(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By a broker. `topic`: with `$` and one of TOPIC_WORDS in it."""

    host: str
    port: int = 0
    tls: bool = False
    username: str = ""
    password: str = ""
    topic: str = "wattdeck/alerts/$rule"
    qos: Literal[0, 1, 2] = 1
    retain: bool = False


class AppriseSettings(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By services that the package apprise knows."""

    urls: tuple[str, ...]


class CommandSettings(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command to the charge point. In `payload` COMMAND_WORDS with a `$` stand for what is known of it.

    `dry_run`: it is only said what would be sent. A charge point gets one each `cool_down_s` at most. Within `proof_s`
    of it the alert ought to be over.
    """

    action: str
    payload: Mapping[str, Any] = {}
    dry_run: bool = True
    commands_per_hour: int = 10
    cool_down_s: float = 3_600.0
    proof_s: float = 300.0


SETTINGS: Mapping[str, type[Record]] = {
    LOG: LogSettings,
    WEBHOOK: WebhookSettings,
    EMAIL: EmailSettings,
    MQTT: MqttSettings,
    APPRISE: AppriseSettings,
    COMMAND: CommandSettings,
}


def shown(name: str, value: Any) -> Any:
    """One of the settings as it may be seen: no secrets, and of addresses that are one no more than the host."""
    if name == "url" and isinstance(value, str):
        parts = urlsplit(value)
        return f"{parts.scheme}://{parts.netloc}/{HIDDEN}" if parts.path.strip("/") or parts.query else value
    if name == "urls":
        return [f"{str(each).partition('://')[0]}://{HIDDEN}" for each in value]
    if name == "headers" and isinstance(value, Mapping):
        return dict.fromkeys(value, HIDDEN)
    return HIDDEN if name in _SECRET and value else value


def with_kept(given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent back as it was shown is what it was before."""
    kept = dict(given)
    for name, value in given.items():
        was = before.get(name)
        if was is not None and value == shown(name, was):
            kept[name] = was
        elif name == "headers" and isinstance(value, Mapping) and isinstance(was, Mapping):
            kept[name] = {one: was.get(one, each) if each == HIDDEN else each for one, each in value.items()}
        elif name == "urls" and isinstance(value, list | tuple) and was is not None:
            left = list(was)
            for place, each in enumerate(value):
                same = next((one for one in left if shown("urls", [one]) == [each]), None)
                if same is not None:
                    left.remove(same)
                    value = [*value[:place], same, *value[place + 1 :]]
            kept[name] = value
    return kept


def check(kind: str, known: Any) -> str | None:
    """What makes no sense in the settings of a channel, in one sentence; None where all does."""
    if any(HIDDEN in text for text in _texts(known)):
        return f"{HIDDEN} stands for what was kept, and nothing is: write it whole"
    if any(len(text) > _LONGEST for text in _texts(known)):
        return f"settings: {_LONGEST} characters at most"
    return _CHECKS[kind](known)


def _texts(known: Any) -> list[str]:
    values = [getattr(known, name) for name in known.__struct_fields__]
    listed = [each for value in values if isinstance(value, tuple) for each in value]
    mapped = [each for value in values if isinstance(value, Mapping) for each in value.values()]
    return [each for each in (*values, *listed, *mapped) if isinstance(each, str)]


def _check_webhook(known: WebhookSettings) -> str | None:
    try:
        parts = urlsplit(known.url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "url: not an address"
    if parts.scheme not in ("http", "https") or not host or not known.url.isascii():
        return "url: http:// or https:// with a host"
    if "@" in parts.netloc:
        return "url: no user and password in it; use headers"
    if len(known.headers) > _MOST:
        return f"headers: {_MOST} at most"
    for name, value in known.headers.items():
        if fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", name) is None or not _is_line(value):
            return f"headers: {name[:100]!r} cannot be sent"
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            return f"headers: {name} is not yours to set"
    if not known.allow_private and not _may_be_public(host):
        return f"url: {host} is in a private network; allow_private permits that"
    return None


def _check_email(known: EmailSettings) -> str | None:
    if not 1 <= len(known.to) <= _MOST:
        return f"to: from 1 to {_MOST} addresses"
    for address in (known.sender, *known.to):
        if fullmatch(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,255}", address) is None:
            return f"sender, to: {address[:100]!r} is no address"
    if (known.username or known.password) and known.tls == "none":
        return "tls: a password is not sent in the clear; starttls or tls"
    return _check_host(known.host, known.port)


def _check_mqtt(known: MqttSettings) -> str | None:
    template = Template(known.topic)
    unknown = [word for word in template.get_identifiers() if word not in TOPIC_WORDS]
    if unknown or not template.is_valid():
        return f"topic: $ and one of {', '.join(TOPIC_WORDS)}"
    if not known.topic or any(each in known.topic for each in "+#\0") or len(known.topic) > 500:
        return "topic: 500 characters at most, without + and #"
    return _check_host(known.host, known.port)


def _check_apprise(known: AppriseSettings) -> str | None:
    return None if 1 <= len(known.urls) <= _MOST else f"urls: from 1 to {_MOST}"


def _check_command(known: CommandSettings) -> str | None:
    try:
        text = to_json(known.payload)
    except (TypeError, ValueError, RecursionError):
        return "payload: JSON"
    if len(text) > _LONGEST:
        return f"payload: {_LONGEST} characters at most"
    if "key" in known.payload and str(known.payload["key"]).strip().casefold() == KEY:
        return "payload: passwords are not changed by alerts"
    if not 1 <= known.commands_per_hour <= 100:
        return "commands_per_hour: from 1 to 100"
    if not 60 <= known.cool_down_s <= 7 * 86_400:
        return "cool_down_s: from 60 to 604800 seconds"
    return None if 1 <= known.proof_s <= 86_400 else "proof_s: from 1 to 86400 seconds"


def _check_host(host: str, port: int) -> str | None:
    if fullmatch(r"[A-Za-z0-9._:\[\]-]{1,253}", host) is None:
        return "host: a name or an address"
    return None if 0 <= port <= 65_535 else "port: from 1 to 65535"


def _is_line(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _may_be_public(host: str) -> bool:
    """What can be known without asking for it by name: that is done whenever something is sent."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        plain = host.rstrip(".").lower()
        return plain != "localhost" and not plain.endswith(".localhost")


_CHECKS: Mapping[str, Callable[[Any], str | None]] = {
    LOG: lambda _: None,
    WEBHOOK: _check_webhook,
    EMAIL: _check_email,
    MQTT: _check_mqtt,
    APPRISE: _check_apprise,
    COMMAND: _check_command,
}
