"""Signing requests: what one says, and whether it may be signed for the charge point that sent it (pure)."""

from __future__ import annotations

from wattdeck.certificates.library import UNREADABLE, ec, ed25519, hashes, require, rsa, x509
from wattdeck.certificates.names import common_name
from wattdeck.domain.records import Record

# Security white paper A00.FR.502, A00.FR.503; the upper bound is ours: larger keys only cost time.
_SHORTEST_RSA, _LONGEST_RSA = 2048, 8192
_SHORTEST_CURVE = 224


class Examined(Record, frozen=True):
    """`fault`: why it must not be signed; `doubt`: what only a person may decide. None of either: it is in order."""

    common_name: str | None = None
    fault: str | None = None
    doubt: str | None = None


def examine(csr: str, identifier: str, serial_number: str | None, is_others: bool = False) -> Examined:
    """`serial_number`: what the charge point called itself at boot; `is_others`: the request's common name is
    another charge point's identifier. Raises Unprocessable without the library.
    """
    request = read(csr)
    if request is None:
        return Examined(fault="it is no signing request in PEM form")
    name = common_name(request.subject)
    fault = _key_fault(request) or _signature_fault(request)
    if fault is None and name is None:
        # with two of them the doors might look at the other one
        fault = "it has no common name, or more than one"
    if fault is None and is_others:
        fault = f"its common name {name!r} is another charge point's identifier"
    return Examined(name, fault, None if fault or name is None else _doubt(name, identifier, serial_number))


def read(csr: str) -> x509.CertificateSigningRequest | None:
    """None where it is none, or its subject cannot be read."""
    require()
    try:
        request = x509.load_pem_x509_csr(csr.encode())
        common_name(request.subject)  # read only now
    except UNREADABLE:
        return None
    return request


def name_of(csr: str) -> str | None:
    """The common name in a request, None where it has none or is none."""
    request = read(csr)
    return None if request is None else common_name(request.subject)


def _doubt(name: str, identifier: str, serial_number: str | None) -> str | None:
    if name.strip().casefold() == identifier.casefold():
        return None
    if serial_number is not None and name == serial_number:
        return f"its common name {name!r} is the serial number that the charge point told at boot, not its identifier"
    return f"its common name {name!r} is not the charge point's identifier"


def _key_fault(request: x509.CertificateSigningRequest) -> str | None:
    try:
        key = request.public_key()
    except UNREADABLE:
        return "its key is of a kind that is not supported"
    match key:
        case rsa.RSAPublicKey() if not _SHORTEST_RSA <= key.key_size <= _LONGEST_RSA:
            return f"its RSA key has {key.key_size} bits: {_SHORTEST_RSA} to {_LONGEST_RSA} are taken"
        case ec.EllipticCurvePublicKey() if key.key_size < _SHORTEST_CURVE:
            return f"its key has {key.key_size} bits: at least {_SHORTEST_CURVE} are taken"
        case rsa.RSAPublicKey() | ec.EllipticCurvePublicKey() | ed25519.Ed25519PublicKey():
            return None
    return "its key is of a kind that is not supported"


def _signature_fault(request: x509.CertificateSigningRequest) -> str | None:
    try:
        algorithm = request.signature_hash_algorithm  # Ed25519 has none of its own
        if isinstance(algorithm, hashes.MD5 | hashes.SHA1):
            return f"it is signed with {algorithm.name}"
        valid = request.is_signature_valid
    except UNREADABLE:
        return "it is signed in a way that is not supported"
    return None if valid else "its signature is not that of its key"
