"""The load client seen from outside: started as a process of its own, asked one thing at a time."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.servers import END_DEADLINE_S, Server

OPENED_AT_ONCE = 1000
_PACED_S = 10.0  # what the load client is asked for at a time


@dataclass(frozen=True)
class Load:
    """A running load client and the server it talks to."""

    server: Server
    process: subprocess.Popen[str]

    def ask(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Have one thing done and return what the client says about it; every phase is bounded by the client."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load client gave up while asked to {what} {self.server.name}")
        return dict(json.loads(line))

    def open(self, connections: int, charging: bool = True) -> float:
        """Open so many further connections, some at a time, each of which has a deadline; the seconds it took."""
        seconds = 0.0
        for start in range(0, connections, OPENED_AT_ONCE):
            count = min(OPENED_AT_ONCE, connections - start)
            answer = self.ask("open", connections=count, port=self.server.ocpp_port, charging=charging)
            seconds += float(answer["seconds"])
        return seconds


@contextlib.contextmanager
def load_on(server: Server) -> Iterator[Load]:
    """Start a load client; it leaves when its input ends."""
    command = [sys.executable, "-m", "benchmarks.load_client"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Load(server, process)
    finally:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(END_DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def sending(load: Load, rate: float) -> Iterator[None]:
    """Meanwhile charge points send so many messages a second, whatever else is asked about."""
    is_over = threading.Event()

    def send() -> None:
        while not is_over.is_set():
            load.ask("pace", rate=rate, seconds=_PACED_S)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
