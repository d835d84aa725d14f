"""What a charge point answers to the central system: the table of the commands it knows."""

from collections.abc import Callable

from wattdeck.ocpp.frames import Call, CallError, CallResult
from wattdeck.simulator import commands_core as core
from wattdeck.simulator import commands_files as files
from wattdeck.simulator import commands_profiles as profiles
from wattdeck.simulator import commands_security as security
from wattdeck.simulator import commands_triggers as triggers
from wattdeck.simulator import local_list, reservations
from wattdeck.simulator.station import Refusal, Station
from wattdeck.simulator.voice16 import Payload

ANSWERS: dict[str, Callable[[Station, Payload, float], Payload]] = {
    "RemoteStartTransaction": core.remote_start,
    "RemoteStopTransaction": core.remote_stop,
    "ChangeAvailability": core.change_availability,
    "Reset": core.reset,
    "UnlockConnector": core.unlock,
    "GetConfiguration": core.get_configuration,
    "ChangeConfiguration": core.change_configuration,
    "TriggerMessage": triggers.trigger,
    "ClearCache": core.clear_cache,
    "DataTransfer": core.data_transfer,
    "GetDiagnostics": files.get_diagnostics,
    "UpdateFirmware": files.update_firmware,
    "GetLog": files.get_log,
    "SignedUpdateFirmware": files.signed_update_firmware,
    "ExtendedTriggerMessage": security.extended_trigger,
    "CertificateSigned": security.certificate_signed,
    "InstallCertificate": security.install_certificate,
    "DeleteCertificate": security.delete_certificate,
    "GetInstalledCertificateIds": security.installed_certificates,
    "GetLocalListVersion": local_list.get_version,
    "SendLocalList": local_list.send,
    "ReserveNow": reservations.reserve,
    "CancelReservation": reservations.cancel,
    "SetChargingProfile": profiles.set_profile,
    "ClearChargingProfile": profiles.clear_profile,
    "GetCompositeSchedule": profiles.composite_schedule,
}


def answer_command(station: Station, call: Call, now: float) -> CallResult | CallError:
    """The answer. What it brings about goes into the agenda for now, so that it happens after the answer is out."""
    answer = ANSWERS.get(call.action)
    if answer is None:
        return CallError(call.message_id, "NotImplemented", f"{call.action} is not known here")
    try:
        return CallResult(call.message_id, answer(station, call.payload, now))
    except Refusal as refusal:
        return CallError(call.message_id, refusal.code, refusal.description)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return CallError(call.message_id, "FormationViolation", f"{call.action}: {error}")
