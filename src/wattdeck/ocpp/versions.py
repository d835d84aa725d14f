"""The versions we speak, best first, and how one is chosen from what a charge point offers."""

from collections.abc import Sequence

from wattdeck.ocpp.dialect import Dialect
from wattdeck.ocpp.v16 import V16

DIALECTS: tuple[Dialect, ...] = (V16,)
BY_VERSION = {dialect.version: dialect for dialect in DIALECTS}


def negotiate(offered: Sequence[str]) -> tuple[Dialect, str | None] | None:
    """The best version both know, with the sub-protocol word to answer, spelled as it was offered.

    Nothing offered means 1.6, answered without the header (quirk Q1); only unknown words mean None.
    """
    words = {word.strip().lower(): word.strip() for word in offered if word.strip()}
    if not words:
        return V16, None
    for dialect in DIALECTS:
        if dialect.subprotocol in words:
            return dialect, words[dialect.subprotocol]
    return None
