"""What a charge point's socket says of itself before a word of OCPP: from where, by which door, TLS, certificate."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
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


class Proxies:
    """Whose X-Forwarded-* headers are believed: addresses and networks, comma-separated; `*` is everyone."""

    def __init__(self, setting: str) -> None:
        words = [word.strip() for word in setting.split(",") if word.strip()]
        self._everyone = "*" in words
        self._networks: Sequence[IPv4Network | IPv6Network] = [
            ip_network(word, strict=False) for word in words if _is_network(word)
        ]

    def __contains__(self, address: str | None) -> bool:
        try:
            parsed = ip_address(address or "")
        except ValueError:
            return False
        return self._everyone or any(parsed in network for network in self._networks)

    def behind(self, wire: Wire, headers: Mapping[str, str]) -> Wire:
        """What stands behind a proxy: the client's address, and whether it came to the proxy by TLS."""
        if wire.address not in self:
            return wire
        hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        clients = [hop for hop in hops if hop not in self]
        secure = headers.get("x-forwarded-proto", "").strip().lower() in ("https", "wss")
        address = clients[-1][:64] if clients else wire.address
        return Wire(wire.door, address, wire.tls or ("TLS" if secure else None), wire.names)


def _is_network(word: str) -> bool:
    try:
        ip_network(word, strict=False)
    except ValueError:
        return False
    return True


def names_in(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Common name and alternative names of a certificate as `SSLObject.getpeercert` gives it."""
    subject = [pair for relative in certificate.get("subject", ()) for pair in relative]
    common = [value for kind, value in subject if kind == "commonName"]
    return (*common, *(str(value) for _, value in certificate.get("subjectAltName", ())))
