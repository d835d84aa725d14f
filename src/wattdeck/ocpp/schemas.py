"""The official JSON schemas, read at run time from the `ocpp` package's data, compiled once each when first needed.

Formats are not checked: schemas refuse zone-less times that charge points send; times are read by `times`.
"""

from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import jsonschema_rs

from wattdeck.domain.records import from_json

Fault = jsonschema_rs.ValidationError
# Names come from outside, and file systems raise on very long ones.
_LONGEST_NAME = 64


@lru_cache(maxsize=512)  # bounded: the names come from outside
def validator(folder: str, name: str) -> jsonschema_rs.Draft4Validator | None:
    """The compiled schema `<folder>/schemas/<name>.json`, or None where the version has no such message."""
    schema = document(folder, name)
    return None if schema is None else jsonschema_rs.Draft4Validator(schema, validate_formats=False)


def document(folder: str, name: str) -> dict[str, Any] | None:
    """The schema itself; None where the version has no such message."""
    source = files("ocpp") / folder / "schemas" / f"{name}.json"
    if not name.isalnum() or len(name) > _LONGEST_NAME or not source.is_file():
        return None
    schema: dict[str, Any] = from_json(source.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    return schema


@lru_cache(maxsize=512)
def required(folder: str, name: str) -> frozenset[str]:
    """The members that a message must have."""
    schema = document(folder, name)
    return frozenset(schema.get("required", ()) if schema is not None else ())


def faults(folder: str, name: str, payload: dict[str, Any], at_most: int = 100) -> list[Fault]:
    """What is wrong with a payload by its schema, as far as `at_most`; empty when nothing is."""
    schema = validator(folder, name)
    if schema is None or schema.is_valid(payload):
        return []
    return list(islice(schema.iter_errors(payload), at_most))


def member(fault: Fault) -> str:
    """The path of the member a fault is about, as people write it: `meterValue[0].timestamp`."""
    path = ""
    for step in fault.instance_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.lstrip(".")
