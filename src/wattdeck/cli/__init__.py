"""The command line: one file per verb."""

from importlib.metadata import version

import typer

from wattdeck.cli.demo import demo
from wattdeck.cli.serve import serve
from wattdeck.cli.simulate import simulate

app = typer.Typer(
    name="wattdeck",
    help="A central system for electric-vehicle charge points: watch them live.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(serve)
app.command()(simulate)
app.command()(demo)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"wattdeck {version('wattdeck')}")
        raise typer.Exit


@app.callback()
def _main(
    show_version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="and exit"),
) -> None:
    pass


def main() -> None:
    app()
