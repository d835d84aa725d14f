"""Payloads made from the official JSON schemas: whole ones, and ones spoilt in every place and in every way.

`everywhere` spoils one member at a time, all there are; `several` draws a few faults at once. Neither knows what we do
with them.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.schemas import schema

FORMATS = {"date-time": "2026-09-14T12:00:00Z", "uri": "https://example.com/file"}
WRONG_TYPES: dict[str, list[Any]] = {
    "string": [7, 7.5, True, [], {}, ["x"], {"a": 1}],
    "integer": ["x", "7", "7,5", True, 7.5, [], {}, [7]],
    "number": ["x", "7.5", True, [], {}],
    "boolean": ["true", 1, "x", [], {}],
    "array": ["x", 7, True, {}, {"a": 1}],
    "object": ["x", 7, True, [], [{}]],
}
HUGE: dict[str, list[Any]] = {
    "integer": [2**31, 2**63, 10**30, 10**400, -1, -(2**63) - 1, 1e15],
    "number": [1e308, -1e308, 10**400, -1],
}
# a NUL, a mark that turns the direction, a flag of many code points, combining marks, a byte order mark …
ODD_TEXTS = ["\x00", "\u202etag", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "e\u0301" * 9, "\ufeffx", 'a"\\', "\n\t ", "'; drop table sessions; --"]
ODD_TIMES = [
    "soon",
    "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-09-14 12:00",
]
DEPTHS = [60, 400]


class Spoilt(NamedTuple):
    """`path` leads to the member that `fault` is about."""

    fault: str
    path: tuple[str | int, ...]
    payload: Any


def whole(name: str) -> Any:
    """A payload with every member its schema has, lists with one item."""
    return _fitting(schema(name), schema(name))


def everywhere(name: str) -> Iterator[Spoilt]:
    """Every member of the whole payload spoilt in every way that its schema knows, one at a time."""
    good, root = whole(name), schema(name)
    for path, node, holder in _members(root, root):
        for fault, value in _faults(node):
            yield Spoilt(fault, path, _with(good, path, value))
        if isinstance(path[-1], str):
            yield Spoilt("missing" if path[-1] in holder.get("required", ()) else "absent", path, _without(good, path))
    for path in [(), *(path for path, node, _ in _members(root, root) if node.get("type") == "object")]:
        extra = {"vendorExtra": {"a": [1, None]}, "": "", "connectorID": 1}
        yield Spoilt("extra", path, _with(good, path, _at(good, path) | extra))


def several(name: str) -> st.SearchStrategy[Spoilt]:
    """A payload with two to five faults at once."""
    root = schema(name)
    members = list(_members(root, root))

    @st.composite
    def strategy(draw: st.DrawFn) -> Spoilt:
        payload = whole(name)
        for _ in range(draw(st.integers(2, 5))):
            path, node, _ = draw(st.sampled_from(members))
            if draw(st.integers(0, 3)) == 0:
                payload = _without(payload, path)
            else:
                values = st.sampled_from([value for _, value in _faults(node)])
                payload = _with(payload, path, draw(values | anything()))
        return Spoilt("several", (), payload)

    return strategy() if members else st.just(Spoilt("several", (), {}))


def anything() -> st.SearchStrategy[Any]:
    """Any JSON, not too much of it."""
    numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    plain = st.none() | st.booleans() | numbers | st.text(st.characters(codec="utf-8"), max_size=30)
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=8,
    )


def drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """So many examples, the same ones each time: for tests that send them all over one connection."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(one: Any) -> None:
        found.append(one)

    collect()
    return found


# --- schemas


def _resolved(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return root["definitions"][node["$ref"].removeprefix("#/definitions/")]
    return node


def _fitting(node: dict[str, Any], root: dict[str, Any]) -> Any:
    node = _resolved(node, root)
    if "enum" in node:
        return node["enum"][0]
    if "format" in node:
        return FORMATS[node["format"]]
    kind = node["type"]
    if kind == "object":
        return {name: _fitting(one, root) for name, one in node.get("properties", {}).items()}
    if kind == "array":
        return [_fitting(node["items"], root)]
    return {"string": "1", "integer": 1, "number": 1.5, "boolean": True}[kind]


Member = tuple[tuple[str | int, ...], dict[str, Any], dict[str, Any]]


def _members(node: dict[str, Any], root: dict[str, Any], path: tuple[str | int, ...] = ()) -> Iterator[Member]:
    """Path and schema of every member inside, with the schema of what holds it."""
    inside = node.get("properties", {}).items() if node.get("type") == "object" else [(0, node.get("items"))]
    for step, one in inside:
        if one is not None:
            one = _resolved(one, root)
            yield (*path, step), one, node
            yield from _members(one, root, (*path, step))


def _faults(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = node["type"]
    yield "null", None
    for value in WRONG_TYPES[kind]:
        yield "wrong type", value
    for value in HUGE.get(kind, ()):
        yield "huge", value
    for depth in DEPTHS:
        yield "deep", _nested("a" if kind == "array" else None, depth)
    if kind in ("array", "object"):
        yield "empty", [] if kind == "array" else {}
    if kind == "string":
        yield "empty", ""
        yield from (("text", text) for text in ODD_TEXTS)
        yield "too long", "x" * 10_000
    if "maxLength" in node:
        yield "too long", "x" * (node["maxLength"] + 1)
    if "enum" in node:
        yield "unknown word", "Dancing"
        yield "spelling", node["enum"][-1].upper()
    if node.get("format") == "date-time":
        yield from (("no time", text) for text in ODD_TIMES)


def _nested(member: str | None, depth: int) -> Any:
    """Lists, or objects with one member, inside each other."""
    value: Any = []
    for _ in range(depth):
        value = [value] if member is None else {member: value}
    return value


# --- payloads


def _at(payload: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        payload = payload[step]
    return payload


def _with(payload: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """The payload with another value at the path; as it is where an earlier fault took the path away."""
    if not path:
        return value
    if not _leads(payload, path[0]):
        return payload
    changed = payload.copy()
    changed[path[0]] = _with(payload[path[0]], path[1:], value)
    return changed


def _without(payload: Any, path: tuple[str | int, ...]) -> Any:
    if not _leads(payload, path[0]):
        return payload
    changed = payload.copy()
    if len(path) == 1:
        del changed[path[0]]
    else:
        changed[path[0]] = _without(payload[path[0]], path[1:])
    return changed


def _leads(payload: Any, step: str | int) -> bool:
    if isinstance(payload, list):
        return isinstance(step, int) and step < len(payload)
    return isinstance(payload, dict) and step in payload
