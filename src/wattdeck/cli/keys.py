"""`wattdeck keys`: API keys of a running server."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from wattdeck.cli.scopes import AsJson, ChargePoints, Role, Sites, in_words, scope_body
from wattdeck.cli.server import DEFAULT_URL, ApiKey, Server, Url, fail

keys = typer.Typer(help="API keys of a running server.", no_args_is_help=True)
_LONGEST_DAYS = 36_500


@keys.command("list")
def list_(as_json: AsJson = False, url: Url = DEFAULT_URL, api_key: ApiKey = None) -> None:
    """All keys, newest first; the keys themselves are not known any more."""
    found = Server(url, api_key).items("api-keys")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("id", "name", "role", "charge points", "expires", "last used", box=None)
    for one in found:
        expires = "expired" if one["expired"] else one["expires_at"] or "never"
        used = one["last_used_at"] or "never"
        table.add_row(str(one["id"]), one["name"], one["role"], in_words(one["scope"]), expires, used)
    Console().print(table)


@keys.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    role: Role = "viewer",
    charge_points: ChargePoints = None,
    sites: Sites = None,
    days: Annotated[
        float | None, typer.Option(min=0.001, max=_LONGEST_DAYS, help="For so long; without it until it is revoked.")
    ] = None,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Make a key and print it: it is shown only now."""
    expires_at = None if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat()
    body = {"name": name, "role": role, "scope": scope_body(charge_points, sites), "expires_at": expires_at}
    typer.echo(Server(url, api_key).post("api-keys", body, 0)["key"])


@keys.command()
def revoke(
    key: Annotated[str, typer.Argument(help="Its number or name.")], url: Url = DEFAULT_URL, api_key: ApiKey = None
) -> None:
    """Take a key back: it opens nothing any more."""
    server = Server(url, api_key)
    if not key.isdecimal():
        found = [one["id"] for one in server.items("api-keys") if one["name"] == key]
        if not found:
            fail(f"no API key {key!r}")
        key = str(found[0])
    server.ask("DELETE", f"api-keys/{key}")
