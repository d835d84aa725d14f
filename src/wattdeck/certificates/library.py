"""The library of the extra `pki`, and what is said where it is not installed."""

from wattdeck.domain.errors import Unprocessable

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.x509 import ocsp
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    # What the library raises for what is no certificate or request, or a broken one.
    UNREADABLE: tuple[type[Exception], ...] = (
        *(ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm),
        *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
    )
except ImportError:
    x509 = ocsp = hashes = serialization = ec = ed25519 = rsa = ExtendedKeyUsageOID = NameOID = None  # type: ignore[assignment,misc]
    UNREADABLE = ()

AVAILABLE = x509 is not None
MISSING = "certificates need the extra pki: pip install 'wattdeck[pki]'"

__all__ = [
    "AVAILABLE",
    "MISSING",
    "UNREADABLE",
    "ExtendedKeyUsageOID",
    "NameOID",
    "ec",
    "ed25519",
    "hashes",
    "ocsp",
    "require",
    "rsa",
    "serialization",
    "x509",
]


def require() -> None:
    """Raises Unprocessable where the library is not installed."""
    if not AVAILABLE:
        raise Unprocessable(MISSING)
