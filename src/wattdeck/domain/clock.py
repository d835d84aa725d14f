"""Points in time: aware UTC everywhere, milliseconds since 1970 in the database, `Z` in text."""

from datetime import UTC, datetime
from typing import Any

__all__ = ["UTC", "from_iso", "from_ms", "iso", "iso_or_none", "now", "to_ms"]


def now() -> datetime:
    return datetime.now(UTC)


def to_ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def from_iso(text: Any) -> datetime | None:
    """An aware time from ISO 8601; without a zone it is UTC. None where it is none."""
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def iso(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`: what charge points and browsers both read."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def iso_or_none(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
