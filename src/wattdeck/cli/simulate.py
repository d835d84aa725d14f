"""`wattdeck simulate`: pretended charge points that talk to any OCPP 1.6J central system."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from wattdeck.cli.parent import WithParent, end_with_parent
from wattdeck.simulator.fleet import Fleet, Plan, Unreachable, identifiers_for
from wattdeck.simulator.scenario import PROFILES, QUIRK_NAMES, Quirks
from wattdeck.simulator.troubles import TROUBLES, Fit, read_fit

if sys.platform != "win32":
    import resource

try:
    import uvloop

    _new_loop: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
except ImportError:  # Windows
    _new_loop = None


def simulate(
    url: Annotated[str, typer.Argument(help="The central system without the identifier, as ws://127.0.0.1:9000/ocpp.")],
    identifier: Annotated[
        str, typer.Argument(help="Identifier; numbered -001, -002 … where there are several.")
    ] = "CP",
    count: Annotated[int, typer.Option(help="How many charge points.")] = 1,
    connectors: Annotated[int, typer.Option(help="Connectors of each charge point.")] = 1,
    profile: Annotated[str, typer.Option(help=f"Hardware: {', '.join(PROFILES)}.")] = "mixed",
    interval: Annotated[float, typer.Option(help="Seconds between meter values of a session.")] = 10.0,
    speed: Annotated[float, typer.Option(help="How much faster cars come, fill and leave; power stays real.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed draws the same cars.")] = 1,
    duration: Annotated[float | None, typer.Option(help="Seconds to play; without it until Ctrl-C.")] = None,
    password: Annotated[str | None, typer.Option(help="Basic auth: the password of every charge point.")] = None,
    id_tag: Annotated[str | None, typer.Option(help="The tag of every driver; drawn where not given.")] = None,
    quirk: Annotated[list[str] | None, typer.Option(help=f"A deviation: {', '.join(QUIRK_NAMES)}.")] = None,
    trouble: Annotated[
        list[str] | None, typer.Option(help=f"[WHO=]NAME[@after[:for[:every]]], seconds: {', '.join(TROUBLES)}.")
    ] = None,
    registers: Annotated[
        Path | None, typer.Option(help="A file that keeps the meters' registers between runs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    with_parent: WithParent = False,
) -> None:
    """Pretend to be charge points: boot, charge, send meter values, obey commands, reconnect and resend."""
    quirks = quirk or []
    complaint = _complaint(url, identifier, profile, quirks) or _too_small(count, connectors, interval, speed, duration)
    if complaint:
        _fail(complaint, 2)
    if with_parent:
        end_with_parent()
    plan = Plan(
        url,
        identifiers_for(identifier, count),
        profile=profile,
        connectors=connectors,
        interval_s=interval,
        speed=speed,
        seed=seed,
        password=password,
        id_tag=id_tag,
        quirks=Quirks(**dict.fromkeys(quirks, True)),
        registers_wh=_read_registers(registers),
        troubles=_read_troubles(trouble or []),
    )
    allow_many_sockets()
    try:
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            summary, registers_wh = runner.run(_play(plan, duration))
    except Unreachable as error:
        _fail(f"No connection to {url}: {error}", 1)
    if registers is not None:
        registers.write_text(json.dumps(registers_wh))
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        _show(summary)


async def _play(plan: Plan, duration: float | None) -> tuple[dict[str, Any], dict[str, tuple[float, ...]]]:
    fleet = Fleet(plan)
    playing = asyncio.create_task(fleet.run(duration))

    def on_signal() -> None:
        # the first signal ends the play in good order, the second one at once
        if fleet.is_ending:
            playing.cancel()
        fleet.end()

    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, on_signal)
    watching = asyncio.create_task(_watch(fleet, duration))
    try:
        with suppress(asyncio.CancelledError):
            await playing
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    return fleet.summary(), fleet.registers_wh


async def _watch(fleet: Fleet, duration: float | None) -> None:
    """One live line on a terminal's stderr; silent elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return
    columns = [SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}")]
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=duration)
        loop = asyncio.get_running_loop()
        began, sent = loop.time(), 0
        while True:
            await asyncio.sleep(0.5)
            ledger = fleet.ledger
            rate, sent = (ledger.sent.total() - sent) * 2, ledger.sent.total()
            told = (
                f"{fleet.connected}/{len(fleet.lines)} connected · {fleet.charging} charging · "
                f"{fleet.power_w / 1000:.1f} kW · {rate} messages/s · "
                f"p99 {ledger.all_times().percentile(99) * 1000:.0f} ms"
            )
            progress.update(task, description=told, completed=loop.time() - began)


def _show(summary: dict[str, Any]) -> None:
    answers, table = summary["answers"], Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    rows = {
        "Charge points": summary["charge_points"],
        "Sessions": f"{summary['sessions_started']} started, {summary['sessions_stopped']} stopped",
        "Energy": f"{summary['energy_wh'] / 1000:.2f} kWh",
        "Meter values": f"{summary['meter_values_acknowledged']} acknowledged",
        "Messages": f"{summary['messages_sent']} sent, {summary['messages_acknowledged']} acknowledged",
        **{f"  {action}": number for action, number in summary["messages"].items()},
        "Commands": sum(summary["commands_answered"].values()),
        "Answers": f"p50 {answers['p50_ms']} ms, p99 {answers['p99_ms']} ms, max {answers['max_ms']} ms",
        "Reconnects": summary["reconnects"],
        "Refused tags": summary["refused_tags"],
        "Not delivered": summary["unsent"] + summary["given_up"] + summary["meter_values_dropped"],
        "Errors": ", ".join(f"{name} ×{number}" for name, number in summary["errors"].items()) or "none",
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    Console().print(table)


def _complaint(url: str, identifier: str, profile: str, quirks: list[str]) -> str | None:
    """What is wrong with the words given, None where nothing is."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("ws", "wss") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        return f"Not a WebSocket address: {url} (wanted: ws://host:port/path)"
    if not identifier or len(identifier) > 200:
        return "The identifier must have 1 to 200 characters"
    if profile not in PROFILES:
        return f"Unknown profile {profile} (known: {', '.join(PROFILES)})"
    unknown = [name for name in quirks if name not in QUIRK_NAMES]
    return f"Unknown quirk {unknown[0]} (known: {', '.join(QUIRK_NAMES)})" if unknown else None


def _too_small(count: int, connectors: int, interval: float, speed: float, duration: float | None) -> str | None:
    if count < 1 or connectors < 1:
        return "--count and --connectors must be at least 1"
    if not (interval > 0 and speed > 0 and (duration is None or duration > 0)):
        return "--interval, --speed and --duration must be more than 0"
    return None


def _read_registers(path: Path | None) -> dict[str, tuple[float, ...]]:
    if path is None or not path.exists():
        return {}
    try:
        return {str(name): tuple(map(float, values)) for name, values in json.loads(path.read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        _fail(f"Not a file of registers: {path}", 2)


def _read_troubles(texts: list[str]) -> tuple[Fit, ...]:
    try:
        return tuple(map(read_fit, texts))
    except ValueError as error:
        _fail(str(error), 2)


def allow_many_sockets() -> None:
    """Raise the soft limit of open files to the hard one: thousands of charge points need a socket each."""
    if sys.platform != "win32":
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _fail(line: str, code: int) -> NoReturn:
    typer.echo(line, err=True)
    raise typer.Exit(code)
