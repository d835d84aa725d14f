"""Who may come in: identity from the path, version, authentication, registration. Pure; a refusal is an HTTP status."""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_to_bytes, urlsplit

from wattdeck.domain.charge_points import ACCEPTED, PENDING, REFUSED, hash_password
from wattdeck.domain.records import Record
from wattdeck.ocpp.dialect import Dialect
from wattdeck.ocpp.versions import negotiate
from wattdeck.policies import Knock, Policies
from wattdeck.store.charge_points import Known

LONGEST_IDENTIFIER = 128
_PREFIX = "ocpp"


class Admission(Record, frozen=True):
    """Let in. `subprotocol` is what to answer; None: answer without the header. `unserved`: no version in common, so
    the handshake is completed without the header and the connection closed at once (OCPP-J 1.6 §3.2).
    """

    identifier: str
    registration: str
    dialect: Dialect
    subprotocol: str | None
    unserved: bool = False


class Refusal(Record, frozen=True):
    status: int
    reason: str  # a short stable word, for counting
    text: str
    headers: tuple[tuple[str, str], ...] = ()


def identifier_in(target: str) -> str | None:
    """The identity: the last segment of the path that is not empty, percent-decoded (quirks Q4, Q5, Q7)."""
    path = urlsplit(target).path if "://" in target[:12] else target.partition("?")[0].partition("#")[0]
    segments = [part for part in path.split("/") if part]
    if segments and segments[-1] == _PREFIX and segments[-2:-1] != [_PREFIX]:
        return None  # our own address without an identity behind it
    segment = segments[-1] if segments else ""
    raw = unquote_to_bytes(segment)
    try:
        text = raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        text = segment
    if not text or len(text) > LONGEST_IDENTIFIER or not text.isprintable() or "/" in text:
        return None
    return text


def offered_protocols(values: Sequence[str]) -> list[str]:
    """The words of all Sec-WebSocket-Protocol headers."""
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def admit(
    target: str,
    headers: Mapping[str, str],
    known: Mapping[str, Known],
    unknown_policy: str,
    policies: Policies,
    hash_key: bytes,
) -> Admission | Refusal:
    """Decide about a connection. `headers` have lower-case names; `known` is keyed by case-folded identity."""
    identifier = identifier_in(target)
    if identifier is None:
        return Refusal(404, "no_identifier", "the path must end in the charge point's identifier")
    charge_point = known.get(identifier.casefold())
    if charge_point is None and unknown_policy == "refuse" and policies.authenticate is None:
        return Refusal(404, "unknown_charge_point", "this charge point is not registered")
    if charge_point is not None and charge_point.registration == REFUSED:
        return Refusal(403, "refused_charge_point", "this charge point is refused")
    if policies.authenticate is not None:
        if not policies.authenticate(Knock(identifier, headers)):
            return _unauthorized("refused by policy")
    elif charge_point is not None and charge_point.password_hash is not None:
        password = basic_password(headers.get("authorization", ""))
        if password is None or not hmac.compare_digest(hash_password(password, hash_key), charge_point.password_hash):
            return _unauthorized("wrong or missing password")
    if charge_point is not None:
        registration = charge_point.registration
        identifier = charge_point.identifier
    else:
        registration = PENDING if unknown_policy == "pending" else ACCEPTED
    offered = offered_protocols([headers.get("sec-websocket-protocol", "")])
    chosen = negotiate(offered)
    if chosen is None:
        fallback = negotiate([])
        assert fallback is not None
        return Admission(identifier, registration, fallback[0], None, unserved=True)
    return Admission(identifier, registration, *chosen)


def _unauthorized(text: str) -> Refusal:
    return Refusal(401, "unauthorized", text, (("WWW-Authenticate", 'Basic realm="OCPP"'),))


def basic_password(header: str) -> bytes | None:
    """The password of an HTTP Basic header; the user name is the identity, or absent (quirk Q10). Bytes: 1.6 keys
    may be any bytes (security white paper §A.1).
    """
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    _, colon, password = decoded.partition(b":")
    return password if colon else None
