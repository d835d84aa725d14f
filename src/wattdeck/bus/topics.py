"""The names of topics."""

EVENTS = "events"


def charge_point(identifier: str) -> str:
    """Where whoever holds the charge point's socket listens for commands."""
    return f"charge_point.{identifier.casefold()}"
