"""Your own people, with the log-in they have: wattdeck below /csms asks this application who somebody is.

`python examples/own_login.py`, then http://localhost:8000/login?name=ana and http://localhost:8000/csms/.
"""

import asyncio
import secrets

import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.responses import RedirectResponse

from wattdeck import CentralSystem, Policies, Settings
from wattdeck.domain.people import Person, scope_of
from wattdeck.policies import Asker

# what a database of people and their sessions would be asked
PEOPLE = {
    "ana": Person("ana", "operator"),
    "ben": Person("ben", "viewer", scope_of(["DEPOT-*"], ["Hill"])),
}
sessions: dict[str, str] = {}


async def identify(asker: Asker) -> Person | None:
    """For REST, live streams and the dashboard alike. None: not one of ours, wattdeck looks at its own keys."""
    return PEOPLE.get(sessions.get(asker.cookies.get("session", ""), ""))


# by this address the dashboard's log-in page leads to ours
csms = CentralSystem(Settings(login_url="/login?name=ana"), policies=Policies(identify=identify))
app = FastAPI()


@app.get("/login")
async def login(name: str) -> RedirectResponse:
    """Yours asks for more than a name."""
    if name not in PEOPLE:
        raise HTTPException(403, "nobody of that name")
    token = secrets.token_urlsafe()
    sessions[token] = name
    answer = RedirectResponse("/csms/", 303)
    answer.set_cookie("session", token, httponly=True, samesite="lax")
    return answer


app.mount("/csms", csms.asgi)


async def main() -> None:
    async with csms.running():
        await uvicorn.Server(uvicorn.Config(app, port=8000, lifespan="off", ws="websockets-sansio")).serve()


if __name__ == "__main__":
    asyncio.run(main())
