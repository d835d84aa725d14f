"""Parquet, with the extra `parquet`: numbers as numbers, times as times, written group by group."""

from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from wattdeck.api.columns import NUMBER, NUMBER_OR_TEXT, TEXT, TIME, TRUTH, WHOLE, Column
from wattdeck.domain.cells import flat

MEDIA = "application/vnd.apache.parquet"
MISSING = "Parquet needs the extra parquet: pip install 'wattdeck[parquet]'"
ROWS_IN_A_GROUP = 50_000
_ONLY_TEXT = "only text"


def available() -> bool:
    return find_spec("pyarrow") is not None


@cache
def _arrow() -> Any:
    # loaded when it is needed first: it takes longer than all the rest of the server
    import_module("pyarrow.parquet")
    return import_module("pyarrow")


class _Sink:
    """What the library has written and nobody has taken yet."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


class ParquetFile:
    """A file that is written page by page, in groups of rows."""

    def __init__(self, columns: list[Column]) -> None:
        arrow = _arrow()
        kinds = {
            TEXT: arrow.string(),
            _ONLY_TEXT: arrow.string(),
            WHOLE: arrow.int64(),
            NUMBER: arrow.float64(),
            TRUTH: arrow.bool_(),
            TIME: arrow.timestamp("ms", "UTC"),
        }
        self._columns = [each for column in columns for each in _divided(column)]
        self._schema = arrow.schema([(name, kinds[column.kind]) for name, column in self._columns])
        self._sink = _Sink()
        self._file = arrow.parquet.ParquetWriter(arrow.PythonFile(self._sink, mode="w"), self._schema)
        self._waiting: list[Any] = []

    def write(self, items: list[dict[str, Any]]) -> bytes:
        arrow = _arrow()
        arrays = [
            arrow.array([_value(item.get(column.name), column.kind) for item in items], self._schema.field(name).type)
            for name, column in self._columns
        ]
        self._waiting.append(arrow.RecordBatch.from_arrays(arrays, schema=self._schema))
        if sum(batch.num_rows for batch in self._waiting) >= ROWS_IN_A_GROUP:
            self._write_group()
        return self._sink.take()

    def end(self) -> bytes:
        self._write_group()
        self._file.close()
        return self._sink.take()

    def _write_group(self) -> None:
        self._file.write_table(_arrow().Table.from_batches(self._waiting, self._schema))
        self._waiting.clear()


def _divided(column: Column) -> list[tuple[str, Column]]:
    """What can be a number or text has a column for each."""
    if column.kind != NUMBER_OR_TEXT:
        return [(column.name, column)]
    return [
        (column.name, Column(column.name, NUMBER)),
        (f"{column.name}_text", Column(column.name, _ONLY_TEXT)),
    ]


def _value(value: Any, kind: str) -> Any:
    is_text = isinstance(value, str)
    if value is None or (kind == NUMBER and is_text) or (kind == _ONLY_TEXT and not is_text):
        return None
    if kind == TIME:
        return datetime.fromisoformat(value)
    return value if is_text or kind != TEXT else flat(value)
