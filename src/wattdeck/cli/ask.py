"""`wattdeck ask`: send a command to charge points through a running server; its options come from its schema."""

import json
import time
from typing import Annotated, Any
from urllib.parse import quote

import typer

from wattdeck.cli.ask_options import BadOptions, actions_page, find_action, options_page, payload_of
from wattdeck.cli.server import CANNOT, DEFAULT_URL, WRONG, ApiKey, Server, Url, fail

CONTEXT = {"ignore_unknown_options": True, "allow_interspersed_args": True}
_LOOK_S = 0.5
_GOOD, _OPEN = frozenset({"accepted"}), frozenset({"queued", "sent"})

Words = Annotated[
    list[str] | None,
    typer.Argument(
        help="Identifier (several with commas; none with --all), then the action and its options.",
        metavar="CHARGE_POINT ACTION [OPTIONS OF THE ACTION]",
        show_default=False,
    ),
]


def ask(
    context: typer.Context,
    words: Words = None,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
    everyone: Annotated[bool, typer.Option("--all", help="All charge points that are connected.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the result.")] = 30.0,
    timeout: Annotated[float | None, typer.Option(help="Seconds the charge point has to answer.")] = None,
    offline: Annotated[str | None, typer.Option(help="While it is away: refuse, or queue.")] = None,
    per_second: Annotated[float, typer.Option(help="Pace, where there are several.")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the command as JSON.")] = False,
    show_help: Annotated[bool, typer.Option("--help", "-h", help="This, or the options of the action.")] = False,
) -> None:
    """Send a command to a charge point, and say what it answered.

    wattdeck ask CP001 lists the actions, wattdeck ask CP001 reset --help the options of one.
    """
    given = list(words or ())
    targets = None if everyone else given.pop(0) if given else None
    if not given and (show_help or (targets is None and not everyone)):
        typer.echo(context.get_help())
        raise typer.Exit(0 if show_help else CANNOT)
    if not 0 <= wait <= 300:
        fail("--wait must be 0 to 300", CANNOT)
    server = Server(url, api_key)
    context.call_on_close(server.close)
    names = [name for name in (targets or "").split(",") if name]
    version = server.get(f"charge-points/{quote(names[0], safe='')}")["ocpp_version"] if len(names) == 1 else None
    schemas = _schemas(server, version)
    if not given:
        typer.echo(actions_page(schemas))
        return
    try:
        action = find_action(schemas, given[0])
        if show_help:
            typer.echo(options_page(action, schemas[action], targets or "--all"))
            return
        order: dict[str, Any] = {"action": action, "payload": payload_of(action, schemas[action], given[1:])}
    except BadOptions as error:
        fail(str(error), CANNOT)
    order |= {} if timeout is None else {"timeout": timeout}
    order |= {} if offline is None else {"offline": offline}
    if len(names) == 1:
        _one(server, names[0], order, wait, as_json)
    else:
        whom = {"filter": {"connected": True}} if everyone else {"charge_points": names}
        _many(server, {**order, **whom, "per_second": per_second}, wait, as_json)


def _one(server: Server, name: str, order: dict[str, Any], wait: float, as_json: bool) -> None:
    command = server.post(f"charge-points/{quote(name, safe='')}/commands?wait={wait:g}", order, wait)
    if as_json:
        typer.echo(json.dumps(command))
    state = command["state"]
    if state in _GOOD or (state in _OPEN and (wait == 0 or order.get("offline") == "queue")):
        if not as_json:
            typer.echo(_line(command))
        return
    fail(_line(command) + (f" after {wait:g} s" if state in _OPEN else ""), WRONG)


def _many(server: Server, order: dict[str, Any], wait: float, as_json: bool) -> None:
    made = server.post("bulk-commands", order, wait)
    until = time.monotonic() + wait + made["total"] / order["per_second"]
    while made["state"] == "running" and time.monotonic() < until:
        time.sleep(_LOOK_S)
        made = server.get(f"bulk-commands/{made['id']}?limit=1")
    items = server.items(f"bulk-commands/{made['id']}")
    if as_json:
        typer.echo(json.dumps({**made, "items": items, "next": None}))
    else:
        for item in items:
            typer.echo(_line({**item, "action": order["action"], "id": item["command_id"]}))
    others = {state: number for state, number in made["counts"].items() if state not in _GOOD}
    if others and not (wait == 0 and set(others) <= {*_OPEN, "waiting"}):
        fail(f"{', '.join(f'{number} {state}' for state, number in others.items())} of {made['total']}", WRONG)


def _line(command: dict[str, Any]) -> str:
    """`CP001 Reset: accepted {"status": "Accepted"}`."""
    error, result = command["error"], command["result"]
    more = [f"(command {command['id']})"] if command["state"] in _OPEN else []
    more += [f"{error['code']} {error['description']}".strip()] if error else []
    more += [json.dumps(result, ensure_ascii=False)] if result else []
    more += [command["problem"]] if command.get("problem") else []
    words = " ".join((command["state"].replace("_", " "), *more))
    return f"{command['charge_point']} {command['action']}: {words}"


def _schemas(server: Server, version: str | None) -> dict[str, dict[str, Any]]:
    """By action; of several versions the one that the server names first."""
    items = server.get("command-schemas" + (f"?version={quote(version)}" if version else ""))["items"]
    return {item["action"]: item["schema"] for item in reversed(items)}
