"""Decisions an embedding application may take: who is let in, what a boot is answered, which tag may charge."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeGuard, TypeVar

from wattdeck.domain.errors import NotIdentified
from wattdeck.domain.messages import BootNotification
from wattdeck.domain.people import ADMIN, APPLICATION, LONGEST_NAME, ROLES, Person, Scope
from wattdeck.domain.records import Record, replace
from wattdeck.domain.tags import LONGEST_ON_WIRE, STATUSES, Authorization
from wattdeck.settings import Settings
from wattdeck.telemetry import Telemetry, logger

# Policies that were given up and do not end when they are cancelled; with so many of them no new one is begun.
MOST_UNFINISHED = 1_000
_FALLBACKS = {"list": None, "accept": Authorization("Accepted"), "refuse": Authorization("Invalid")}
REGISTRATIONS = frozenset({"Accepted", "Pending", "Rejected"})
T = TypeVar("T")
_log = logger("wattdeck.policies")


class Knock(Record, frozen=True):
    """A charge point at the door: what it calls itself, and its request headers (names in lower case)."""

    identifier: str
    headers: Mapping[str, str]


class Asker(Record, frozen=True):
    """A request of the API, or the opening of a live stream: its headers (names in lower case) and cookies, and where
    it came from. `path`: below the place where we are mounted.
    """

    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    method: str
    path: str
    address: str | None


class Policies(Record, frozen=True):
    """None leaves a decision to us: passwords and registration in the database, tags in our list.

    authenticate: called on the event loop at the handshake, must not block; False is answered by HTTP 401.
    register: identifier and what was said at boot → "Accepted", "Pending" or "Rejected"; where it fails or takes longer
    than `guest_timeout_s`, the registration in the database decides.
    authorize: identifier and id tag → the decision; an exception, an answer of another kind, or none within
    `authorize_timeout_s` lead to `authorize_fallback`.
    identify: who asks our API or live stream; None: our own keys and log-ins say so. Where it fails or takes longer
    than `guest_timeout_s`, nobody is let in.
    """

    authenticate: Callable[[Knock], bool] | None = None
    register: Callable[[str, BootNotification], Awaitable[str]] | None = None
    authorize: Callable[[str, str], Awaitable[Authorization]] | None = None
    sign_certificate: Callable[[str, str], Awaitable[str]] | None = None
    identify: Callable[[Asker], Awaitable[Person | None]] | None = None


class GuestFailed(Exception):
    """The application gave no answer that can be used: `reason` is timeout, error, wrong_answer or overloaded."""

    def __init__(self, reason: str, error: BaseException | None = None) -> None:
        super().__init__(reason)
        self.reason, self.error = reason, error


class Guest:
    """Asks the application, for no longer than it has time; never trusts the answer's form."""

    def __init__(self, policies: Policies, settings: Settings, telemetry: Telemetry) -> None:
        self._policies = policies
        self._authorize_timeout_s, self._timeout_s = settings.authorize_timeout_s, settings.guest_timeout_s
        self._fallback = _FALLBACKS[settings.authorize_fallback]
        self._telemetry = telemetry
        self._unfinished: set[asyncio.Task[object]] = set()

    async def authorize(self, charge_point: str, id_tag: str) -> Authorization | None:
        """The application's decision, or the fallback's; None: our list decides."""
        policy = self._policies.authorize
        if policy is None:
            return None
        try:
            answer = await self._within(self._authorize_timeout_s, lambda: policy(charge_point, id_tag))
            if is_decision(answer):
                return answer
            failure = GuestFailed("wrong_answer")
        except GuestFailed as failed:
            failure = failed
        self.note("authorize", charge_point, failure)
        return self._fallback

    async def register(self, charge_point: str, message: BootNotification) -> str | None:
        """The application's word at boot; None: the registration in our database decides."""
        policy = self._policies.register
        if policy is None:
            return None
        try:
            answer = await self.answer_of(lambda: policy(charge_point, message))
            if isinstance(answer, str) and answer in REGISTRATIONS:
                return answer
            failure = GuestFailed("wrong_answer")
        except GuestFailed as failed:
            failure = failed
        self.note("register", charge_point, failure)
        return None

    @property
    def identifies(self) -> bool:
        return self._policies.identify is not None

    async def identify(self, asker: Asker) -> Person | None:
        """Whom the application knows; None where it knows nobody. Raises NotIdentified."""
        policy = self._policies.identify
        if policy is None:
            return None
        try:
            answer = await self.answer_of(lambda: policy(asker))
            if answer is None:
                return None
            if is_person(answer):
                return replace(answer, kind=APPLICATION)
            failure = GuestFailed("wrong_answer")
        except GuestFailed as failed:
            failure = failed
        self.note("identify", "", failure)
        raise NotIdentified("who you are cannot be found out now")

    async def answer_of(self, call: Callable[[], Awaitable[T]]) -> T:
        """What a call of the application's answers. Raises GuestFailed where it does not in time."""
        return await self._within(self._timeout_s, call)

    async def _within(self, timeout_s: float, call: Callable[[], Awaitable[T]]) -> T:
        if len(self._unfinished) >= MOST_UNFINISHED:
            raise GuestFailed("overloaded")

        async def ask() -> T:
            return await call()

        task = asyncio.create_task(ask(), name="wattdeck-guest")
        self._unfinished.add(task)
        task.add_done_callback(self._ended)
        try:
            # not asyncio.timeout: it would wait for one that catches its cancellation
            await asyncio.wait((task,), timeout=timeout_s)
        finally:
            task.cancel()
        if not task.done():
            raise GuestFailed("timeout")
        if task.cancelled():
            raise GuestFailed("error")
        error = task.exception()
        if error is not None:
            raise GuestFailed("error", error)
        return task.result()

    def stop(self) -> None:
        """End what still runs."""
        for task in self._unfinished:
            task.cancel()

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._unfinished.discard(task)
        if not task.cancelled():
            task.exception()  # asked for, so that nobody complains that it was not

    def note(self, policy: str, charge_point: str, failure: GuestFailed) -> None:
        """Count and log a failure."""
        error = failure.error
        self._telemetry.policy_failures.labels(policy, failure.reason).inc()
        # an exception's text may hold the address and key of the billing system: its kind and place are enough
        where = traceback.extract_tb(error.__traceback__)[-1:] if error is not None else ()
        _log.error(
            f"{policy} policy failed",
            charge_point=charge_point,
            reason=failure.reason,
            error=None if error is None else type(error).__name__,
            at=next((f"{frame.filename}:{frame.lineno}" for frame in where), None),
        )


def is_person(answer: object) -> TypeGuard[Person]:
    """Whether it is somebody whose rights are clear."""
    if not isinstance(answer, Person) or not isinstance(answer.name, str) or not 0 < len(answer.name) <= LONGEST_NAME:
        return False
    if answer.role not in ROLES or not isinstance(answer.scope, Scope | None):
        return False
    return answer.scope is None or answer.role != ADMIN


def is_decision(answer: object) -> TypeGuard[Authorization]:
    """Whether it can be sent to a charge point as it is."""
    if not isinstance(answer, Authorization) or answer.status not in STATUSES:
        return False
    parent, expires_at = answer.parent, answer.expires_at
    return (parent is None or (isinstance(parent, str) and 0 < len(parent) <= LONGEST_ON_WIRE)) and (
        expires_at is None or (isinstance(expires_at, datetime) and expires_at.utcoffset() is not None)
    )
