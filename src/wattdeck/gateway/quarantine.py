"""Who knocked and was not let in: gathered for a moment, then written as counted rows. Anybody may knock, so all of it
is bounded, and nobody waits for it.
"""

import asyncio
from typing import Any

from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.secrets import without_secrets
from wattdeck.gateway.handshake import Why
from wattdeck.gateway.wire import Wire
from wattdeck.store import quarantine
from wattdeck.store.charge_points import key_of
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry, logger

_FLUSH_S = 0.3
_MOST_GATHERED = 500  # of different identities and reasons at a time
_LONGEST = 200
_log = logger("wattdeck.gateway")


class Quarantine:
    def __init__(self, store: Store, telemetry: Telemetry) -> None:
        self._store, self._telemetry = store, telemetry
        self._gathered: dict[tuple[str, str], dict[str, Any]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def note(
        self, identifier: str | None, registered: bool, reason: str, why: Why, wire: Wire, target: str, offered: str
    ) -> None:
        """Keep that somebody was refused, and say so in the log, once in a while for each."""
        self._telemetry.refused.labels(reason).inc()
        key, at = (key_of(identifier or ""), reason), to_ms(now())
        row = self._gathered.get(key)
        if row is not None:
            row.update(last_at=at, count=row["count"] + 1)
        elif len(self._gathered) >= _MOST_GATHERED:
            self._telemetry.dropped.labels("quarantine_full").inc()
            return
        else:
            words = why if isinstance(why, str) else why()
            path, offered = _storable(without_secrets(target.partition("?")[0])), _storable(offered)
            _log.info("connection refused", reason=reason, target=path, address=wire.address, why=words)
            self._gathered[key] = {
                **{"identifier_key": key[0], "reason": reason, "identifier": identifier or ""},
                **{"registered": int(registered), "first_at": at, "last_at": at, "count": 1, "why": words[:500]},
                **{"address": wire.address, "target": path, "subprotocols": offered, "tls": wire.tls},
            }
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_S, self.flush)

    def flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._gathered:
            rows = [tuple(row[name] for name in quarantine.COLUMNS) for row in self._gathered.values()]
            self._gathered = {}
            self._store.add_quietly((quarantine.COUNT, rows), (quarantine.TRIM, [(quarantine.MOST_UNREGISTERED,)]))


def _storable(text: str) -> str:
    """Anybody's bytes, short and as Unicode: one row that cannot be written would take others along."""
    return text[:_LONGEST].encode("utf-8", "replace").decode()
