"""The JSON shapes of channels and of deliveries."""

from typing import Any

from typing_extensions import TypedDict

from wattdeck.domain.channels import Channel, shown
from wattdeck.domain.clock import from_ms, iso
from wattdeck.domain.deliveries import Delivery

_MOST_IDS = 100


class ChannelShape(TypedDict):
    name: str
    kind: str
    settings: dict[str, Any]
    severity: str
    default: bool
    enabled: bool
    sends_resolved: bool
    most_per_hour: int
    wait_s: float
    interval_s: float
    heartbeat_s: float
    subject: str
    body: str


class DeliveryShape(TypedDict):
    id: int
    channel: str
    kind: str
    what: str
    state: str
    rule: str | None
    site: str | None
    alerts: int
    alert_ids: list[int]
    attempts: int
    next_at: str | None
    error: str | None
    created_at: str
    sent_at: str | None
    body: str | None


def channel(one: Channel) -> ChannelShape:
    """Without its secrets."""
    plain: ChannelShape = shown(one)  # type: ignore[assignment]
    return plain


def delivery(one: Delivery) -> DeliveryShape:
    """`alert_ids`: the first of them."""
    return {
        "id": one.id,
        "channel": one.channel,
        "kind": one.kind,
        "what": one.what,
        "state": one.state,
        "rule": one.rule,
        "site": one.site,
        "alerts": len(one.alert_ids),
        "alert_ids": list(one.alert_ids[:_MOST_IDS]),
        "attempts": one.attempts,
        "next_at": _iso(one.next_at),
        "error": one.error,
        "created_at": _iso(one.created_at) or "",
        "sent_at": _iso(one.sent_at),
        "body": one.body,
    }


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(from_ms(at))
