"""A small certificate authority of our own: one root in the data folder, which signs charge points' certificates."""

from __future__ import annotations

import os
import secrets
import threading
from datetime import datetime, timedelta
from pathlib import Path

from wattdeck.certificates import requests
from wattdeck.certificates.library import (
    UNREADABLE,
    ExtendedKeyUsageOID,
    NameOID,
    ec,
    hashes,
    require,
    rsa,
    serialization,
    x509,
)
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import Record
from wattdeck.telemetry import logger

FOLDER, KEY_FILE, ROOT_FILE = "pki", "root.key", "root.pem"
_ROOT_LASTS = timedelta(days=20 * 365)
_CLOCKS_DIFFER = timedelta(hours=1)  # charge points' clocks are behind now and then
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
_UNUSABLE: tuple[type[Exception], ...] = (OSError, *UNREADABLE)
_log = logger("wattdeck.certificates")


class Signed(Record, frozen=True):
    """`chain`: PEM, as it goes to the charge point."""

    chain: str
    serial_number: str
    expires_at: datetime


class Authority:
    """The root's key and certificate; made when first asked for. The key never leaves its file (mode 0600)."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER
        self._opened: tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, x509.Certificate] | None = None
        self._lock = threading.Lock()

    def root_pem(self, at: datetime) -> str:
        """The root's certificate. Raises Unprocessable where there can be none."""
        _, root = self._open(at)
        return root.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, csr: str, lasts: timedelta, at: datetime) -> Signed:
        """A client certificate for a request that was examined. Raises Unprocessable where that cannot be done."""
        key, root = self._open(at)
        request = requests.read(csr)
        assert request is not None
        expires_at = min(at + lasts, root.not_valid_after_utc).replace(microsecond=0)
        if expires_at <= at:
            raise Unprocessable("the root certificate has expired")
        # by the beginning a charge point tells which of two is the newer one (white paper A02.FR.09)
        begins_at = max(at - _CLOCKS_DIFFER, root.not_valid_before_utc)
        serial_number = x509.random_serial_number()
        certificate = (
            x509.CertificateBuilder()
            .subject_name(request.subject)
            .issuer_name(root.subject)
            .public_key(request.public_key())
            .serial_number(serial_number)
            .not_valid_before(begins_at)
            .not_valid_after(expires_at)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(request.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        return Signed(pem, f"{serial_number:x}", expires_at)

    def _open(self, at: datetime) -> tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, x509.Certificate]:
        """Key and root, read or made. Raises Unprocessable where the files cannot be used; they are left alone."""
        require()
        with self._lock:
            try:
                if self._opened is None:
                    if not (self._folder / KEY_FILE).exists() and not (self._folder / ROOT_FILE).exists():
                        self._make(at)
                    self._opened = self._read()
                return self._opened
            except _UNUSABLE as error:
                _log.error("certificate authority cannot be used", reason=str(error))
                raise Unprocessable(f"the certificate authority in {FOLDER}/ cannot be used: {error}") from None

    def _read(self) -> tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, x509.Certificate]:
        key = serialization.load_pem_private_key((self._folder / KEY_FILE).read_bytes(), None)
        root = x509.load_pem_x509_certificate((self._folder / ROOT_FILE).read_bytes())
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise ValueError(f"{KEY_FILE} is neither an EC nor an RSA key")
        if key.public_key() != root.public_key():
            raise ValueError(f"{KEY_FILE} is not the key of {ROOT_FILE}")
        if (self._folder / KEY_FILE).stat().st_mode & 0o077:
            _log.warning("others can read the key of the certificate authority", file=str(self._folder / KEY_FILE))
        return key, root

    def _make(self, at: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "wattdeck"),
                x509.NameAttribute(NameOID.COMMON_NAME, f"wattdeck root {secrets.token_hex(4)}"),
            ]
        )
        root = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - _CLOCKS_DIFFER)
            .not_valid_after(at + _ROOT_LASTS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        text = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # the certificate last: a key alone is an installation that did not come to its end, and is reported
        _write(self._folder / KEY_FILE, text, 0o600)
        _write(self._folder / ROOT_FILE, root.public_bytes(serialization.Encoding.PEM), 0o644)


def _write(path: Path, text: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _usage(**used: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: used.get(name, False) for name in _USAGES})
