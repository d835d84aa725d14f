"""A simulated charge point moves files for real, and keeps certificates, against our own central system."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.authorities import root
from tests.houses import House, door, make_house
from tests.stations import until
from wattdeck.simulator.fleet import Fleet, Plan

__all__ = ["door", "make_house"]


@pytest.fixture
async def played(make_house: Callable[..., Awaitable[House]]) -> AsyncIterator[House]:
    """Our own central system, with a simulated charge point connected and booted."""
    house = await make_house()
    plan = Plan(url=house.url, identifiers=("CP-1",), profile="ac3", cars_come=False, first_back_off_s=0.05)
    fleet = Fleet(plan)
    task = asyncio.create_task(fleet.run())

    async def booted() -> bool:
        found = await house.items("charge-points")
        return bool(found) and found[0]["booted_at"] is not None

    await until(booted)
    yield house
    fleet.end()
    await task


async def ended(house: House, number: int = 1) -> Any:
    """The file job, once it has ended and no more statuses are to come."""

    async def over() -> Any:
        one = await house.get(f"file-jobs/{number}")
        said = one["reports"][-1]["status"] if one["reports"] else ""
        return one if said.endswith(("Uploaded", "Installed", "Failed", "Failure", "InvalidSignature")) else None

    return await until(over)


def words(job: Any) -> list[str]:
    return [one["status"] for one in job["reports"]]


async def test_diagnostics_are_uploaded_for_real(played: House):
    await played.post("charge-points/CP-1/diagnostics")
    job = await ended(played)
    assert (job["state"], words(job), job["file_name"]) == (
        "finished",
        ["Uploading", "Uploaded"],
        "CP-1-diagnostics-1.log",
    )
    lines = (await played.http.get("file-jobs/1/file")).text.splitlines()
    assert lines[0] == "CP-1-diagnostics-1.log: CP-1, firmware 1.0.0"
    assert len(lines) == 201


async def test_a_security_log_is_uploaded_for_real(played: House):
    await played.post("charge-points/CP-1/logs", type="SecurityLog")
    job = await ended(played)
    assert (job["state"], words(job), job["has_file"]) == ("finished", ["Uploading", "Uploaded"], True)


async def test_what_cannot_be_reached_fails(played: House):
    await played.post("charge-points/CP-1/diagnostics", location="http://127.0.0.1:1/")
    assert words(await ended(played, 1)) == ["Uploading", "UploadFailed"]
    await played.post("charge-points/CP-1/logs", location="ftp://127.0.0.1/")
    assert words(await ended(played, 2)) == ["Uploading", "UploadFailure"]
    await played.post("charge-points/CP-1/update-firmware", location=f"{played.http_url}/files/firmware/none/fw")
    assert words(await ended(played, 3)) == ["Downloading", "DownloadFailed"]


async def test_firmware_is_fetched_and_installed(played: House):
    await played.http.post("firmware", params={"name": "fw.bin"}, content=b"x" * 100_000)
    await played.post("charge-points/CP-1/update-firmware", firmware_id=1)
    job = await ended(played)
    assert words(job) == ["Downloading", "Downloaded", "Installing", "Installed"]
    assert (job["state"], job["fetched_at"] is not None) == ("finished", True)
    body = {"action": "Reset", "payload": {"type": "Soft"}}
    await played.post("charge-points/CP-1/commands", **body)

    async def renewed() -> bool:
        return (await played.get("charge-points/CP-1"))["firmware_version"] == "1.0.1"

    await until(renewed)


async def test_signed_firmware_is_checked(played: House):
    await played.http.post("firmware", params={"name": "fw.bin"}, content=b"x")
    signing = {"certificate": root("Maker"), "signature": "c2lnbmVk"}
    await played.post("charge-points/CP-1/update-firmware", firmware_id=1, signing=signing)
    assert words(await ended(played, 1)) == [
        "Downloading",
        "Downloaded",
        "SignatureVerified",
        "Installing",
        "Installed",
    ]
    await played.post("charge-points/CP-1/update-firmware", firmware_id=1, signing=signing | {"signature": "invalid"})
    assert words(await ended(played, 2)) == ["Downloading", "Downloaded", "InvalidSignature"]
    refused = {"certificate": "none", "signature": "c2lnbmVk"}
    await played.http.post(
        "charge-points/CP-1/update-firmware", json={"firmware_id": 1, "signing": refused}, params={"wait": 30}
    )
    assert (await played.get("file-jobs/3"))["error"] == "InvalidCertificate"
    events = await until(lambda: _types(played, 2))
    assert events == ["InvalidFirmwareSignature", "FirmwareUpdated"]


async def _types(house: House, count: int) -> list[str] | None:
    found = [one["type"] for one in await house.items("security-events")]
    return found if len(found) == count else None


async def test_its_certificate_is_renewed(played: House):
    body = {"action": "ExtendedTriggerMessage", "payload": {"requestedMessage": "SignChargePointCertificate"}}
    await played.post("charge-points/CP-1/commands", **body)

    async def asked() -> bool:
        found = await played.items("certificate-requests")
        return bool(found) and found[0]["common_name"] == "CP-1"

    await until(asked)
    assert (await played.post("certificate-requests/1/approve")).status_code == 200

    async def installed() -> bool:
        return (await played.get("certificate-requests/1"))["state"] == "installed"

    await until(installed)
    stranger = {"action": "CertificateSigned", "payload": {"certificateChain": root("CP-1")}, "wait": 30}
    assert (await played.post("charge-points/CP-1/commands", **stranger)).json()["state"] == "rejected"
    assert await until(lambda: _types(played, 1)) == ["InvalidChargePointCertificate"]


async def test_root_certificates_are_installed_listed_and_deleted(played: House):
    async def ask(action: str, payload: Any) -> Any:
        body = {"action": action, "payload": payload, "wait": 30}
        return (await played.post("charge-points/CP-1/commands", **body)).json()["result"]

    kind = {"certificateType": "CentralSystemRootCertificate"}
    assert await ask("GetInstalledCertificateIds", kind) == {"status": "NotFound"}
    assert await ask("InstallCertificate", {**kind, "certificate": root("Ours")}) == {"status": "Accepted"}
    assert await ask("InstallCertificate", {**kind, "certificate": "none"}) == {"status": "Rejected"}
    listed = await ask("GetInstalledCertificateIds", kind)
    [data] = listed["certificateHashData"]
    [believed] = await played.items("charge-points/CP-1/certificates")
    assert believed["serial_number"] == data["serialNumber"]
    assert await ask("DeleteCertificate", {"certificateHashData": data}) == {"status": "Accepted"}
    assert await ask("DeleteCertificate", {"certificateHashData": data}) == {"status": "NotFound"}
    assert await played.items("charge-points/CP-1/certificates") == []


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("LogStatusNotification", "LogStatusNotification"),
        ("FirmwareStatusNotification", "SignedFirmwareStatusNotification"),
        ("Heartbeat", "Heartbeat"),
    ],
)
async def test_the_triggers_of_the_security_extension_are_heard(played: House, word: str, action: str):
    body = {"action": "ExtendedTriggerMessage", "payload": {"requestedMessage": word}, "wait": 30}
    assert (await played.post("charge-points/CP-1/commands", **body)).json()["result"] == {"status": "Accepted"}
    await until(lambda: played.metric("wattdeck_messages_total", action=action, direction="in"))
