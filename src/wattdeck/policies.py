"""Decisions an embedding application may take: who is let in, what a boot is answered, which tag may charge."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeGuard

from wattdeck.domain.messages import BootNotification
from wattdeck.domain.records import Record
from wattdeck.domain.tags import LONGEST_ON_WIRE, STATUSES, Authorization
from wattdeck.settings import Settings
from wattdeck.telemetry import Telemetry, logger

# Policies that were given up and do not end when they are cancelled; with so many of them no new one is begun.
MOST_UNFINISHED = 1_000
_FALLBACKS = {"list": None, "accept": Authorization("Accepted"), "refuse": Authorization("Invalid")}
_log = logger("wattdeck.policies")


class Knock(Record, frozen=True):
    """A charge point at the door: what it calls itself, and its request headers (names in lower case)."""

    identifier: str
    headers: Mapping[str, str]


class Policies(Record, frozen=True):
    """None leaves a decision to us: passwords and registration in the database, tags in our list.

    authenticate: called on the event loop at the handshake, must not block; False is answered by HTTP 401.
    register: identifier and what was said at boot → "Accepted", "Pending" or "Rejected".
    authorize: identifier and id tag → the decision; an exception, an answer of another kind, or none within
    `authorize_timeout_s` lead to `authorize_fallback`.
    """

    authenticate: Callable[[Knock], bool] | None = None
    register: Callable[[str, BootNotification], Awaitable[str]] | None = None
    authorize: Callable[[str, str], Awaitable[Authorization]] | None = None


class Guest:
    """Asks the application which tag may charge, for no longer than it has time; never trusts the answer's form."""

    def __init__(self, policies: Policies, settings: Settings, telemetry: Telemetry) -> None:
        self._policy = policies.authorize
        self._timeout_s = settings.authorize_timeout_s
        self._fallback = _FALLBACKS[settings.authorize_fallback]
        self._telemetry = telemetry
        self._unfinished: set[asyncio.Task[object]] = set()

    async def authorize(self, charge_point: str, id_tag: str) -> Authorization | None:
        """The application's decision, or the fallback's; None: our list decides."""
        policy = self._policy
        if policy is None:
            return None
        if len(self._unfinished) >= MOST_UNFINISHED:
            return self._failed("overloaded", charge_point)

        async def ask() -> object:
            return await policy(charge_point, id_tag)

        task = asyncio.create_task(ask(), name="wattdeck-authorize-policy")
        self._unfinished.add(task)
        task.add_done_callback(self._ended)
        try:
            # not asyncio.timeout: it would wait for a policy that catches its cancellation
            await asyncio.wait((task,), timeout=self._timeout_s)
        finally:
            task.cancel()
        if not task.done():
            return self._failed("timeout", charge_point)
        error = None if task.cancelled() else task.exception()
        if task.cancelled() or error is not None:
            return self._failed("error", charge_point, error)
        answer = task.result()
        return answer if is_decision(answer) else self._failed("wrong_answer", charge_point)

    def stop(self) -> None:
        """End what still runs."""
        for task in self._unfinished:
            task.cancel()

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._unfinished.discard(task)
        if not task.cancelled():
            task.exception()  # asked for, so that nobody complains that it was not

    def _failed(self, reason: str, charge_point: str, error: BaseException | None = None) -> Authorization | None:
        self._telemetry.policy_failures.labels("authorize", reason).inc()
        # an exception's text may hold the address and key of the billing system: its kind and place are enough
        where = traceback.extract_tb(error.__traceback__)[-1:] if error is not None else ()
        _log.error(
            "authorize policy failed",
            charge_point=charge_point,
            reason=reason,
            error=None if error is None else type(error).__name__,
            at=next((f"{frame.filename}:{frame.lineno}" for frame in where), None),
        )
        return self._fallback


def is_decision(answer: object) -> TypeGuard[Authorization]:
    """Whether it can be sent to a charge point as it is."""
    if not isinstance(answer, Authorization) or answer.status not in STATUSES:
        return False
    parent, expires_at = answer.parent, answer.expires_at
    return (parent is None or (isinstance(parent, str) and 0 < len(parent) <= LONGEST_ON_WIRE)) and (
        expires_at is None or (isinstance(expires_at, datetime) and expires_at.utcoffset() is not None)
    )
