"""When certificates end, read without a library: as the library says."""

from base64 import b64encode

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.authorities import root
from tests.tls import authority, certificate
from wattdeck.certificates.endings import first_ending


@pytest.mark.parametrize("days", [0.5, 20, 400, 9_000])  # from 2050 on the year has four digits
def test_the_end_is_the_one_in_the_certificate(days):
    pem = root(days=days)
    assert first_ending(pem) == x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc


def test_of_a_file_with_a_key_and_a_chain_the_first_end_counts():
    text = certificate("localhost").private_key_and_cert_chain_pem.bytes().decode()
    chain = x509.load_pem_x509_certificates(authority().cert_pem.bytes() + text.encode())
    soon = root(days=3)
    assert first_ending(text) == min(one.not_valid_after_utc for one in chain[1:])
    assert first_ending(f"{text}\n{soon}") == x509.load_pem_x509_certificate(soon.encode()).not_valid_after_utc


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 500))
def test_what_is_no_certificate_has_no_end(junk, cut):
    pem = root()
    broken = x509.load_pem_x509_certificate(pem.encode()).tbs_certificate_bytes[:cut]
    for der in (junk, broken):
        lines = b64encode(der).decode()
        first_ending(f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----")
    assert first_ending("") is None
    assert first_ending(pem.replace("BEGIN CERTIFICATE", "BEGIN PUBLIC KEY")) is None
