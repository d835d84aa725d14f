"""The official JSON schemas as a judge of what we send, formats included. Read apart from our own reading of them."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema `Reset` or `ResetResponse` of OCPP 1.6."""
    return json.loads((files("ocpp") / "v16/schemas" / f"{name}.json").read_bytes().decode("utf-8-sig"))


@cache
def _validator(name: str) -> jsonschema_rs.Draft4Validator:
    return jsonschema_rs.Draft4Validator(schema(name), validate_formats=True)


def wrong_with(name: str, payload: Any) -> list[str]:
    """What is wrong with a payload, in words; nothing when it fits."""
    return [f"{list(one.instance_path)}: {one.message}" for one in _validator(name).iter_errors(payload)]


def names() -> set[str]:
    """Of all messages and commands of OCPP 1.6, the security extension's among them."""
    found = {one.name.removesuffix(".json") for one in (files("ocpp") / "v16/schemas").iterdir()}
    return {name for name in found if not name.endswith("Response")}
