"""`wattdeck recompute`: have a running server fold its rollups anew, and watch it."""

import contextlib
import json
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from wattdeck.cli.server import DEFAULT_URL, WRONG, ApiKey, Server, Url, fail
from wattdeck.domain.clock import from_iso, iso

_LOOK_S = 0.5


def recompute(
    charge_point: Annotated[str | None, typer.Option(help="Only this one.", show_default=False)] = None,
    since: Annotated[str | None, typer.Option("--from", help="ISO 8601.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option("--to", help="ISO 8601.", show_default=False)] = None,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Fold hours, days and months anew from the samples that are still there. Doing it twice changes nothing."""
    body = {"charge_point": charge_point, "from": _time("--from", since), "to": _time("--to", until)}
    with contextlib.closing(Server(url, api_key)) as server:
        server.post("recompute", {name: value for name, value in body.items() if value is not None}, 0)
        done = _watch(server, as_json)
    if as_json:
        typer.echo(json.dumps(done))
    else:
        typer.echo(f"{done['hours']} hours of {done['series']} series folded, {done['changed']} rollups changed")
    if done["state"] != "done":
        fail(f"recomputing {done['state']}; see the server's log", WRONG)


def _time(option: str, text: str | None) -> str | None:
    at = from_iso(text)
    if text is not None and at is None:
        fail(f"{option} {text}: not a time (2026-09-14T12:00:00Z is one)")
    return None if at is None else iso(at)


def _watch(server: Server, quiet: bool) -> dict[str, Any]:
    columns = (TextColumn("series"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[changed]} changed"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task("", total=None, changed=0)
        while True:
            found: dict[str, Any] | None = server.get("recompute")
            if found is None:
                fail("the server was restarted meanwhile; what was marked is folded in the background", WRONG)
            total = found["series"] or None
            progress.update(task, completed=found["series_done"], total=total, changed=found["changed"])
            if found["state"] != "running":
                return found
            time.sleep(_LOOK_S)
