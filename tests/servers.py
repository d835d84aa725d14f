"""`wattdeck serve` as a child process on free ports: started, asked over HTTP, ended or killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from tests.ports import reserve

API_KEY = "key-of-the-tests"
_END_DEADLINE_S = 60
_TAIL_LINES = 40
_logs: list[Path] = []  # of all that were started


def last_words(since: float) -> list[tuple[str, str]]:
    """The ends of the logs that were written to since then (seconds since 1970), each with a title for a report."""
    written = [log for log in dict.fromkeys(_logs) if log.is_file() and log.stat().st_mtime >= since]
    tails = [(log, log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]) for log in written]
    return [(f"Captured stderr of {log.parent.name}/{log.name}", "\n".join(tail) + "\n") for log, tail in tails if tail]


class Server:
    """One process. `ocpp_url` and `http_url` end without a slash; `asgi_url` is the charge points' other door."""

    def __init__(self, folder: Path, *arguments: str, ocpp_port: int = 0, http_port: int = 0, **settings: Any) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "serve.log"
        _logs.append(self.log)
        command = [sys.executable, "-m", "wattdeck", "serve", "--data", str(folder), "--host", "127.0.0.1"]
        ports = ["--http-port", str(http_port or reserve()), "--ocpp-port", str(ocpp_port or reserve())]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *ports, *arguments], env=environment(settings), stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        self.announced: list[str] = []
        for line in self.process.stdout:
            self.announced.append(line.rstrip())
            if line.startswith("charge points"):
                break
        else:
            self.process.wait()
            raise RuntimeError(f"wattdeck serve ended with {self.process.returncode}: {self.log.read_text()}")
        self.http_url = self.announced[0].split()[-1].rstrip("/")
        self.ocpp_url = self.announced[1].split()[-1].rsplit("/", 1)[0]
        self.asgi_url = f"{self.http_url.replace('http', 'ws', 1)}/ocpp"

    @property
    def database(self) -> Path:
        return self.folder / "wattdeck.sqlite3"

    @property
    def ports(self) -> dict[str, int]:
        """To start the next one where this one was: they are kept for it."""
        return {name: int(url.rsplit(":", 1)[1].split("/")[0]) for name, url in self._urls()}

    def _urls(self) -> tuple[tuple[str, str], ...]:
        return ("http_port", self.http_url), ("ocpp_port", self.ocpp_url)

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """One request with the rights of an admin; `path` below /api/v1 unless it begins with a slash."""
        url = f"{self.http_url}{path}" if path.startswith("/") else f"{self.http_url}/api/v1/{path}"
        with httpx2.Client(
            headers={"Authorization": f"Bearer {API_KEY}"}, timeout=60, trust_env=False, verify=False
        ) as client:
            return client.request(method, url, **options)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET that must succeed."""
        response = self.ask("GET", path, params=query)
        response.raise_for_status()
        return response.json()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self._gone()

    def stop(self) -> int:
        """SIGTERM, and wait; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._gone()

    def end(self) -> None:
        """Whatever state it is in."""
        if self.process.returncode is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
                raise

    def _gone(self) -> int:
        code = self.process.wait(_END_DEADLINE_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


def environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """Ours, without any WATTDECK_ setting but these; unknown charge points and tags are accepted by default."""
    open_doors = {"unknown_charge_points": "accept", "unknown_tags": "accept"}
    wanted = {**open_doors, "command_hold_s": 0, "spread_heartbeats": False, "api_key": API_KEY, **settings}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WATTDECK_")}
    return clean | {f"WATTDECK_{name.upper()}": str(value) for name, value in wanted.items()}


@contextmanager
def serving(folder: Path, *arguments: str, **options: Any) -> Iterator[Server]:
    """A running server on `folder`: arguments for its command line; ports and settings by name."""
    server = Server(folder, *arguments, **options)
    try:
        yield server
    finally:
        server.end()
