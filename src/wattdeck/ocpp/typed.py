"""Records made of the official schemas at run time: JSON text is read and checked in one go, several times faster than
into dictionaries that are checked afterwards. What such a reader takes fits the schema; what it does not take may fit
it all the same, and goes the long way.
"""

from collections.abc import Mapping, Set
from functools import lru_cache
from keyword import iskeyword
from typing import Annotated, Any, Literal

import msgspec

from wattdeck.ocpp.schemas import document

Reader = msgspec.json.Decoder[Any]
CannotRead = (msgspec.DecodeError, UnicodeError, RecursionError)

# Of each kind of schema the keywords that are understood; `format` is not checked (`schemas`).
_OBJECT = frozenset({"type", "properties", "additionalProperties", "required", "title", "$schema", "id"})
_ARRAY = frozenset({"type", "items", "minItems", "maxItems"})
_TEXT = frozenset({"type", "format", "maxLength", "enum", "additionalProperties"})


class _NotUnderstood(Exception):
    """A schema says something that is not translated here."""


@lru_cache
def readers(folder: str, names: Set[str]) -> Mapping[str, Reader]:
    """Readers of these messages of a version, by name."""
    found = {name: reader(folder, name) for name in sorted(names)}
    return {name: one for name, one in found.items() if one is not None}


def reader(folder: str, name: str) -> Reader | None:
    """None where there is no such schema, or where it says something that is not understood here."""
    schema = document(folder, name)
    try:
        return None if schema is None else msgspec.json.Decoder(_type(schema, name))
    except _NotUnderstood:
        return None


def _type(schema: Mapping[str, Any], name: str) -> Any:
    """The type of what fits the schema."""
    kind, keywords = schema.get("type"), frozenset(schema)
    if kind == "object" and keywords <= _OBJECT and schema.get("additionalProperties") is False:
        return _record(schema, name)
    if kind == "array" and keywords <= _ARRAY and "items" in schema:
        bounds = msgspec.Meta(min_length=schema.get("minItems"), max_length=schema.get("maxItems"))
        return Annotated[list[_type(schema["items"], name)], bounds]  # type: ignore[misc]
    if kind == "string" and keywords <= _TEXT:
        if "enum" in schema:
            return Literal[tuple(schema["enum"])]
        return Annotated[str, msgspec.Meta(max_length=schema.get("maxLength"))]
    if kind == "integer" and keywords == {"type"}:
        return int
    raise _NotUnderstood(name)


def _record(schema: Mapping[str, Any], name: str) -> Any:
    fields: list[Any] = []
    required = schema.get("required", ())
    for member, inside in schema["properties"].items():
        if not member.isidentifier() or iskeyword(member):
            raise _NotUnderstood(member)
        type_ = _type(inside, f"{name}_{member}")
        fields.append((member, type_) if member in required else (member, type_, None))
    return msgspec.defstruct(name, fields, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True)
