"""A command's payload as named arguments, drawn from its JSON schema: `connectorId` is `connector_id`.

Nothing is written per command. The Python methods (`ask.py`) and the command line are made from this.
"""

import inspect
import keyword
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from wattdeck.domain.clock import iso
from wattdeck.domain.records import Record

Schema = Mapping[str, Any]
_SCALARS: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}
_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Argument(Record, frozen=True):
    """One member of a payload. `kind`: string, integer, number, boolean, array or object; `of`: an array's members'
    kind; `choices`: the only words allowed, empty where any is.
    """

    name: str
    member: str
    required: bool
    kind: str
    of: str | None
    choices: tuple[str, ...]
    schema: Schema


def snake(word: str) -> str:
    """`RemoteStartTransaction` → `remote_start_transaction`."""
    name = _BETWEEN_WORDS.sub("_", word).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def arguments(schema: Schema) -> list[Argument]:
    """The members of an action's payload; those that must be there first, else in the order of the schema."""
    required = schema.get("required", ())
    found = [_argument(schema, member, one, member in required) for member, one in schema["properties"].items()]
    return sorted(found, key=lambda one: not one.required)


def payload(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of arguments by name, its members in the order of the schema. None means: not there."""
    members = {one.member: one for one in arguments(schema)}
    made = {}
    for member in schema["properties"]:
        argument = members[member]
        if given.get(argument.name) is not None:
            made[member] = _as_sent(schema, argument.schema, given[argument.name])
    return made


def signature(schema: Schema, *options: inspect.Parameter) -> inspect.Signature:
    """As Python shows it: keyword arguments with their types, `options` after them."""
    parameters = [_parameter(one) for one in arguments(schema)]
    return inspect.Signature([*parameters, *options])


def _parameter(one: Argument) -> inspect.Parameter:
    annotation: Any = Literal[one.choices] if one.choices else _SCALARS.get(one.kind)
    if annotation is None:
        annotation = dict[str, Any] if one.kind == "object" else list[_SCALARS.get(one.of or "", Any)]  # type: ignore[misc]
    if one.required:
        return inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)
    return inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation | None, default=None)


def _argument(whole: Schema, member: str, one: Schema, required: bool) -> Argument:
    schema = _resolved(whole, one)
    items = _resolved(whole, schema.get("items", {}))
    kind, of = schema.get("type", "string"), items.get("type") if schema.get("type") == "array" else None
    return Argument(snake(member), member, required, kind, of, tuple(schema.get("enum", ())), schema)


def _resolved(whole: Schema, one: Schema) -> Schema:
    """The schema that a `$ref` within the document stands for."""
    while "$ref" in one:
        found: Any = whole
        for step in one["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        one = found
    return one


def _as_sent(whole: Schema, one: Schema, value: Any) -> Any:
    """A value with our names and times in the wire's spelling, whatever lies in it."""
    schema = _resolved(whole, one)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Mapping):
        return dict(_members(whole, schema.get("properties", {}), value))
    if isinstance(value, list | tuple):
        return [_as_sent(whole, schema.get("items", {}), each) for each in value]
    return value


def _members(whole: Schema, properties: Schema, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Known members in the order of the schema, by our name or the wire's; unknown ones as they are."""
    known = {key: member for member in properties for key in (member, snake(member))}
    by_member = {known.get(name, name): value for name, value in given.items()}
    for member in (
        *(one for one in properties if one in by_member),
        *(one for one in by_member if one not in properties),
    ):
        yield member, _as_sent(whole, properties.get(member, {}), by_member[member])
