"""Answers to the commands of the security extension about certificates and triggers (security white paper §2, §5)."""

from wattdeck.certificates.library import AVAILABLE, UNREADABLE, NameOID, ec, hashes, serialization, x509
from wattdeck.certificates.names import describe
from wattdeck.domain.errors import Refused
from wattdeck.simulator import voice16
from wattdeck.simulator.commands_triggers import IN_BOTH, Triggers, answer_trigger, tells
from wattdeck.simulator.station import Connector, Station

Payload = voice16.Payload
_MOST_CERTIFICATES = 10  # as CertificateStoreMaxLength says
_TYPES = ("CentralSystemRootCertificate", "ManufacturerRootCertificate")


def extended_trigger(station: Station, payload: Payload, now: float) -> Payload:
    return answer_trigger(station, _EXTENDED_TRIGGERS, payload, now)


def _trigger_request(station: Station, concerned: list[Connector], now: float) -> None:
    """A new key, and a request to have it signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    organisation = station.configuration.text("CpoName") or "wattdeck"
    names = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, station.identifier[:64]))
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    station.key = key
    station.say("SignCertificate", {"csr": request.public_bytes(serialization.Encoding.PEM).decode()})


_EXTENDED_TRIGGERS: Triggers = {
    **IN_BOTH,
    "LogStatusNotification": tells("LogStatusNotification", {"status": "Idle"}),
    # the status of the signed update (white paper §6.14)
    "FirmwareStatusNotification": tells("SignedFirmwareStatusNotification", {"status": "Idle"}),
    **({"SignChargePointCertificate": _trigger_request} if AVAILABLE else {}),
}


def certificate_signed(station: Station, payload: Payload, now: float) -> Payload:
    """Accepted where it is for the key it made last."""
    if station.key is not None:
        try:
            certificate = x509.load_pem_x509_certificates(payload["certificateChain"].encode())[0]
        except UNREADABLE:
            certificate = None
        if certificate is not None and certificate.public_key() == station.key.public_key():
            return {"status": "Accepted"}
    event = "InvalidChargePointCertificate"
    station.agenda.put("certificate", now, lambda at: station.say_security_event(event, at))
    return {"status": "Rejected"}


def install_certificate(station: Station, payload: Payload, now: float) -> Payload:
    kind, installed = payload["certificateType"], station.certificates
    if kind not in _TYPES or not AVAILABLE:
        return {"status": "Rejected"}
    try:
        described = describe(payload["certificate"])
    except Refused:
        described = None
    if described is None:
        return {"status": "Rejected"}
    hash = described.hash
    data = {
        "hashAlgorithm": hash.hash_algorithm,
        "issuerNameHash": hash.issuer_name_hash,
        "issuerKeyHash": hash.issuer_key_hash,
        "serialNumber": hash.serial_number,
    }
    if (kind, data) not in installed:
        if len(installed) >= _MOST_CERTIFICATES:
            return {"status": "Failed"}
        installed.append((kind, data))
    return {"status": "Accepted"}


def delete_certificate(station: Station, payload: Payload, now: float) -> Payload:
    wanted = {name: str(value).lower() for name, value in payload["certificateHashData"].items()}
    kept = [(kind, data) for kind, data in station.certificates if _lower(data) != wanted]
    found, station.certificates = len(kept) < len(station.certificates), kept
    return {"status": "Accepted" if found else "NotFound"}


def _lower(data: dict[str, str]) -> dict[str, str]:
    return {name: value.lower() for name, value in data.items()}


def installed_certificates(station: Station, payload: Payload, now: float) -> Payload:
    found = [data for kind, data in station.certificates if kind == payload["certificateType"]]
    return {"certificateHashData": found, "status": "Accepted"} if found else {"status": "NotFound"}
