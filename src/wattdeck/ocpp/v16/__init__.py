"""OCPP 1.6J: its two tables."""

from wattdeck.ocpp.dialect import Dialect, Incoming
from wattdeck.ocpp.v16 import answers, translate, typed_values

# How far a file is: charge points say it in words of the other message, and of the white paper's first edition.
_STATUS = frozenset({"status"})
# What stands in for required members that are missing: an imperfect message is stored, not lost (§4.7, §4.8, §4.10).
_INCOMING = {
    "BootNotification": Incoming(
        translate.boot_notification, answers.boot_notification, {"chargePointVendor": "", "chargePointModel": ""}
    ),
    "Heartbeat": Incoming(translate.heartbeat, answers.heartbeat),
    "StatusNotification": Incoming(
        translate.status_notification, answers.status_notification, {"errorCode": "NoError", "connectorId": 0}
    ),
    "Authorize": Incoming(translate.authorize, answers.authorize),
    "StartTransaction": Incoming(
        translate.start_transaction,
        answers.start_transaction,
        {"timestamp": "", "connectorId": 0, "meterStart": 0, "idTag": ""},
        never_refused=True,
    ),
    "StopTransaction": Incoming(
        translate.stop_transaction,
        answers.stop_transaction,
        {"timestamp": "", "meterStop": 0, "transactionId": 0},
        never_refused=True,
    ),
    "MeterValues": Incoming(
        translate.meter_values,
        answers.meter_values,
        {"timestamp": "", "connectorId": 0, "meterValue": (), "sampledValue": ()},
        never_refused=True,
        from_typed=typed_values.meter_values,
    ),
    "DataTransfer": Incoming(translate.data_transfer, answers.data_transfer),
    "FirmwareStatusNotification": Incoming(
        translate.firmware_status_notification, answers.firmware_status_notification, open_words=_STATUS
    ),
    "DiagnosticsStatusNotification": Incoming(
        translate.diagnostics_status_notification, answers.diagnostics_status_notification, open_words=_STATUS
    ),
    # the security extension
    "SignedFirmwareStatusNotification": Incoming(
        translate.signed_firmware_status_notification, answers.signed_firmware_status_notification, open_words=_STATUS
    ),
    "LogStatusNotification": Incoming(
        translate.log_status_notification, answers.log_status_notification, open_words=_STATUS
    ),
    # queued until it is delivered (security white paper A04.FR.02)
    "SecurityEventNotification": Incoming(
        translate.security_event_notification,
        answers.security_event_notification,
        {"type": "", "timestamp": ""},
        never_refused=True,
    ),
    "SignCertificate": Incoming(translate.sign_certificate, answers.sign_certificate),
}

COMMANDS = frozenset(
    (
        *("CancelReservation", "ChangeAvailability", "ChangeConfiguration", "ClearCache", "ClearChargingProfile"),
        *("DataTransfer", "GetCompositeSchedule", "GetConfiguration", "GetDiagnostics", "GetLocalListVersion"),
        *("RemoteStartTransaction", "RemoteStopTransaction", "ReserveNow", "Reset", "SendLocalList"),
        *("SetChargingProfile", "TriggerMessage", "UnlockConnector", "UpdateFirmware"),
        # the security extension
        *("CertificateSigned", "DeleteCertificate", "ExtendedTriggerMessage", "GetInstalledCertificateIds", "GetLog"),
        *("InstallCertificate", "SignedUpdateFirmware"),
    )
)

# OCPP-J 1.6 §4.2.3, in its own spelling
_CODES = {
    "not_implemented": "NotImplemented",
    "not_supported": "NotSupported",
    "internal": "InternalError",
    "protocol": "ProtocolError",
    "security": "SecurityError",
    "formation": "FormationViolation",
    "property": "PropertyConstraintViolation",
    "occurrence": "OccurenceConstraintViolation",
    "type": "TypeConstraintViolation",
    "generic": "GenericError",
}

V16 = Dialect("1.6", "ocpp1.6", "v16", _INCOMING, COMMANDS, _CODES)
