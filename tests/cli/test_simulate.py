"""`wattdeck simulate` as a person runs it: another process, its exit code, its output."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.ports import reserve

PROGRAM = "import typer; from wattdeck.cli.simulate import simulate; typer.run(simulate)"


async def run(*arguments: str, stop_when: asyncio.Event | None = None) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    if stop_when is not None:
        await asyncio.wait_for(stop_when.wait(), 60)
        process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


class Answering:
    """The smallest central system there is: it accepts everything."""

    def __init__(self) -> None:
        self.url = ""
        self.identifiers: set[str] = set()
        self.metered = asyncio.Event()

    async def serve(self, connection: Any) -> None:
        self.identifiers.add(connection.request.path.rsplit("/", 1)[1])
        accepted = {"status": "Accepted"}
        answers = {
            "BootNotification": {"status": "Accepted", "currentTime": "2026-01-01T00:00:00Z", "interval": 60},
            "Authorize": {"idTagInfo": accepted},
            "StartTransaction": {"transactionId": 1, "idTagInfo": accepted},
            "Heartbeat": {"currentTime": "2026-01-01T00:00:00Z"},
        }
        async for text in connection:
            _, message_id, action, _ = json.loads(text)
            await connection.send(json.dumps([3, message_id, answers.get(action, {})]))
            if action == "MeterValues":
                self.metered.set()


@pytest.fixture
async def answering() -> AsyncIterator[Answering]:
    central = Answering()
    async with websockets.serve(central.serve, "127.0.0.1", 0, subprotocols=["ocpp1.6"]) as server:
        central.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ocpp"
        yield central


async def test_a_run_of_some_seconds_ends_by_itself_with_a_summary_as_json(answering: Answering) -> None:
    code, out, err = await run(
        answering.url, "BOX", "--count", "3", "--interval", "0.2", "--speed", "60", "--duration", "4", "--json"
    )
    summary = json.loads(out)
    assert (code, err) == (0, "")
    assert summary["charge_points"] == 3
    assert answering.identifiers == {"BOX-001", "BOX-002", "BOX-003"}
    assert summary["messages"]["BootNotification"] == 3
    assert summary["messages_sent"] == summary["messages_acknowledged"]
    assert summary["errors"] == {}
    assert summary["answers"]["p50_ms"] <= summary["answers"]["p99_ms"] <= summary["answers"]["max_ms"]


async def test_ctrl_c_ends_it_in_good_order_with_a_summary_to_read(answering: Answering) -> None:
    code, out, err = await run(
        answering.url, "--interval", "0.2", "--seed", "2", "--count", "4", stop_when=answering.metered
    )
    assert (code, err) == (0, "")
    assert "Charge points" in out
    assert "StopTransaction" in out


async def test_registers_go_on_where_they_stood_in_the_last_run(answering: Answering, tmp_path: Path) -> None:
    kept = tmp_path / "registers.json"
    kept.write_text(json.dumps({f"CP-00{number}": [4711.0] for number in range(1, 6)}))
    options = ("--count", "5", "--interval", "0.2", "--duration", "5", "--registers", str(kept))
    code, out, err = await run(answering.url, *options, "--json")
    assert (code, err) == (0, "")
    sessions = json.loads(out)["sessions"]
    stopped_at = {session["charge_point"]: session["meter_stop"] for session in sessions}
    assert sessions
    assert {session["meter_start"] for session in sessions} == {4711}
    stands = json.loads(kept.read_text())
    assert {name: int(stands[name][0]) for name in stopped_at} == stopped_at
    assert max(stopped_at.values()) > 4711


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["http://127.0.0.1:9000"], "Not a WebSocket address"),
        (["ws://"], "Not a WebSocket address"),
        (["ws://127.0.0.1:99999/ocpp"], "Not a WebSocket address"),
        (["ws://127.0.0.1:1", "--count", "0"], "at least 1"),
        (["ws://127.0.0.1:1", "--speed", "0"], "more than 0"),
        (["ws://127.0.0.1:1", "--interval", "nan"], "more than 0"),
        (["ws://127.0.0.1:1", "--profile", "steam"], "Unknown profile steam"),
        (["ws://127.0.0.1:1", "--quirk", "rude"], "Unknown quirk rude"),
        (["ws://127.0.0.1:1", "--trouble", "ennui@5"], "Unknown trouble ennui"),
        (["ws://127.0.0.1:1", "--trouble", "heat@soon"], "Not a time for a trouble"),
        (["ws://127.0.0.1:1", "--trouble", "heat@1:2:3:4"], "Not a time for a trouble"),
        (["ws://127.0.0.1:1", "--trouble", "heat@1:60:30"], "must last less long"),
    ],
)
async def test_bad_input_is_one_line_and_exit_code_2(arguments: list[str], word: str) -> None:
    code, out, err = await run(*arguments)
    assert (code, out) == (2, "")
    assert word in err
    assert err.count("\n") == 1


async def test_a_server_that_is_not_there_is_one_line_and_exit_code_1() -> None:
    port = reserve()
    code, out, err = await run(f"ws://127.0.0.1:{port}/ocpp", "--duration", "1")
    assert (code, out) == (1, "")
    assert err == f"No connection to ws://127.0.0.1:{port}/ocpp: connection refused\n"
