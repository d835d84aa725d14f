"""Certificates that end soon: those of charge points, and the one we serve with."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import authorities, tls
from tests.houses import open_house
from tests.stations import until
from wattdeck.domain.certificates import INSTALLED
from wattdeck.domain.records import replace
from wattdeck.store import certificates, charge_points

RULE = "certificate-expires"


async def looked_at(house, **wanted):
    """The alert, once the hourly look has shown it to be so."""
    await house.central_system._look_at_certificates()

    async def there():
        found = await house.items("alerts", rule=RULE)
        return next((one for one in found if all(one[name] == value for name, value in wanted.items())), None)

    return await until(there)


async def install(house, cp, certificate, kind="CentralSystemRootCertificate"):
    body = {"certificate": certificate, "certificate_type": kind}
    (await house.post("charge-points/CP-1/certificates", **body)).raise_for_status()
    before = await house.items("charge-points/CP-1/certificates")
    id, _ = await cp.asked("InstallCertificate")
    await cp.answer(id, {"status": "Accepted"})

    async def known():
        return len(await house.items("charge-points/CP-1/certificates")) > len(before)

    await until(known)


async def test_a_root_that_ends_soon_fires_until_there_is_one_that_lasts_longer(house):
    cp = await house.connected()
    await install(house, cp, authorities.root("Old", days=10))
    alert = await looked_at(house, state="firing")
    assert (alert["charge_point"], alert["limit"]) == ("CP-1", 30)
    assert 9.9 < alert["value"] <= 10
    await install(house, cp, authorities.root("New", days=90))
    assert (await looked_at(house, state="resolved"))["id"] == alert["id"]


async def test_a_root_of_another_kind_does_not_stand_in_for_it(house):
    cp = await house.connected()
    await install(house, cp, authorities.root("Old", days=10))
    await install(house, cp, authorities.root("Maker", days=90), "ManufacturerRootCertificate")
    await looked_at(house, state="firing")


async def test_an_alert_ends_when_the_certificate_is_known_no_more(house):
    cp = await house.connected()
    await install(house, cp, authorities.root(days=10))
    alert = await looked_at(house, state="firing")
    store = house.central_system._store
    one = await store.read(lambda c: charge_points.find(c, "CP-1"))
    await store.write(lambda c: certificates.remove_type(c, one.id, "CentralSystemRootCertificate"))
    await looked_at(house, state="resolved")
    timeline = (await house.get(f"alerts/{alert['id']}"))["timeline"]
    assert timeline[-1]["detail"] == "nothing is known of it any more"


async def test_of_its_own_certificates_the_one_it_took_last_counts(house):
    await house.connected()
    store, at = house.central_system._store, datetime.now(UTC)
    one = await store.read(lambda c: charge_points.find(c, "CP-1"))

    async def take(days):
        request, _ = await store.write(lambda c: certificates.add_request(c, one.id, "CP-1", f"csr {days}", at))
        taken = replace(request, state=INSTALLED, certificate="pem", expires_at=at + timedelta(days=days))
        await store.write(lambda c: certificates.save_request(c, taken))

    await take(100)
    await take(20)
    await looked_at(house, state="firing")
    await take(50)
    await looked_at(house, state="resolved")


@pytest.mark.parametrize("days", [29, 31])
async def test_our_own_tls_certificate_fires_when_it_ends_soon_and_clears_with_the_next(tmp_path, days):
    ends = datetime.now(UTC) + timedelta(days=days)
    file = tmp_path / "server.pem"
    soon = tls.authority().issue_cert("localhost", not_after=ends)
    soon.private_key_and_cert_chain_pem.write_to_path(file)
    async with open_house(tmp_path / "data", tls_certificate=file) as house:
        if days > 30:
            await house.central_system._look_at_certificates()
            await house.central_system._watch.work()
            assert await house.items("alerts") == []
            return
        alert = await looked_at(house, state="firing")
        assert (alert["charge_point"], alert["site"]) == (None, None)
        assert alert["headline"].startswith("certificate-expires: this server")
    tls.certificate("localhost").private_key_and_cert_chain_pem.write_to_path(file)
    async with open_house(tmp_path / "data", tls_certificate=file) as house:
        assert (await looked_at(house, state="resolved"))["id"] == alert["id"]
