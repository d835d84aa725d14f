"""`wattdeck export`: any list of a running server into a file, as CSV or Parquet, however long it is."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

import typer

from wattdeck.cli.server import DEFAULT_URL, ApiKey, Server, Url, fail

_STANDARD = Path("-")
# What is exported → where it is asked for; `{}` is the charge point.
OF_ALL = {
    **{name: name for name in ("charge-points", "sites", "sessions", "tags", "unknown-tags", "reservations")},
    **{name: name for name in ("security-events", "quarantine", "bulk-commands", "firmware", "certificate-requests")},
    **{name: name for name in ("energy", "load", "peaks", "top")},
    "latest": "meter-values/latest",
}
OF_ONE = {
    name: f"charge-points/{{}}/{name}"
    for name in (
        *("connectors", "connections", "commands", "status-history", "meter-values", "rollups", "statistics"),
        *("findings", "messages"),
    )
}


def export(
    what: Annotated[str, typer.Argument(help=f"{', '.join(sorted({*OF_ALL, *OF_ONE}))}.")],
    file: Annotated[Path, typer.Argument(help="To write; - is standard output.")] = _STANDARD,
    charge_point: Annotated[
        str | None, typer.Option("--charge-point", "-c", help="Of this one only.", show_default=False)
    ] = None,
    site: Annotated[str | None, typer.Option("--site", help="Of those that stand there.", show_default=False)] = None,
    since: Annotated[str | None, typer.Option("--from", help="ISO 8601; else UTC.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option("--to", help="ISO 8601, exclusive.", show_default=False)] = None,
    form: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="csv or parquet.")] = "csv",
    query: Annotated[
        list[str] | None, typer.Option("--query", "-q", help="A further NAME=VALUE of the list.", show_default=False)
    ] = None,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Write a list of a running server to a file: all of it, as it comes."""
    given = {"charge_point": charge_point, "site": site, "from": since, "to": until}
    asked = {name: value for name, value in given.items() if value is not None} | dict(map(_divided, query or []))
    path = _path(what, charge_point)
    if what in OF_ONE:
        asked.pop("charge_point", None)
    with Server(url, api_key).streaming(path, asked | {"format": form}) as parts:
        try:
            with nullcontext(sys.stdout.buffer) if file == _STANDARD else file.open("wb") as target:
                for part in parts:
                    target.write(part)
        except OSError as error:
            fail(f"{file}: {error.strerror}")


def _path(what: str, charge_point: str | None) -> str:
    if what in OF_ONE and charge_point is not None:
        return OF_ONE[what].format(quote(charge_point, safe=""))
    if what in OF_ALL:
        return OF_ALL[what]
    if what in OF_ONE:
        fail(f"{what} are those of one charge point: --charge-point")
    fail(f"there is no {what!r} to export; there are {', '.join(sorted({*OF_ALL, *OF_ONE}))}")


def _divided(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        fail(f"--query {text}: NAME=VALUE")
    return name, value
