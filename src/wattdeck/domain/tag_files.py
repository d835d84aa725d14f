"""Tags as CSV: read from what people's spreadsheets write, and written so that it can be read again unchanged."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from wattdeck.domain.cells import as_cell, unmarked
from wattdeck.domain.clock import from_iso, from_ms, iso, to_ms
from wattdeck.domain.records import Record, as_dict, replace
from wattdeck.domain.tags import LONGEST_ON_WIRE, Tag, same_tag

COLUMNS = ("id_tag", "status", "expires_at", "parent", "note", "max_sessions")
ADD, CHANGE, UNCHANGED, ERROR = "add", "change", "unchanged", "error"
LONGEST_TAG, LONGEST_NOTE, MOST_SESSIONS = 255, 1_000, 2**31 - 1


class WrongFile(ValueError):
    """Not a list of tags at all; the text says why."""


class Line(Record, frozen=True):
    """One tag of a file. `number`: the line it begins on; `given`: what the file says of it, by column."""

    number: int
    id_tag: str
    given: Mapping[str, Any]
    wrong: str | None = None


class Planned(Record, frozen=True):
    """What a line would do: add, change, unchanged or error; `what`: the change or the error in words."""

    number: int
    id_tag: str
    action: str
    what: str | None = None
    tag: Tag | None = None


def read(data: bytes) -> list[Line]:
    """The lines of a CSV file in UTF-8 with a header, columns in any order, comma or semicolon between them.

    Raises WrongFile. A line that cannot be used says so in `wrong`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongFile(f"not UTF-8: byte {error.start}") from None
    first = text.split("\n", 1)[0]
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    columns: list[str] = []
    lines: list[Line] = []
    seen: dict[str, int] = {}
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            if not columns:
                raise WrongFile(f"line {number}: {error}") from None
            # where this one ends nobody can tell, so what follows is not looked at
            lines.append(Line(number, "", {}, f"{error}; what follows was not read"))
            break
        if not any(cell.strip() for cell in row):
            continue
        if not columns:
            columns = _columns(row)
            continue
        line = _line(number, columns, row)
        before = seen.setdefault(same_tag(line.id_tag), number)
        if line.wrong is None and before != number:
            line = replace(line, wrong=f"the same tag as in line {before}")
        lines.append(line)
    if not columns:
        raise WrongFile("empty: the first line names the columns")
    return lines


def _columns(row: list[str]) -> list[str]:
    columns = [cell.strip().casefold() for cell in row]
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise WrongFile(f"unknown column {unknown[0][:60]!r}: the columns are {', '.join(COLUMNS)}")
    if len(set(columns)) < len(columns):
        raise WrongFile("a column is there twice")
    if "id_tag" not in columns:
        raise WrongFile("no column id_tag")
    return columns


def _line(number: int, columns: list[str], row: list[str]) -> Line:
    cells = dict(zip(columns, (unmarked(text) for text in row), strict=False))
    id_tag = cells.get("id_tag", "").strip()
    given: dict[str, Any] = {}
    try:
        if len(row) != len(columns):
            raise ValueError(f"{len(row)} cells where the header has {len(columns)}")
        if not 0 < len(id_tag) <= LONGEST_TAG:
            raise ValueError(f"id_tag: 1 to {LONGEST_TAG} characters")
        for name in columns:
            if name != "id_tag":
                given[name] = _READ[name](cells[name])
    except ValueError as error:
        return Line(number, id_tag[:LONGEST_TAG], {}, str(error))
    return Line(number, id_tag, given)


def _status(cell: str) -> str:
    status = cell.strip().casefold() or "accepted"
    if status not in ("accepted", "blocked"):
        raise ValueError(f"status: {cell.strip()[:60]!r} is neither accepted nor blocked")
    return status


def _expires_at(cell: str) -> Any:
    if not cell.strip():
        return None
    at = from_iso(cell.strip())
    if at is None:
        raise ValueError(f"expires_at: {cell.strip()[:60]!r} is no time; 2027-12-31T23:59:59Z is one")
    return from_ms(to_ms(at))


def _parent(cell: str) -> str | None:
    if len(cell.strip()) > LONGEST_ON_WIRE:
        raise ValueError(f"parent: more than {LONGEST_ON_WIRE} characters")
    return cell.strip() or None


def _note(cell: str) -> str | None:
    if len(cell) > LONGEST_NOTE:
        raise ValueError(f"note: more than {LONGEST_NOTE} characters")
    return cell or None


def _max_sessions(cell: str) -> int | None:
    text = cell.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= MOST_SESSIONS):
        raise ValueError(f"max_sessions: {text[:60]!r} is no whole number from 0")
    return int(text)


_READ: dict[str, Callable[[str], Any]] = {
    "status": _status,
    "expires_at": _expires_at,
    "parent": _parent,
    "note": _note,
    "max_sessions": _max_sessions,
}


def plan(lines: Iterable[Line], known: Mapping[str, Tag]) -> list[Planned]:
    """What each line would do. `known`: the tags there are, by compared key. Columns that the file does not have stay
    as they are; an empty cell means none. The spelling of a known tag stays.
    """
    return [_plan(line, known.get(same_tag(line.id_tag))) for line in lines]


def _plan(line: Line, before: Tag | None) -> Planned:
    if line.wrong is not None:
        return Planned(line.number, line.id_tag, ERROR, line.wrong)
    if before is None:
        return Planned(line.number, line.id_tag, ADD, None, Tag(id_tag=line.id_tag, **line.given))
    changed = {name: value for name, value in line.given.items() if (getattr(before, name) or None) != (value or None)}
    if "max_sessions" in line.given and line.given["max_sessions"] != before.max_sessions:
        changed["max_sessions"] = line.given["max_sessions"]  # 0 is not none
    if not changed:
        return Planned(line.number, line.id_tag, UNCHANGED)
    what = "; ".join(f"{name}: {_said(getattr(before, name))} → {_said(value)}" for name, value in changed.items())
    return Planned(line.number, line.id_tag, CHANGE, what, replace(before, **changed))


def _said(value: Any) -> str:
    return "none" if value is None else iso(value) if hasattr(value, "tzinfo") else str(value)


def write(tags: Iterable[Tag]) -> Iterator[str]:
    """The text of a CSV file, line by line."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield buffer.getvalue()
    for tag in tags:
        buffer.seek(0)
        buffer.truncate()
        cells = as_dict(tag) | {"expires_at": "" if tag.expires_at is None else iso(tag.expires_at)}
        writer.writerow([as_cell(cells[name]) for name in COLUMNS])
        yield buffer.getvalue()
