"""A dashboard of one's own, in plain HTML: `python examples/plain_page/app.py`, then http://localhost:8000/.

The page (`page/`) needs no build and no framework: it imports the browser client from the central system, which stands
below /csms of the same application. Charge points connect to ws://localhost:8000/csms/ocpp/<identifier>, pretended ones
by `wattdeck simulate ws://localhost:8000/csms/ocpp DEPOT --count 3`. `WATTDECK_*` variables set the rest:
`WATTDECK_UNKNOWN_CHARGE_POINTS=accept` and `WATTDECK_UNKNOWN_TAGS=accept` let those in.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from wattdeck import CentralSystem

csms = CentralSystem()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with csms.running():
        if csms.first_password is not None:
            print(f"first log-in: user admin, password {csms.first_password}")
        yield


app = FastAPI(title="our dashboard", lifespan=lifespan)
app.mount("/csms", csms.asgi)
app.mount("/", StaticFiles(directory=Path(__file__).with_name("page"), html=True))


if __name__ == "__main__":
    uvicorn.run(app, port=8000, ws="websockets-sansio", timeout_graceful_shutdown=10)
