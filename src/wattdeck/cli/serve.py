"""`wattdeck serve`: the server that runs alone. What cannot work is said in one line, exit 2."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
import uvloop
from sqlalchemy.exc import SQLAlchemyError

from wattdeck.api.first_people import FIRST_ADMIN
from wattdeck.central_system import CentralSystem
from wattdeck.cli.data_folder import only_user_of, settings_of
from wattdeck.cli.parent import WithParent, end_with_parent
from wattdeck.cli.server import fail
from wattdeck.gateway.tls import TlsFileUnusable
from wattdeck.gateway.uvicorn_door import UvicornDoor
from wattdeck.settings import Settings

_BACKLOG = 4096
_GRACE_S = 10


def serve(
    data: Annotated[Path | None, typer.Option(help="Folder of the database; made if missing.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    http_port: Annotated[int | None, typer.Option(help="Dashboard, API, live streams.")] = None,
    ocpp_port: Annotated[int | None, typer.Option(help="Charge points.")] = None,
    ocpp_tls_port: Annotated[
        int | None, typer.Option(help="Charge points over TLS, where a certificate is set.")
    ] = None,
    admin_password: Annotated[
        str | None, typer.Option(help="Of the user admin. Better: WATTDECK_ADMIN_PASSWORD.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="TOML file of settings.")] = None,
    with_parent: WithParent = False,
) -> None:
    """Serve charge points and browsers until SIGTERM or Ctrl-C."""
    given = {
        "data": data,
        "host": host,
        "http_port": http_port,
        "ocpp_port": ocpp_port,
        "ocpp_tls_port": ocpp_tls_port,
        "admin_password": admin_password,
    }
    settings = settings_of(config, given)
    if with_parent:
        end_with_parent()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with only_user_of(settings.data), _bound(settings) as ports:
            uvloop.run(_serve(settings, *ports))
    except TlsFileUnusable as error:
        fail(str(error))
    except SQLAlchemyError as error:
        fail(f"the database in {settings.data} cannot be used: {str(error).splitlines()[0]}")


@contextlib.contextmanager
def _bound(settings: Settings) -> Iterator[list[socket.socket]]:
    """Sockets for HTTP, charge points, and charge points over TLS if there is a certificate."""
    with contextlib.ExitStack() as stack:
        ports = [("http", settings.http_port), ("ocpp", settings.ocpp_port)]
        if settings.tls_certificate is not None:
            ports.append(("ocpp tls", settings.ocpp_tls_port))
        yield [stack.enter_context(_bind(settings.host, port, name)) for name, port in ports]


def _bind(host: str, port: int, name: str) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        fail(f"cannot listen on {host}:{port} ({name} port): {os.strerror(error.errno or 0) or error}")


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: ours close the charge points first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(
    settings: Settings, http: socket.socket, ocpp: socket.socket, secure: socket.socket | None = None
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    central_system = CentralSystem(settings)
    tls = central_system.tls_context()
    async with central_system.running():
        _spare_the_collector()
        listeners = [await central_system.listen(ocpp)]
        if secure is not None:
            listeners.append(await central_system.listen(secure, tls))
        server = _Server(_uvicorn_config(central_system, settings))
        serving = asyncio.create_task(server.serve(sockets=[http]))
        _announce(central_system, settings, http, ocpp, secure)
        await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        for listener in listeners:
            listener.close()
        server.should_exit = True
        central_system.end_live_streams()
        await central_system.close_charge_points()
        await serving


def _spare_the_collector() -> None:
    """What is there now stays: not to be looked through each time; and frames make many short-lived objects, so look
    less often (without this, more than half of the time under load goes into looking).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def _uvicorn_config(central_system: CentralSystem, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        central_system.asgi,
        lifespan="off",
        ws=UvicornDoor,
        ws_max_size=settings.frame_limit_bytes,
        ws_ping_interval=None,  # the gateway pings charge points, the live stream has a heartbeat of its own
        ws_per_message_deflate=False,
        log_level="warning",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        forwarded_allow_ips=settings.forwarded_allow_ips,
    )


def _announce(
    central_system: CentralSystem,
    settings: Settings,
    http: socket.socket,
    ocpp: socket.socket,
    secure: socket.socket | None,
) -> None:
    shown = "localhost" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104 - only compared
    typer.echo(f"dashboard      http://{shown}:{http.getsockname()[1]}/")
    typer.echo(f"charge points  ws://{shown}:{ocpp.getsockname()[1]}/ocpp/<identifier>")
    if secure is not None:
        typer.echo(f"  over TLS     wss://{shown}:{secure.getsockname()[1]}/ocpp/<identifier>")
    if central_system.first_password is not None:
        typer.echo(f"first log-in   user {FIRST_ADMIN}, password {central_system.first_password} (shown only once)")
