"""People's passwords: hashed slowly in threads, two at a time."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wattdeck.api.attempts import Attempts

MOST_WAITING = 50  # at a sixth of a second each


class TooBusy(Exception):
    """So many passwords wait to be looked at that another one would wait for too long."""


class Passwords:
    """One central system's password checks. `attempts`: those that failed."""

    def __init__(self) -> None:
        self.attempts = Attempts()
        self._hasher = PasswordHasher()
        self._two_at_a_time = asyncio.Semaphore(2)  # each takes 64 MB and 170 ms
        self._waiting = 0
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        async with self._two_at_a_time:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """False for a wrong password; without a hash (nobody of that name) it takes as long. Raises TooBusy."""
        if self._waiting >= MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            if password_hash is None:
                self._nobodys = self._nobodys or await self.hash(secrets.token_urlsafe())
            async with self._two_at_a_time:
                matches = await asyncio.to_thread(self._verify, password_hash or self._nobodys, password)
        finally:
            self._waiting -= 1
        return matches and password_hash is not None

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
