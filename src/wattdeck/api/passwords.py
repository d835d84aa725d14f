"""People's passwords: hashed slowly in threads, two at a time; failed log-ins are counted and soon not looked at."""

import asyncio
import secrets
import time
from collections import OrderedDict

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MOST_FAILURES, WINDOW_S = 10, 300.0
_MOST_KEYS = 10_000


class Passwords:
    """One central system's password checks."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._two_at_a_time = asyncio.Semaphore(2)  # each takes 64 MB and 170 ms
        self._failures: OrderedDict[str, list[float]] = OrderedDict()
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        async with self._two_at_a_time:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """False for a wrong password; without a hash (nobody of that name) it takes as long."""
        if password_hash is None:
            self._nobodys = self._nobodys or await self.hash(secrets.token_urlsafe())
        async with self._two_at_a_time:
            matches = await asyncio.to_thread(self._verify, password_hash or self._nobodys, password)
        return matches and password_hash is not None

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def too_many_failures(self, key: str) -> bool:
        return len(self._recent(key)) >= MOST_FAILURES

    def note_failure(self, key: str) -> None:
        failures = [*self._recent(key), time.monotonic()]
        self._failures.pop(key, None)
        self._failures[key] = failures
        while len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def forget_failures(self, key: str) -> None:
        self._failures.pop(key, None)

    def _recent(self, key: str) -> list[float]:
        since = time.monotonic() - WINDOW_S
        return [at for at in self._failures.get(key, ()) if at > since]
