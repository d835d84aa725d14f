"""Remote start and stop from Python, refused before anything is sent where it cannot work."""

from typing import Any

from wattdeck.commands import charging
from wattdeck.commands.send import AS_SET, Commands
from wattdeck.domain.charge_points import ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.commands import REFUSE, Command, Delivery
from wattdeck.domain.errors import Conflict, NotFound
from wattdeck.store import charge_points, connectors, sessions
from wattdeck.store.engine import Store


class Remote:
    """`wait_s`: 0 gives the command at once, to run later; else its result, after so many seconds at most."""

    def __init__(self, store: Store, commands: Commands) -> None:
        self._store, self._commands = store, commands

    async def start(
        self,
        charge_point: str,
        id_tag: str,
        connector_id: int | None = None,
        charging_profile: dict[str, Any] | None = None,
        *,
        wait_s: float = 0,
        delivery: Delivery = AS_SET,
    ) -> Command:
        """Ask it to start charging. `charging_profile`: as in the standard (§7.8).

        Raises NotFound, Conflict (not connected) or Unprocessable (the connector cannot start).
        """
        one = await self._reachable(charge_point, delivery)
        reported, running = await self._store.read(lambda c: (connectors.of(c, one.id), sessions.active(c, [one.id])))
        payload = charging.remote_start(reported, running, connector_id, id_tag, charging_profile)
        return await self._commands.send(
            one, "RemoteStartTransaction", payload, asked_by="python", wait_s=wait_s, delivery=delivery
        )

    async def stop(
        self,
        charge_point: str,
        session_id: int | None = None,
        transaction_id: str | None = None,
        *,
        wait_s: float = 0,
        delivery: Delivery = AS_SET,
    ) -> Command:
        """Ask it to stop a running session of its own, by default the newest.

        Raises NotFound, Conflict (not connected) or Unprocessable (no such session).
        """
        one = await self._reachable(charge_point, delivery)
        running = await self._store.read(lambda connection: sessions.active(connection, [one.id]))
        payload = charging.remote_stop(running, session_id, transaction_id)
        return await self._commands.send(
            one, "RemoteStopTransaction", payload, asked_by="python", wait_s=wait_s, delivery=delivery
        )

    async def _reachable(self, charge_point: str, delivery: Delivery) -> ChargePoint:
        one = await self._store.read(lambda connection: charge_points.find(connection, charge_point))
        if one is None:
            raise NotFound(f"no charge point {charge_point!r}")
        if self._commands.offline_policy(delivery.offline) == REFUSE and not is_connected(one, now()):
            raise Conflict(f"{one.identifier} is not connected")
        return one
