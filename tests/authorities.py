"""Keys, signing requests and certificates as charge points and other authorities make them."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    """Made once: it takes a while."""
    return rsa.generate_private_key(65537, bits)


def name_of(*common_names: str) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name) for name in common_names]
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "CPO"), *attributes])


def pem(one: Any) -> str:
    return one.public_bytes(serialization.Encoding.PEM).decode()


def csr(*common_names: str, key: Any = None) -> str:
    """A signing request as PEM."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateSigningRequestBuilder().subject_name(name_of(*common_names))
    return pem(builder.sign(key, hashes.SHA256()))


def root(common_name: str = "Root", key: Any = None, days: float = 90) -> str:
    """A certificate that signed itself, as PEM."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    at, name = datetime.now(UTC), name_of(common_name)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(at - timedelta(days=1))
    built = built.not_valid_after(at + timedelta(days=days))
    return pem(built.add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256()))
