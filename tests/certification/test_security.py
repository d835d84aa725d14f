"""Certificates the charge point does not take: it refuses, and tells why by a security event (white paper, A02, M05).

The cases of passwords, TLS, files and certificates that are taken are in tests/conversations and tests/gateway.
"""

import pytest

from tests.certification.wire import ask, of
from tests.stations import iso

pytestmark = pytest.mark.asyncio(loop_scope="module")
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
REJECTED = {"status": "Rejected"}


@pytest.mark.parametrize(
    ("action", "payload", "event"),
    [
        pytest.param(
            "CertificateSigned",
            {"certificateChain": PEM},
            "InvalidChargePointCertificate",
            marks=pytest.mark.covers("TC_077"),
        ),
        pytest.param(
            "InstallCertificate",
            {"certificateType": "CentralSystemRootCertificate", "certificate": PEM},
            "InvalidCentralSystemCertificate",
            marks=pytest.mark.covers("TC_078"),
        ),
    ],
)
async def test_a_certificate_that_is_refused_is_told_why_by_a_security_event(house, cp, action, payload, event):
    command = await ask(house, cp, action, payload, REJECTED)
    assert (command["state"], command["result"]) == ("rejected", REJECTED)
    said = {"type": event, "timestamp": iso(), "techInfo": "the chain ends nowhere"}
    assert await cp.call("SecurityEventNotification", said) == {}
    [kept] = await house.items(of(cp, "security-events"))
    assert (kept["type"], kept["tech_info"]) == (event, "the chain ends nowhere")
