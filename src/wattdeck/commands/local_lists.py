"""What becomes of our picture of a local list when a command about it has ended (OCPP 1.6 §5.10, §5.15, §9.2)."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattdeck.domain.clock import now
from wattdeck.domain.commands import Command
from wattdeck.domain.events import Event
from wattdeck.domain.local_lists import LocalList, Update, after_send, after_version
from wattdeck.domain.records import replace
from wattdeck.store import commands, local_lists

# configuration key, case folded → our field
_LIMITS = {"localauthlistmaxlength": "max_length", "sendlocallistmaxlength": "send_max_length"}
_LARGEST_LIMIT = 2**31 - 1


def send_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """SendLocalList has ended, however: only what was accepted changes what it holds."""
    known = local_lists.get(connection, command.charge_point_id)
    return _keep(connection, known, *after_send(known, command, command.finished_at or now()))


def version_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """GetLocalListVersion has ended: the version tells whether what we believe can be so."""
    known = local_lists.get(connection, command.charge_point_id)
    doubtful = None if known.doubtful_id is None else commands.get(connection, known.doubtful_id)
    held, at = local_lists.count(connection, command.charge_point_id), command.finished_at or now()
    return _keep(connection, known, *after_version(known, command, held, doubtful, at))


def configuration_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """GetConfiguration has ended: how long lists may be is kept where it was said."""
    rows = (command.result or {}).get("configurationKey")
    said = {}
    for row in rows if isinstance(rows, list) else ():
        name = _LIMITS.get(str(row.get("key")).strip().casefold()) if isinstance(row, dict) else None
        value = str(row.get("value")).strip() if name is not None else ""
        if name is not None and value.isascii() and value.isdigit() and 0 < int(value[:12]) <= _LARGEST_LIMIT:
            said[name] = int(value[:12])
    if said:
        known = local_lists.get(connection, command.charge_point_id)
        _keep(connection, known, replace(known, **said), None)
    return ()


def _keep(connection: Connection, before: LocalList, after: LocalList, change: Update | None) -> Sequence[Event]:
    if change is not None:
        local_lists.apply(connection, after.charge_point_id, change)
    if after != before:
        local_lists.save(connection, after)
    return ()
