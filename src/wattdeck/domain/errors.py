"""The errors of the house, as a tree. An exception is a surprise; refusals that are expected are values.

WattdeckError
├── Refused            a request from outside that cannot be met (API: 4xx, command line: exit 2)
│   ├── NotFound
│   ├── Conflict
│   └── Unprocessable
├── MessageRefused     a charge point's message that gets a CALLERROR
├── StoreUnavailable   the database cannot be written now (API: 503; charge point: no answer, so that it sends again)
├── NotIdentified      the application cannot say who asks (API: 503)
└── CommitFailed       a transaction that will not go well however often it is tried
"""


class WattdeckError(Exception):
    """Root of all errors raised on purpose."""


class Refused(WattdeckError):
    """A request that cannot be met; the text says why, for a person."""


class NotFound(Refused):
    """No such thing."""


class Conflict(Refused):
    """Not in the present state of things."""


class Unprocessable(Refused):
    """Understood, and not possible as asked."""


class MessageRefused(WattdeckError):
    """A charge point's message that cannot be taken: `code` in our words."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class NotIdentified(WattdeckError):
    """Who asks is for the application to say, and it does not."""


class StoreUnavailable(WattdeckError):
    """It could not be written in time; whoever waited for it may try again, and must not take it for stored."""


class CommitFailed(WattdeckError):
    """The transaction could not be committed, for no reason that passes; nothing of it was stored."""
