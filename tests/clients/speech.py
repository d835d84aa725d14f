"""What both foreign clients are made to say and to answer: every message, every command, with typical payloads."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.stations import iso

NOW = datetime.now(UTC)
LATER = iso(NOW + timedelta(hours=2))
TRANSACTION = "the transaction"  # where it stands, the clients put the id they were given
CSR = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
HASHES = {"hashAlgorithm": "SHA256", "issuerNameHash": "AB12", "issuerKeyHash": "CD34", "serialNumber": "5"}
PROFILE = {
    "chargingProfileId": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1, "numberPhases": 3}],
    },
}
SCHEDULE = PROFILE["chargingSchedule"]
DEFAULT_PROFILE = {**PROFILE, "chargingProfileId": 2, "chargingProfilePurpose": "TxDefaultProfile"}


def reading(wh: int, context: str = "Sample.Periodic") -> dict[str, Any]:
    return {"timestamp": iso(NOW), "sampledValue": [{"value": str(wh), "unit": "Wh", "context": context}]}


def values(wh: int) -> dict[str, Any]:
    return {"connectorId": 1, "transactionId": TRANSACTION, "meterValue": [reading(wh)]}


# everything a charge point says, in an order it could be said in
MESSAGES: list[tuple[str, dict[str, Any]]] = [
    (
        "BootNotification",
        {
            **{"chargePointVendor": "Vendor", "chargePointModel": "Model", "chargePointSerialNumber": "SN-1"},
            **{"chargeBoxSerialNumber": "BOX-1", "firmwareVersion": "1.0", "iccid": "89", "imsi": "26"},
            **{"meterType": "M", "meterSerialNumber": "MS-1"},
        },
    ),
    ("Heartbeat", {}),
    (
        "StatusNotification",
        {
            **{"connectorId": 1, "errorCode": "NoError", "status": "Available", "info": "all is well"},
            **{"timestamp": iso(NOW), "vendorId": "org.example", "vendorErrorCode": "0"},
        },
    ),
    *(("Authorize", {"idTag": tag}) for tag in ("ACCEPTED", "EXPIRED", "BLOCKED", "UNKNOWN")),
    ("DataTransfer", {"vendorId": "org.example", "messageId": "M", "data": "D"}),
    ("StartTransaction", {"connectorId": 1, "idTag": "ACCEPTED", "meterStart": 0, "timestamp": iso(NOW)}),
    *(("MeterValues", values(wh)) for wh in (100, 200, 300)),
    ("MeterValues", {"connectorId": 0, "meterValue": [reading(9_000)]}),
    (
        "StopTransaction",
        {
            **{"transactionId": TRANSACTION, "meterStop": 400, "timestamp": iso(NOW), "idTag": "ACCEPTED"},
            **{"reason": "Local", "transactionData": [reading(400, "Transaction.End")]},
        },
    ),
    ("DiagnosticsStatusNotification", {"status": "Idle"}),
    ("FirmwareStatusNotification", {"status": "Idle"}),
    ("LogStatusNotification", {"status": "Uploaded", "requestId": 77}),
    ("SignedFirmwareStatusNotification", {"status": "Installed", "requestId": 78}),
    ("SecurityEventNotification", {"type": "TamperDetectionActivated", "timestamp": iso(NOW), "techInfo": "lid"}),
    ("SignCertificate", {"csr": CSR}),
]

# commands as `POST …/commands` takes them; the order is that in which they are sent, a reset ends it
COMMANDS: dict[str, dict[str, Any]] = {
    "CancelReservation": {"reservationId": 3},
    "ChangeAvailability": {"connectorId": 1, "type": "Inoperative"},
    "ChangeConfiguration": {"key": "HeartbeatInterval", "value": "60"},
    "ClearCache": {},
    "ClearChargingProfile": {"id": 2, "connectorId": 1, "chargingProfilePurpose": "TxProfile", "stackLevel": 0},
    "DataTransfer": {"vendorId": "org.example", "messageId": "M", "data": "D"},
    "GetCompositeSchedule": {"connectorId": 1, "duration": 3600, "chargingRateUnit": "W"},
    "GetConfiguration": {"key": ["HeartbeatInterval", "Nothing"]},
    "GetDiagnostics": {
        **{"location": "https://files.example/logs", "retries": 2, "retryInterval": 30},
        **{"startTime": iso(NOW), "stopTime": LATER},
    },
    "GetLocalListVersion": {},
    "RemoteStartTransaction": {"connectorId": 1, "idTag": "ACCEPTED", "chargingProfile": PROFILE},
    "RemoteStopTransaction": {"transactionId": 99_999},
    "ReserveNow": {
        **{"connectorId": 1, "expiryDate": LATER, "idTag": "ACCEPTED", "parentIdTag": "GROUP"},
        "reservationId": 900,
    },
    "SendLocalList": {
        **{"listVersion": 7, "updateType": "Full"},
        "localAuthorizationList": [
            {"idTag": "A", "idTagInfo": {"status": "Accepted", "expiryDate": LATER, "parentIdTag": "GROUP"}}
        ],
    },
    "SetChargingProfile": {"connectorId": 1, "csChargingProfiles": DEFAULT_PROFILE},
    "TriggerMessage": {"requestedMessage": "StatusNotification", "connectorId": 1},
    "UnlockConnector": {"connectorId": 1},
    "UpdateFirmware": {
        **{"location": "https://files.example/new.bin", "retrieveDate": LATER},
        **{"retries": 1, "retryInterval": 60},
    },
    "CertificateSigned": {"certificateChain": PEM},
    "DeleteCertificate": {"certificateHashData": HASHES},
    "ExtendedTriggerMessage": {"requestedMessage": "LogStatusNotification"},
    "GetInstalledCertificateIds": {"certificateType": "CentralSystemRootCertificate"},
    "GetLog": {
        **{"logType": "SecurityLog", "requestId": 5, "retries": 1, "retryInterval": 60},
        "log": {"remoteLocation": "https://files.example/logs", "oldestTimestamp": iso(NOW), "latestTimestamp": LATER},
    },
    "InstallCertificate": {"certificateType": "ManufacturerRootCertificate", "certificate": PEM},
    "SignedUpdateFirmware": {
        **{"requestId": 6, "retries": 1, "retryInterval": 60},
        "firmware": {
            **{"location": "https://files.example/new.bin", "retrieveDateTime": LATER, "installDateTime": LATER},
            **{"signingCertificate": PEM, "signature": "c2ln"},
        },
    },
    "Reset": {"type": "Soft"},
}

# what the client answers, and what becomes of the command then
ANSWERS: dict[str, tuple[dict[str, Any], str]] = {
    "CancelReservation": ({"status": "Rejected"}, "rejected"),
    "ChangeAvailability": ({"status": "Scheduled"}, "accepted"),
    "ChangeConfiguration": ({"status": "NotSupported"}, "rejected"),
    "ClearCache": ({"status": "Accepted"}, "accepted"),
    "ClearChargingProfile": ({"status": "Unknown"}, "rejected"),
    "DataTransfer": ({"status": "UnknownVendorId", "data": "no"}, "rejected"),
    "GetCompositeSchedule": (
        {"status": "Accepted", "connectorId": 1, "scheduleStart": iso(NOW), "chargingSchedule": SCHEDULE},
        "accepted",
    ),
    "GetConfiguration": (
        {
            "configurationKey": [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}],
            "unknownKey": ["Nothing"],
        },
        "accepted",
    ),
    "GetDiagnostics": ({"fileName": "log.zip"}, "accepted"),
    "GetLocalListVersion": ({"listVersion": -1}, "accepted"),
    "RemoteStartTransaction": ({"status": "Accepted"}, "accepted"),
    "RemoteStopTransaction": ({"status": "Rejected"}, "rejected"),
    "ReserveNow": ({"status": "Accepted"}, "accepted"),
    "SendLocalList": ({"status": "Accepted"}, "accepted"),
    "SetChargingProfile": ({"status": "Accepted"}, "accepted"),
    "TriggerMessage": ({"status": "NotImplemented"}, "rejected"),
    "UnlockConnector": ({"status": "UnlockFailed"}, "rejected"),
    "UpdateFirmware": ({}, "accepted"),
    "CertificateSigned": ({"status": "Accepted"}, "accepted"),
    "DeleteCertificate": ({"status": "NotFound"}, "rejected"),
    "ExtendedTriggerMessage": ({"status": "Accepted"}, "accepted"),
    "GetInstalledCertificateIds": ({"status": "Accepted", "certificateHashData": [HASHES]}, "accepted"),
    "GetLog": ({"status": "Accepted", "filename": "security.log"}, "accepted"),
    "InstallCertificate": ({"status": "Accepted"}, "accepted"),
    "SignedUpdateFirmware": ({"status": "Accepted"}, "accepted"),
    "Reset": ({"status": "Accepted"}, "accepted"),
}

TAGS = {
    "ACCEPTED": {"status": "accepted", "parent": "GROUP", "expires_at": "2099-01-01T00:00:00Z"},
    "EXPIRED": {"status": "accepted", "expires_at": "2020-01-01T00:00:00Z"},
    "BLOCKED": {"status": "blocked"},
}
