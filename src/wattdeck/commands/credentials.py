"""A new password for a charge point, sent through its configuration (security white paper A01).

While it is under way both let the charge point in. Which of the two it has is known when it answers, else when it comes
with the new one; so neither a lost answer nor a lost command locks it out.
"""

import secrets
from typing import Any

from sqlalchemy import Connection

from wattdeck.bus.events import Events
from wattdeck.commands.send import Commands
from wattdeck.domain.charge_points import ChargePoint, Known, hash_password
from wattdeck.domain.commands import FINAL, Command
from wattdeck.domain.errors import Conflict, Unprocessable
from wattdeck.domain.events import ChargePointRegistered
from wattdeck.domain.secrets import KEY
from wattdeck.store import charge_points, commands

CHANGE = "ChangeConfiguration"
_SHORTEST, _LONGEST = 16, 20  # bytes (white paper §7.2)


def new_password(given: str | None) -> str:
    """What to send as AuthorizationKey: hexadecimal digits, of `given` or of 20 random bytes.

    Raises Unprocessable where `given` is neither 16 to 20 bytes nor 32 to 40 hexadecimal digits.
    """
    if given is None:
        return secrets.token_hex(_LONGEST)
    try:
        if _SHORTEST <= len(bytes.fromhex(given)) <= _LONGEST and given.isalnum():
            return given
    except ValueError:
        pass
    if not _SHORTEST <= len(given.encode()) <= _LONGEST:
        raise Unprocessable(f"a password has {_SHORTEST} to {_LONGEST} bytes, or twice as many hexadecimal digits")
    return given.encode().hex()


def password_in(action: str, payload: dict[str, Any]) -> str | None:
    """The password that a command gives a charge point; None where it gives it none."""
    key, value = payload.get("key"), payload.get("value")
    is_key = action == CHANGE and isinstance(key, str) and key.strip().casefold() == KEY
    return value if is_key and isinstance(value, str) and value else None


async def send_password(
    sender: Commands,
    events: Events,
    charge_point: ChargePoint,
    payload: dict[str, Any],
    password: str,
    hash_key: bytes,
    **options: Any,
) -> Command:
    """Send a ChangeConfiguration that holds `password`, which the doors take from now on beside the old one.

    Raises Conflict where another is under way or the charge point is not connected, Unprocessable as `Commands.send`.
    """
    password_hash = hash_password(password.encode(), hash_key)
    known: list[Known] = []

    def keep(connection: Connection, command: Command) -> None:
        before = charge_points.password_command(connection, charge_point.id)
        under_way = None if before is None else commands.get(connection, before)
        if under_way is not None and under_way.state not in FINAL:
            raise Conflict(f"another password is under way to {charge_point.identifier}: command {under_way.id}")
        charge_points.offer_password(connection, charge_point.id, password_hash, command.id)
        known.extend(filter(None, [charge_points.known_as(connection, charge_point.id)]))

    command = await sender.send(charge_point, CHANGE, payload, also=keep, **options)
    # nothing was waited for since the commit: the doors know before the charge point does
    for one in known:
        events.publish(ChargePointRegistered(one))
    return command


async def send_any(
    sender: Commands,
    events: Events,
    charge_point: ChargePoint,
    action: str,
    payload: dict[str, Any],
    hash_key: bytes,
    *,
    wait_s: float = 0,
    **options: Any,
) -> Command:
    """Send a command whatever it is: where it gives the charge point a password, the doors learn of that."""
    password = password_in(action, payload)
    if password is None:
        return await sender.send(charge_point, action, payload, wait_s=wait_s, **options)
    command = await send_password(sender, events, charge_point, payload, password, hash_key, **options)
    return await sender.result(command, wait_s) if wait_s else command
