"""Which signing requests are in order, which must not be signed, and which a person has to look at."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec

from tests.authorities import csr, rsa_key
from wattdeck.certificates.requests import Examined, examine

# the library signs none any more; made by `openssl req -new -newkey rsa:2048 -subj /O=CPO/CN=CP-1 -sha1`
SIGNED_WITH_SHA1 = """\
-----BEGIN CERTIFICATE REQUEST-----
MIICYjCCAUoCAQAwHTEMMAoGA1UECgwDQ1BPMQ0wCwYDVQQDDARDUC0xMIIBIjAN
BgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAhM37urDBEAh0SOhvkRFd9kuIFPs7
m3UoV34sz7AeAMNlWNQPN2bQa093GGp6d1Oc8QrktAHECqpHPV/g8LMks5uKQjog
Vr3ipDaxt2wdYqT0OO5fyMOlhpNM8QuR08lNfcgrl1Y79BwLA/Uc7ywqjPsz7TFs
vAkBrwcJWayVzFbuiwhw1IjYDgxMPcGG9c0LoYsl9SgVQH+vwXoSLhH52JlzaZ4a
sAvS4tsz755gxe6+WpeuiRvBNeE7HZ7Q50wHgEeO15hy/q6LO83wymqD1DIil48P
y6ZFJKWUGCjtGhfHrWZEaMkjf5kDEMtZ/AI/petPtQEsamikbg4UntfN+wIDAQAB
oAAwDQYJKoZIhvcNAQEFBQADggEBABWg16UTZ96Am3jrbd6d2gJgNxbXQqQrjAp3
lcjjwmPo3BjsAb2sjRC2i7wMSCm36TASLA6lzDb+TX+6k10o3u0w6uLtFnLPd+as
3k5OTD1X2XBDytnqf56lwZiN/aeyNpe41csGfcY0etoem7OEqxRN4pgjV9gQVZsG
SF69lfruey29u17GnE7rqCHpX01fBGdixdtG+iILFgrUBE1vtImx69cgkSQ7iu0M
w9zgT2xYL+rvvmc42/AVU9XSQN1HrLtRl15kRRRDzLHD0HCWg7iAmz+2/aFKWmey
ZgP2jtEyyXVS/233CEOEjNTlpK0e9A4yCUPMTLujRdsMA7vQT7Q=
-----END CERTIFICATE REQUEST-----
"""


def test_a_request_for_the_charge_points_own_identifier_is_in_order():
    assert examine(csr("CP-1"), "CP-1", None) == Examined("CP-1")
    assert examine(csr("cp-1", key=rsa_key(2048)), "CP-1", None) == Examined("cp-1")


@pytest.mark.parametrize(
    "text",
    ["", "x", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "\udc00"],
)
def test_what_is_no_request_has_a_fault(text: str):
    assert examine(text, "CP-1", None).fault == "it is no signing request in PEM form"


@pytest.mark.parametrize(
    ("old", "new"), [(b"CP-1", b"\xff\xfe\xfd\xfc"), (b"\x02\x01\x00", b"\x02\x01\x35")], ids=["name", "version"]
)
def test_a_request_that_is_broken_inside_is_none(old: bytes, new: bytes):
    der = base64.b64decode("".join(csr("CP-1").splitlines()[1:-1])).replace(old, new, 1)
    text = f"-----BEGIN CERTIFICATE REQUEST-----\n{base64.encodebytes(der).decode()}-----END CERTIFICATE REQUEST-----\n"
    assert examine(text, "CP-1", None).fault == "it is no signing request in PEM form"


def test_a_serial_number_as_common_name_is_for_a_person_to_decide():
    examined = examine(csr("SN-7"), "CP-1", "SN-7")
    assert (examined.common_name, examined.fault) == ("SN-7", None)
    assert examined.doubt is not None
    assert "serial number" in examined.doubt


def test_any_other_common_name_is_for_a_person_too():
    examined = examine(csr("somebody"), "CP-1", "SN-7")
    assert examined.doubt == "its common name 'somebody' is not the charge point's identifier"


def test_the_identifier_of_another_charge_point_is_a_fault():
    fault = examine(csr("CP-2"), "CP-1", "CP-2", is_others=True).fault
    assert fault == "its common name 'CP-2' is another charge point's identifier"


@pytest.mark.parametrize("names", [(), ("CP-1", "CP-2")])
def test_a_request_without_a_common_name_or_with_two_is_a_fault(names: tuple[str, ...]):
    assert examine(csr(*names), "CP-1", None).fault == "it has no common name, or more than one"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (lambda: rsa_key(1024), "1024 bits"),
        (lambda: ec.generate_private_key(ec.SECP192R1()), "192 bits"),
        (lambda: dsa.generate_private_key(2048), "not supported"),
    ],
)
def test_weak_and_odd_keys_are_a_fault(key, said: str):
    fault = examine(csr("CP-1", key=key()), "CP-1", None).fault
    assert fault is not None
    assert said in fault


def test_a_signature_with_sha1_is_a_fault():
    fault = examine(SIGNED_WITH_SHA1, "CP-1", None).fault
    assert fault == "it is signed with sha1"


def test_a_request_that_was_changed_after_it_was_signed_is_a_fault():
    body = "".join(csr("CP-1").splitlines()[1:-1])
    der = base64.b64decode(body).replace(b"CP-1", b"CP-2")
    text = base64.encodebytes(der).decode()
    changed = f"-----BEGIN CERTIFICATE REQUEST-----\n{text}-----END CERTIFICATE REQUEST-----\n"
    examined = examine(changed, "CP-2", None)
    assert (examined.common_name, examined.fault) == ("CP-2", "its signature is not that of its key")
