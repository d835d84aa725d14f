"""The composition root: everything is made and joined here, nowhere else."""

import asyncio
import contextlib
import secrets
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection

from wattdeck.alerts import endings
from wattdeck.alerts.notify import notices
from wattdeck.alerts.notify.notices import Notices
from wattdeck.alerts.watch import EVERY_S, Watch
from wattdeck.api.app import beside, create_app
from wattdeck.api.first_people import let_in
from wattdeck.api.house import ApiHouse
from wattdeck.api.oidc_provider import Provider
from wattdeck.api.oidc_state import States
from wattdeck.api.passwords import Passwords
from wattdeck.bus.events import Events
from wattdeck.bus.memory import MemoryBus
from wattdeck.certificates.authority import Authority
from wattdeck.certificates.endings import first_ending
from wattdeck.commands import file_upkeep, reservations
from wattdeck.commands.ask import Ask, Versions
from wattdeck.commands.bulk import BulkCommands
from wattdeck.commands.credentials import send_any
from wattdeck.commands.remote import Remote
from wattdeck.commands.send import AS_SET, Commands
from wattdeck.commands.signing import Signing
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.commands import REFUSE, Command, Delivery
from wattdeck.domain.errors import NotFound, Refused
from wattdeck.domain.people import Scope
from wattdeck.domain.rollups import PERIODS
from wattdeck.domain.sessions import Session
from wattdeck.gateway import asgi
from wattdeck.gateway.gateway import Gateway
from wattdeck.gateway.listener import listen
from wattdeck.gateway.switchboard import Switchboard
from wattdeck.gateway.tls import TlsFileUnusable, server_context
from wattdeck.gateway.wiretap import Wiretap
from wattdeck.handlers import Handler
from wattdeck.handlers.context import DataTransfers, House
from wattdeck.handlers.guests import with_guests
from wattdeck.handlers.unknown_tags import UnknownTags
from wattdeck.jobs import Job, Jobs
from wattdeck.live import shapes
from wattdeck.live.board import Board
from wattdeck.live.hub import Hub
from wattdeck.live.rollup_shapes import RollupShape, rollup
from wattdeck.live.shapes import StatsShape
from wattdeck.metering.buffer import STOP, limits_of
from wattdeck.metering.endings import Endings
from wattdeck.metering.folding import Folding
from wattdeck.metering.pipeline import Pipeline
from wattdeck.metering.queries import Queries
from wattdeck.metering.recompute import Recompute
from wattdeck.metering.recount import Recount
from wattdeck.metering.retention import Retention
from wattdeck.metering.rezoning import follow_setting
from wattdeck.metering.storage import Storage
from wattdeck.metering.today import EnergyToday
from wattdeck.ocpp.dialect import check, command_schemas
from wattdeck.ocpp.versions import BY_VERSION, DIALECTS
from wattdeck.policies import Guest, Policies
from wattdeck.settings import Settings
from wattdeck.store import certificates, charge_points, connections, quarantine, scopes, totals, users
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

_FORGET_ROWS = 5_000
_ALERT_WAIT_S = 30  # for the answer to a command that an alert sends


