"""How things stand, asked from Python: charge points, connectors and sessions as they are at that moment.

What is answered is a picture; only durations of running sessions go on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from wattdeck.domain import sessions as rules
from wattdeck.domain.charge_points import ChargePoint, is_available, is_connected, summary_status, whole_status
from wattdeck.domain.clock import now
from wattdeck.domain.connectors import Connector
from wattdeck.domain.errors import NotFound
from wattdeck.domain.records import Record
from wattdeck.domain.sessions import ACTIVE, Session
from wattdeck.store import charge_points, connectors, sessions
from wattdeck.store.engine import Store

State = Literal["active", "completed", "all"]
_MOST = 100_000


class SessionView(Record, frozen=True):
    """One session; `record` has everything that is known of it. Energy and power are those of its last meter values."""

    record: Session

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

    @property
    def is_active(self) -> bool:
        return self.record.status == ACTIVE

    @property
    def duration_s(self) -> float:
        """Seconds from start to stop; to now, while it runs."""
        return rules.duration_s(self.record, now())

    @property
    def energy_kwh(self) -> float:
        return self.record.energy_wh / 1000

    @property
    def flags(self) -> list[str]:
        """What is odd about it, in words."""
        return rules.flag_names(self.record.flags)


class ConnectorView(Record, frozen=True):
    """One connector; `record` has what it said last."""

    record: Connector
    session: SessionView | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

    @property
    def available(self) -> bool:
        return self.record.status == "Available"

    @property
    def charging(self) -> bool:
        """A session runs on it."""
        return self.session is not None

    @property
    def faulted(self) -> bool:
        return self.record.status == "Faulted"


class ChargePointView(Record, frozen=True):
    """One charge point; `record` has what is stored of it: vendor, model, serial_number, firmware_version, iccid, imsi,
    meter_type, meter_serial_number, last_heartbeat_at and so on, which can be asked of this, too.
    """

    record: ChargePoint
    connected: bool
    connectors: Sequence[ConnectorView]
    sessions: Sequence[SessionView]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

    @property
    def available(self) -> bool:
        """Connected, accepted, not Unavailable or Faulted as a whole, and a connector Available (or none reported)."""
        return is_available(self.record.registration, self.connected, self._reported)

    @property
    def charging(self) -> bool:
        """A session runs."""
        return bool(self.sessions)

    @property
    def status(self) -> str | None:
        """Of the whole: what connector 0 says, never a transaction."""
        return whole_status(self._reported)

    @property
    def summary_status(self) -> str | None:
        """One word for a badge: the most telling of the connectors."""
        return summary_status(self._reported)

    @property
    def current_session(self) -> SessionView | None:
        """The running session; of several, the newest."""
        return self.sessions[0] if self.sessions else None

    @property
    def metadata(self) -> Mapping[str, Any]:
        """`connector_1_status`, `connector_1_error_code`, `connector_1_updated_at` and so on for each connector."""
        return {
            f"connector_{one.connector_id}_{name}": getattr(one, name)
            for one in self._reported
            for name in ("status", "error_code", "updated_at")
        }

    def connector(self, connector_id: int) -> ConnectorView:
        """Raises NotFound for one that never reported."""
        for one in self.connectors:
            if one.record.connector_id == connector_id:
                return one
        raise NotFound(f"{self.record.identifier} has no connector {connector_id}")

    @property
    def _reported(self) -> list[Connector]:
        return [one.record for one in self.connectors]


class Board:
    """Questions about how things stand; each is one awaitable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def charge_points(
        self,
        *,
        connected: bool | None = None,
        available: bool | None = None,
        charging: bool | None = None,
        site: str | None = None,
        search: str | None = None,
    ) -> list[ChargePointView]:
        """Those that fit, in the order in which they became known. `search`: in identifier, vendor, model, serial."""
        at = now()

        def read(connection: Connection) -> list[ChargePointView]:
            page = charge_points.search(connection, limit=_MOST, text=search, connected=connected, site=site, at=at)
            return _views(connection, page.items, at)

        found = await self._store.read(read)
        return [one for one in found if available in (None, one.available) and charging in (None, one.charging)]

    async def charge_point(self, identifier: str) -> ChargePointView:
        """By identifier (letter case aside) or number. Raises NotFound."""

        def read(connection: Connection) -> list[ChargePointView]:
            one = charge_points.find(connection, identifier)
            return [] if one is None else _views(connection, [one], now())

        for view in await self._store.read(read):
            return view
        raise NotFound(f"no charge point {identifier!r}")

    async def sessions(
        self,
        state: State = "all",
        *,
        charge_point: str | None = None,
        connector_id: int | None = None,
        id_tag: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[SessionView]:
        """Newest first; `since` and `until` bound their start. Raises NotFound for a charge point that is not known."""

        def read(connection: Connection) -> list[SessionView]:
            one = None
            if charge_point is not None:
                one = charge_points.find(connection, charge_point, removed_too=True)
                if one is None:
                    raise NotFound(f"no charge point {charge_point!r}")
            page = sessions.search(
                connection,
                limit=limit,
                charge_point_id=None if one is None else one.id,
                connector_id=connector_id,
                id_tag=id_tag,
                is_active=None if state == "all" else state == "active",
                since=since,
                until=until,
            )
            return [SessionView(each) for each in page.items]

        return await self._store.read(read)

    async def session(self, session_id: int) -> SessionView:
        """Raises NotFound."""
        found = await self._store.read(lambda connection: sessions.get(connection, session_id))
        if found is None:
            raise NotFound(f"no session {session_id}")
        return SessionView(found)


def _views(connection: Connection, items: Sequence[ChargePoint], at: datetime) -> list[ChargePointView]:
    ids = [one.id for one in items]
    reported = connectors.of_all(connection, ids)
    running: dict[int, list[SessionView]] = {}
    for session in sessions.active(connection, ids):
        running.setdefault(session.charge_point_id, []).append(SessionView(session))
    return [_view(one, reported.get(one.id, []), running.get(one.id, []), at) for one in items]


def _view(
    one: ChargePoint, reported: Sequence[Connector], running: Sequence[SessionView], at: datetime
) -> ChargePointView:
    # newest first, so that the newest of each connector is the one that stays
    by_connector = {session.record.connector_id: session for session in reversed(running)}
    plugs = [ConnectorView(each, by_connector.get(each.connector_id)) for each in reported]
    return ChargePointView(one, is_connected(one, at), plugs, running)
