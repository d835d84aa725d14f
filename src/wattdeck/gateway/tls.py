"""TLS of the listener (security profiles 2 and 3): its context, and in plain words why a handshake failed."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wattdeck.domain.errors import WattdeckError

# TLS 1.2's, in our order; 1.3 has its own. The static RSA ones have no forward secrecy and come last, but a central
# system must have them (security white paper A00.FR.317).
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:AES128-GCM-SHA256:AES256-GCM-SHA384"

# OpenSSL's reason → a short word for counting, and what to tell the operator
_FAILURES = {
    "HTTP_REQUEST": ("tls_plain", "it spoke plain HTTP to the TLS port: its address must begin with wss://"),
    "UNSUPPORTED_PROTOCOL": ("tls_old", "it offers only TLS 1.0 or 1.1: at least 1.2 is required"),
    "NO_SHARED_CIPHER": (
        "tls_cipher",
        "no cipher in common: does it want an ECDSA certificate where ours is RSA, or the other way round?",
    ),
    "CERTIFICATE_VERIFY_FAILED": ("tls_client_certificate", "its client certificate is not accepted"),
    "TLSV1_ALERT_UNKNOWN_CA": (
        "tls_distrust",
        "it does not know the CA of our certificate: install that CA's root certificate in the charge point,"
        " and let tls_certificate hold the whole chain",
    ),
    "SSLV3_ALERT_BAD_CERTIFICATE": (
        "tls_distrust",
        "it does not accept our certificate: is its name the host name in the charge point's URL, and is it in date?",
    ),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (
        "tls_distrust",
        "to it our certificate is out of date: look at the certificate and at the charge point's clock",
    ),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": (
        "tls_distrust",
        "it does not accept our certificate: is its name the host name in the charge point's URL?",
    ),
}


class TlsFileUnusable(WattdeckError):
    """A certificate or key file of the settings is missing or holds something else."""


Failed = Callable[[str, str], None]


def server_context(
    certificate: Path, key: Path | None, client_ca: Path | None, failed: Failed | None = None
) -> ssl.SSLContext:
    """TLS 1.2 or newer. A client certificate is asked for where `client_ca` names who may have signed it, and checked
    where one comes; whether one must come is decided later, by charge point. `failed` is told of handshakes that do
    not succeed: a short word, and why.

    Raises TlsFileUnusable.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ciphers(_CIPHERS)
    # an encrypted key must not make the server wait at a prompt
    _use("tls_certificate", certificate, lambda: context.load_cert_chain(certificate, key, password=lambda: ""), key)
    if client_ca is not None:
        _use("tls_client_ca", client_ca, lambda: context.load_verify_locations(client_ca))
        context.verify_mode = ssl.CERT_OPTIONAL
    if failed is not None:
        tell = failed

        class Watched(ssl.SSLObject):
            def do_handshake(self) -> None:
                try:
                    super().do_handshake()
                except ssl.SSLError as error:
                    _tell(error)
                    raise

            def read(self, *arguments: Any) -> Any:
                # in TLS 1.3 a client that does not trust us says so when we think the handshake done
                try:
                    return super().read(*arguments)
                except ssl.SSLError as error:
                    if "ALERT" in (error.reason or ""):
                        _tell(error)
                    raise

        def _tell(error: ssl.SSLError) -> None:
            if not isinstance(error, ssl.SSLWantReadError | ssl.SSLWantWriteError | ssl.SSLEOFError):
                tell(*explain(error))

        context.sslobject_class = Watched
    return context


def _use(setting: str, file: Path, load: Callable[[], None], key: Path | None = None) -> None:
    for name, path in ((setting, file), ("tls_key", key)):
        try:
            if path is not None:
                path.open("rb").close()
        except OSError as error:
            raise TlsFileUnusable(f"setting {name}: {path}: {error.strerror}") from None
    try:
        load()
    except ssl.SSLError as error:
        reason = (error.reason or "no PEM certificate or key in it").replace("_", " ").lower()
        raise TlsFileUnusable(f"setting {setting}: {file}: {reason}") from None


def explain(error: ssl.SSLError) -> tuple[str, str]:
    """A short word for counting, and in plain words why a handshake failed."""
    reason = error.reason or str(error)
    kind, why = _FAILURES.get(reason, ("tls_failed", f"TLS handshake failed: {reason.replace('_', ' ').lower()}"))
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"{why}: {error.verify_message}"
    return kind, why
