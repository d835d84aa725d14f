"""HTTP Basic as charge points send it (quirk Q10): the same password as bytes or as hexadecimal text, and in plain
words what was wrong with one that opens nothing.
"""

import base64
import binascii
import hmac
from collections.abc import Iterator

from wattdeck.domain.charge_points import hash_password
from wattdeck.domain.records import Record

# How a password was read when it matched; the first is the plain case, the others are findings.
AS_SENT, DECODED, ENCODED = "as sent", "read as hexadecimal", "written as hexadecimal"
_LONGEST = 512  # nothing longer is tried in other readings
_HEX = frozenset(b"0123456789abcdefABCDEF")


class Credentials(Record, frozen=True):
    """Bytes: 1.6 keys may be any bytes (security white paper §7.2)."""

    username: bytes
    password: bytes


def credentials_in(header: str) -> Credentials | None:
    """User name and password of a Basic header; None where it is none."""
    decoded = _decoded(header)
    if decoded is None:
        return None
    username, colon, password = decoded.partition(b":")
    return Credentials(username, password) if colon else None


def _decoded(header: str) -> bytes | None:
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None


def matches(password: bytes, stored: str, key: bytes) -> str | None:
    """How the password must be read to be the stored one; None where no reading is."""
    for reading, candidate in _readings(password):
        if hmac.compare_digest(hash_password(candidate, key), stored):
            return reading
    return None


def _readings(password: bytes) -> Iterator[tuple[str, bytes]]:
    yield AS_SENT, password
    if not password or len(password) > _LONGEST:
        return
    if len(password) % 2 == 0 and _HEX.issuperset(password):
        yield DECODED, binascii.unhexlify(password)
    yield ENCODED, password.hex().encode()
    yield ENCODED, password.hex().upper().encode()


def explain(header: str | None, identifier: str, stored: tuple[str, ...], key: bytes) -> str:
    """Why what it sent opens nothing, for an operator; never the password, nor whose else it might be."""
    if not header:
        return "it sent no Authorization header: no password is set in the charge point, or its security profile is 0"
    decoded = _decoded(header)
    if decoded is None:
        return "its Authorization header is not HTTP Basic"
    credentials = credentials_in(header)
    if credentials is None:
        if _fits(decoded, stored, key):
            return "the password is right, but it was sent without user name and colon"
        return "its Authorization header holds no colon between user name and password"
    password = credentials.password
    said: list[str] = []
    if not password:
        said.append("it sent an empty password")
    elif _fits(password.strip(b" \t\r\n\0"), stored, key):
        said.append("the password is right once blanks, line breaks or zero bytes at its ends are taken away")
    elif _fits(password.strip(b"\"'"), stored, key):
        said.append("the password is right once the quotation marks around it are taken away")
    elif any(_fits(other, stored, key) for other in (password.lower(), password.upper(), password.swapcase())):
        said.append("the password is right but for upper and lower case")
    elif _fits(credentials.username, stored, key):
        said.append("the password was sent as the user name")
    else:
        said.append(f"it sent another password than the one registered ({len(password)} bytes)")
    if credentials.username.decode("utf-8", "replace").casefold() != identifier.casefold():
        said.append("the user name it sent is not its identity")
    return "; ".join(said)


def _fits(password: bytes, stored: tuple[str, ...], key: bytes) -> bool:
    return any(matches(password, one, key) is not None for one in stored)
