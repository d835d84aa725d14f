"""The JSON shapes of security events and certificates."""

from typing_extensions import TypedDict

from wattdeck.domain.certificates import CertificateRequest, InstalledCertificate
from wattdeck.domain.clock import iso
from wattdeck.domain.security import SecurityEvent


class SecurityEventShape(TypedDict):
    id: int
    charge_point: str
    type: str
    critical: bool
    tech_info: str | None
    taken_at: str
    received_at: str


class CertificateRequestShape(TypedDict):
    id: int
    charge_point: str
    state: str
    reason: str | None
    common_name: str | None
    csr: str
    received_at: str
    decided_at: str | None
    decided_by: str | None
    command_id: int | None
    certificate: str | None
    serial_number: str | None
    expires_at: str | None


class InstalledCertificateShape(TypedDict):
    certificate_type: str
    hash_algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str
    subject: str | None
    expires_at: str | None
    learnt_at: str


def security_event(one: SecurityEvent) -> SecurityEventShape:
    return {
        "id": one.id,
        "charge_point": one.charge_point,
        "type": one.type,
        "critical": one.critical,
        "tech_info": one.tech_info,
        "taken_at": iso(one.taken_at),
        "received_at": iso(one.received_at),
    }


def certificate_request(one: CertificateRequest) -> CertificateRequestShape:
    return {
        "id": one.id,
        "charge_point": one.charge_point,
        "state": one.state,
        "reason": one.reason,
        "common_name": one.common_name,
        "csr": one.csr,
        "received_at": iso(one.received_at),
        "decided_at": None if one.decided_at is None else iso(one.decided_at),
        "decided_by": one.decided_by,
        "command_id": one.command_id,
        "certificate": one.certificate,
        "serial_number": one.serial_number,
        "expires_at": None if one.expires_at is None else iso(one.expires_at),
    }


def installed_certificate(one: InstalledCertificate) -> InstalledCertificateShape:
    return {
        "certificate_type": one.certificate_type,
        "hash_algorithm": one.hash.hash_algorithm,
        "issuer_name_hash": one.hash.issuer_name_hash,
        "issuer_key_hash": one.hash.issuer_key_hash,
        "serial_number": one.hash.serial_number,
        "subject": one.subject,
        "expires_at": None if one.expires_at is None else iso(one.expires_at),
        "learnt_at": iso(one.learnt_at),
    }
