"""What names a certificate: its subject, and the hashes by which OCPP knows it (security white paper §6.1)."""

from __future__ import annotations

from datetime import datetime

from wattdeck.certificates.library import UNREADABLE, NameOID, hashes, ocsp, require, x509
from wattdeck.domain.certificates import CertificateHash
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import Record

ALGORITHMS = ("SHA256", "SHA384", "SHA512")
_LONGEST_CERTIFICATE = 5500  # security white paper §5.11


class Described(Record, frozen=True):
    hash: CertificateHash
    subject: str
    expires_at: datetime


def describe(pem: str, algorithm: str = "SHA256") -> Described | None:
    """None for a certificate that did not sign itself: its issuer's key is not known here, so it cannot be named. The
    same for one with a name or a time that cannot be read.

    Raises Unprocessable for what is no certificate, or without the library.
    """
    certificate = read(pem)
    try:
        certificate.verify_directly_issued_by(certificate)
        # OCSP names certificates in the same way (RFC 6960 §4.1.1)
        digest = getattr(hashes, algorithm)()
        asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, certificate, digest).build()
        named = CertificateHash(
            algorithm, asked.issuer_name_hash.hex(), asked.issuer_key_hash.hex(), f"{asked.serial_number:x}"
        )
        return Described(named, certificate.subject.rfc4514_string(), certificate.not_valid_after_utc)
    except UNREADABLE:
        return None


def read(pem: str) -> x509.Certificate:
    """Raises Unprocessable."""
    require()
    if "PRIVATE KEY" in pem:
        raise Unprocessable("certificate: holds a private key, which must never leave its owner")
    if len(pem) > _LONGEST_CERTIFICATE:
        raise Unprocessable(f"certificate: more than {_LONGEST_CERTIFICATE} characters")
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except UNREADABLE:
        raise Unprocessable("certificate: no certificate in PEM form") from None


def read_first(chain: str) -> x509.Certificate:
    """The first certificate of a chain. Raises Unprocessable."""
    require()
    try:
        return x509.load_pem_x509_certificates(chain.encode())[0]
    except UNREADABLE:
        raise Unprocessable("the certificate authority's answer is no chain in PEM form") from None


def common_name(subject: x509.Name) -> str | None:
    """The one common name of a subject; None where there is none, or more than one."""
    found = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    value = found[0].value if len(found) == 1 else None
    return value if isinstance(value, str) and value.strip() else None
