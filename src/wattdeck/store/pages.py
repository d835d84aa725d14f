"""How many bytes and rows each table has, from the file's B-trees: their inner pages are read, of their leaves some.

SQLite's own `dbstat` reads the whole file, and holds the write-ahead log back meanwhile. All leaves of a B-tree lie
equally deep, so their number stands in their parents: of a database of 10 GB about one page in a hundred is looked at,
without a transaction. What is written meanwhile makes the figures a little older than others, never wrong by much.
The format: https://sqlite.org/fileformat2.html, §1.6 (B-trees), §4 (write-ahead log). Why: docs/decisions/0011.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from wattdeck.domain.records import Record

_INNER_INDEX, _INNER_TABLE, _LEAF_INDEX, _LEAF_TABLE = 2, 5, 10, 13
_INNER, _LEAF = (_INNER_INDEX, _INNER_TABLE), (_LEAF_INDEX, _LEAF_TABLE)
_LEAVES_READ = 256  # of each B-tree; one that has no more is counted exactly
_DEEPEST = 12
_WAL_HEADER, _WAL_FRAME = 32, 24
# the table of tables does not name itself
_ROOTS = (
    "SELECT 'table' AS type, 'sqlite_schema' AS tbl_name, 1 AS rootpage"
    " UNION ALL SELECT type, tbl_name, rootpage FROM sqlite_schema WHERE rootpage > 0"
)


class TableSize(Record, frozen=True):
    """Of a table with its indexes. `exact`: every page was looked at."""

    name: str
    bytes: int
    rows: int
    exact: bool


class _Tree(Record, frozen=True):
    pages: int
    rows: int
    exact: bool


class Pages:
    """The pages of a database file, those in its write-ahead log included.

    A file that SQLite has open in this process must not be closed here before SQLite has let go of it: closing any
    descriptor of a file ends all of the process's locks on it (https://sqlite.org/howtocorrupt.html, §2.2).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDONLY)

    def close(self) -> None:
        os.close(self._file)

    def table_sizes(self, connection: Connection, *names: str) -> list[TableSize]:
        """Of these tables, or of all; the largest first."""
        size, reserved = connection.exec_driver_sql("PRAGMA page_size").scalar_one(), os.pread(self._file, 1, 20)
        roots = connection.exec_driver_sql(_ROOTS).all()
        with _Snapshot(self._file, self._path, size, reserved[0] if reserved else 0) as pages:
            found: dict[str, TableSize] = {}
            for kind, table, root in roots:
                if names and table not in names:
                    continue
                tree = _measure(pages, root)
                one = found.get(table, TableSize(table, 0, 0, True))
                rows = one.rows + (tree.rows if kind == "table" else 0)
                found[table] = TableSize(table, one.bytes + tree.pages * size, rows, one.exact and tree.exact)
        return sorted(found.values(), key=lambda one: -one.bytes)


class _Snapshot:
    """Where each page lies: in the write-ahead log as of its last commit, else in the file."""

    def __init__(self, file: int, path: Path, size: int, reserved: int) -> None:
        self._file, self.size, self.usable = file, size, size - reserved
        self._log: int | None = None
        try:
            self._log = os.open(f"{path}-wal", os.O_RDONLY)
        except FileNotFoundError:
            self._in_log: dict[int, int] = {}
        else:
            self._in_log = _committed(self._log, size)

    def __enter__(self) -> "_Snapshot":
        return self

    def __exit__(self, *_: object) -> None:
        if self._log is not None:
            os.close(self._log)

    def read(self, number: int, length: int) -> bytes:
        """The first bytes of a page's B-tree part; no more than zeros where there is no such page."""
        at, file = self._in_log.get(number), self._file
        if at is None or self._log is None:
            at = (number - 1) * self.size
        else:
            file = self._log
        return os.pread(file, length, at).ljust(length, b"\0") if number > 0 else bytes(length)


