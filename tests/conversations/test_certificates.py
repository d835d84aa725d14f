"""Certificates, frame by frame: renewed, installed, listed, deleted; and the security events about them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509

from tests.authorities import csr, root
from tests.houses import House
from tests.stations import BOOT, Station, iso, until
from wattdeck import Policies
from wattdeck.certificates.names import describe
from wattdeck.commands import signing
from wattdeck.store import certificates, charge_points

ROOT_TYPE = "CentralSystemRootCertificate"


async def proven(house: House) -> Station:
    """A charge point that comes with a password; what has none is never signed for automatically."""
    await house.post("charge-points", identifier="CP-1", password="a long enough password")
    return await house.connected(password="a long enough password")


async def request(house: House, number: int = 1) -> Any:
    return await house.get(f"certificate-requests/{number}")


async def examined(house: House, number: int = 1) -> Any:
    """The request once it was looked at: it has a common name, or was refused."""

    async def looked_at() -> Any:
        one = await request(house, number)
        return one if one["common_name"] or one["reason"] else None

    return await until(looked_at)


async def in_state(house: House, state: str, number: int = 1) -> Any:
    async def there() -> Any:
        one = await request(house, number)
        return one if one["state"] == state else None

    return await until(there)


def wire(pem: str, algorithm: str = "SHA256") -> dict[str, str]:
    """A certificate as the wire names it."""
    described = describe(pem, algorithm)
    assert described is not None
    hash = described.hash
    return {
        "hashAlgorithm": hash.hash_algorithm,
        "issuerNameHash": hash.issuer_name_hash,
        "issuerKeyHash": hash.issuer_key_hash,
        "serialNumber": hash.serial_number,
    }


@pytest.mark.covers("TC_074", "SignCertificate", "CertificateSigned", "ExtendedTriggerMessage")
async def test_a_certificate_is_renewed_at_our_request(make_house):
    house = await make_house(sign_certificates="automatic")
    cp = await proven(house)
    await house.post(
        "charge-points/CP-1/commands",
        action="ExtendedTriggerMessage",
        payload={"requestedMessage": "SignChargePointCertificate"},
    )
    id, payload = await cp.asked("ExtendedTriggerMessage")
    assert payload == {"requestedMessage": "SignChargePointCertificate"}
    await cp.answer(id, {"status": "Accepted"})
    assert await cp.call("SignCertificate", {"csr": csr("CP-1")}) == {"status": "Accepted"}
    id, payload = await cp.asked("CertificateSigned")
    assert list(payload) == ["certificateChain"]
    certificate = x509.load_pem_x509_certificate(payload["certificateChain"].encode())
    ca = x509.load_pem_x509_certificate((await house.http.get("ca.pem")).content)
    certificate.verify_directly_issued_by(ca)
    assert (await request(house))["state"] == "sent"
    await cp.answer(id, {"status": "Accepted"})
    one = await in_state(house, "installed")
    assert (one["common_name"], one["decided_by"]) == ("CP-1", "automatic")
    assert one["expires_at"].startswith(certificate.not_valid_after_utc.isoformat()[:19])
    expiring = await house.items("certificate-requests", expires_before="2100-01-01T00:00:00Z")
    assert [each["id"] for each in expiring] == [1]


@pytest.mark.covers("TC_074", "SignCertificate", "CertificateSigned")
async def test_a_request_waits_until_a_person_approves_it(house):
    cp = await house.connected()
    await cp.call("SignCertificate", {"csr": csr("CP-1")})
    one = await examined(house)
    assert (one["state"], one["reason"]) == ("pending", None)
    approved = await house.post("certificate-requests/1/approve")
    assert (approved.status_code, approved.json()["state"]) == (200, "sent")
    id, _ = await cp.asked("CertificateSigned")
    await cp.answer(id, {"status": "Rejected"})
    one = await in_state(house, "failed")
    assert one["reason"] == "the charge point rejected the certificate"
    assert (await house.post("certificate-requests/1/approve")).status_code == 409


async def test_a_request_that_was_rejected_is_not_signed(house):
    cp = await house.connected()
    await cp.call("SignCertificate", {"csr": csr("CP-1")})
    rejected = await house.post("certificate-requests/1/reject", reason="not ours")
    assert (rejected.json()["state"], rejected.json()["reason"]) == ("rejected", "not ours")
    assert (await house.post("certificate-requests/1/approve")).status_code == 409
    assert (await house.post("certificate-requests/1/reject")).status_code == 409
    await cp.call("Heartbeat")
    assert [frame for frame in cp.received if frame[0] == 2] == []


async def test_a_request_in_the_name_of_another_charge_point_is_rejected_even_where_all_is_automatic(make_house):
    house = await make_house(sign_certificates="automatic")
    await house.post("charge-points", identifier="CP-2")
    cp = await house.connected()
    # it may say at boot what it likes
    await cp.boot(chargePointSerialNumber="CP-2")
    await cp.call("SignCertificate", {"csr": csr("CP-2")})
    one = await in_state(house, "rejected")
    assert one["reason"] == "its common name 'CP-2' is another charge point's identifier"


async def test_a_serial_number_as_common_name_needs_a_person_who_vouches_for_it(make_house):
    house = await make_house(sign_certificates="automatic")
    cp = await proven(house)
    await cp.boot(chargePointSerialNumber="SN-7")
    await cp.call("SignCertificate", {"csr": csr("SN-7")})
    one = await examined(house)
    assert one["state"] == "pending"
    assert "serial number" in one["reason"]
    refused = await house.post("certificate-requests/1/approve")
    assert refused.status_code == 422
    assert "name_is_right" in refused.json()["detail"]
    assert (await house.post("certificate-requests/1/approve", name_is_right=True)).status_code == 200
    await cp.asked("CertificateSigned")


async def test_a_newer_request_takes_the_place_of_one_that_waits_and_the_same_again_does_not(house):
    cp = await house.connected()
    first, second = csr("CP-1"), csr("CP-1")
    for one in (first, first, second):
        assert await cp.call("SignCertificate", {"csr": one}) == {"status": "Accepted"}
    found = [(one["id"], one["state"]) for one in await house.items("certificate-requests")]
    assert found == [(2, "pending"), (1, "superseded")]


async def test_a_charge_point_that_has_left_gets_its_certificate_when_it_is_back(make_house):
    house = await make_house(sign_certificates="automatic")
    await (await proven(house)).close()
    one = await house.central_system._store.write(_late_request())
    cp = await house.connected(password="a long enough password")
    await cp.call("Heartbeat")  # by its answer the connection has its lease
    await house.central_system._signing.sweep()
    id, _ = await cp.asked("CertificateSigned")
    await cp.answer(id, {"status": "Accepted"})
    await in_state(house, "installed", one.id)


async def test_requests_of_many_that_are_away_keep_nobody_waiting(make_house, monkeypatch):
    monkeypatch.setattr(signing, "_SWEEP", 2)
    house = await make_house(sign_certificates="automatic")
    for number in range(5):
        await house.post("charge-points", identifier=f"AWAY-{number}")
        await house.central_system._store.write(_late_request(f"AWAY-{number}"))
    cp = await proven(house)
    one = await house.central_system._store.write(_late_request())
    await house.central_system._signing.sweep()
    id, _ = await cp.asked("CertificateSigned")
    await cp.answer(id, {"status": "Accepted"})
    await in_state(house, "installed", one.id)


def _late_request(identifier: str = "CP-1") -> Any:
    def write(connection: Any) -> Any:
        one = charge_points.find(connection, identifier)
        return certificates.add_request(connection, one.id, one.identifier, csr(identifier), datetime.now(UTC))[0]

    return write


async def test_a_charge_point_that_anybody_could_be_gets_none_without_a_person(make_house):
    house = await make_house(sign_certificates="automatic")
    cp = await house.connected()
    await cp.call("SignCertificate", {"csr": csr("CP-1")})
    one = await examined(house)
    assert (one["state"], one["reason"]) == (
        "pending",
        "the charge point need not prove who it is: it has no password",
    )
    assert (await house.post("certificate-requests/1/approve")).status_code == 200


async def test_a_charge_point_that_asks_for_ever_gets_five_certificates_a_day_by_itself(make_house):
    house = await make_house(sign_certificates="automatic")
    cp = await proven(house)
    for _ in range(5):
        await cp.call("SignCertificate", {"csr": csr("CP-1")})
        id, _ = await cp.asked("CertificateSigned")
        await cp.answer(id, {"status": "Accepted"})
    await cp.call("SignCertificate", {"csr": csr("CP-1")})

    async def held_back() -> Any:
        return (await request(house, 6))["reason"]

    assert await until(held_back) == "5 certificates were signed for it within a day"
    assert (await house.post("certificate-requests/6/approve")).status_code == 200


async def test_requests_are_refused_where_that_is_set(make_house):
    house = await make_house(sign_certificates="off")
    cp = await house.connected()
    assert await cp.call("SignCertificate", {"csr": csr("CP-1")}) == {"status": "Rejected"}
    assert await house.items("certificate-requests") == []
    assert (await house.http.get("ca.pem")).status_code == 404


async def test_another_certificate_authority_signs_where_the_application_has_one(make_house):
    asked, chain = [], root("CP-1")

    async def sign(identifier: str, request: str) -> str:
        asked.append((identifier, request))
        return chain

    house = await make_house(parts={"policies": Policies(sign_certificate=sign)}, sign_certificates="automatic")
    cp = await proven(house)
    text = csr("CP-1")
    await cp.call("SignCertificate", {"csr": text})
    _, payload = await cp.asked("CertificateSigned")
    assert (asked, payload) == ([("CP-1", text)], {"certificateChain": chain})


async def test_an_authority_that_fails_leaves_the_request_waiting_and_says_so(make_house):
    async def sign(identifier: str, request: str) -> str:
        raise OSError("away")

    house = await make_house(parts={"policies": Policies(sign_certificate=sign)}, sign_certificates="automatic")
    cp = await proven(house)
    await cp.call("SignCertificate", {"csr": csr("CP-1")})
    one = await examined(house)
    assert (one["state"], one["reason"]) == ("pending", "the application's certificate authority failed")


# root certificates


async def install(house: House, cp: Station, answer: str, **body: Any) -> Any:
    assert (await house.post("charge-points/CP-1/certificates", **body)).status_code == 202
    id, payload = await cp.asked("InstallCertificate")
    await cp.answer(id, {"status": answer})
    await house.settled(int(id))
    return payload


@pytest.mark.covers("TC_075_1", "InstallCertificate")
async def test_a_root_certificate_of_the_manufacturer_is_installed(house):
    cp = await house.connected()
    pem = root("Maker")
    body = {"certificate_type": "ManufacturerRootCertificate", "certificate": pem}
    payload = await install(house, cp, "Accepted", **body)
    assert list(payload.items()) == [("certificateType", "ManufacturerRootCertificate"), ("certificate", pem)]
    [one] = await house.items("charge-points/CP-1/certificates")
    assert (one["certificate_type"], one["subject"]) == ("ManufacturerRootCertificate", "CN=Maker,O=CPO")
    assert one["serial_number"] == wire(pem)["serialNumber"]


@pytest.mark.covers("TC_075_2", "InstallCertificate")
async def test_our_own_root_is_installed_where_no_other_is_given(house):
    cp = await house.connected()
    payload = await install(house, cp, "Accepted")
    assert payload == {"certificateType": ROOT_TYPE, "certificate": (await house.http.get("ca.pem")).text}


@pytest.mark.covers("TC_075_1", "InstallCertificate")
@pytest.mark.parametrize("word", ["Rejected", "Failed"])
async def test_a_certificate_that_was_not_taken_is_not_believed_to_be_there(house, word):
    cp = await house.connected()
    await install(house, cp, word)
    assert await house.items("charge-points/CP-1/certificates") == []


@pytest.mark.covers("GetInstalledCertificateIds", "TC_076")
async def test_what_the_charge_point_lists_is_what_it_has(house):
    cp = await house.connected()
    ours = root("Ours")
    await install(house, cp, "Accepted", certificate=ours)
    stranger = {**wire(root("Stranger"), "SHA512"), "serialNumber": "0A"}
    upper = {name: value.upper() for name, value in wire(ours, "SHA384").items()}
    body = {"action": "GetInstalledCertificateIds", "payload": {"certificateType": ROOT_TYPE}}
    await house.post("charge-points/CP-1/commands", **body)
    id, payload = await cp.asked("GetInstalledCertificateIds")
    assert payload == {"certificateType": ROOT_TYPE}
    await cp.answer(id, {"status": "Accepted", "certificateHashData": [upper, stranger]})
    await house.settled(int(id))
    found = await house.items("charge-points/CP-1/certificates")
    assert sorted((one["hash_algorithm"], one["subject"]) for one in found) == [
        ("SHA384", "CN=Ours,O=CPO"),
        ("SHA512", None),
    ]
    await house.post("charge-points/CP-1/commands", **body)
    id, _ = await cp.asked("GetInstalledCertificateIds")
    await cp.answer(id, {"status": "NotFound"})
    await house.settled(int(id))
    assert await house.items("charge-points/CP-1/certificates") == []


@pytest.mark.covers("DeleteCertificate", "TC_076")
@pytest.mark.parametrize(("word", "left"), [("Accepted", 0), ("NotFound", 0), ("Failed", 1)])
async def test_a_certificate_that_was_deleted_is_believed_gone(house, word, left):
    cp = await house.connected()
    pem = root("Ours")
    await install(house, cp, "Accepted", certificate=pem)
    data = {name: value.upper() for name, value in wire(pem).items()}
    body = {"action": "DeleteCertificate", "payload": {"certificateHashData": data}}
    await house.post("charge-points/CP-1/commands", **body)
    id, payload = await cp.asked("DeleteCertificate")
    assert payload == {"certificateHashData": data}
    await cp.answer(id, {"status": word})
    await house.settled(int(id))
    assert len(await house.items("charge-points/CP-1/certificates")) == left


async def test_a_private_key_is_not_sent_and_is_nowhere_to_be_read(house):
    cp = await house.connected()
    key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEsecret\n-----END EC PRIVATE KEY-----\n"
    assert (await house.post("charge-points/CP-1/certificates", certificate=key)).status_code == 422
    payload = {"certificateType": ROOT_TYPE, "certificate": key}
    await house.post("charge-points/CP-1/commands", action="InstallCertificate", payload=payload)
    id, _ = await cp.asked("InstallCertificate")
    await cp.answer(id, {"status": "Rejected"})
    await house.settled(int(id))
    assert "secret" not in (await house.http.get("charge-points/CP-1/commands")).text

    async def logged() -> bool:
        frames = await house.items("charge-points/CP-1/messages")
        assert "secret" not in str(frames)
        return any("InstallCertificate" in one["frame"] for one in frames)

    await until(logged)


# security events


@pytest.mark.covers("TC_077", "SecurityEventNotification")
@pytest.mark.covers("TC_078")
@pytest.mark.parametrize("type", ["InvalidChargePointCertificate", "InvalidCentralSystemCertificate"])
async def test_a_certificate_that_the_charge_point_finds_invalid_is_a_security_event(house, type):
    cp = await house.connected()
    await cp.call("BootNotification", BOOT)
    assert await cp.call("SecurityEventNotification", {"type": type, "timestamp": iso()}) == {}
    [event] = await house.items("charge-points/CP-1/security-events")
    assert (event["type"], event["critical"]) == (type, False)
