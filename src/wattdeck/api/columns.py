"""The columns that the items of a list have in a file: the fields of their shape, in its order."""

from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from wattdeck.api.parameters import Listed
from wattdeck.domain.records import Record

TEXT, WHOLE, NUMBER, TRUTH, TIME = "text", "whole", "number", "truth", "time"
NUMBER_OR_TEXT = "number or text"
# Fields that are times, though their names do not end as those of most do.
_TIMES = frozenset({"at", "bucket", "bucket_end", "from", "to", "repeats_until", "schedule_start"})
_KINDS = {str: TEXT, int: WHOLE, float: NUMBER, bool: TRUTH}


class Column(Record, frozen=True):
    """`kind`: of what is in it; what has parts of its own is text."""

    name: str
    kind: str


def shape_of(model: Any) -> Any:
    """The shape of the items of `Listed[shape]`, also where the list itself says more; None of what is no list."""
    for one in (model, *getattr(model, "__orig_bases__", ())):
        if get_origin(one) is Listed:
            return get_args(one)[0]
    return None


def columns_of(shape: Any) -> list[Column]:
    return [Column(name, _kind(name, hint)) for name, hint in get_type_hints(shape).items()]


def _kind(name: str, hint: Any) -> str:
    kinds = {_KINDS.get(one, TEXT) for one in _parts(hint) if one is not type(None)}
    if kinds == {NUMBER, TEXT}:
        return NUMBER_OR_TEXT
    kind = kinds.pop() if len(kinds) == 1 else TEXT
    is_time = kind == TEXT and (name.endswith("_at") or name in _TIMES)
    return TIME if is_time else kind


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
