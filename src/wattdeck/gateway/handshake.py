"""Who may come in: identity from the path, version, authentication, registration. Pure; a refusal is an HTTP status."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from wattdeck.domain.charge_points import ACCEPTED, PENDING, REFUSED, Known, fits_a_path
from wattdeck.domain.findings import Finding
from wattdeck.domain.records import Record
from wattdeck.gateway.credentials import AS_SENT, Credentials, credentials_in, explain, matches
from wattdeck.gateway.wire import Wire
from wattdeck.ocpp.dialect import Dialect
from wattdeck.ocpp.versions import negotiate
from wattdeck.policies import Knock, Policies

LONGEST_IDENTIFIER = 128
_PREFIX = "ocpp"


Why = str | Callable[[], str]


class Admission(Record, frozen=True, kw_only=True):
    """Let in. `subprotocol` is what to answer; None: answer without the header. `unserved`: no version in common, so
    the handshake is completed without the header and the connection closed at once (OCPP-J 1.6 §3.2).

    `known_id`: None for one that is let in though nobody registered it. `security_profile`: what it came with.
    `next_password`, `next_profile`: it came with the password, the profile that was under way to it.
    """

    identifier: str
    registration: str
    dialect: Dialect
    subprotocol: str | None
    wire: Wire
    unserved: bool = False
    known_id: int | None = None
    security_profile: int = 0
    next_password: bool = False
    next_profile: bool = False
    findings: tuple[Finding, ...] = ()


class Refusal(Record, frozen=True):
    """`text` is what the other side is told, `why` what the operator is; where finding that out takes work, a function
    that does: a flood of refusals is told of only once in a while.
    """

    status: int
    reason: str  # a short stable word, for counting
    text: str
    why: Why = ""
    headers: tuple[tuple[str, str], ...] = ()


class _Proof(Record, frozen=True):
    """How a charge point proved itself: the security profile that amounts to, and what was odd about it."""

    security_profile: int
    next_password: bool = False
    findings: tuple[Finding, ...] = ()


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
    if not text or len(text) > LONGEST_IDENTIFIER or not fits_a_path(text):
        return None
    return text


def offered_protocols(values: Sequence[str]) -> list[str]:
    """The words of all Sec-WebSocket-Protocol headers."""
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def admit(
    target: str,
    headers: Mapping[str, str],
    wire: Wire,
    known: Mapping[str, Known],
    unknown_policy: str,
    policies: Policies,
    hash_key: bytes,
) -> Admission | Refusal:
    """Decide about a connection. `headers` have lower-case names; `known` is keyed by case-folded identity."""
    identifier = identifier_in(target)
    if identifier is None:
        why = "the path of the URL it is set to does not end in an identifier"
        return Refusal(404, "no_identifier", "the path must end in the charge point's identifier", why)
    charge_point = known.get(identifier.casefold())
    if charge_point is None and unknown_policy == "refuse" and policies.authenticate is None:
        return Refusal(
            *(404, "unknown_charge_point", "this charge point is not registered"),
            lambda: f"nobody registered {identifier!r}{_meant(target, headers, known)}",
        )
    if charge_point is not None and charge_point.registration == REFUSED:
        return Refusal(403, "refused_charge_point", "this charge point is refused", "its registration is refused")
    proof = _authenticate(identifier, headers, wire, charge_point, policies, hash_key)
    if isinstance(proof, Refusal):
        return proof
    if charge_point is not None:
        if (refusal := _too_low(charge_point, proof, wire)) is not None:
            return refusal
        registration = charge_point.registration
        identifier = charge_point.identifier
    else:
        registration = PENDING if unknown_policy == "pending" else ACCEPTED
    chosen = negotiate(offered_protocols([headers.get("sec-websocket-protocol", "")]))
    fallback = negotiate([])
    assert fallback is not None
    dialect, subprotocol = chosen or (fallback[0], None)
    return Admission(
        identifier=identifier,
        registration=registration,
        dialect=dialect,
        subprotocol=subprotocol,
        wire=wire,
        unserved=chosen is None,
        known_id=None if charge_point is None else charge_point.id,
        security_profile=proof.security_profile,
        next_password=proof.next_password,
        next_profile=_reaches(charge_point, proof),
        findings=proof.findings,
    )


def _authenticate(
    identifier: str,
    headers: Mapping[str, str],
    wire: Wire,
    charge_point: Known | None,
    policies: Policies,
    hash_key: bytes,
) -> _Proof | Refusal:
    """A certificate of its own is proof enough (profile 3 has no password); else its password, or the guest's word."""
    with_password = 2 if wire.tls else 1
    if policies.authenticate is not None:
        if not policies.authenticate(Knock(identifier, headers)):
            return _unauthorized("refused by policy", "the application's authenticate refused it")
        return _Proof(3 if wire.is_made_out_to(identifier) else with_password)
    if wire.is_made_out_to(identifier):
        return _Proof(3)
    stored = _hashes(charge_point)
    if charge_point is None or not stored:
        return _Proof(0)
    header = headers.get("authorization")
    credentials = credentials_in(header or "")
    if credentials is not None:
        for each in stored:
            reading = matches(credentials.password, each, hash_key)
            if reading is not None:
                findings = _oddities(credentials, reading, identifier)
                return _Proof(with_password, each != charge_point.password_hash, findings)
    if charge_point.password_hash is None:
        return _Proof(0)  # its first password is still under way to it
    return _unauthorized("wrong or missing password", lambda: explain(header, identifier, stored, hash_key))


