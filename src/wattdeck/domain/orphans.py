"""When a running session counts as abandoned: its stop was lost, and what its charge point says or leaves unsaid tells.

A stop that comes after all completes the session, so these rules may be wrong; they are slow so that they seldom are.
Unavailable, Faulted, Finishing and Preparing end nothing by themselves: all four are seen in the midst of sessions that
go on, or before a stop that is sent when the cable is pulled.
"""

from datetime import datetime, timedelta

from wattdeck.domain.records import Record
from wattdeck.domain.sessions import AVAILABLE, AWAY, NEXT_START, REBOOTED, SILENT, Session

# A connector that says one of these has a session, by its own word.
IN_SESSION = frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"})
# Nobody charges at a connector that says one of these (OCPP 1.6 §4.9).
VACANT = frozenset({"Available", "Reserved"})


class Signs(Record, frozen=True, kw_only=True):
    """What is known about a running session. Times are ours, except `status_taken_at`, the charge point's own.

    `heard_at`: the last message that showed it to go on. `connected_at`: of the present connection, if there is one.
    `status_since`: when its connector first said `status`, `status_heard_at`: when it did so last.
    `is_superseded`: a session that began later runs, or ran, on its connector.
    """

    session: Session
    heard_at: datetime
    seen_at: datetime
    connected_at: datetime | None = None
    booted_at: datetime | None = None
    status: str | None = None
    status_since: datetime | None = None
    status_heard_at: datetime | None = None
    status_taken_at: datetime | None = None
    is_superseded: bool = False


class Patience(Record, frozen=True):
    """How long is waited for a sign of the session after each kind of bad one."""

    available: timedelta
    reboot: timedelta
    silent: timedelta
    away: timedelta


def why_orphaned(signs: Signs, at: datetime, patience: Patience) -> str | None:
    """The reason why the session has ended, None while it may go on."""
    said_at = _said_by_its_connector(signs)
    heard_at = signs.heard_at if said_at is None else max(signs.heard_at, said_at)
    if signs.connected_at is None:
        return AWAY if at - max(heard_at, signs.seen_at) >= patience.away else None
    if at - signs.connected_at < patience.available:
        return None  # what waited for the line comes first: the stop may be among it
    silence = at - heard_at
    if signs.is_superseded and silence >= patience.available:
        return NEXT_START
    since = _vacant_since(signs)
    if since is not None and at - max(since, heard_at) >= patience.available:
        return AVAILABLE
    if said_at is not None:
        return SILENT if silence >= patience.away else None
    if signs.booted_at is not None and signs.booted_at >= heard_at and at - signs.booted_at >= patience.reboot:
        return REBOOTED
    return SILENT if silence >= patience.silent else None


def _said_by_its_connector(signs: Signs) -> datetime | None:
    """When its connector said that it has a session; None where it says otherwise, or said it before a reboot.
    In the very millisecond of a boot it speaks after it: a charge point that starts says nothing before its boot.
    """
    if signs.status not in IN_SESSION or signs.status_heard_at is None:
        return None
    return None if signs.booted_at is not None and signs.booted_at > signs.status_heard_at else signs.status_heard_at


def says_available_in_session(signs: Signs) -> bool:
    """Quirk Q71: its connector says that nobody charges there, and its register goes on rising."""
    if signs.status not in VACANT or signs.status_since is None or signs.status_taken_at is None:
        return False
    meter_at = signs.session.meter_at or signs.session.started_at
    return signs.heard_at > signs.status_since and meter_at > signs.status_taken_at


def _vacant_since(signs: Signs) -> datetime | None:
    """Since when its connector says that nobody charges there. None where it said so before the session began, or where
    the session went on all the same.
    """
    if signs.status not in VACANT or signs.status_taken_at is None or says_available_in_session(signs):
        return None
    began_at = min(
        signs.session.started_at, signs.heard_at
    )  # by a clock that was ahead it began later than it was heard
    return signs.status_since if signs.status_taken_at >= began_at else None
