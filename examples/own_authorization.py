"""Your own word on who may connect, what a boot is answered and which tag may charge: a whole server in one file.

`python examples/own_authorization.py`, then connect a charge point named SITE1-… to ws://localhost:8000/ocpp/<identifier>.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import uvicorn

from wattdeck import CentralSystem, Knock, Policies
from wattdeck.domain.messages import BootNotification
from wattdeck.domain.tags import Authorization

# what a billing system would be asked over the network
credit_eur = {"CARD-1": 12.50, "CARD-2": 0.00}


def authenticate(knock: Knock) -> bool:
    """At the handshake, on the event loop: quick, and without waiting. False is answered by HTTP 401."""
    return knock.identifier.startswith("SITE1-")


async def register(identifier: str, boot: BootNotification) -> str:
    """Hardware we have not tried stays Pending."""
    return "Accepted" if boot.vendor in ("Vendor", "Wattdeck") else "Pending"


async def authorize(charge_point: str, id_tag: str) -> Authorization:
    """An exception, or ten seconds without an answer, and the tags in wattdeck's own list decide; both can be set."""
    credit = credit_eur.get(id_tag)
    if credit is None:
        return Authorization("Invalid")
    if credit <= 0:
        return Authorization("Blocked")
    return Authorization("Accepted", expires_at=datetime.now(UTC) + timedelta(hours=12))


csms = CentralSystem(policies=Policies(authenticate=authenticate, register=register, authorize=authorize))


async def main() -> None:
    async with csms.running():
        await uvicorn.Server(uvicorn.Config(csms.asgi, port=8000, lifespan="off")).serve()


if __name__ == "__main__":
    asyncio.run(main())
