"""Certificates: what charge points ask to have signed, and what is believed to be installed on them."""

from datetime import datetime

from wattdeck.domain.records import Record

PENDING, SENT, INSTALLED = "pending", "sent", "installed"
REJECTED, FAILED, SUPERSEDED = "rejected", "failed", "superseded"
REQUEST_STATES = frozenset({PENDING, SENT, INSTALLED, REJECTED, FAILED, SUPERSEDED})


class CertificateRequest(Record, frozen=True, kw_only=True):
    """A signing request of a charge point (PEM) and what became of it.

    pending: waits for a decision; sent: signed, the charge point has not answered yet; installed: it took the
    certificate; failed: it could not be delivered, or was refused; superseded: a newer one came first.
    """

    id: int
    charge_point_id: int
    charge_point: str
    csr: str
    state: str = PENDING
    reason: str | None = None
    common_name: str | None = None
    received_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    command_id: int | None = None
    certificate: str | None = None
    serial_number: str | None = None
    expires_at: datetime | None = None


class CertificateHash(Record, frozen=True):
    """By what OCPP names an installed certificate (security white paper §6.1)."""

    hash_algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str


class InstalledCertificate(Record, frozen=True, kw_only=True):
    """One root certificate a charge point is believed to have; what is more than its hash only where we sent it."""

    charge_point_id: int
    certificate_type: str
    hash: CertificateHash
    subject: str | None = None
    expires_at: datetime | None = None
    certificate: str | None = None
    learnt_at: datetime


class Ending(Record, frozen=True):
    """When the first certificate ends of those a charge point lives by."""

    charge_point_id: int
    charge_point: str
    at: datetime