def _hashes(charge_point: Known | None) -> tuple[str, ...]:
    """What it may come with: its password, and beside it one that is under way to it."""
    if charge_point is None:
        return ()
    return tuple(each for each in (charge_point.password_hash, charge_point.next_password_hash) if each is not None)


def _oddities(credentials: Credentials, reading: str, identifier: str) -> tuple[Finding, ...]:
    found = []
    if reading != AS_SENT:
        found.append(Finding("password_notation", f"the password matched {reading}"))
    if credentials.username.decode("utf-8", "replace").casefold() != identifier.casefold():
        # not quoted: some send the password there, too
        found.append(Finding("username_differs", "the user name of HTTP Basic is not the identity"))
    return tuple(found)


def _reaches(charge_point: Known | None, proof: _Proof) -> bool:
    """Whether it has come with the higher profile that it had accepted."""
    wanted = None if charge_point is None else charge_point.next_security_profile
    return wanted is not None and proof.security_profile >= wanted


def _too_low(charge_point: Known, proof: _Proof, wire: Wire) -> Refusal | None:
    """Refused where it came with less than is demanded of it (security white paper A00.FR.002)."""
    wanted = charge_point.security_profile
    if proof.security_profile >= wanted:
        return None
    demand = f"security profile {wanted} is demanded of it"
    if not wire.tls and wanted >= 2:
        why = f"{demand}, and it came without TLS: its URL must begin with wss:// and name the TLS port"
        return Refusal(403, "tls_required", "TLS is required", why)
    if wanted == 3 and wire.names is None:
        why = f"{demand}, and it showed no client certificate (by the listener's TLS port one is asked for)"
        return Refusal(403, "certificate_missing", "a client certificate is required", why)
    if wanted == 3:
        why = f"{demand}, and its certificate is made out to {', '.join(map(repr, wire.names or ()))[:300]}"
        return Refusal(403, "certificate_mismatch", "the client certificate is not this charge point's", why)
    return _unauthorized("wrong or missing password", f"{demand}, and no password is registered for it")


def _unauthorized(text: str, why: Why) -> Refusal:
    return Refusal(401, "unauthorized", text, why, (("WWW-Authenticate", 'Basic realm="OCPP"'),))


def _meant(target: str, headers: Mapping[str, str], known: Mapping[str, Known]) -> str:
    """Who it might be that was spelt differently; only look-ups, because anybody may knock."""
    segments = [unquote(part) for part in target.partition("?")[0].split("/") if part]
    credentials = credentials_in(headers.get("authorization", ""))
    username = "" if credentials is None else credentials.username.decode("utf-8", "replace")
    last = segments[-1] if segments else ""
    spellings = (last.replace(" ", ""), last.replace("_", "-"), last.replace("-", "_"), last.replace("-", ""))
    for words, hint in (
        (segments[-2:-1], "but the segment of the path before it is registered"),
        ([username], "but the user name it sent is registered"),
        (spellings, "but another spelling is registered"),
    ):
        for word in words:
            found = known.get(word.casefold())
            if found is not None:
                return f", {hint}: {found.identifier!r}"
    return ""
