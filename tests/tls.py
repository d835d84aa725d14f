"""Certificates of the tests: an authority of the house, and what it signs."""

import ssl
from functools import cache
from pathlib import Path
from typing import Any

import trustme


@cache
def authority(name: str = "house") -> trustme.CA:
    """One per name and test run: making one takes a moment."""
    return trustme.CA(organization_name=name)


@cache
def certificate(name: str, signed_by: str = "house") -> trustme.LeafCert:
    """Made out to `name`: in its common name, and as an alternative name."""
    return authority(signed_by).issue_cert(name, common_name=name)


def settings(folder: Path, client_ca: str | None = "house") -> dict[str, Any]:
    """The settings of a central system with a certificate of the house."""
    certificate("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    given: dict[str, Any] = {"tls_certificate": folder / "server.pem"}
    if client_ca is not None:
        authority(client_ca).cert_pem.write_to_path(folder / "clients.pem")
        given["tls_client_ca"] = folder / "clients.pem"
    return given


def client(name: str | None = None, signed_by: str = "house", trusts: str = "house") -> ssl.SSLContext:
    """A charge point's side of TLS, with a client certificate made out to `name`."""
    context = ssl.create_default_context()
    authority(trusts).configure_trust(context)
    if name is not None:
        certificate(name, signed_by).configure_cert(context)
    return context
