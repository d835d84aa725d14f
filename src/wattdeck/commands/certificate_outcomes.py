"""What is believed of a charge point's certificates once it has answered a command about them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from wattdeck.certificates import names
from wattdeck.certificates.names import Described
from wattdeck.domain.certificates import (
    FAILED,
    INSTALLED,
    PENDING,
    CertificateHash,
    CertificateRequest,
    InstalledCertificate,
)
from wattdeck.domain.clock import now
from wattdeck.domain.commands import ACCEPTED, CONNECTION_LOST, TIMED_OUT, Command, state_of_result
from wattdeck.domain.errors import Refused
from wattdeck.domain.events import CertificateRequestChanged, Event
from wattdeck.domain.records import replace
from wattdeck.store import certificates

_MEMBERS = ("hashAlgorithm", "issuerNameHash", "issuerKeyHash", "serialNumber")


def signed_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """CertificateSigned: the charge point took the certificate, or not."""
    request = certificates.request_by_command(connection, command.id)
    if request is None:
        return ()
    return [CertificateRequestChanged(certificates.save_request(connection, _after_answer(request, command)))]


def _after_answer(request: CertificateRequest, command: Command) -> CertificateRequest:
    if command.result is not None:
        if state_of_result(command.result) == ACCEPTED:
            return replace(request, state=INSTALLED, reason=None)
        return replace(request, state=FAILED, reason="the charge point rejected the certificate")
    if command.error is not None:
        return replace(request, state=FAILED, reason=f"{command.error['code']}: {command.error['description']}")
    if command.state in (TIMED_OUT, CONNECTION_LOST):
        return replace(request, reason="the charge point did not answer")  # it may have taken it
    # it never left: to be decided anew
    return replace(
        request,
        state=PENDING,
        reason=f"not sent: {command.state}",
        decided_at=None,
        decided_by=None,
        command_id=None,
        certificate=None,
        serial_number=None,
        expires_at=None,
    )


def install_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """InstallCertificate: believed installed once it was accepted, where its hash can be told."""
    if command.result is None or state_of_result(command.result) != ACCEPTED:
        return ()
    pem = command.payload.get("certificate")
    described = _describe(pem)
    if described is not None:
        one = InstalledCertificate(
            charge_point_id=command.charge_point_id,
            certificate_type=str(command.payload.get("certificateType")),
            hash=described.hash,
            subject=described.subject,
            expires_at=described.expires_at,
            certificate=pem,
            learnt_at=command.finished_at or now(),
        )
        certificates.install(connection, one)
    return ()


def delete_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """DeleteCertificate: gone once it was deleted, or was not there."""
    hash = _hash(command.payload.get("certificateHashData"))
    if hash is not None and (command.result or {}).get("status") in ("Accepted", "NotFound"):
        certificates.remove(connection, command.charge_point_id, hash)
    return ()


def list_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """GetInstalledCertificateIds: what it lists is what it has of that kind; NotFound means none."""
    result = command.result or {}
    kind = command.payload.get("certificateType")
    if result.get("status") not in ("Accepted", "NotFound") or not isinstance(kind, str):
        return ()
    known = [one for one in certificates.installed_on(connection, command.charge_point_id) if one.certificate]
    certificates.remove_type(connection, command.charge_point_id, kind)
    listed = result.get("certificateHashData")
    for data in listed if isinstance(listed, list) and result["status"] == "Accepted" else ():
        hash = _hash(data)
        if hash is not None:
            certificates.install(connection, _recognised(command, kind, hash, known))
    return ()


def _recognised(
    command: Command, kind: str, hash: CertificateHash, known: Sequence[InstalledCertificate]
) -> InstalledCertificate:
    """A certificate of the list, with what is known of it where it was sent from here."""
    at = command.finished_at or now()
    for one in known:
        described = _describe(one.certificate, hash.hash_algorithm)
        if described is not None and _same(described.hash, hash):
            return replace(one, certificate_type=kind, hash=hash, learnt_at=at)
    return InstalledCertificate(charge_point_id=command.charge_point_id, certificate_type=kind, hash=hash, learnt_at=at)


def _same(one: CertificateHash, other: CertificateHash) -> bool:
    return all(
        getattr(one, name).lower().lstrip("0") == getattr(other, name).lower().lstrip("0")
        for name in CertificateHash.__struct_fields__
    )


def _describe(pem: Any, algorithm: str = "SHA256") -> Described | None:
    """None also for what is no certificate: commands may be sent unchecked."""
    if not isinstance(pem, str) or algorithm not in names.ALGORITHMS:
        return None
    try:
        return names.describe(pem, algorithm)
    except Refused:
        return None


def _hash(data: Any) -> CertificateHash | None:
    """From the wire's members; None where they are no texts, or longer than any hash."""
    values = [data.get(name) for name in _MEMBERS] if isinstance(data, dict) else []
    texts = [value for value in values if isinstance(value, str) and len(value) <= 128]
    return CertificateHash(*texts) if len(texts) == len(_MEMBERS) else None
