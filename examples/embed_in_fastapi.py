"""A central system inside your own FastAPI application: `python examples/embed_in_fastapi.py`.

Charge points connect to ws://localhost:8000/csms/ocpp/<identifier>; the dashboard is at http://localhost:8000/csms/,
the API below /csms/api/v1. `WATTDECK_*` variables set the rest.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from wattdeck import CentralSystem, Policies
from wattdeck.domain.events import SessionStopped
from wattdeck.domain.messages import StatusNotification, StatusNotificationAnswer
from wattdeck.domain.tags import Authorization
from wattdeck.handlers import HANDLERS
from wattdeck.handlers.context import Context

customers = {"CARD-1": "Ada", "CARD-2": "Grace"}
bills: list[str] = []
faults: list[str] = []


async def note_faults(message: StatusNotification, context: Context) -> StatusNotificationAnswer:
    """In place of the default handler, which it calls."""
    if message.status == "Faulted":
        faults.append(f"{context.charge_point}, connector {message.connector_id}: {message.error_code}")
    return await HANDLERS[StatusNotification](message, context)


async def authorize(charge_point: str, id_tag: str) -> Authorization:
    """A decision of ours: only customers may charge."""
    return Authorization("Accepted" if id_tag in customers else "Invalid")


async def bill(event: SessionStopped) -> None:
    """Told after the commit, in order; however long this takes, no charge point waits for it."""
    session = event.session
    bills.append(f"{customers.get(session.id_tag or '', 'somebody')}: {session.energy_wh / 1000:.3f} kWh")


csms = CentralSystem(handlers={StatusNotification: note_faults}, policies=Policies(authorize=authorize))
csms.events.subscribe(SessionStopped, bill)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with csms.running():
        if csms.first_password is not None:
            print(f"first log-in: user admin, password {csms.first_password}")
        yield


app = FastAPI(title="our application", lifespan=lifespan)
app.mount("/csms", csms.asgi)


@app.get("/bills")
async def read_bills() -> list[str]:
    return bills


@app.get("/faults")
async def read_faults() -> list[str]:
    return faults


if __name__ == "__main__":
    uvicorn.run(app, port=8000)
