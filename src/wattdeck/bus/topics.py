"""The names of topics."""


def events(kind: type) -> str:
    """Where events of a kind are told of: a topic for each, so that one that nobody listens to costs nothing."""
    return f"events.{kind.__name__}"


def charge_point(identifier: str) -> str:
    """Where whoever holds the charge point's socket listens for commands."""
    return f"charge_point.{identifier.casefold()}"


def messages(charge_point_id: int) -> str:
    """Where a charge point's messages are handed on once they are handled, to those who wait for one."""
    return f"messages.{charge_point_id}"
