"""The raw frame log: every frame in and out, secrets blanked, written now and then; nobody waits for it. Who watches a
charge point's frames is told of each at once.
"""

import asyncio
from typing import Any

from wattdeck.domain import secrets
from wattdeck.domain.records import InvalidJson, from_json, to_json
from wattdeck.live.frames import Frames
from wattdeck.store import messages
from wattdeck.store.engine import Store

FLUSH_S = 0.2
FLUSH_ROWS = 1000
LONGEST_FRAME = 16_384


class Wiretap:
    """`store`: where frames are kept; None where they are not."""

    def __init__(self, store: Store | None, frames: Frames) -> None:
        self._store, self._frames = store, frames
        self._rows: list[tuple[Any, ...]] = []
        self._timer: asyncio.TimerHandle | None = None

    def note(self, charge_point_id: int, at_ms: int, direction: str, frame: str | bytes) -> None:
        """Keep a frame. `direction` is "in" or "out"."""
        is_watched = charge_point_id in self._frames.watched
        if self._store is None and not is_watched:
            return
        text = redact(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))
        if is_watched:
            self._frames.hear(charge_point_id, at_ms, direction, text)
        if self._store is None:
            return
        self._rows.append((charge_point_id, at_ms, direction, text))
        if len(self._rows) >= FLUSH_ROWS:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self.flush)

    def flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._rows and self._store is not None:
            rows, self._rows = self._rows, []
            self._store.add_quietly((messages.INSERT, rows))


def redact(frame: str) -> str:
    """The frame without passwords, and cut where it is very long. A frame that holds none is left as it came."""
    if _may_hold_secrets(frame):
        try:
            fields = from_json(frame)
            blanked = secrets.without_secrets(fields)
        except (InvalidJson, RecursionError):
            return f"(not JSON, and may hold a password: {len(frame)} characters)"
        if blanked != fields:
            frame = to_json(blanked).decode()
    return frame if len(frame) <= LONGEST_FRAME else f"{frame[:LONGEST_FRAME]}… ({len(frame)} characters)"


def _may_hold_secrets(frame: str) -> bool:
    """Whether it must be read. Every frame comes through here, and single letters are found far sooner than words:
    most frames hold neither slash nor backslash, nor a k.
    """
    return (
        ("/" in frame and ("://" in frame or ":\\/" in frame))  # an address, be its slashes escaped
        or (("k" in frame or "K" in frame) and ("z" in frame or "Z" in frame) and secrets.KEY in frame.lower())
        or ("Y" in frame and "PRIVATE KEY" in frame)
        or ("\\" in frame and "\\u00" in frame)  # letters that are escaped
    )
