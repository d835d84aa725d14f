"""Our own root: made once, its key for its owner alone, and what it signs holds before OpenSSL's rules."""

import contextlib
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.authorities import csr, root
from wattdeck.certificates.authority import KEY_FILE, ROOT_FILE, Authority
from wattdeck.domain.errors import Unprocessable

AT = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)


def opened(data: Path) -> Authority:
    authority = Authority(data)
    authority.root_pem(AT)
    return authority


def test_the_root_is_made_once_and_read_again(tmp_path: Path):
    first, second = Authority(tmp_path), Authority(tmp_path)
    assert not (tmp_path / "pki").exists()
    assert first.root_pem(AT) == second.root_pem(AT)


def test_nobody_else_can_read_the_key(tmp_path: Path):
    opened(tmp_path)
    assert os.stat(tmp_path / "pki" / KEY_FILE).st_mode & 0o777 == 0o600
    assert os.stat(tmp_path / "pki").st_mode & 0o777 == 0o700


def test_what_it_signs_is_taken_as_a_client_certificate_in_a_tls_handshake(tmp_path: Path):
    authority = opened(tmp_path)
    key = ec.generate_private_key(ec.SECP256R1())
    signed = authority.sign(csr("CP-1", key=key), YEAR, AT)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.load_cert_chain(written(tmp_path / "client.pem", private(key) + signed.chain))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_key = ec.generate_private_key(ec.SECP256R1())
    server.load_cert_chain(written(tmp_path / "server.pem", private(server_key) + root("server", server_key)))
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(tmp_path / "pki" / ROOT_FILE)
    subject = {name: value for [(name, value)] in handshake(client, server)["subject"]}
    assert subject == {"organizationName": "CPO", "commonName": "CP-1"}


def handshake(client: ssl.SSLContext, server: ssl.SSLContext) -> Any:
    """The client's certificate as the server saw it. Raises ssl.SSLError."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True)]
    for _ in range(10):
        for end in ends:
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
    return ends[1].getpeercert()


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def private(key: Any) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def test_it_says_what_it_is_for_and_until_when(tmp_path: Path):
    signed = opened(tmp_path).sign(csr("CP-1"), YEAR, AT)
    certificate = x509.load_pem_x509_certificate(signed.chain.encode())
    assert certificate.not_valid_after_utc == signed.expires_at == AT + YEAR
    assert f"{certificate.serial_number:x}" == signed.serial_number
    extensions = certificate.extensions
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_nothing_outlives_the_root(tmp_path: Path):
    authority = opened(tmp_path)
    assert authority.sign(csr("CP-1"), timedelta(days=36500), AT).expires_at == AT + timedelta(days=20 * 365)


def test_a_key_that_does_not_fit_its_root_signs_nothing_and_is_left_alone(tmp_path: Path):
    opened(tmp_path)
    (tmp_path / "pki" / ROOT_FILE).write_text(root())
    with pytest.raises(Unprocessable, match="not the key of"):
        Authority(tmp_path).sign(csr("CP-1"), YEAR, AT)


def test_a_key_without_its_root_is_not_overwritten(tmp_path: Path):
    opened(tmp_path)
    key = (tmp_path / "pki" / KEY_FILE).read_bytes()
    (tmp_path / "pki" / ROOT_FILE).unlink()
    with pytest.raises(Unprocessable, match="cannot be used"):
        Authority(tmp_path).sign(csr("CP-1"), YEAR, AT)
    assert (tmp_path / "pki" / KEY_FILE).read_bytes() == key
