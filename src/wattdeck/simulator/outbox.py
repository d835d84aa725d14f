"""What a charge point has to say: one CALL open at a time, transaction-related ones in order until acknowledged."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any

TRANSACTION_RELATED = frozenset({"StartTransaction", "StopTransaction", "MeterValues"})


@dataclass(slots=True)
class Message:
    """One request. `payload` is asked for when it is sent, for a transaction id may only then be known.

    `about` is what the sender wants back with the answer; `values` the number of sampled values it carries.
    """

    action: str
    payload: Callable[[], dict[str, Any]]
    about: Any = None
    values: int = 0
    attempts: int = 0
    not_before: float = 0.0


@dataclass(slots=True)
class Outbox:
    """Two lanes: ordinary messages overtake, transaction-related ones never overtake each other (OCPP 1.6 §3.7)."""

    keep: int = 5_000
    dropped: int = 0
    open: Message | None = None
    ordinary: deque[Message] = field(default_factory=deque)
    transaction: deque[Message] = field(default_factory=deque)

    def put(self, message: Message) -> None:
        """Add a message; where too many wait, the oldest meter values go first, never a start or a stop."""
        if message.action not in TRANSACTION_RELATED:
            self.ordinary.append(message)
            return
        self.transaction.append(message)
        if len(self.transaction) > self.keep:
            oldest = next((old for old in self.transaction if old.action == "MeterValues"), None)
            if oldest is not None:
                self.transaction.remove(oldest)
                self.dropped += 1

    @property
    def is_empty(self) -> bool:
        return self.open is None and not self.ordinary and not self.transaction

    def take(self, now: float, transactions: bool) -> Message | None:
        """The next message to send, which is then the open one. `transactions`: may transaction-related ones go?"""
        if self.open is not None:
            return None
        if self.ordinary:
            self.open = self.ordinary.popleft()
        elif transactions and self.transaction and self.transaction[0].not_before <= now:
            self.open = self.transaction.popleft()
        return self.open

    @property
    def waits_until(self) -> float:
        """When the head of the transaction lane may be sent again; infinity if nothing waits for a time."""
        if self.open is None and self.transaction and self.transaction[0].not_before > 0:
            return self.transaction[0].not_before
        return inf

    def settle(self) -> Message | None:
        """The open message was acknowledged."""
        message, self.open = self.open, None
        return message

    def fail(self, now: float, attempts: int, retry_s: float) -> Message | None:
        """The open one failed to be processed: again later, each time later still, until given up (OCPP 1.6 §3.7.1).

        Answers the message that was given up, None if it will be retried.
        """
        message, self.open = self.open, None
        if message is None:
            return None
        message.attempts += 1
        if message.action not in TRANSACTION_RELATED or message.attempts >= attempts:
            return message
        message.not_before = now + retry_s * message.attempts
        self.transaction.appendleft(message)
        return None

    def disconnect(self) -> None:
        """The connection is gone: what was open and matters goes back to the head, ordinary messages are moot."""
        if self.open is not None and self.open.action in TRANSACTION_RELATED:
            self.transaction.appendleft(self.open)
        self.open = None
        self.ordinary.clear()
