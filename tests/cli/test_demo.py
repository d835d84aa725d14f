"""What the demo works out, and how it ends; the play itself is tried with the whole program."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stations import until
from wattdeck.cli.demo import _free_port
from wattdeck.cli.demo_figures import figures, read_metric

METRICS = """\
# HELP wattdeck_messages_total Frames by action and direction
# TYPE wattdeck_messages_total counter
wattdeck_messages_total{action="Boot Notification",direction="in"} 3.0
wattdeck_messages_total{action="Heartbeat",direction="out"} 4.0 1790000000
wattdeck_messages_created{action="Heartbeat",direction="out"} 99.0
wattdeck_meter_values_total 1.5e+03
"""


def test_a_counter_is_summed_over_its_labels():
    assert read_metric(METRICS, "wattdeck_messages_total") == 7
    assert read_metric(METRICS, "wattdeck_meter_values_total") == 1500
    assert read_metric(METRICS, "wattdeck_store_commits_total") == 0


def test_lost_is_what_was_acknowledged_and_is_not_stored():
    summary = {
        "charge_points": 2,
        "messages_sent": 30,
        "sessions_started": 1,
        "meter_values_acknowledged": 100,
        "answers": {"p50_ms": 1.0, "p99_ms": 2.0},
        "answers_by_action": {},
        "errors": {},
    }
    before = {"meter_values": 1000.0, "commits": 10.0}
    assert figures(summary, before, {"meter_values": 1100.0, "commits": 20.0})["lost"] == 0
    lossy = figures(summary, before, {"meter_values": 1097.0, "commits": 20.0})
    assert lossy["lost"] == 3
    assert lossy["values_per_commit"] == 9.7


def test_a_port_in_use_is_passed_over():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert _free_port(port, ()) > port


def begun(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "wattdeck", "demo", "--count", "1", "--data", str(folder)]
    ports = ["--http-port", "18080", "--ocpp-port", "19000"]
    with (folder / "demo.log").open("wb") as log:
        return subprocess.Popen([*command, *ports], stdout=log, stderr=log, start_new_session=True)


@contextlib.asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A demo whose charge points have begun."""
    demo = begun(folder)
    try:
        await until(lambda: len(processes_with(str(folder))) == 3 or demo.poll() is not None, 90)
        assert len(processes_with(str(folder))) == 3, (folder / "demo.log").read_text()
        yield demo
    finally:
        for pid in processes_with(str(folder)):
            os.kill(pid, signal.SIGKILL)
        demo.wait()


def processes_with(word: str) -> list[int]:
    """Processes that were started with that in their command line, zombies apart."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdecimal() and word in (entry / "cmdline").read_text(errors="replace"):
                found.append(int(entry.name))
    return found


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGKILL, id="killed"),
        pytest.param(signal.SIGHUP, id="its terminal closed", marks=pytest.mark.long),
    ],
)
async def test_nothing_of_a_demo_is_left_when_it_is_gone(tmp_path: Path, number: signal.Signals):
    async with playing(tmp_path) as demo:
        demo.send_signal(number)
        demo.wait(60)
        await until(lambda: processes_with(str(tmp_path)) == [], 60)
