"""Remote start and stop: what is refused before anything is sent, and what is sent (OCPP 1.6 §5.11, §5.12)."""

from collections.abc import Sequence
from typing import Any

from wattdeck.domain.connectors import STARTABLE, Connector
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.sessions import Session

NOT_AVAILABLE = "Charge point not available"
NO_SESSION = "No active session"


def remote_start(
    connectors: Sequence[Connector],
    running: Sequence[Session],
    connector_id: int | None,
    id_tag: str,
    charging_profile: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The payload of a RemoteStartTransaction.

    Raises Unprocessable when the connector (or, without one, every connector) is not Available, Preparing, Finishing
    or Reserved, or has an open session. A charge point that reported no connector yet is asked.
    """
    busy = {session.connector_id for session in running}
    plugs = [one for one in connectors if one.connector_id != 0]
    wanted = [one for one in plugs if connector_id in (None, one.connector_id)]
    if connector_id in busy or (wanted and not any(_can_start(one, busy) for one in wanted)):
        raise Unprocessable(NOT_AVAILABLE)
    if plugs and not wanted:
        raise Unprocessable(NOT_AVAILABLE)
    payload: dict[str, Any] = {} if connector_id is None else {"connectorId": connector_id}
    payload["idTag"] = id_tag
    if charging_profile is not None:
        payload["chargingProfile"] = charging_profile
    return payload


def _can_start(connector: Connector, busy: set[int]) -> bool:
    return connector.status in STARTABLE and connector.connector_id not in busy


def remote_stop(running: Sequence[Session], session_id: int | None, transaction_id: str | None) -> dict[str, Any]:
    """The payload of a RemoteStopTransaction for one of a charge point's running sessions, by default the newest.

    Raises Unprocessable when there is none such; a session of another charge point is none such.
    """
    for session in running:
        if session_id in (None, session.id) and transaction_id in (None, session.transaction_id):
            return {"transactionId": int(session.transaction_id)}
    raise Unprocessable(NO_SESSION)
