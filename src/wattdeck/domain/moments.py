"""Plain numbers that were measured at one moment, by columns: most meter values come so, eight at a time and thousands
of times a second, and hardly anybody asks for one of them by itself.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from wattdeck.domain.clock import to_ms
from wattdeck.domain.events import StoredValue
from wattdeck.domain.meter_values import MeterValue
from wattdeck.domain.records import Record

T = TypeVar("T")
# Values that are kept so. More make long statements, and hardly any message has more.
MOST = 64


class Kind(Record, frozen=True, gc=False):
    """What a number is of, in base units."""

    measurand: str
    unit: str
    phase: str | None
    context: str
    location: str


class Shape:
    """The kinds of a message's values, in their order. Messages that are alike share one, so it is known by itself."""

    __slots__ = ("kinds",)

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)


class _Columns(Sequence[T]):
    """Records that are made when somebody asks for them; equal to any sequence of the same ones."""

    __slots__ = ("_records",)

    _records: tuple[T, ...] | None

    @abstractmethod
    def _make(self) -> tuple[T, ...]: ...

    @property
    def records(self) -> tuple[T, ...]:
        if self._records is None:
            self._records = self._make()
        return self._records

    def __getitem__(self, index: Any) -> Any:
        return self.records[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self.records)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.records == tuple(other)

    def __hash__(self) -> int:
        return hash(self.records)

    def __repr__(self) -> str:
        return repr(self.records)


class Moment(_Columns[MeterValue]):
    """Meter values of one moment: `numbers` of the kinds that `shape` says, all finite. `taken_ms`: `taken_at` as the
    database has it.
    """

    __slots__ = ("numbers", "shape", "taken_at", "taken_ms")

    def __init__(self, shape: Shape, numbers: Sequence[float], taken_at: datetime) -> None:
        self.shape, self.numbers, self.taken_at = shape, numbers, taken_at
        self.taken_ms = to_ms(taken_at)
        self._records = None

    def __len__(self) -> int:
        return len(self.numbers)

    def _make(self) -> tuple[MeterValue, ...]:
        at = self.taken_at
        return tuple(
            MeterValue(kind.measurand, number, kind.unit, kind.phase, kind.context, kind.location, at)
            for kind, number in zip(self.shape.kinds, self.numbers, strict=True)
        )


class StoredMoment(_Columns[StoredValue]):
    """The same as they were stored: with their session, and the flags of each; None where none has any."""

    __slots__ = ("flags", "moment", "session_id")

    def __init__(self, moment: Moment, session_id: int | None, flags: Sequence[int] | None = None) -> None:
        self.moment, self.session_id, self.flags = moment, session_id, flags
        self._records = None

    def __len__(self) -> int:
        return len(self.moment.numbers)

    def _make(self) -> tuple[StoredValue, ...]:
        flags = self.flags or (0,) * len(self)
        return tuple(
            StoredValue(value, self.session_id, each) for value, each in zip(self.moment.records, flags, strict=True)
        )
