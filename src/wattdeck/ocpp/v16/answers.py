"""Our answers as OCPP 1.6 payloads, members in the order of the specification."""

from typing import Any

from wattdeck.domain import messages
from wattdeck.domain.clock import iso
from wattdeck.domain.tags import Authorization


def boot_notification(answer: messages.BootNotificationAnswer) -> dict[str, Any]:
    return {"currentTime": iso(answer.current_time), "interval": answer.interval_s, "status": answer.status}


def heartbeat(answer: messages.HeartbeatAnswer) -> dict[str, Any]:
    return {"currentTime": iso(answer.current_time)}


def status_notification(answer: messages.StatusNotificationAnswer) -> dict[str, Any]:
    return {}


def authorize(answer: messages.AuthorizeAnswer) -> dict[str, Any]:
    return {"idTagInfo": _id_tag_info(answer.authorization)}


def start_transaction(answer: messages.StartTransactionAnswer) -> dict[str, Any]:
    return {"idTagInfo": _id_tag_info(answer.authorization), "transactionId": answer.transaction_id}


def stop_transaction(answer: messages.StopTransactionAnswer) -> dict[str, Any]:
    return {} if answer.authorization is None else {"idTagInfo": _id_tag_info(answer.authorization)}


def meter_values(answer: messages.MeterValuesAnswer) -> dict[str, Any]:
    return {}


def data_transfer(answer: messages.DataTransferAnswer) -> dict[str, Any]:
    return {"status": answer.status} | ({} if answer.data is None else {"data": answer.data})


def firmware_status_notification(answer: messages.FirmwareStatusNotificationAnswer) -> dict[str, Any]:
    return {}


def signed_firmware_status_notification(answer: messages.SignedFirmwareStatusNotificationAnswer) -> dict[str, Any]:
    return {}


def diagnostics_status_notification(answer: messages.DiagnosticsStatusNotificationAnswer) -> dict[str, Any]:
    return {}


def log_status_notification(answer: messages.LogStatusNotificationAnswer) -> dict[str, Any]:
    return {}


def security_event_notification(answer: messages.SecurityEventNotificationAnswer) -> dict[str, Any]:
    return {}


def sign_certificate(answer: messages.SignCertificateAnswer) -> dict[str, Any]:
    return {"status": answer.status}


def _id_tag_info(authorization: Authorization) -> dict[str, Any]:
    info: dict[str, Any] = {}
    if authorization.expires_at is not None:
        info["expiryDate"] = iso(authorization.expires_at)
    if authorization.parent is not None:
        info["parentIdTag"] = authorization.parent
    info["status"] = authorization.status
    return info
