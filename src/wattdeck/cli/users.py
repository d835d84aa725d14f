"""`wattdeck users`: people who may log in, on a running server."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from wattdeck.cli.scopes import AsJson, ChargePoints, Role, Sites, in_words, scope_body
from wattdeck.cli.server import DEFAULT_URL, ApiKey, Server, Url, fail

users = typer.Typer(help="People who may log in, on a running server.", no_args_is_help=True)
Username = Annotated[str, typer.Argument(help="The name to log in by.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="Its first line is the password; - is standard input. Without it one is made and printed."),
]


@users.command("list")
def list_(as_json: AsJson = False, url: Url = DEFAULT_URL, api_key: ApiKey = None) -> None:
    """All users, by name."""
    found = Server(url, api_key).items("users")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("name", "role", "charge points", "last log-in", "", box=None)
    for one in found:
        states = {"disabled": one["disabled"], "single sign-on": one["single_sign_on"]}
        state = ", ".join(name for name, there in states.items() if there)
        table.add_row(one["username"], one["role"], in_words(one["scope"]), one["last_login_at"] or "never", state)
    Console().print(table)


@users.command()
def add(
    username: Username,
    role: Role = "viewer",
    charge_points: ChargePoints = None,
    sites: Sites = None,
    password_file: PasswordFile = None,
    single_sign_on: Annotated[
        bool, typer.Option("--single-sign-on", help="Logs in at the provider of the settings; has no password.")
    ] = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Add a user; without a password file the password that was made is printed."""
    rights: dict[str, Any] = {"role": role, "scope": scope_body(charge_points, sites)}
    body = {"username": username, **rights, **_password(password_file)}
    body["single_sign_on"] = single_sign_on
    _tell(Server(url, api_key).post("users", body, 0))


@users.command()
def change(
    username: Username,
    role: Annotated[str | None, typer.Option(help="viewer, operator or admin.")] = None,
    charge_points: ChargePoints = None,
    sites: Sites = None,
    everything: Annotated[bool, typer.Option("--all-charge-points", help="Sees all of them.")] = False,
    disable: Annotated[bool, typer.Option("--disable", help="May not log in, and is logged out.")] = False,
    enable: Annotated[bool, typer.Option("--enable", help="May log in again.")] = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Change what somebody may; what is not given stays."""
    scope = scope_body(charge_points, sites)
    if (everything and scope is not None) or (enable and disable):
        fail("that contradicts itself")
    body: dict[str, Any] = {} if role is None else {"role": role}
    body |= {"scope": scope} if everything or scope is not None else {}
    body |= {"disabled": disable} if enable or disable else {}
    if not body:
        fail("nothing to change")
    Server(url, api_key).ask("PATCH", _path(username), json=body)


@users.command()
def password(
    username: Username, password_file: PasswordFile = None, url: Url = DEFAULT_URL, api_key: ApiKey = None
) -> None:
    """Give somebody another password, and log them out."""
    _tell(Server(url, api_key).post(f"{_path(username)}/password", _password(password_file), 0))


@users.command()
def remove(username: Username, url: Url = DEFAULT_URL, api_key: ApiKey = None) -> None:
    """Remove a user, and log them out."""
    Server(url, api_key).ask("DELETE", _path(username))


def _path(username: str) -> str:
    return f"users/{quote(username, safe='')}"


def _password(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        text = sys.stdin.read() if file == Path("-") else file.read_text("utf-8")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{file}: not UTF-8")
    return {"password": text.partition("\n")[0].rstrip("\r")}


def _tell(made: dict[str, Any]) -> None:
    """The password that was made, alone on standard output, so that it can be piped on."""
    if made["password"] is not None:
        typer.echo(made["password"])
