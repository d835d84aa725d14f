"""Many rows by one statement: half the work where they are narrow. And between two statements SQLite's driver lets go
of the interpreter, which it then has to ask the event loop for, again and again: while that is busy, a row at a time
waits for each of its turns.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

# So many at a time, as long as there are so many: more gains nothing, and the rest shall not go one by one.
_SIZES = (64, 8, 1)


_ROW = re.compile(r"\(\?(?:, \?)*\)")


def run(driver: Any, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Run a statement that holds `VALUES (?, …)` for all rows; how many it added or changed."""
    added = start = 0
    for size in _SIZES:
        end = start + (len(rows) - start) // size * size
        if end > start:
            groups = (tuple(chain.from_iterable(rows[first : first + size])) for first in range(start, end, size))
            added += driver.executemany(_wide(sql, size), groups).rowcount
        start = end
    return added


@lru_cache
def _wide(sql: str, size: int) -> str:
    return _ROW.sub(lambda row: ", ".join([row[0]] * size), sql, count=1)
