"""Times as charge points write them (quirks Q54–Q56): with and without zone, seven digits, blanks instead of T."""

import re
from datetime import UTC, datetime, timedelta

_SHORT_OFFSET = re.compile(r"([+-]\d{2})$")
# Clocks that were never set stand at 1970 or 2000; nothing of ours was measured before this.
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)


def parse(text: str) -> datetime | None:
    """Aware UTC, or None where it is no time. A time without a zone is UTC (OCPP-J sends UTC)."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        cleaned = text.strip().replace(" ", "T", 1).replace(",", ".").upper()
        if "T" in cleaned:
            cleaned = _SHORT_OFFSET.sub(r"\1:00", cleaned)
        try:
            at = datetime.fromisoformat(cleaned)
        except ValueError:
            return None
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    try:
        return at if at.tzinfo is UTC else at.astimezone(UTC)
    except OverflowError:  # the last hours of the year 9999
        return None


def believable(at: datetime, received_at: datetime) -> bool:
    """False for clocks that were never set and for the far future."""
    return _EARLIEST <= at <= received_at + _AHEAD
