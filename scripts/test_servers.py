"""Private PostgreSQL, Redis and MQTT servers for one test run, on free ports and in a temporary folder.

A server named by WATTDECK_TEST_POSTGRES_URL, WATTDECK_TEST_REDIS_URL or WATTDECK_TEST_MQTT_URL is used instead.
Nothing else that runs on the machine is touched.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SBIN = ":/usr/sbin:/usr/local/sbin"
PATIENCE_S = 30


@dataclass
class Servers:
    urls: dict[str, str] = field(default_factory=dict)  # environment variable: URL
    not_had: list[str] = field(default_factory=list)  # one line for each that could not be started


@contextmanager
def running() -> Iterator[Servers]:
    servers = Servers()
    processes: list[subprocess.Popen[bytes]] = []
    starters = {"POSTGRES": start_postgres, "REDIS": start_redis, "MQTT": start_mqtt}
    folder = Path(tempfile.mkdtemp(prefix="wattdeck-tests-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    try:
        for name, start in starters.items():
            variable = f"WATTDECK_TEST_{name}_URL"
            if variable not in os.environ:
                begin(start, variable, folder / name.lower(), servers, processes)
        yield servers
    finally:
        for process in processes:
            process.send_signal(signal.SIGINT)  # to PostgreSQL: close connections and stop
        for process in processes:
            process.wait(PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)


Starter = Callable[[Path, int], tuple["subprocess.Popen[bytes]", str]]


def begin(
    start: Starter, variable: str, folder: Path, servers: Servers, processes: list[subprocess.Popen[bytes]]
) -> None:
    folder.mkdir()
    try:
        port = free_port()
        process, url = start(folder, port)
        processes.append(process)
        wait_until_it_listens(process, port)
        servers.urls[variable] = url
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        servers.not_had.append(f"{folder.name} is not available: {error}")


def start_postgres(folder: Path, port: int) -> tuple[subprocess.Popen[bytes], str]:
    programs = postgres_programs()
    user = unprivileged_user(folder)
    initdb = f"{programs}/initdb -D data -U wattdeck -A trust -E UTF8 --locale=C --no-sync"
    subprocess.run(initdb.split(), check=True, cwd=folder, user=user, capture_output=True)
    settings = [
        f"port={port}",
        "listen_addresses=127.0.0.1",
        f"unix_socket_directories={folder}",
        "max_connections=200",
    ]
    command = [f"{programs}/postgres", "-D", "data", *(f"--{setting}" for setting in settings)]
    return start_process(command, folder, user), f"postgresql://wattdeck@127.0.0.1:{port}/postgres"


def start_redis(folder: Path, port: int) -> tuple[subprocess.Popen[bytes], str]:
    program = first_program("redis-server", "valkey-server")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return start_process([program, *options], folder), f"redis://127.0.0.1:{port}/0"


def start_mqtt(folder: Path, port: int) -> tuple[subprocess.Popen[bytes], str]:
    configuration = folder / "mosquitto.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    return start_process([first_program("mosquitto"), "-c", str(configuration)], folder), f"mqtt://127.0.0.1:{port}"


def postgres_programs() -> Path:
    """Debian's newest PostgreSQL, else the one that the package pgserver brings."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    if os.geteuid() != 0 and (spec := importlib.util.find_spec("pgserver")) and spec.origin:
        return Path(spec.origin).parent / "pginstall/bin"
    return Path(first_program("initdb")).resolve().parent


def first_program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name, path=os.environ.get("PATH", os.defpath) + SBIN):
            return found
    raise RuntimeError(f"no {names[0]} on this machine")


def unprivileged_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


def start_process(command: list[str], folder: Path, user: str | None = None) -> subprocess.Popen[bytes]:
    """Its own session, so that Ctrl-C reaches the tests first and the servers only afterwards."""
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=folder, user=user, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"it ended at once with code {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"it did not listen within {PATIENCE_S} s")
