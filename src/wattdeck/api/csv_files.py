"""CSV as RFC 4180 has it, in UTF-8: a header, lines that end in CR LF, no cell that is a formula."""

import csv
import io
from typing import Any

from wattdeck.api.columns import Column
from wattdeck.domain.cells import as_cell

MEDIA = "text/csv"


class CsvFile:
    """A file that is written page by page. It begins with the names of the columns, also where there is no line."""

    def __init__(self, columns: list[Column]) -> None:
        self._names = [column.name for column in columns]
        self._has_header = False

    def write(self, items: list[dict[str, Any]]) -> bytes:
        text = io.StringIO(newline="")
        rows = csv.writer(text)
        if not self._has_header:
            rows.writerow(self._names)
            self._has_header = True
        rows.writerows([[as_cell(item.get(name)) for name in self._names] for item in items])
        return text.getvalue().encode()

    def end(self) -> bytes:
        return b""