class CentralSystem:
    """A central system, to embed in an ASGI application or to run alone.

    handlers: message type → `async (message, context) -> answer`, in place of ours (`wattdeck.handlers.HANDLERS`).
    policies: decisions taken by the application. data_transfers: vendor id → `async (identifier, message) -> answer`.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        handlers: Mapping[type, Handler] | None = None,
        policies: Policies | None = None,
        data_transfers: DataTransfers | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.telemetry = Telemetry()
        self.first_password: str | None = None  # of the user admin, where it was made up at this start
        self._tls_ends_at: datetime | None = None
        self._ready = False
        self._bus = MemoryBus()
        self.events = Events(self._bus, self.telemetry)
        limits, quiet_s = limits_of(self.settings)
        self._store = Store(
            self.settings.data, self.telemetry, self.settings.linger_s, self.settings.write_hold_s, quiet_s
        )
        self.queries = Queries(self._store, self.settings)
        """What was measured, asked from Python."""
        self.board = Board(self._store)
        """How things stand: charge points, connectors, sessions."""
        today = EnergyToday(self.settings.zone, now())
        self._pipeline = Pipeline(self._store, self.events, today, self.telemetry, limits)
        self._folding = Folding(self._store, self.settings, self.telemetry)
        self._recompute = Recompute(self._store, self._folding)
        policies = policies or Policies()
        self._guest = Guest(policies, self.settings, self.telemetry)
        self._endings = Endings(self._store, self.events, self._pipeline, self.settings, self.telemetry)
        self._recount = Recount(self._store, self.events, self._pipeline)
        self._unknown_tags = UnknownTags(self._store, self.events, self.telemetry)
        self._notices = Notices(self._store, self.settings, self.telemetry, self._ask_for_alert, _check)
        self._watch = Watch(self._store, self.events, self.settings, self.telemetry, self._figures, self._notices)
        rooms = House(
            self.settings,
            self._store,
            self.events,
            self._pipeline,
            policies,
            self._guest,
            self._unknown_tags,
            data_transfers or {},
        )
        self._hub = Hub(self.events, self._store, self.stats, self.telemetry)
        wiretap = Wiretap(self._store if self.settings.log_frames else None, self._hub.frames)
        self._hub.frames.flush = wiretap.flush
        self._board = Switchboard(rooms, self._bus, self.telemetry, with_guests(handlers or {}), wiretap)
        self._gateway = Gateway(self._board, self._ask_for_heartbeat)
        self._commands = Commands(self._store, self._bus, self.events, self.settings, self.telemetry, _check)
        self.remote = Remote(self._store, self._commands)
        """Remote start and stop."""
        self._versions = Versions(self.events)
        self._bulk = BulkCommands(self._store, self._commands, self.events)
        authority = Authority(self.settings.data)
        self._signing = Signing(self._store, self.events, self._commands, self.settings, policies, authority)
        self._retention = Retention(self._store, self.settings, self.telemetry)
        self._storage = Storage(self._store, self.settings, self.telemetry)
        self._jobs = Jobs(self.telemetry)
        self._passwords = Passwords()
        self._oidc = None if self.settings.oidc_issuer is None else Provider(self.settings)
        house = ApiHouse(
            self.settings,
            self._store,
            self.events,
            self._commands,
            self._bulk,
            self._endings,
            self._hub,
            self.telemetry,
            self.stats,
            lambda: self._board.hash_key,
            lambda: self._ready,
            self._passwords,
            _command_schemas,
            set(),
            self._signing,
            self._folding,
            self._recompute,
            self._recount,
            self._storage,
            self._watch,
            self._notices,
            self._guest,
            self._oidc,
            States(),
        )
        self.asgi = beside(create_app(house, version("wattdeck")), self._serve_charge_point)
        """API, live streams, dashboard and charge points' sockets as one ASGI application."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["CentralSystem"]:
        """Open the store, serve until the block ends, then work off what was received and close.

        Raises OSError or sqlalchemy.exc.DBAPIError where the data folder cannot be used.
        """
        await self._store.open()
        try:
            await self._prepare()
            self.events.start()
            await self._storage.watch()
            await self._look_at_certificates()
            self._start_jobs()
            self._hub.begin()
            self._ready = True
            yield self
        finally:
            self._ready = False
            self.end_live_streams()
            await self.close_charge_points()
            self._guest.stop()
            await self._jobs.stop()
            await self._watch.close()
            await self._notices.close()
            if self._oidc is not None:
                await self._oidc.close()
            await self._recompute.close()
            await self._commands.close()
            await self.events.stop()
            self._pipeline.buffer.flush(STOP)
            await self._store.close()

    async def listen(self, sock: socket.socket, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        """Serve charge points on a bound socket of their own, beside the ASGI application. May be called more than
        once: plain and TLS (`tls_context`) at a time.
        """
        return await listen(self._gateway, sock, tls)

    def tls_context(self) -> ssl.SSLContext | None:
        """TLS as the settings have it; None without `tls_certificate`.

        Raises gateway.tls.TlsFileUnusable.
        """
        settings = self.settings
        if settings.tls_certificate is None:
            for name in ("tls_key", "tls_client_ca"):
                if getattr(settings, name) is not None:
                    raise TlsFileUnusable(f"setting {name}: there is no TLS without tls_certificate")
            return None
        context = server_context(
            settings.tls_certificate, settings.tls_key, settings.tls_client_ca, self._gateway.tls_failed
        )
        self._tls_ends_at = first_ending(settings.tls_certificate.read_text("ascii", "replace"))
        return context

    async def close_charge_points(self) -> None:
        """Close all charge points' connections and work off what they had sent."""
        self._watch.ignore_departures()
        await self._bulk.close()
        await self._gateway.close()

    def end_live_streams(self) -> None:
        """End all live streams: a server that waits for open responses before it stops would wait for ever."""
        self._hub.end()

    async def stats(self, scope: Scope | None = None) -> StatsShape:
        """The totals of all charge points, or of those in a scope; energy today in kWh."""
        at = now()

        def read(connection: Connection) -> tuple[totals.Totals, list[int] | None]:
            ids = None if scope is None else scopes.ids_of(connection, scope)
            return totals.count(connection, at, scope), ids

        counted, ids = await self._store.read(read)
        return shapes.stats(counted, self._pipeline.today.total_wh(at, ids))

    async def rollups(
        self,
        identifier: str,
        period: str,
        since: datetime,
        until: datetime,
        *,
        measurand: str | None = None,
        phase: str | None = None,
        connector_id: int | None = None,
    ) -> list[RollupShape]:
        """Buckets (`period`: minute, hour, day, month) of a charge point's series that touch [since, until), newest
        first; those in which nothing was measured are left out. `phase` "": series without one. Raises NotFound.
        """
        found = await self._store.read(lambda connection: charge_points.find(connection, identifier, True))
        if found is None:
            raise NotFound(f"no charge point {identifier!r}")
        asked = (measurand, phase, connector_id, to_ms(since), to_ms(until))
        rows = await self._folding.rollups(found.id, PERIODS.index(period), *asked)
        return [rollup(each, row, found.identifier) for each, row, _ in rows]

    async def send(
        self,
        identifier: str,
        action: str,
        payload: dict[str, Any] | None = None,
        *,
        wait_s: float = 0,
        delivery: Delivery = AS_SET,
    ) -> Command:
        """Send a command to a charge point; with `wait_s` wait so long for its result.

        Raises NotFound, Conflict (not connected) or Unprocessable (payload against the action's schema).
        """
        found = await self._store.read(lambda connection: charge_points.find(connection, identifier))
        if found is None:
            raise NotFound(f"no charge point {identifier!r}")
        key = self._board.hash_key
        return await send_any(
            self._commands, self.events, found, action, payload or {}, key, wait_s=wait_s, delivery=delivery
        )

    async def close_session(
        self,
        session_id: int,
        *,
        by: str,
        stopped_at: datetime | None = None,
        stop_meter_wh: float | None = None,
        note: str | None = None,
    ) -> Session:
        """End a running session by hand, without a word to its charge point; by default with its last reading.

        Raises NotFound, Conflict (it has ended) or Unprocessable (a time or register that cannot be).
        """
        return await self._endings.close(session_id, by, stopped_at, stop_meter_wh, note)

    async def cancel(self, command_id: int) -> Command:
        """Take back a command that was not sent yet. Raises NotFound, or Conflict where it is too late."""
        return await self._commands.cancel(command_id)

    def ask(self, identifier: str) -> Ask:
        """The commands of a charge point's OCPP version as methods: `await csms.ask("CP001").reset(type="Soft")`."""
        return Ask(identifier, self._versions.of(identifier), _command_schemas(), self.send)

    async def _serve_charge_point(self, scope: Any, receive: Any, send: Any) -> None:
        await asgi.serve(self._gateway, scope, receive, send)

    async def _prepare(self) -> None:
        fresh = secrets.token_hex(32)
        key = await self._store.write(lambda connection: users.secret(connection, "charge_point_hash_key", fresh))
        await self._store.write(charge_points.end_all_leases)
        await self._store.write(connections.end_all)
        await self._commands.open()
        await self._board.open(bytes.fromhex(key))
        await self._bulk.open()
        await self._versions.open(self._store)
        await follow_setting(self._store, self.settings.zone)
        await self._pipeline.open()
        await self._watch.open()
        self.first_password = await let_in(self._store, self.settings, self._passwords)

    def _start_jobs(self) -> None:
        self._jobs.start(
            Job("renew-leases", self.settings.lease_s / 3, self._board.renew_leases),
            Job("ping", min(5.0, self.settings.ping_interval_s / 2), self._gateway.ping_silent),
            Job("live-stats", 1.0, self._hub.publish_stats),
            Job("live-heartbeat", 10.0, self._hub.beat),
            Job("end-orphans", min(20.0, self.settings.session_available_s / 4), self._endings.sweep),
            Job("recount-energy", 1.0, self._recount.sweep),
            Job("seal-samples", 20.0, self._pipeline.seal),
            Job("fold-rollups", 20.0, self._folding.fold),
            Job("expire-reservations", 2.0, lambda: reservations.expire(self._store, self.events, now())),
            Job("trim-unknown-tags", 10.0, self._unknown_tags.trim),
            Job("sweep-commands", 2.0, self._commands.sweep),
            Job("forget-idempotency-keys", 600.0, self._commands.forget_keys),
            Job("forget-connections", 600.0, self._forget_connections),
            Job("retention", 60.0, self._retention.sweep),
            Job("alerts", EVERY_S, self._watch.work),
            Job("deliveries", notices.EVERY_S, self._notices.turn),
            Job("watch-certificates", endings.EVERY_S, self._look_at_certificates),
            Job("watch-disk", 60.0, self._storage.watch),
            Job("signing-requests", 30.0, self._signing.sweep),
            Job("file-upkeep", 60.0, lambda: file_upkeep.keep_up(self._store, self.events, self.settings, now())),
        )

    async def _ask_for_heartbeat(self, charge_point: ChargePoint) -> None:
        with contextlib.suppress(Refused):
            wanted = {"requestedMessage": "Heartbeat"}
            await self._commands.send(charge_point, "TriggerMessage", wanted, asked_by="wattdeck")

    def _figures(self) -> dict[str, float]:
        """What alert rules may look at of this server itself."""
        return {
            "disk_free_bytes": float(self._storage.free_bytes),
            "waiting_rows": float(self._store.waiting_rows),
            "failed_deliveries": float(self._notices.failing()),
        }

    async def _look_at_certificates(self) -> None:
        known = await self._store.read(certificates.endings)
        self._watch.look(endings.SIGNAL, endings.observe(known, self._tls_ends_at, now()))

    async def _ask_for_alert(
        self, charge_point: ChargePoint, action: str, payload: dict[str, Any], asked_by: str
    ) -> Command:
        now_or_never = Delivery(offline=REFUSE)
        return await self._commands.send(
            charge_point, action, payload, asked_by=asked_by, wait_s=_ALERT_WAIT_S, delivery=now_or_never
        )

    async def _forget_connections(self) -> None:
        before = now() - timedelta(days=self.settings.keep_connections_days)
        await self._store.write(lambda connection: quarantine.forget_before(connection, before))
        while await self._store.write(lambda connection: connections.forget(connection, before, _FORGET_ROWS)):
            pass


@cache
def _command_schemas() -> dict[str, dict[str, dict[str, Any]]]:
    return {dialect.version: command_schemas(dialect) for dialect in DIALECTS}


def _check(version: str | None, action: str, payload: dict[str, Any]) -> str | None:
    return check(BY_VERSION.get(version or "", DIALECTS[0]), action, payload)
