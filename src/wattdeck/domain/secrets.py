"""What must never be kept or shown, wherever it stands in a payload: charge points' passwords, our links' tokens."""

import re
from typing import Any

from wattdeck.domain.records import InvalidJson, from_json, to_json

# The configuration key whose value is the charge point's password (security white paper §A.3), case folded.
KEY = "authorizationkey"


# To the last @ before a slash: one may stand in the password, too.
_IN_ADDRESS = re.compile(r"(://)[^/\s]{1,500}@")
# The token of a link of ours, by which a charge point uploads or fetches a file.
_IN_LINK = re.compile(r"(/files/(?:upload|firmware)/)[^/\s]{1,200}")
_PRIVATE_KEY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END|\Z)", re.DOTALL)


_DEEPEST = 64  # deeper than any payload; Python itself ends somewhere below a thousand


def without_secrets(value: Any, depth: int = _DEEPEST) -> Any:
    """A copy of plain JSON values: the value beside each secret key is blanked, and so are passwords and tokens in
    addresses, and private keys. What lies deeper inside than any message needs is left out.
    """
    if isinstance(value, str):
        value = _without_key(value, depth)
        value = _PRIVATE_KEY.sub(r"\1***\2", value) if "PRIVATE KEY" in value else value
        return _IN_LINK.sub(r"\1***", _IN_ADDRESS.sub(r"\1***@", value)) if "://" in value else value
    if not isinstance(value, list | dict):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, list):
        return [without_secrets(each, depth - 1) for each in value]
    # charge points write the names of members in any letter case
    blank = any(_folded(name) == "key" and _folded(each) == KEY for name, each in value.items())
    return {
        name: "***" if blank and each is not None and _folded(name) == "value" else without_secrets(each, depth - 1)
        for name, each in value.items()
    }


def _without_key(text: str, depth: int) -> str:
    """A text that is JSON itself, as in DataTransfer, without the value beside a secret key."""
    if KEY not in text.casefold() or not text.lstrip().startswith(("{", "[")):
        return text
    try:
        inside = from_json(text)
    except (InvalidJson, RecursionError):
        return "***"
    blanked = "…" if depth == 0 else without_secrets(inside, depth - 1)
    return text if blanked == inside else to_json(blanked).decode()


def _folded(word: Any) -> str:
    return str(word).strip().casefold() if isinstance(word, str) else ""
