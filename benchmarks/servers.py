"""Starts and ends the servers that are compared, each in its own process on free ports, and reads what they use."""

import contextlib
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WATTDECK = "wattdeck"
# the plain central system, with asynchronous sessions and with blocking ones
ASYNCHRONOUS = "ocpp package"
BLOCKING = "ocpp package, blocking sessions"

READY_DEADLINE_S = 120.0  # of a machine with other work, on a database of gigabytes
END_DEADLINE_S = 20.0
PAGE_BYTES = resource.getpagesize()
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    name: str
    process: subprocess.Popen[bytes]
    ocpp_port: int
    http_port: int | None
    folder: Path


def raise_file_limit() -> None:
    """Allow this process and those it starts as many sockets as the machine grants."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextlib.contextmanager
def running(name: str, kept: Path | None = None, **settings: str) -> Iterator[Server]:
    """Start a server on an empty folder, or on one that is kept, hand it over when it answers, end it by its own
    process afterwards. `settings`: of wattdeck, as in its environment.
    """
    with contextlib.ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        ocpp_port = free_port()
        http_port = free_port() if name == WATTDECK else None
        given = {"unknown_charge_points": "accept", "unknown_tags": "accept"} | settings
        environment = os.environ | {f"WATTDECK_{key.upper()}": value for key, value in given.items()}
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                command_line(name, folder, ocpp_port, http_port), env=environment, stdout=log, stderr=log
            )
        try:
            wait_until_ready(process, ocpp_port, http_port, folder / "server.log")
            yield Server(name, process, ocpp_port, http_port, folder)
        finally:
            end(process)


def command_line(name: str, folder: Path, ocpp_port: int, http_port: int | None) -> list[str]:
    if name in (ASYNCHRONOUS, BLOCKING):
        module = [sys.executable, "-m", "benchmarks.baseline_server"]
        how = ["--blocking"] if name == BLOCKING else []
        return [*module, "--port", str(ocpp_port), "--database", str(folder / "baseline.sqlite"), *how]
    program = str(Path(sys.executable).with_name("wattdeck"))
    ports = ["--http-port", str(http_port), "--ocpp-port", str(ocpp_port)]
    return [program, "serve", "--data", str(folder / "data"), "--host", "127.0.0.1", *ports]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(process: subprocess.Popen[bytes], ocpp_port: int, http_port: int | None, log: Path) -> None:
    deadline = time.monotonic() + READY_DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        if is_listening(ocpp_port) and (http_port is None or is_ready(http_port)):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not get ready; its last words:\n{log.read_text(errors='replace')[-2000:]}")


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_ready(http_port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{http_port}/readyz", timeout=2) as reply,
    ):
        return bool(reply.status == 200)
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server in its own good order, by its process; ending one that has ended does nothing."""
    process.terminate()
    try:
        process.wait(END_DEADLINE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def resident_bytes(server: Server) -> int:
    """Return the resident set of a server process (Linux)."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * PAGE_BYTES


def cpu_seconds(server: Server) -> float:
    """Return the processor time a server has used, all its threads together (Linux)."""
    after_name = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / CLOCK_TICKS


def folder_bytes(server: Server) -> int:
    """Return what a server has written to its folder; complete only once it has ended."""
    return sum(path.stat().st_size for path in server.folder.rglob("*") if path.is_file() and path.suffix != ".log")


def counter(server: Server, name: str) -> float:
    """Return a counter of `/metrics`, all its labels together."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.http_port}/metrics", timeout=10) as reply:
        lines = reply.read().decode().splitlines()
    own = [line for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
    if not own:
        raise LookupError(f"{name} is not among the metrics")
    return sum(float(line.rpartition(" ")[2]) for line in own)
