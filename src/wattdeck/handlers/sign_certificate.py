"""SignCertificate: the request is kept; signing and sending come after the answer (security white paper A02, A03)."""

from wattdeck.domain.events import CertificateRequested
from wattdeck.domain.findings import Finding
from wattdeck.domain.messages import SignCertificate, SignCertificateAnswer
from wattdeck.handlers.context import Context
from wattdeck.store import certificates

LONGEST_CSR = 5500  # security white paper §5.17


async def handle(message: SignCertificate, context: Context) -> SignCertificateAnswer:
    """Rejected where it cannot be processed (A02.FR.12)."""
    if context.house.settings.sign_certificates == "off":
        return SignCertificateAnswer("Rejected")
    if len(message.csr) > LONGEST_CSR:
        context.found(Finding("csr_too_long", message.csr[:100]))
        return SignCertificateAnswer("Rejected")
    request, is_new = await context.house.store.write(
        lambda connection: certificates.add_request(
            connection, context.charge_point_id, context.charge_point, message.csr, context.received_at
        )
    )
    if is_new:
        context.house.events.publish(CertificateRequested(request))
    return SignCertificateAnswer("Accepted")
