"""Decisions an embedding application may take: who is let in, what a boot is answered, which tag may charge."""

from collections.abc import Awaitable, Callable, Mapping

from wattdeck.domain.messages import BootNotification
from wattdeck.domain.records import Record
from wattdeck.domain.tags import Authorization


class Knock(Record, frozen=True):
    """A charge point at the door: what it calls itself, and its request headers (names in lower case)."""

    identifier: str
    headers: Mapping[str, str]


class Policies(Record, frozen=True):
    """None leaves a decision to us: passwords and registration in the database, tags in our list.

    authenticate: called on the event loop at the handshake, must not block; False is answered by HTTP 401.
    register: identifier and what was said at boot → "Accepted", "Pending" or "Rejected".
    authorize: identifier and id tag → the decision; an exception or 10 s without one fall back to our list.
    """

    authenticate: Callable[[Knock], bool] | None = None
    register: Callable[[str, BootNotification], Awaitable[str]] | None = None
    authorize: Callable[[str, str], Awaitable[Authorization]] | None = None
