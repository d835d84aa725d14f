"""The command line: one file per verb."""

import gc
import sys
from importlib import import_module
from importlib.metadata import version

import typer

VERBS = ("serve", "ask", "simulate", "demo", "tags", "export", "storage", "recompute", "alerts", "users", "keys")

app = typer.Typer(
    name="wattdeck",
    help="A central system for electric-vehicle charge points: watch them live.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"wattdeck {version('wattdeck')}")
        raise typer.Exit


@app.callback()
def _main(
    show_version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="and exit"),
) -> None:
    pass


def offer(*verbs: str) -> typer.Typer:
    """The command line with these verbs. Only they are imported: what the server needs takes a second to load, which
    the simulator and the demo need not wait for. Hardly anything of it is garbage: it is not looked through meanwhile,
    which took a fifth of the time.
    """
    gc.disable()
    modules = {verb: import_module(f"wattdeck.cli.{verb}") for verb in verbs}
    gc.enable()
    for verb, module in modules.items():
        one = getattr(module, verb)
        if isinstance(one, typer.Typer):
            app.add_typer(one, name=verb)
        else:
            # a verb whose options are not all known before it runs says so with CONTEXT, and shows its help itself
            context = getattr(module, "CONTEXT", None)
            app.command(verb, context_settings=context, add_help_option=context is None)(one)
    return app


def main() -> None:
    """Run the verb that was asked for. What is asked wrongly is said in one line, exit 2."""
    first = sys.argv[1:2]
    asked = [verb for verb in VERBS if verb in first]
    needed = [] if first == ["--version"] else asked or VERBS
    try:
        code = offer(*needed)(standalone_mode=False)
    except typer.TyperException as error:
        if message := error.format_message():  # none where the help was shown instead
            typer.echo(f"wattdeck: {message}", err=True)
        code = error.exit_code
    except typer.Abort:
        code = 1
    sys.exit(code or 0)
