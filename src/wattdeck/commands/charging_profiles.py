"""Charging profiles: what is sent and what is refused before, and what follows once the charge point has answered.

OCPP 1.6 §3.13, §5.5, §5.11, §5.16. What a charge point holds is booked only after its Accepted, whichever way the
command was sent.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from wattdeck.commands.charging import NO_SESSION
from wattdeck.domain.charging_profiles import (
    LARGEST_NUMBER,
    TX,
    complaint_about_connector,
    complaints,
    is_cleared,
    read,
)
from wattdeck.domain.clock import now
from wattdeck.domain.commands import Command, said
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.events import Event
from wattdeck.domain.sessions import Session
from wattdeck.domain.tags import same_tag
from wattdeck.store import installed_profiles, sessions


def check(profile: Mapping[str, Any], for_any_session: bool = False) -> None:
    """Raises Unprocessable where the profile breaks a rule of the standard; `for_any_session`: it is to be kept."""
    wrong = complaints(profile)
    if for_any_session and "transactionId" in profile:
        wrong.append("transactionId: it is filled in when the profile is sent")
    if wrong:
        raise Unprocessable("; ".join(wrong))


def set_profile(
    profile: dict[str, Any],
    running: Sequence[Session],
    connector_id: int | None,
    session_id: int | None,
    transaction_id: str | None,
) -> dict[str, Any]:
    """The payload of a SetChargingProfile. A TxProfile gets the transactionId of its session (§5.16).

    `running`: the charge point's sessions, newest first. Without a connector it is that of the session of a TxProfile.
    Raises Unprocessable where the profile breaks a rule, or is a TxProfile and no such session runs.
    """
    check(profile)
    what = read(profile)
    assert what is not None
    if what.purpose != TX and (session_id is not None or transaction_id is not None):
        raise Unprocessable("only a TxProfile is for a session")
    if what.purpose == TX and connector_id != 0:
        session = _session_of(running, connector_id, session_id, transaction_id or _text(what.transaction_id))
        connector_id = session.connector_id
        profile = _with_transaction(profile, int(session.transaction_id))
    if connector_id is None:
        raise Unprocessable("connector_id: it is needed unless the profile is a TxProfile")
    if (wrong := complaint_about_connector(what, connector_id)) is not None:
        raise Unprocessable(wrong)
    return {"connectorId": connector_id, "csChargingProfiles": profile}


def _session_of(
    running: Sequence[Session], connector_id: int | None, session_id: int | None, transaction_id: str | None
) -> Session:
    for session in running:
        asked = (connector_id, session_id, transaction_id)
        if all(
            want in (None, has)
            for want, has in zip(asked, (session.connector_id, session.id, session.transaction_id), strict=True)
        ):
            return session
    raise Unprocessable(NO_SESSION)


def _text(transaction_id: int | None) -> str | None:
    return None if transaction_id is None else str(transaction_id)


def _with_transaction(profile: dict[str, Any], transaction_id: int) -> dict[str, Any]:
    """Behind the id, as the standard orders the members (§7.8)."""
    rest = {name: value for name, value in profile.items() if name not in ("chargingProfileId", "transactionId")}
    return {"chargingProfileId": profile["chargingProfileId"], "transactionId": transaction_id, **rest}


def for_remote_start(profile: dict[str, Any]) -> dict[str, Any]:
    """The profile as it goes inside a RemoteStartTransaction: a TxProfile, without transactionId (§5.11, §5.16.2)."""
    check(profile)
    if profile["chargingProfilePurpose"] != TX:
        raise Unprocessable("a profile inside a remote start is a TxProfile (§5.11)")
    return {name: value for name, value in profile.items() if name != "transactionId"}


def clear(id: int | None, connector_id: int | None, purpose: str | None, stack_level: int | None) -> dict[str, Any]:
    """The payload of a ClearChargingProfile: all that fit every member given, all profiles without any (§5.5)."""
    members = {
        "id": id,
        "connectorId": connector_id,
        "chargingProfilePurpose": purpose,
        "stackLevel": stack_level,
    }
    payload = {name: value for name, value in members.items() if value is not None}
    if "id" in payload and len(payload) > 1:
        raise Unprocessable("id: it stands alone, charge points ignore what is beside it (§6.13)")
    return payload


def set_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """SetChargingProfile has ended."""
    sent, connector_id = command.payload.get("csChargingProfiles"), _number(command.payload.get("connectorId"))
    profile = read(sent)
    if said(command) != "Accepted" or profile is None or not isinstance(sent, dict) or connector_id is None:
        return ()
    session = None
    if profile.purpose == TX:
        running = sessions.active(connection, [command.charge_point_id])
        try:
            session = _session_of(running, connector_id, None, _text(profile.transaction_id))
        except Unprocessable:
            return ()  # it ended meanwhile, and the profile with it
    installed_profiles.install(
        connection,
        command.charge_point_id,
        connector_id,
        profile,
        sent,
        command.id,
        None if session is None else session.id,
        command.finished_at or now(),
    )
    return ()


def clear_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """ClearChargingProfile has ended. Unknown means that it holds none such, so none is believed to be there."""
    if said(command) in ("Accepted", "Unknown"):
        asked = command.payload
        installed_profiles.remove(connection, command.charge_point_id, lambda one: is_cleared(asked, one))
    return ()


def remote_start_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """RemoteStartTransaction has ended: a profile in it is for the session that comes of it."""
    sent, id_tag = command.payload.get("chargingProfile"), command.payload.get("idTag")
    connector_id = _number(command.payload.get("connectorId"))
    profile = read(sent)
    if said(command) != "Accepted" or profile is None or not isinstance(sent, dict) or not isinstance(id_tag, str):
        return ()
    id, at = command.charge_point_id, command.finished_at or now()
    installed_profiles.await_session(connection, id, connector_id, id_tag, profile, sent, command.id, at)
    for session in sessions.active(connection, [id]):
        # it began before the charge point had answered
        if session.started_at >= (command.sent_at or at) and same_tag(session.id_tag or "") == same_tag(id_tag):
            installed_profiles.begin(connection, session, at)
            break
    return ()


def _number(connector_id: Any) -> int | None:
    return connector_id if isinstance(connector_id, int) and 0 <= connector_id <= LARGEST_NUMBER else None
