"""What a browser carries while it is away at the provider: signed by us, good for ten minutes and for one time."""

import base64
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict

from wattdeck.domain.records import InvalidJson, Record, from_json, to_json

LASTS_S = 600
_MOST_USED = 10_000


class Away(Record, frozen=True):
    """`verifier`: of PKCE; `to`: the page that was wanted."""

    state: str
    nonce: str
    verifier: str
    to: str
    until: int


class States:
    """One central system's."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)  # of this process: a log-in that a restart comes between begins anew
        self._used: OrderedDict[str, None] = OrderedDict()

    def begin(self, to: str) -> tuple[Away, str]:
        """What is sent along, and the cookie that has it all."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        away = Away(state, nonce, verifier, to, int(time.time()) + LASTS_S)
        body = base64.urlsafe_b64encode(to_json(away))
        return away, f"{body.decode()}.{self._sign(body)}"

    def end(self, cookie: str, state: str) -> Away | None:
        """What the browser carried, once; None where it is not ours, too old, of another log-in, or was used."""
        body, _, signature = cookie.partition(".")
        if not hmac.compare_digest(self._sign(body.encode()).encode(), signature.encode()):
            return None
        try:
            away = Away(**from_json(base64.urlsafe_b64decode(body)))
        except (InvalidJson, ValueError, TypeError):
            return None
        if not hmac.compare_digest(away.state.encode(), state.encode()) or time.time() > away.until:
            return None
        if state in self._used:
            return None
        self._used[state] = None
        while len(self._used) > _MOST_USED:
            self._used.popitem(last=False)
        return away

    def _sign(self, body: bytes) -> str:
        return hmac.new(self._key, body, hashlib.sha256).hexdigest()
