"""Signed links by which whoever was told of an alert can take it up without a log-in, for some days."""

import hashlib
import hmac
from urllib.parse import urlencode

from wattdeck.domain.records import Record

PATH = "alerts/ack"
_LONGEST = 64
_HOUR_MS = 3_600_000


class Asked(Record, frozen=True):
    """What a link says."""

    alert_id: int
    channel: str
    until: int


def link(key: bytes, public_url: str, alert_id: int, channel: str, at: int, lasts_ms: int) -> str:
    asked = Asked(alert_id, channel, (at // _HOUR_MS + 1) * _HOUR_MS + lasts_ms)  # the same wherever it stands
    query = {"alert": alert_id, "channel": channel, "until": asked.until, "signature": _sign(key, asked)}
    return f"{public_url.rstrip('/')}/{PATH}?{urlencode(query)}"


def read(key: bytes, alert: str, channel: str, until: str, signature: str, at: int) -> Asked | None:
    """None where it was not made by us, was changed, or is too old."""
    if not all(each.isascii() and each.isdecimal() and len(each) < 19 for each in (alert, until)):
        return None
    asked = Asked(int(alert), channel[:_LONGEST], int(until))
    matches = hmac.compare_digest(_sign(key, asked).encode(), signature.encode())
    return asked if matches and asked.until > at else None


def _sign(key: bytes, asked: Asked) -> str:
    text = f"acknowledge {asked.alert_id} {asked.until} {asked.channel}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
