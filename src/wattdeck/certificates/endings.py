"""When the certificates of a PEM file end, read without the extra `pki`: a server speaks TLS without it, too."""

import re
import ssl
from datetime import UTC, datetime

_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18


def first_ending(text: str) -> datetime | None:
    """When the one that ends first does; None where none can be read."""
    return min((ends for pem in _CERTIFICATE.findall(text) if (ends := _ends(pem)) is not None), default=None)


def _ends(pem: str) -> datetime | None:
    """The end in `validity` (RFC 5280 §4.1): the serial number, an algorithm and the issuer come before it."""
    try:
        der = ssl.PEM_cert_to_DER_cert(pem)
        certificate = _inside(der, 0, _SEQUENCE)
        at = _inside(der, certificate, _SEQUENCE)
        if der[at] == _VERSION:
            at = _behind(der, at)
        for _ in range(3):
            at = _behind(der, at)
        return _time(der, _behind(der, _inside(der, at, _SEQUENCE)))
    except (ValueError, IndexError):
        return None


def _measure(der: bytes, at: int) -> tuple[int, int]:
    """Where what is at `at` has its content, and how long that is (X.690 §8.1.3)."""
    length = der[at + 1]
    if length < 0x80:
        return at + 2, length
    begin = at + 2 + (length & 0x7F)
    return begin, int.from_bytes(der[at + 2 : begin], "big")


def _inside(der: bytes, at: int, tag: int) -> int:
    if der[at] != tag:
        raise ValueError("something else is expected there")
    return _measure(der, at)[0]


def _behind(der: bytes, at: int) -> int:
    begin, length = _measure(der, at)
    return begin + length


def _time(der: bytes, at: int) -> datetime:
    """Years of two digits are those of 1950 to 2049 (RFC 5280 §4.1.2.5.1)."""
    begin, length = _measure(der, at)
    text = der[begin : begin + length].decode("ascii")
    if der[at] == _UTC_TIME:
        text = f"{'19' if text >= '50' else '20'}{text}"
    elif der[at] != _GENERALIZED_TIME:
        raise ValueError("no time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
