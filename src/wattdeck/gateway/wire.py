"""What a charge point's socket says of itself before a word of OCPP: from where, by which door, TLS, certificate."""

from collections.abc import Mapping
from typing import Any

from wattdeck.domain.records import Record

LISTENER, ASGI = "listener", "asgi"


class Wire(Record, frozen=True):
    """`tls`: its version, None on a plain socket. `names`: whom the client certificate, verified against our CA file,
    was made out to; None where there was no certificate.
    """

    door: str
    address: str | None = None
    tls: str | None = None
    names: tuple[str, ...] | None = None

    def is_made_out_to(self, identifier: str) -> bool:
        """Whether the certificate is this charge point's own (security white paper A00.FR.405)."""
        return identifier.casefold() in {name.casefold() for name in self.names or ()}


def names_in(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Common name and alternative names of a certificate as `SSLObject.getpeercert` gives it."""
    subject = [pair for relative in certificate.get("subject", ()) for pair in relative]
    common = [value for kind, value in subject if kind == "commonName"]
    return (*common, *(str(value) for _, value in certificate.get("subjectAltName", ())))
