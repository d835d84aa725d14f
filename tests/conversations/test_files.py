"""Firmware updates, diagnostics and logs, frame by frame; uploads go over real HTTP to the link that was sent."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.houses import House
from tests.stations import Station, until

LOG = b"2026-09-14 12:00:00 started\n" * 60_000  # more than a body may have elsewhere


async def job(house: House, number: int = 1) -> Any:
    return await house.get(f"file-jobs/{number}")


async def upload(url: str, content: Any = LOG, method: str = "PUT", **more: Any) -> httpx2.Response:
    """As a charge point does it: without any log-in."""
    async with httpx2.AsyncClient(timeout=60, trust_env=False) as client:
        return await client.request(method, url, content=content, **more)


async def ask_for_diagnostics(house: House, cp: Station) -> str:
    """The location sent, with GetDiagnostics answered."""
    assert (await house.post("charge-points/CP-1/diagnostics")).status_code == 202
    id, payload = await cp.asked("GetDiagnostics")
    await cp.answer(id, {"fileName": "diag.zip"})
    return payload["location"]


async def ask_for_log(house: House, cp: Station, **body: Any) -> Any:
    """The payload sent, with GetLog answered."""
    assert (await house.post("charge-points/CP-1/logs", **body)).status_code == 202
    id, payload = await cp.asked("GetLog")
    await cp.answer(id, {"status": "Accepted", "filename": "security.log"})
    return payload


# firmware


@pytest.mark.covers("TC_044_1", "UpdateFirmware", "FirmwareStatusNotification")
async def test_a_firmware_update_is_seen_from_the_request_to_installed(house):
    cp = await house.connected()
    body = {"location": "ftp://fw:secret@example.org/fw.bin", "retries": 2, "retry_interval": 30}
    response = await house.post("charge-points/CP-1/update-firmware", **body, retrieve_at="2026-11-26T01:00:00+01:00")
    assert response.status_code == 202
    id, payload = await cp.asked("UpdateFirmware")
    assert list(payload.items()) == [
        ("location", "ftp://fw:secret@example.org/fw.bin"),
        ("retries", 2),
        ("retrieveDate", "2026-11-26T00:00:00.000Z"),
        ("retryInterval", 30),
    ]
    await cp.answer(id, {})
    await until(lambda: _has_state(house, "accepted"))
    for status in ("Downloading", "Downloaded", "Installing"):
        assert await cp.call("FirmwareStatusNotification", {"status": status}) == {}
        one = await job(house)
        assert (one["state"], one["status"]) == ("running", status)
    assert await cp.call("FirmwareStatusNotification", {"status": "Installed"}) == {}
    one = await job(house)
    assert (one["state"], one["kind"], one["error"]) == ("finished", "firmware", None)
    assert [report["status"] for report in one["reports"]] == ["Downloading", "Downloaded", "Installing", "Installed"]
    assert one["location"] == "ftp://***@example.org/fw.bin"


async def _has_state(house: House, state: str, number: int = 1) -> bool:
    return (await job(house, number))["state"] == state


@pytest.mark.covers("TC_044_2", "FirmwareStatusNotification")
async def test_a_download_that_fails_fails_the_job_and_a_second_try_takes_it_up_again(house):
    cp = await house.connected()
    await house.post("charge-points/CP-1/update-firmware", location="http://127.0.0.1:1/fw.bin")
    id, _ = await cp.asked("UpdateFirmware")
    await cp.answer(id, {})
    await cp.call("FirmwareStatusNotification", {"status": "Downloading"})
    await cp.call("FirmwareStatusNotification", {"status": "DownloadFailed"})
    one = await job(house)
    assert (one["state"], one["error"]) == ("failed", "reported as DownloadFailed")
    await cp.call("FirmwareStatusNotification", {"status": "Downloading"})
    assert (await job(house))["state"] == "running"


@pytest.mark.covers("TC_044_3", "FirmwareStatusNotification")
async def test_an_installation_that_fails_fails_the_job(house):
    cp = await house.connected()
    await house.post("charge-points/CP-1/update-firmware", location="http://127.0.0.1:1/fw.bin")
    id, _ = await cp.asked("UpdateFirmware")
    await cp.answer(id, {})
    for status in ("Downloading", "Downloaded", "Installing", "InstallationFailed"):
        await cp.call("FirmwareStatusNotification", {"status": status})
    one = await job(house)
    assert (one["state"], one["error"]) == ("failed", "reported as InstallationFailed")
    assert one["finished_at"] is not None


@pytest.mark.covers("TC_080", "SignedUpdateFirmware", "SignedFirmwareStatusNotification")
async def test_a_signed_update_has_a_request_id_and_its_statuses_are_known_by_it(house):
    cp = await house.connected()
    signing = {"certificate": "-----BEGIN CERTIFICATE-----", "signature": "c2lnbmVk"}
    times = {"retrieve_at": "2026-11-26T00:00:00Z", "install_at": "2026-11-26T01:00:00Z"}
    body = {"location": "https://example.org/fw.bin", "retries": 1, "signing": signing, **times}
    await house.post("charge-points/CP-1/update-firmware", **body)
    id, payload = await cp.asked("SignedUpdateFirmware")
    assert list(payload) == ["retries", "requestId", "firmware"]
    assert list(payload["firmware"].items()) == [
        ("location", "https://example.org/fw.bin"),
        ("retrieveDateTime", "2026-11-26T00:00:00.000Z"),
        ("installDateTime", "2026-11-26T01:00:00.000Z"),
        ("signingCertificate", "-----BEGIN CERTIFICATE-----"),
        ("signature", "c2lnbmVk"),
    ]
    await cp.answer(id, {"status": "Accepted"})
    steps = ("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", "Installed")
    for status in steps:
        said = {"status": status, "requestId": payload["requestId"]}
        assert await cp.call("SignedFirmwareStatusNotification", said) == {}
    one = await job(house)
    assert (one["state"], one["request_id"]) == ("finished", payload["requestId"])


@pytest.mark.covers("TC_081", "SignedUpdateFirmware", "SignedFirmwareStatusNotification")
@pytest.mark.parametrize("word", ["InvalidCertificate", "RevokedCertificate", "Rejected"])
async def test_a_signed_update_that_is_refused_is_a_rejected_job(house, word):
    cp = await house.connected()
    signing = {"certificate": "C", "signature": "S"}
    await house.post("charge-points/CP-1/update-firmware", location="https://example.org/fw", signing=signing)
    id, _ = await cp.asked("SignedUpdateFirmware")
    await cp.answer(id, {"status": word})
    await until(lambda: _has_state(house, "rejected"))
    assert (await job(house))["error"] == word


@pytest.mark.covers("TC_081", "SignedFirmwareStatusNotification")
async def test_an_invalid_signature_fails_the_job(house):
    cp = await house.connected()
    signing = {"certificate": "C", "signature": "S"}
    await house.post("charge-points/CP-1/update-firmware", location="https://example.org/fw", signing=signing)
    id, payload = await cp.asked("SignedUpdateFirmware")
    await cp.answer(id, {"status": "Accepted"})
    for status in ("Downloading", "Downloaded", "InvalidSignature"):
        said = {"status": status, "requestId": payload["requestId"]}
        await cp.call("SignedFirmwareStatusNotification", said)
    assert (await job(house))["error"] == "reported as InvalidSignature"


async def test_firmware_kept_here_is_fetched_by_a_link_whole_and_in_parts(house):
    cp = await house.connected()
    kept = await house.http.post("firmware", params={"name": "../fw 1.bin"}, content=LOG)
    assert (kept.status_code, kept.json()["name"], kept.json()["bytes"]) == (201, "fw 1.bin", len(LOG))
    await house.post("charge-points/CP-1/update-firmware", firmware_id=kept.json()["id"])
    id, payload = await cp.asked("UpdateFirmware")
    await cp.answer(id, {})
    url = payload["location"]
    assert url.endswith("/fw_1.bin")
    whole = await upload(url, None, "GET")
    assert (whole.status_code, whole.content) == (200, LOG)
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-disposition"].startswith("attachment")
    part = await upload(url, None, "GET", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, LOG[10:20])
    assert (await job(house))["fetched_at"] is not None
    await house.http.delete("firmware/1")
    assert (await upload(url, None, "GET")).status_code == 404


# diagnostics


@pytest.mark.covers("TC_045_1", "GetDiagnostics", "DiagnosticsStatusNotification")
async def test_diagnostics_come_to_our_link_and_can_be_downloaded(house):
    cp = await house.connected()
    body = {"from": "2026-09-01T00:00:00Z", "to": "2026-09-02T00:00:00Z", "retries": 1, "retry_interval": 5}
    response = await house.post("charge-points/CP-1/diagnostics", **body)
    id, payload = await cp.asked("GetDiagnostics")
    assert list(payload) == ["location", "retries", "retryInterval", "startTime", "stopTime"]
    assert payload["startTime"] == "2026-09-01T00:00:00.000Z"
    await cp.answer(id, {"fileName": "diag.zip"})
    await cp.call("DiagnosticsStatusNotification", {"status": "Uploading"})
    done = await upload(f"{payload['location']}diag.zip")
    assert (done.status_code, done.json()) == (201, {"bytes": len(LOG)})
    assert await cp.call("DiagnosticsStatusNotification", {"status": "Uploaded"}) == {}
    one = await job(house)
    assert (one["state"], one["file_name"], one["bytes_received"]) == ("finished", "diag.zip", len(LOG))
    assert [report["status"] for report in one["reports"]] == ["Uploading", "Uploaded"]
    file = await house.http.get("file-jobs/1/file")
    assert file.content == LOG
    assert file.headers["content-disposition"] == 'attachment; filename="diag.zip"'
    assert file.headers["x-content-type-options"] == "nosniff"
    # the right to upload is nowhere to be read
    token = payload["location"].rstrip("/").rpartition("/")[2]
    assert token not in response.text
    assert token not in (await house.http.get("charge-points/CP-1/commands")).text
    frames = await until(lambda: _frames_with(house, "GetDiagnostics"))
    assert token not in str(frames)


async def _frames_with(house: House, action: str) -> list[Any]:
    return [one for one in await house.items("charge-points/CP-1/messages") if action in one["frame"]]


@pytest.mark.covers("TC_045_1", "DiagnosticsStatusNotification")
async def test_an_upload_that_the_charge_point_says_has_failed_fails_the_job(house):
    cp = await house.connected()
    await ask_for_diagnostics(house, cp)
    for status in ("Uploading", "UploadFailed"):
        await cp.call("DiagnosticsStatusNotification", {"status": status})
    one = await job(house)
    assert (one["state"], one["error"], one["has_file"]) == ("failed", "reported as UploadFailed", False)


async def test_a_charge_point_without_diagnostics_says_so_by_naming_no_file(house):
    cp = await house.connected()
    await house.post("charge-points/CP-1/diagnostics")
    id, _ = await cp.asked("GetDiagnostics")
    await cp.answer(id, {})
    await until(lambda: _has_state(house, "failed"))
    assert (await job(house))["error"] == "the charge point has nothing to upload"


async def test_uploaded_is_not_believed_before_the_file_is_here(house):
    cp = await house.connected()
    location = await ask_for_diagnostics(house, cp)
    await cp.call("DiagnosticsStatusNotification", {"status": "Uploaded"})
    one = await job(house)
    assert (one["state"], one["error"]) == ("running", "reported as Uploaded, nothing has arrived yet")
    await upload(location)
    assert (await job(house))["state"] == "finished"


# logs


@pytest.mark.covers("TC_079", "GetLog", "LogStatusNotification")
async def test_a_security_log_comes_to_our_link(house):
    cp = await house.connected()
    payload = await ask_for_log(house, cp, type="SecurityLog", **{"from": "2026-09-01T00:00:00Z"})
    assert list(payload) == ["logType", "requestId", "log"]
    assert payload["logType"] == "SecurityLog"
    assert list(payload["log"]) == ["remoteLocation", "oldestTimestamp"]
    said = {"requestId": payload["requestId"]}
    await cp.call("LogStatusNotification", {"status": "Uploading", **said})
    assert (await upload(payload["log"]["remoteLocation"])).status_code == 201
    await cp.call("LogStatusNotification", {"status": "Uploaded", **said})
    one = await job(house)
    assert (one["state"], one["log_type"], one["file_name"]) == ("finished", "SecurityLog", "security.log")


@pytest.mark.covers("GetLog")
async def test_a_newer_log_that_cancels_an_older_one_cancels_its_job(house):
    cp = await house.connected()
    first = await ask_for_log(house, cp)
    await cp.call("LogStatusNotification", {"status": "Uploading", "requestId": first["requestId"]})
    await house.post("charge-points/CP-1/logs")
    id, _ = await cp.asked("GetLog")
    await cp.answer(id, {"status": "AcceptedCanceled", "filename": "b.log"})
    await until(lambda: _has_state(house, "accepted", 2))
    older = await job(house, 1)
    assert (older["state"], older["error"]) == ("cancelled", "replaced by job 2")
    assert (await upload(first["log"]["remoteLocation"])).status_code == 404


# the link


async def test_a_link_is_good_for_one_file(house):
    cp = await house.connected()
    location = await ask_for_diagnostics(house, cp)
    assert (await upload(location)).status_code == 201
    assert (await upload(location)).status_code == 404
    assert (await upload(location.replace("/upload/", "/upload/x"))).status_code == 404
    assert (await house.http.get("file-jobs/1/file")).content == LOG


async def test_a_form_with_the_file_in_it_is_taken_too(house):
    cp = await house.connected()
    location = await ask_for_diagnostics(house, cp)
    async with httpx2.AsyncClient(timeout=60, trust_env=False) as client:
        form = {"files": {"upload": ("C:\\logs\\day.log", LOG)}, "data": {"station": "CP-1"}}
        assert (await client.post(location, **form)).status_code == 201
    assert (await house.http.get("file-jobs/1/file")).content == LOG


async def test_a_file_larger_than_allowed_is_refused_and_the_job_says_so(make_house):
    house = await make_house(upload_limit_bytes=1000)
    cp = await house.connected()
    location = await ask_for_diagnostics(house, cp)
    assert (await upload(location, b"x" * 1001)).status_code == 413
    one = await job(house)
    assert (one["error"], one["has_file"]) == ("more than 1000 bytes", False)
    assert (await upload(location, b"x" * 1000)).status_code == 201


async def test_an_upload_that_breaks_off_can_be_begun_again(house, tmp_path):
    cp = await house.connected()
    location = await ask_for_diagnostics(house, cp)
    host, _, path = location.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    _, writer = await asyncio.open_connection(name, int(port))
    writer.write(f"PUT /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100000\r\n\r\n".encode() + b"x" * 5000)
    await writer.drain()
    await until(lambda: _has_state(house, "running"))
    writer.transport.abort()

    async def broken() -> Any:
        return (await job(house))["error"]

    assert await until(broken) == "the upload broke off after 5000 bytes"
    assert (await upload(location)).status_code == 201
    assert (await job(house))["state"] == "finished"
    left = house.central_system.settings.data / "files" / "uploads"
    assert [one.name for one in left.iterdir()] == ["1"]


async def test_an_empty_file_is_none(house):
    cp = await house.connected()
    location = await ask_for_diagnostics(house, cp)
    assert (await upload(location, b"")).status_code == 400
    assert (await job(house))["error"] == "an empty file"


async def test_a_link_that_has_expired_opens_nothing(make_house):
    house = await make_house(file_link_s=0.001)
    cp = await house.connected()
    assert (await upload(await ask_for_diagnostics(house, cp))).status_code == 404


async def test_a_job_that_was_cancelled_takes_no_file_and_no_report(house):
    cp = await house.connected()
    location = await ask_for_diagnostics(house, cp)
    assert (await house.post("file-jobs/1/cancel")).json()["state"] == "cancelled"
    assert (await house.post("file-jobs/1/cancel")).status_code == 409
    assert (await upload(location)).status_code == 404
    await cp.call("DiagnosticsStatusNotification", {"status": "Uploading"})
    assert (await job(house))["state"] == "cancelled"


async def test_the_same_request_again_is_the_same_job(house):
    await house.connected()
    jobs = [
        (await house.http.post("charge-points/CP-1/diagnostics", headers={"Idempotency-Key": "k"})).json()["id"]
        for _ in range(2)
    ]
    assert jobs == [1, 1]


async def test_a_job_that_waits_for_its_charge_point_is_cancelled_with_its_command(house):
    await house.post("charge-points", identifier="CP-1")
    body = {"location": "ftp://example.org/fw.bin", "offline": "queue"}
    assert (await house.post("charge-points/CP-1/update-firmware", **body)).json()["state"] == "requested"
    assert (await house.post("file-jobs/1/cancel")).json()["state"] == "cancelled"
    assert (await house.get("commands/1"))["state"] == "cancelled"


async def test_links_begin_with_the_public_address_where_one_is_set(make_house):
    house = await make_house(public_url="http://csms.example:8080/charging/")
    cp = await house.connected()
    assert (await ask_for_diagnostics(house, cp)).startswith("http://csms.example:8080/charging/files/upload/")


async def test_a_charge_point_that_is_away_cannot_be_asked(house):
    await house.post("charge-points", identifier="CP-1")
    assert (await house.post("charge-points/CP-1/diagnostics")).status_code == 409
    [one] = await house.items("charge-points/CP-1/file-jobs")
    assert (one["state"], one["error"]) == ("rejected", "offline")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, "either location or firmware_id"),
        ({"location": "x", "firmware_id": 1}, "either location or firmware_id"),
        ({"location": "file:///etc/passwd"}, "location: no address"),
        ({"location": "http://a b/"}, "location: no address"),
        ({"location": "ftp://x/", "install_at": "2026-09-01T00:00:00Z"}, "only a signed update"),
        ({"firmware_id": 7}, "no firmware 7"),
        ({"location": "ftp://x/", "retrieve_at": "9999-12-31T23:59:59Z"}, "more than 366 days ahead"),
    ],
)
async def test_what_makes_no_sense_is_refused_before_anything_is_sent(house, body, complaint):
    await house.connected()
    response = await house.post("charge-points/CP-1/update-firmware", **body)
    assert response.status_code in (404, 422)
    assert complaint in response.json()["detail"]
    assert await house.items("charge-points/CP-1/file-jobs") == []
