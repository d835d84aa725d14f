"""`wattdeck tags`: id tags from and to CSV files, on a running server."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from wattdeck.cli.server import DEFAULT_URL, WRONG, ApiKey, Server, Url, fail

tags = typer.Typer(help="Id tags from and to CSV files, on a running server.", no_args_is_help=True)
_STANDARD = Path("-")


@tags.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8; - reads from standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    skip_errors: Annotated[bool, typer.Option("--skip-errors", help="Leave out lines that are wrong.")] = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Add and change tags; all lines of the file or, where one is wrong, none."""
    content = _read(file)
    query = {"dry_run": dry_run, "skip_errors": skip_errors}
    server = Server(url, api_key)
    answer = server.send("POST", "tags/import", content=content, headers={"Content-Type": "text/csv"}, params=query)
    if answer.is_success:
        _tell(answer.json())
        return
    wrong = answer.json().get("errors")
    if not wrong:
        server.refused(answer)
    for one in wrong:
        typer.echo(f"{one['where']}: {one['what']}", err=True)
    fail(answer.json()["detail"], WRONG)


@tags.command()
def export(
    file: Annotated[Path, typer.Argument(help="To write; - is standard output.")] = _STANDARD,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
) -> None:
    """Write all tags as CSV, in a form that can be imported again."""
    content = Server(url, api_key).ask("GET", "tags.csv").content
    try:
        if file == _STANDARD:
            sys.stdout.buffer.write(content)
        else:
            file.write_bytes(content)
    except OSError as error:
        fail(f"{file}: {error.strerror}")


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == _STANDARD else file.read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}")


def _tell(report: dict[str, Any]) -> None:
    """Of a dry run each line that would do something, of an import those that were left out; then the sums."""
    told = ("add", "change", "error") if report["dry_run"] else ("error",)
    for one in report["lines"]:
        if one["action"] in told:
            what = "" if one["what"] is None else f": {one['what']}"
            typer.echo(f"line {one['line']}: {one['action']} {one['id_tag']}{what}")
    word = "would be " if report["dry_run"] else ""
    typer.echo(
        f"{report['add']} {word}added, {report['change']} {word}changed, {report['unchanged']} unchanged,"
        f" {report['error']} wrong"
    )
    if report["error"] and report["dry_run"]:
        raise typer.Exit(WRONG)
