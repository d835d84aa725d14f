"""One topic that somebody watches, or did a moment ago: who watches, and what is kept for those who come back."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable
from typing import Any

from wattdeck.domain.people import Scope
from wattdeck.domain.records import to_json
from wattdeck.live.messages import MESSAGES, METER_VALUES
from wattdeck.live.outbox import Key, Outbox

KEEP_MESSAGES = 1_000  # for those who come back
KEEP_FRAMES = 200  # raw ones can be long
# A client's last number can be newer than a throttled message that still waited in its outbox: for as long as its
# throttle holds back, and a little longer.
_OVERLAP_S = 2.0

# A snapshot serves whoever asks within so many seconds: after a restart all browsers ask at the same moment.
SHARED_S = 1.0

Source = tuple[int | None, str]


class Picture:
    """A snapshot that is being made, or was a moment ago; with what is kept since `seq` it says how things stand.
    `encoded`: the message, None where there is no such charge point.
    """

    __slots__ = ("began_at", "encoded", "seq")

    def __init__(self, seq: int, encoded: Awaitable[bytes | None]) -> None:
        self.seq, self.began_at = seq, time.monotonic()
        self.encoded = asyncio.ensure_future(encoded)

    def is_fresh(self) -> bool:
        if not self.encoded.done():
            return True
        failed = self.encoded.cancelled() or self.encoded.exception() is not None
        return not failed and time.monotonic() - self.began_at < SHARED_S


class Topic:
    """`source`: whose (None: everyone's) and which stream. `scope`: that of all who watch. `last`: the totals that were
    handed out last. `picture`: the snapshot that was made last, as long as it may be shared.
    """

    __slots__ = (
        *("clients", "kept", "last", "left_at", "name", "picture", "prefix", "scope", "since", "source", "throttled"),
    )

    def __init__(self, name: str, source: Source, since: int, scope: Scope | None = None) -> None:
        self.name, self.source, self.scope = name, source, scope
        self.last: Any = None
        self.picture: Picture | None = None
        self.throttled = source[1] == METER_VALUES
        self.prefix = b'{"topic":' + to_json(name) + b',"seq":'
        self.since = since  # messages after this number are complete
        self.clients: set[Outbox] = set()
        self.kept: deque[tuple[int, float, Key, bytes]] = deque(
            maxlen=KEEP_FRAMES if source[1] == MESSAGES else KEEP_MESSAGES
        )
        self.left_at = time.monotonic()

    def hand_out(self, seq: int, about: object, data: bytes) -> None:
        """Give everyone who watches the message of this number. `about`: what a newer one replaces; None: nothing."""
        message = self.prefix + str(seq).encode() + b',"data":' + data + b"}"
        key = (self.name, seq if about is None else about)
        self.kept.append((seq, time.monotonic(), key, message))
        for outbox in self.clients:
            outbox.put(key, message, self.throttled)

    def resume(self, outbox: Outbox, since: int) -> bool:
        """Hand out what came after `since`, then all that comes; False where not all of it is kept."""
        if since < self.oldest() - 1:
            return False
        seen_at = next((at for seq, at, _, _ in reversed(self.kept) if seq <= since), 0.0)
        overlap_from = seen_at - outbox.throttle_of(self.name) - _OVERLAP_S
        if self.throttled and self._is_full() and self.kept[0][1] > overlap_from:
            return False
        for seq, at, key, message in self.kept:
            if seq > since or (self.throttled and at > overlap_from):
                outbox.put(key, message, self.throttled)
        self.clients.add(outbox)
        return True

    def shared_picture(self, outbox: Outbox) -> Picture | None:
        """What somebody else has asked for, all that came after it handed out, too; None where that cannot be."""
        picture = self.picture
        if picture is None or not picture.is_fresh() or picture.seq < self.oldest() - 1:
            return None
        for seq, _, key, message in self.kept:
            if seq > picture.seq:
                outbox.put(key, message, self.throttled)
        return picture

    def oldest(self) -> int:
        """The number from which on everything is kept."""
        return self.kept[0][0] if self._is_full() else self.since + 1

    def data_after(self, seq: int) -> list[bytes]:
        """What was said after this number, as JSON."""
        # quotation marks of a name are escaped: the first of these begins the data
        return [message.split(b',"data":', 1)[1][:-1] for number, _, _, message in self.kept if number > seq]

    def leave(self, outbox: Outbox) -> None:
        self.clients.discard(outbox)
        self.left_at = time.monotonic()

    def _is_full(self) -> bool:
        return len(self.kept) == self.kept.maxlen
