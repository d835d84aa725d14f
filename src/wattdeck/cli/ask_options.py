"""Options of a command on the command line, from its schema: `connectorId` is `--connector-id`."""

import argparse
import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from wattdeck.commands.arguments import Argument, Schema, arguments, payload, snake

Schemas = Mapping[str, Schema]
_YES, _NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


class BadOptions(Exception):
    """What is wrong with the words given, in one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadOptions(message)


def find_action(schemas: Schemas, word: str) -> str:
    """`remote-start-transaction`, `remote_start_transaction` and `RemoteStartTransaction` are the same."""
    known = {_plain(action): action for action in schemas}
    if _plain(word) in known:
        return known[_plain(word)]
    near = difflib.get_close_matches(_plain(word), known, 1)
    raise BadOptions(f"no action {word}" + (f", did you mean {_kebab(known[near[0]])}?" if near else ""))


def payload_of(action: str, schema: Schema, words: Sequence[str]) -> dict[str, Any]:
    """The payload that these options make. Raises BadOptions."""
    given = vars(_parser(action, schema).parse_args(list(words)))
    return payload(schema, {one.name: _value(one, given[one.name]) for one in arguments(schema)})


def actions_page(schemas: Schemas) -> str:
    """All actions, each with its options."""
    width = max(len(_kebab(action)) for action in schemas)
    lines = (f"{_kebab(action):{width}}  {_brief(schemas[action])}".rstrip() for action in sorted(schemas))
    return "\n".join(lines)


def options_page(action: str, schema: Schema, whom: str) -> str:
    """How it is written, and what each option takes."""
    found = arguments(schema)
    names = (f"--{_kebab(one.member)} …" for one in found)
    written = " ".join(name if one.required else f"[{name}]" for name, one in zip(names, found, strict=True))
    width = max((len(_kebab(one.member)) for one in found), default=0)
    lines = [f"  --{_kebab(one.member):{width}}  {_meaning(one)}" for one in found]
    return "\n".join((f"wattdeck ask {whom} {_kebab(action)} {written}".rstrip(), *([""] if lines else []), *lines))


def _parser(action: str, schema: Schema) -> _Parser:
    parser = _Parser(prog=_kebab(action), add_help=False, allow_abbrev=False)
    for one in arguments(schema):
        action_word = "append" if one.kind == "array" else "store"
        option = f"--{_kebab(one.member)}"
        parser.add_argument(option, dest=one.name, required=one.required, action=action_word)
    return parser


def _value(one: Argument, given: Any) -> Any:
    if given is None:
        return None
    if one.kind == "array":
        return _array(one, given)
    option = f"--{_kebab(one.member)}"
    if one.choices and given not in one.choices:
        alike = [choice for choice in one.choices if choice.casefold() == given.casefold()]
        if not alike:
            raise BadOptions(f"{option}: {given} is none of {', '.join(one.choices)}")
        return alike[0]
    return _converted(option, one.kind, given)


def _array(one: Argument, given: list[str]) -> Any:
    """One JSON array, or an option for each member: `--key A --key B`."""
    if len(given) == 1 and given[0].lstrip().startswith("["):
        return _converted(f"--{_kebab(one.member)}", "array", given[0])
    return [_converted(f"--{_kebab(one.member)}", one.of or "object", each) for each in given]


def _converted(option: str, kind: str, text: str) -> Any:
    try:
        match kind:
            case "string":
                return text
            case "integer":
                return int(text)
            case "number":
                return float(text)
            case "boolean":
                if text.casefold() not in _YES | _NO:
                    raise ValueError
                return text.casefold() in _YES
        return json.loads(text)
    except ValueError:
        wanted = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}.get(kind, "JSON")
        raise BadOptions(f"{option}: {text} is not {wanted}") from None


def _brief(schema: Schema) -> str:
    options = ((one, f"--{_kebab(one.member)} {_meaning(one)}") for one in arguments(schema))
    return " ".join(option if one.required else f"[{option}]" for one, option in options)


def _meaning(one: Argument) -> str:
    if one.choices:
        return "|".join(one.choices)
    if one.kind == "array" and one.of in ("string", "integer", "number"):
        return f"{one.of.upper()} …"
    return {"string": "TEXT", "integer": "NUMBER", "number": "NUMBER", "boolean": "true|false"}.get(one.kind, "JSON")


def _kebab(word: str) -> str:
    return snake(word).rstrip("_").replace("_", "-")


def _plain(word: str) -> str:
    return word.replace("-", "").replace("_", "").casefold()
