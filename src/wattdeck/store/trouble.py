"""When the database cannot be written: which errors mean that, and an episode of it from its first failure to its end.

What fails for such a reason is nobody's fault and may go well a moment later: the writer holds it and tries again.
"""

import sqlite3
import time

from wattdeck.telemetry import Telemetry, logger

# Primary result codes (SQLite, "Result and Error Codes") that are about the disk and its lock, not about the statement.
_KINDS = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_IOERR: "io_error",
    sqlite3.SQLITE_CANTOPEN: "io_error",
    sqlite3.SQLITE_NOMEM: "no_memory",
}
_PRIMARY = 0xFF
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 1.0
_log = logger("wattdeck.store")


def kind_of(error: BaseException | None) -> str | None:
    """In one word why the database cannot be written, or None where the error is about something else."""
    while error is not None:
        code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
        if code is not None and (code & _PRIMARY) in _KINDS:
            return _KINDS[code & _PRIMARY]
        error = error.__context__  # SQLite may end the transaction itself; then rolling it back fails, too
    return None


def pause_s(failures: int) -> float:
    """How long to wait before the next try, after so many that failed."""
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10))


class Episodes:
    """Whether the database can be written now; says so once when it cannot, and once when it can again."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self.kind: str | None = None  # of the episode that goes on
        self.failures = 0
        self._since = self._seen = 0.0

    def failed(self, kind: str, error: str) -> None:
        at = time.monotonic()
        if self.kind is None:
            self.failures, self._since, self._seen = 0, at, at
            self._telemetry.store_troubles.labels(kind).inc()
            self._telemetry.store_in_trouble.set(1)
            _log.error("the database cannot be written", kind=kind, reason=error)
        self.kind = kind
        self.failures += 1
        self._lasts(at)

    def went_well(self) -> None:
        if self.kind is not None:
            at = time.monotonic()
            self._lasts(at)
            self._telemetry.store_in_trouble.set(0)
            _log.warning(
                "the database can be written again",
                kind=self.kind,
                after_s=round(at - self._since, 1),
                tries=self.failures,
            )
            self.kind = None

    def _lasts(self, at: float) -> None:
        self._telemetry.store_trouble_s.inc(at - self._seen)
        self._seen = at
