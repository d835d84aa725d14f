"""Signed meter values: which format one has, as far as its first characters say, and the file that the transparency
software of S.A.F.E. reads. Nothing of a value is ever changed: its signature would no longer fit.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import Record

OCMF, ALFEN, EDL, UNKNOWN = "OCMF", "ALFEN", "EDL", "unknown"
# How the formats begin: OCMF by its specification; Alfen's lines; SML telegrams (EDL 40), as hexadecimal digits.
_BEGINNINGS = ((OCMF, "OCMF|"), (ALFEN, "AP;"), (EDL, "1b1b1b1b"), (EDL, "1B1B1B1B"))
# What XML 1.0 (§2.2) can carry beside the printable.
_CARRIED = frozenset("\t\n\r")


class Signed(Record, frozen=True):
    """One value: `context` is the standard's word for why it was taken."""

    context: str
    text: str


def format_of(text: str) -> str:
    """OCMF, ALFEN, EDL or unknown."""
    begun = text.lstrip()
    return next((name for name, beginning in _BEGINNINGS if begun.startswith(beginning)), UNKNOWN)


def transparency_xml(transaction_id: str, values: Iterable[Signed]) -> str:
    """The container `<values>` with each value that is OCMF, as it came. Public keys are not known here: the software
    asks for them. Other formats are left out: how it wants them encoded depends on the meter.

    Raises Unprocessable where a value holds characters that XML cannot carry.
    """
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', "<values>"]
    for value in values:
        if format_of(value.text) != OCMF:
            continue
        if any(ord(letter) < 32 and letter not in _CARRIED for letter in value.text) or "\ufffe" in value.text:
            raise Unprocessable("a value holds characters that XML cannot carry: take it as it came")
        # a bare carriage return would be read as a line feed (XML 1.0 §2.11)
        text = escape(value.text, {"\r": "&#13;"})
        parts.append(f"  <value transactionId={quoteattr(transaction_id)} context={quoteattr(value.context)}>")
        parts.append(f'    <signedData format="OCMF" encoding="plain">{text}</signedData>')
        parts.append("  </value>")
    return "\n".join([*parts, "</values>", ""])
