"""`wattdeck alerts`: what is wrong, taking it up, and rules as a file, on a running server."""

import json
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from re import fullmatch
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from wattdeck.cli.server import DEFAULT_URL, ApiKey, Server, Url, fail

alerts = typer.Typer(help="Alerts and their rules, on a running server.", no_args_is_help=True)
rules = typer.Typer(help="Alert rules as a file.", no_args_is_help=True)
alerts.add_typer(rules, name="rules")
_STANDARD = Path("-")
_TRIAL_S = 60.0
AsJson = Annotated[bool, typer.Option("--json", help="The answer as it is.")]


@alerts.command("list")
def list_(
    state: Annotated[str, typer.Option(help="open, pending, firing, acknowledged, resolved or all.")] = "open",
    severity: Annotated[str | None, typer.Option(help="info, warning or critical.")] = None,
    charge_point: Annotated[str | None, typer.Option(help="Of this one only.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 100,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """What is wrong now, the newest first."""
    query = {"state": None if state == "all" else state, "severity": severity, "charge_point": charge_point}
    asked = {name: value for name, value in query.items() if value is not None} | {"limit": limit}
    found = Server(url, api_key).ask("GET", "alerts", params=asked).json()
    if as_json:
        typer.echo(json.dumps(found["items"], indent=2))
        return
    table = Table("id", "severity", "state", "since", "count", "", box=None)
    for one in found["items"]:
        since = one["raised_at"] or one["began_at"]
        table.add_row(str(one["id"]), one["severity"], one["state"], since, str(one["count"]), one["headline"])
    if found["items"]:
        Console().print(table)
    else:
        typer.echo("nothing")


@alerts.command()
def show(
    id: Annotated[int, typer.Argument(help="Its number.")], url: Url = DEFAULT_URL, api_key: ApiKey = None
) -> None:
    """One alert, with everything that became of it."""
    typer.echo(json.dumps(Server(url, api_key).get(f"alerts/{id}"), indent=2))


@alerts.command()
def ack(
    id: Annotated[int, typer.Argument(help="Its number.")],
    note: Annotated[str | None, typer.Option(help="What to say about it.")] = None,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Take an alert up."""
    taken = Server(url, api_key).post(f"alerts/{id}/acknowledge", {"note": note}, 0)
    typer.echo(f"{taken['headline']}: {taken['state']} by {taken['acknowledged_by']}")


@rules.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="To write; - is standard output.")] = _STANDARD,
    all_: Annotated[bool, typer.Option("--all", help="Those that are as they came, too.")] = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Write the rules that were written or changed, in a form that can be applied again."""
    found = Server(url, api_key).get("alert-rules")["items"]
    kept = [one["rule"] for one in found if all_ or not one["ready_made"] or one["changed"]]
    text = json.dumps({"rules": kept}, indent=2, ensure_ascii=False) + "\n"
    try:
        sys.stdout.write(text) if file == _STANDARD else file.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{file}: {error.strerror}")


@rules.command("apply")
def apply(
    file: Annotated[Path, typer.Argument(help="JSON, or TOML with [[rules]]; - reads JSON from standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Take back rules that are not in the file.")] = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Write all rules of a file, or none."""
    body = {"rules": _read(file), "prune": prune, "dry_run": dry_run}
    _tell(Server(url, api_key).post("alert-rules/apply", body, 0))


@rules.command("override")
def override(
    whom: Annotated[str, typer.Argument(help="A pattern (* and ?) of charge points' identifiers.")],
    numbers: Annotated[list[str], typer.Argument(help="RULE.FIELD=NUMBER; without a number it goes.")],
    model: Annotated[bool, typer.Option("--model", help="The pattern is one of models.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Other numbers for some charge points, in one rule or several: all or none."""
    server, changed = Server(url, api_key), {}
    for given in numbers:
        rule, field, number = _read_number(given)
        if rule not in changed:
            changed[rule] = server.get(f"alert-rules/{rule}")["rule"]
        by_pattern = changed[rule].setdefault("model_overrides" if model else "overrides", {})
        theirs = by_pattern.setdefault(whom, {})
        theirs.pop(field, None)
        if number is not None:
            theirs[field] = number
        elif not theirs:
            del by_pattern[whom]
    _tell(server.post("alert-rules/apply", {"rules": list(changed.values()), "dry_run": dry_run}, 0))


def _read_number(given: str) -> tuple[str, str, float | None]:
    found = fullmatch(r"([a-z0-9-]+)\.([a-z_]+)=(.*)", given)
    try:
        if found is None:
            raise ValueError
        number = float(found[3]) if found[3] else None
    except ValueError:
        fail(f"{given}: wanted is RULE.FIELD=NUMBER, as power.above=165000")
    if number is not None and not isfinite(number):
        fail(f"{given}: a finite number")
    return found[1], found[2], number


@rules.command("try")
def try_(
    file: Annotated[Path, typer.Argument(help="JSON or TOML; - reads JSON from standard input.")],
    days: Annotated[float, typer.Option(min=0.001, max=366, help="How far back.")] = 7,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """What the rules of a file would have done in the past."""
    server = Server(url, api_key)
    since = datetime.now(UTC) - timedelta(days=days)
    for rule in _read(file):
        report = server.post("alert-rules/back-test", {"rule": rule, "from": since.isoformat()}, _TRIAL_S)
        if as_json:
            typer.echo(json.dumps(report, indent=2))
            continue
        typer.echo(
            f"{rule.get('name', 'rule')}: {report['alerts']} alerts, {report['firings']} firings,"
            f" {report['charge_points']} charge points in {days:g} days"
        )
        for one in report["by_charge_point"][:10]:
            typer.echo(f"  {one['charge_point']}: {one['firings']}")
        if report["suggested_for_s"] is not None:
            typer.echo(f"  for_s = {report['suggested_for_s']:g} would leave {report['suggested_firings']} firings")


def _read(file: Path) -> list[Any]:
    try:
        text = sys.stdin.read() if file == _STANDARD else file.read_text("utf-8")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{file}: not UTF-8")
    try:
        content = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        fail(f"{file}: {error}")
    found = content.get("rules") if isinstance(content, Mapping) else content
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        fail(f"{file}: a list of rules, or an object with one as rules")
    return found


def _tell(difference: dict[str, Any]) -> None:
    for name in difference["added"]:
        typer.echo(f"+ {name}")
    for name, fields in difference["changed"].items():
        typer.echo(f"~ {name}")
        for field, change in fields.items():
            typer.echo(f"    {field}: {json.dumps(change['before'])} → {json.dumps(change['after'])}")
    for name in difference["removed"]:
        typer.echo(f"- {name}")
    done = "applied" if difference["applied"] else "nothing done, this was a dry run"
    typer.echo(f"{len(difference['same'])} as they are; {done}")
