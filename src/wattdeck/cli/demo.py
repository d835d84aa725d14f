"""`wattdeck demo`: a server and pretended charge points as two more processes, watched from the outside."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from wattdeck.cli import demo_alerts
from wattdeck.cli.demo_figures import counters, figures, live_line, power_w, show
from wattdeck.cli.parent import WITH_PARENT, lifeline

_READY_S = 60.0
_SIMULATOR_ENDS_S = 25.0
_SERVER_ENDS_S = 15.0
_SPEED = 25
_INTERVAL_S = 2


class DemoError(Exception):
    """Something the demo cannot go on without; the text is for the person."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where this run plays: folder, ports, the secrets made for it, and what ties its processes to this one."""

    data: Path
    http_port: int
    ocpp_port: int
    password: str
    api_key: str
    lifeline: int

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"


def demo(
    duration: Annotated[float | None, typer.Option(help="Seconds to play; without it until Ctrl-C.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="A fresh folder, removed afterwards; a table.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON on stdout and nothing else.")] = False,
    count: Annotated[int, typer.Option(help="How many charge points.")] = 25,
    data: Annotated[Path | None, typer.Option(help="Data folder; demo-data where not given.")] = None,
    http_port: Annotated[int, typer.Option(help="Dashboard and API; the next free one from here.")] = 8080,
    ocpp_port: Annotated[int, typer.Option(help="Charge points; the next free one from here.")] = 9000,
) -> None:
    """Start a server with charge points that charge, and show where to look."""
    console = Console(stderr=as_json)
    if count < 1 or (duration is not None and not duration > 0):
        typer.echo("--count must be at least 1 and --duration more than 0", err=True)
        raise typer.Exit(2)
    fresh = headless and data is None
    folder = Path(tempfile.mkdtemp(prefix="wattdeck-demo-")) if fresh else data or Path("demo-data")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ports = _choose_ports(console, http_port, ocpp_port)
        with lifeline() as line:
            stage = Stage(folder, *ports, secrets.token_urlsafe(9), secrets.token_urlsafe(24), line)
            outcome = asyncio.run(_perform(stage, count, duration, console))
    except (DemoError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    finally:
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
    if outcome is None:
        return
    if as_json:
        typer.echo(json.dumps(outcome))
    else:
        show(console, outcome)
    if outcome["lost"]:
        raise typer.Exit(1)


async def _perform(stage: Stage, count: int, duration: float | None, console: Console) -> dict[str, Any] | None:
    """The whole play, None if it was stopped before it began. Children end in order: charge points, then the server."""
    ended, says_stop = asyncio.Event(), [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as `nohup` has it
        says_stop.append(signal.SIGHUP)  # its terminal was closed
    with suppress(NotImplementedError):
        for number in says_stop:
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with _server(stage) as server, _client(stage) as client:
        if not await _is_ready(client, server, stage, ended):
            return None
        before = await counters(client)
        supplies = demo_alerts.supplies(count)
        with suppress(httpx2.HTTPError):  # then there are more alerts
            await demo_alerts.write_overrides(client, demo_alerts.overrides(supplies))
        troubles = demo_alerts.troubles(supplies)
        _welcome(console, stage, troubles)
        async with _simulator(stage, count, duration, troubles) as simulator:
            reading = asyncio.create_task(simulator.communicate())
            await _watch(client, console, server, reading, ended)
            await _end(simulator, _SIMULATOR_ENDS_S)
            out, _ = await reading
        if ended.is_set() and not out:
            return None  # stopped while the charge points were still starting
        if server.returncode is not None:
            raise DemoError(f"The server ended with {server.returncode}:\n{_tail(stage.data / 'server.log')}")
        if simulator.returncode != 0 or not out:
            raise DemoError(f"The charge points failed:\n{_tail(stage.data / 'simulator.log')}")
        return figures(json.loads(out), before, await counters(client))


@asynccontextmanager
async def _server(stage: Stage) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        **os.environ,
        "WATTDECK_UNKNOWN_CHARGE_POINTS": "accept",
        "WATTDECK_UNKNOWN_TAGS": "accept",
        "WATTDECK_ADMIN_PASSWORD": stage.password,
        "WATTDECK_API_KEY": stage.api_key,
    }
    arguments = ["--data", str(stage.data), "--host", "127.0.0.1"]
    ports = ["--http-port", str(stage.http_port), "--ocpp-port", str(stage.ocpp_port)]
    log = stage.data / "server.log"
    async with _child(stage, "serve", [*arguments, *ports], environment, log, _SERVER_ENDS_S) as child:
        yield child


@asynccontextmanager
async def _simulator(
    stage: Stage, count: int, duration: float | None, troubles: list[str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    url, identifier = f"ws://127.0.0.1:{stage.ocpp_port}/ocpp", demo_alerts.IDENTIFIER
    arguments = [url, identifier, "--count", str(count), "--connectors", "2", "--profile", demo_alerts.PROFILE]
    pace = ["--interval", str(_INTERVAL_S), "--speed", str(_SPEED), "--seed", str(secrets.randbelow(1_000_000))]
    kept = ["--registers", str(stage.data / "registers.json"), "--json"]
    until = [] if duration is None else ["--duration", str(duration)]
    log = stage.data / "simulator.log"
    wanted = [*arguments, *pace, *kept, *until, *(word for told in troubles for word in ("--trouble", told))]
    environment, out = dict(os.environ), asyncio.subprocess.PIPE
    async with _child(stage, "simulate", wanted, environment, log, _SIMULATOR_ENDS_S, out) as child:
        yield child


@asynccontextmanager
async def _child(
    stage: Stage,
    command: str,
    arguments: list[str],
    environment: dict[str, str],
    log: Path,
    ends_s: float,
    stdout: int | None = None,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of ours in a group of its own, so that Ctrl-C reaches it only through us; ended at the latest here, or
    by itself where we are killed.
    """
    with log.open("ab") as file:
        child = await asyncio.create_subprocess_exec(
            *[sys.executable, "-m", "wattdeck", command, WITH_PARENT, *arguments],
            env=environment,
            stdin=stage.lifeline,
            stdout=file if stdout is None else stdout,
            stderr=file,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        await _end(child, ends_s)


async def _end(child: asyncio.subprocess.Process, patience_s: float) -> None:
    """SIGINT, then SIGTERM, then SIGKILL, each with its time to take effect."""
    for number, seconds in ((signal.SIGINT, patience_s), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        if child.returncode is not None:
            return
        with suppress(ProcessLookupError):
            child.send_signal(number)
        with suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), seconds)


@asynccontextmanager
async def _client(stage: Stage) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {stage.api_key}"}
    async with httpx2.AsyncClient(base_url=stage.http, headers=headers, timeout=10, trust_env=False) as client:
        yield client


async def _is_ready(
    client: httpx2.AsyncClient, server: asyncio.subprocess.Process, stage: Stage, ended: asyncio.Event
) -> bool:
    """Wait for the server; False if somebody says stop meanwhile."""
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline and server.returncode is None and not ended.is_set():
        with suppress(httpx2.HTTPError):
            if (await client.get("/readyz")).status_code == 200:
                return True
        await _pause(ended, 0.1)
    if ended.is_set():
        return False
    raise DemoError(f"The server did not become ready:\n{_tail(stage.data / 'server.log')}")


async def _watch(
    client: httpx2.AsyncClient,
    console: Console,
    server: asyncio.subprocess.Process,
    simulator: "asyncio.Task[Any]",
    ended: asyncio.Event,
) -> None:
    """One live line until the charge points end, the server dies or somebody says stop."""
    last, seen_at = await counters(client), time.monotonic()
    with Live(console=console, transient=True, auto_refresh=False) as live:
        while not ended.is_set() and not simulator.done() and server.returncode is None:
            await _pause(ended, 1.0, simulator)
            with suppress(httpx2.HTTPError, ValueError):
                at, counted = time.monotonic(), await counters(client)
                rate = (counted["messages"] - last["messages"]) / max(0.001, at - seen_at)
                last, seen_at = counted, at
                stats = (await client.get("/api/v1/stats")).raise_for_status().json()
                line = live_line(stats, await power_w(client), rate)
                live.update(Text(line), refresh=console.is_terminal)


def _welcome(console: Console, stage: Stage, troubles: list[str]) -> None:
    console.print(f"Dashboard     {stage.http}/", highlight=False, soft_wrap=True)
    console.print(f"User          admin   password  {stage.password}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"Charge points ws://127.0.0.1:{stage.ocpp_port}/ocpp/<identifier>", highlight=False, soft_wrap=True)
    if troubles:
        told = ", ".join(told.split("@")[0].replace("=", " ") for told in troubles)
        console.print(f"Alerts        now and then: {told}", highlight=False, soft_wrap=True)
        console.print("              fast chargers have limits of their own (overrides of rules)", highlight=False)
    console.print("Ctrl-C ends it.", highlight=False)


def _choose_ports(console: Console, http_port: int, ocpp_port: int) -> tuple[int, int]:
    http = _free_port(http_port, ())
    ocpp = _free_port(ocpp_port, (http,))
    for name, wanted, found in (("HTTP", http_port, http), ("OCPP", ocpp_port, ocpp)):
        if wanted != found:
            console.print(f"{name} port {wanted} is in use, taking {found}.", highlight=False)
    return http, ocpp


def _free_port(first: int, taken: tuple[int, ...]) -> int:
    for port in range(first, min(first + 200, 65_536)):
        with socket.socket() as probe, suppress(OSError):
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            if port not in taken:
                return port
    raise DemoError(f"No free port from {first} on.")


async def _pause(ended: asyncio.Event, seconds: float, other: "asyncio.Task[Any] | None" = None) -> None:
    """Wait, less long if somebody says stop or the other one is done."""
    waiting = asyncio.create_task(ended.wait())
    await asyncio.wait(
        {waiting, other} if other is not None else {waiting},
        timeout=seconds,
        return_when=asyncio.FIRST_COMPLETED,
    )
    waiting.cancel()


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-15:]) if path.exists() else "(no log)"