def _committed(log: int, size: int) -> dict[int, int]:
    """Page → where its newest committed state begins in the log. Frames of before it began anew have other salts."""
    salts = os.pread(log, 8, 16)
    done: dict[int, int] = {}
    pending: dict[int, int] = {}
    at = _WAL_HEADER
    while len(header := os.pread(log, _WAL_FRAME, at)) == _WAL_FRAME and header[8:16] == salts:
        pending[_number(header, 0)] = at + _WAL_FRAME
        if _number(header, 4):  # ends a transaction
            done |= pending
            pending.clear()
        at += _WAL_FRAME + size
    return done


def _measure(pages: _Snapshot, root: int) -> _Tree:
    inner = [root]
    counted = rows = 0
    for _ in range(_DEEPEST):
        kind = _kind(pages, inner[0])
        if kind in _LEAF:
            return _with_leaves(pages, inner, len(inner), counted, rows)
        if kind not in _INNER:
            break
        counted += len(inner)
        children, cells = [], 0
        if _kind(pages, _first_child(pages, inner[0])) in _LEAF:
            # only some of them are read, so it is enough to know how many there are
            counts = [_cells(pages, page) for page in inner]
            rows += sum(counts) if kind == _INNER_INDEX else 0
            return _with_leaves(pages, list(_some_children(pages, inner)), sum(counts) + len(inner), counted, rows)
        for page in inner:
            here = _children(pages, page)
            cells += len(here) - 1
            children += here
        rows += cells if kind == _INNER_INDEX else 0  # an index has rows in its inner pages, too
        inner = children
    return _Tree(counted, rows, False)


def _with_leaves(pages: _Snapshot, some: list[int], leaves: int, counted: int, rows: int) -> _Tree:
    """The tree, from some of its leaves."""
    read = [one for one in (_leaf(pages, page) for page in some) if one is not None]
    if not read:
        return _Tree(counted + leaves, rows, False)
    each = leaves / len(read)
    overflow = sum(more for _, more in read) * each
    return _Tree(
        counted + leaves + round(overflow), rows + round(sum(count for count, _ in read) * each), len(read) == leaves
    )


def _leaf(pages: _Snapshot, page: int) -> tuple[int, int] | None:
    """Its rows, and the further pages that long ones go on in."""
    data = pages.read(page, pages.size)
    start = _start(page)
    if data[start] not in _LEAF:
        return None  # it became another page meanwhile
    count = _short(data, start + 3)
    usable = pages.usable
    most = usable - 35 if data[start] == _LEAF_TABLE else (usable - 12) * 64 // 255 - 23
    overflow = 0
    for cell in range(count):
        length = _varint(data, _short(data, start + 8 + 2 * cell))
        if length > most:
            least = (usable - 12) * 32 // 255 - 23
            kept = least + (length - least) % (usable - 4)
            overflow += -(-(length - (kept if kept <= most else least)) // (usable - 4))
    return count, overflow


def _some_children(pages: _Snapshot, inner: list[int]) -> Iterator[int]:
    """All children of the pages where they are few, else some from all over."""
    few = len(inner) <= _LEAVES_READ and sum(_cells(pages, page) + 1 for page in inner) <= _LEAVES_READ
    if few:
        for page in inner:
            yield from _children(pages, page)
        return
    for turn in range(_LEAVES_READ):
        children = _children(pages, inner[turn * len(inner) // _LEAVES_READ])
        yield children[turn * 7919 % len(children)]


def _first_child(pages: _Snapshot, page: int) -> int:
    return _children(pages, page)[0]


def _children(pages: _Snapshot, page: int) -> list[int]:
    data = pages.read(page, pages.size)
    start = _start(page)
    cells = [_short(data, start + 12 + 2 * cell) for cell in range(_short(data, start + 3))]
    return [_number(data, at) for at in cells if at + 4 <= len(data)] + [_number(data, start + 8)]


def _cells(pages: _Snapshot, page: int) -> int:
    return _short(pages.read(page, _start(page) + 8), _start(page) + 3)


def _kind(pages: _Snapshot, page: int) -> int:
    return pages.read(page, _start(page) + 8)[_start(page)]


def _start(page: int) -> int:
    return 100 if page == 1 else 0  # the file's header


def _short(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _varint(data: bytes, at: int) -> int:
    value = 0
    for byte in data[at : at + 9]:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value
