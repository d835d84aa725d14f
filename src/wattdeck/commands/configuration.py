"""What follows from a ChangeConfiguration of the password or the security profile (security white paper A01, A05)."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattdeck.domain.commands import Command
from wattdeck.domain.events import ChargePointChanged, ChargePointRegistered, Event
from wattdeck.domain.secrets import KEY
from wattdeck.store import charge_points


def configuration_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """ChangeConfiguration has ended: what follows where it was about the password or the security profile."""
    key = command.payload.get("key")
    word = key.strip().casefold() if isinstance(key, str) else ""
    if word == KEY:
        changed = _password_ended(connection, command)
    elif word == "securityprofile":
        changed = _profile_ended(connection, command)
    else:
        return ()
    known = charge_points.known_as(connection, command.charge_point_id) if changed else None
    if known is None:
        return ()
    return ChargePointRegistered(known), ChargePointChanged(charge_points.change(connection, known.id, {}))


def _password_ended(connection: Connection, command: Command) -> bool:
    """Accepted: the old one is let in no more (A01.FR.03). Refused: the new one is not (A01.FR.04). Neither is known
    where no answer came, and not yet where it takes a reboot: then both stay until it comes with the new one.
    """
    if charge_points.password_command(connection, command.charge_point_id) != command.id:
        return False
    answer = (command.result or {}).get("status")
    if answer == "Accepted":
        charge_points.take_new_password(connection, command.charge_point_id)
    elif answer == "RebootRequired" or (command.sent_at is not None and answer is None and command.error is None):
        return False
    else:
        charge_points.keep_old_password(connection, command.charge_point_id)
    return True


def _profile_ended(connection: Connection, command: Command) -> bool:
    """Accepted: once it has come with the higher profile, that is demanded (A05). Until then it may fall back."""
    value = command.payload.get("value")
    profile = int(value) if isinstance(value, str) and value.strip() in ("1", "2", "3") else None
    accepted = (command.result or {}).get("status") in ("Accepted", "RebootRequired")
    if profile is None or not accepted:
        return False
    return charge_points.offer_profile(connection, command.charge_point_id, profile)
