"""What status notifications about files leave behind where no job of ours waits for them."""

import pytest

from tests.stations import BOOT, Refused, iso

EVENT = {"type": "TamperDetectionActivated", "timestamp": "2026-09-14T11:59:00Z", "techInfo": "cover open"}


@pytest.mark.covers(
    "FirmwareStatusNotification",
    "SignedFirmwareStatusNotification",
    "DiagnosticsStatusNotification",
    "LogStatusNotification",
)
@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("FirmwareStatusNotification", {"status": "Idle"}),
        ("FirmwareStatusNotification", {"status": "Installed"}),
        ("DiagnosticsStatusNotification", {"status": "Uploading"}),
        ("LogStatusNotification", {"status": "Idle"}),
        ("LogStatusNotification", {"status": "Uploaded", "requestId": 4711}),
        ("SignedFirmwareStatusNotification", {"status": "InstallScheduled", "requestId": -1}),
    ],
)
async def test_a_status_that_belongs_to_no_job_is_answered_and_harms_nothing(house, action, payload):
    cp = await house.station()
    assert await cp.call(action, payload) == {}
    assert await house.items("charge-points/CP-1/file-jobs") == []


@pytest.mark.parametrize("word", ["InstallScheduled", "CertificateVerified", "x" * 500])
async def test_a_word_that_belongs_to_another_message_or_to_none_is_kept(house, word):
    cp = await house.station()
    assert await cp.call("FirmwareStatusNotification", {"status": word}) == {}
    assert (await house.finding("unknown_word"))["example"].startswith("FirmwareStatusNotification: status")


async def test_a_request_id_beyond_all_numbers_is_taken_as_none(house):
    cp = await house.station()
    assert await cp.call("LogStatusNotification", {"status": "Uploading", "requestId": 10**30}) == {}
    assert await house.finding("request_id_absurd")


@pytest.mark.covers("SecurityEventNotification")
async def test_a_security_event_is_kept_with_the_charge_points_time(house):
    cp = await house.station()
    assert await cp.call("SecurityEventNotification", EVENT) == {}
    [event] = await house.items("charge-points/CP-1/security-events")
    assert (event["type"], event["critical"], event["tech_info"]) == ("TamperDetectionActivated", True, "cover open")
    assert event["taken_at"] == "2026-09-14T11:59:00.000Z"


async def test_a_security_event_delivered_again_is_one(house):
    cp = await house.station()
    for _ in range(3):
        await cp.call("SecurityEventNotification", EVENT)
    await cp.call("SecurityEventNotification", EVENT | {"techInfo": "cover shut"})
    infos = [one["tech_info"] for one in await house.items("security-events")]
    assert infos == ["cover shut", "cover open"]


async def test_a_security_event_with_nothing_in_it_is_answered_all_the_same(house):
    cp = await house.station()
    assert await cp.call("SecurityEventNotification", {}) == {}
    [event] = await house.items("security-events")
    assert (event["type"], event["critical"]) == ("", False)


async def test_security_events_are_found_by_type_time_and_weight(house):
    first, second = await house.station("CP-1"), await house.station("CP-2")
    await first.call("SecurityEventNotification", EVENT)
    await second.call("SecurityEventNotification", {"type": "InvalidMessages", "timestamp": "2026-09-15T00:00:00Z"})
    await second.call("SecurityEventNotification", {"type": "acme-door", "timestamp": "2026-09-16T00:00:00Z"})

    async def found(**query):
        return [one["type"] for one in await house.items("security-events", **query)]

    assert await found() == ["acme-door", "InvalidMessages", "TamperDetectionActivated"]
    assert await found(critical=True) == ["TamperDetectionActivated"]
    assert await found(type="acme-door") == ["acme-door"]
    assert await found(**{"from": "2026-09-15T00:00:00Z", "to": "2026-09-16T00:00:00Z"}) == ["InvalidMessages"]


@pytest.mark.covers("SignCertificate")
async def test_a_signing_request_is_accepted_and_one_that_is_too_long_is_not(house):
    cp = await house.station()
    await cp.call("BootNotification", BOOT)
    assert await cp.call("SignCertificate", {"csr": "-----BEGIN CERTIFICATE REQUEST-----"}) == {"status": "Accepted"}
    assert await cp.call("SignCertificate", {"csr": "x" * 6000}) == {"status": "Rejected"}


async def test_a_signing_request_without_a_request_is_refused_and_the_socket_stays(house):
    cp = await house.station()
    with pytest.raises(Refused, match="OccurenceConstraintViolation"):
        await cp.call("SignCertificate", {})
    assert await cp.call("SecurityEventNotification", {"type": "x", "timestamp": iso()}) == {}
