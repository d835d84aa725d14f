"""The hashes by which OCPP names certificates, held against OpenSSL's."""

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.authorities import root, rsa_key
from wattdeck.certificates.names import describe, read
from wattdeck.domain.errors import Unprocessable


@pytest.mark.skipif(shutil.which("openssl") is None, reason="without openssl")
@pytest.mark.parametrize("key", [None, rsa_key(2048)], ids=["ec", "rsa"])
def test_the_hashes_are_those_that_openssl_gives(tmp_path: Path, key):
    certificate = tmp_path / "root.pem"
    certificate.write_text(root("Root", key))
    command = ["openssl", "ocsp", "-sha256", "-issuer", certificate, "-cert", certificate, "-req_text"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = {line.split(":")[0].strip(): line.split(":")[1].strip() for line in said.splitlines() if ":" in line}
    described = describe(certificate.read_text())
    assert described is not None
    assert described.hash.issuer_name_hash == found["Issuer Name Hash"].lower()
    assert described.hash.issuer_key_hash == found["Issuer Key Hash"].lower()
    assert described.hash.serial_number == found["Serial Number"].lower().lstrip("0")


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA384", "SHA512"])
def test_each_algorithm_of_the_standard_is_known(algorithm: str):
    described = describe(root(), algorithm)
    assert described is not None
    assert described.hash.hash_algorithm == algorithm
    assert len(described.hash.issuer_name_hash) == 2 * hashlib.new(algorithm).digest_size
    assert described.subject == "CN=Root,O=CPO"


def test_a_certificate_whose_name_is_no_text_is_not_named():
    der = base64.b64decode("".join(root("Root").splitlines()[1:-1])).replace(b"Root", b"\xff\xfe\xfd\xfc")
    assert (
        describe(f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode()}-----END CERTIFICATE-----\n") is None
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nonsense", "no certificate"),
        ("-----BEGIN PRIVATE KEY-----", "private key"),
        ("x" * 6000, "more than 5500"),
    ],
)
def test_what_is_no_certificate_is_refused(text: str, complaint: str):
    with pytest.raises(Unprocessable, match=complaint):
        read(text)
