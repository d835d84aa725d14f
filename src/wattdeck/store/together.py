"""Many rows by one statement: half the work where they are narrow. And between two statements SQLite's driver lets go
of the interpreter, which it then has to ask the event loop for, again and again: while that is busy, a row at a time
waits for each of its turns.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

# So many at a time, as long as there are so many: more gains nothing, and the rest shall not go one by one.
_SIZES = (64, 8, 1)

# The text of one row between those of others: its parameters are numbered from so many on, or not at all.
RowText = Callable[[int], str]


def run(driver: Any, sql: str, row: RowText, rows: Sequence[tuple[Any, ...]], each: int = 1) -> int:
    """Run a statement for all rows; how many it added or changed. `sql` holds the text of the first row; a row of
    `each` counts for so many.
    """
    added = start = 0
    for size in _SIZES:
        size = size // each or 1
        end = start + (len(rows) - start) // size * size
        if end > start:
            groups = (tuple(chain.from_iterable(rows[first : first + size])) for first in range(start, end, size))
            added += driver.executemany(_wide(sql, row, size, len(rows[start])), groups).rowcount
        start = end
    return added


@lru_cache
def _wide(sql: str, row: RowText, size: int, parameters: int) -> str:
    return sql.replace(row(1), ", ".join(row(1 + number * parameters) for number in range(size)), 1)
