"""Cells of CSV files: any value as text, and text that no spreadsheet takes for a formula."""

from typing import Any

from wattdeck.domain.records import to_json

# A spreadsheet takes a cell that begins so for a formula; it is written with an apostrophe in front, which reading
# takes away again. An apostrophe of one's own is doubled in the same way.
_MARK = "'"
_RISKY = ("=", "+", "-", "@", "\t", "\r", _MARK)


def marked(text: str) -> str:
    return _MARK + text if text.startswith(_RISKY) else text


def unmarked(cell: str) -> str:
    return cell[1:] if cell.startswith(_MARK) and cell[1:].startswith(_RISKY) else cell


def as_cell(value: Any) -> Any:
    """What a JSON value is in a cell: nothing for null, words of a list with blanks between them, else JSON for what
    has parts. Numbers stay numbers, so that a negative one is no formula.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return marked(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    return marked(flat(value))


def flat(value: Any) -> str:
    """A list or an object as text."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    return to_json(value).decode()
