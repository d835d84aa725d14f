"""What follows from a command's end in the database, in the transaction that settles it: one row per action.

A reservation is only made once the charge point has accepted it, a local list is only its own then; if the process
dies, either both are stored or neither.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wattdeck.commands import (
    certificate_outcomes,
    charging_profiles,
    configuration,
    file_outcomes,
    local_lists,
    reservations,
)
from wattdeck.commands.effects import EFFECTS, promised
from wattdeck.domain.commands import Command
from wattdeck.domain.events import CommandChanged, Event
from wattdeck.store import commands, connectors

# What to write down when a command of this action has ended, however it did; the events to publish after the commit.
Outcome = Callable[[Connection, Command], Sequence[Event]]

OUTCOMES: Mapping[str, Outcome] = {
    "ReserveNow": reservations.reserve_ended,
    "CancelReservation": reservations.cancel_ended,
    "SetChargingProfile": charging_profiles.set_ended,
    "ClearChargingProfile": charging_profiles.clear_ended,
    "RemoteStartTransaction": charging_profiles.remote_start_ended,
    "UpdateFirmware": file_outcomes.ended,
    "SignedUpdateFirmware": file_outcomes.ended,
    "GetDiagnostics": file_outcomes.ended,
    "GetLog": file_outcomes.ended,
    "SendLocalList": local_lists.send_ended,
    "GetLocalListVersion": local_lists.version_ended,
    "GetConfiguration": local_lists.configuration_ended,
    "ChangeConfiguration": configuration.configuration_ended,
    "CertificateSigned": certificate_outcomes.signed_ended,
    "InstallCertificate": certificate_outcomes.install_ended,
    "DeleteCertificate": certificate_outcomes.delete_ended,
    "GetInstalledCertificateIds": certificate_outcomes.list_ended,
}


def settle(
    connection: Connection,
    id: int,
    state: str,
    at: datetime,
    result: dict[str, Any] | None = None,
    error: dict[str, str] | None = None,
) -> tuple[Command | None, Sequence[Event]]:
    """Give a command its final state, and write down what follows. None where it has one already.

    The events are to be published after the commit.
    """
    settled = commands.settle(connection, id, state, at, result, error)
    if settled is None:
        return None, ()
    if settled.action in EFFECTS:
        promise = promised(settled, connectors.of(connection, settled.charge_point_id), at)
        if promise is not None:
            settled = commands.promise(connection, id, promise[0], at + promise[1])
    outcome = OUTCOMES.get(settled.action)
    return settled, (CommandChanged(settled), *(outcome(connection, settled) if outcome is not None else ()))
