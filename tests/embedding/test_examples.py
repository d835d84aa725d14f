"""The examples run as they stand: each in a process of its own, with a charge point and a browser's requests."""

import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.ports import reserve
from tests.servers import API_KEY, environment
from tests.stations import start, station, status, stop, until

EXAMPLES = Path(__file__).parents[2] / "examples"
# the example as it is, but for its port: others may use 8000
RUN = """
import runpy, sys, uvicorn
configure = uvicorn.Config.__init__
def on_our_port(self, *arguments, **options):
    configure(self, *arguments, **{**options, "port": int(sys.argv[2])})
uvicorn.Config.__init__ = on_our_port
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@contextmanager
def running(name: str, folder: Path, **settings):
    """The example's URL, without its scheme."""
    port = reserve()
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-c", RUN, str(EXAMPLES / name), str(port)]
        settings = {"data": folder / "data", **settings}
        process = subprocess.Popen(command, env=environment(settings), stdout=log, stderr=log)
    try:
        yield process, f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@asynccontextmanager
async def asking(process, url: str):
    """A client of the example, once it answers."""
    headers = {"Authorization": f"Bearer {API_KEY}"}
    async with httpx2.AsyncClient(base_url=f"http://{url}", headers=headers, trust_env=False, timeout=60) as client:

        async def answers():
            assert process.poll() is None
            try:
                return (await client.get("/healthz")).status_code < 500
            except httpx2.TransportError:
                return False

        await until(answers, 40)
        yield client


async def test_embed_in_fastapi(tmp_path):
    with running("embed_in_fastapi.py", tmp_path) as (process, url):
        async with asking(process, url) as client, station(f"ws://{url}/csms/ocpp", "CP-1") as cp:
            assert (await cp.boot())["status"] == "Accepted"
            await cp.call("StatusNotification", status("Faulted", errorCode="GroundFailure"))
            assert (await cp.call("Authorize", {"idTag": "STRANGER"}))["idTagInfo"]["status"] == "Invalid"
            transaction = (await cp.call("StartTransaction", start(1, "CARD-1", 0)))["transactionId"]
            await cp.call("StopTransaction", stop(transaction, 4200))

            async def billed():
                return (await client.get("/bills")).json()

            assert await until(billed) == ["Ada: 4.200 kWh"]
            assert (await client.get("/faults")).json() == ["CP-1, connector 1: GroundFailure"]
            one = (await client.get("/csms/api/v1/charge-points/CP-1")).json()
            assert (one["connected"], one["connectors"][0]["status"]) == (True, "Faulted")
            assert (await client.get("/csms/healthz")).json() == {"status": "ok"}
            assert (await client.get("/csms/api/v1/nothing")).status_code == 404


async def test_own_authorization(tmp_path):
    with running("own_authorization.py", tmp_path, unknown_charge_points="refuse") as (process, url):
        async with asking(process, url), station(f"ws://{url}/ocpp", "SITE1-A") as cp:
            assert (await cp.boot())["status"] == "Accepted"
            assert (await cp.boot(chargePointVendor="Strange"))["status"] == "Pending"
            answers = [(await cp.call("Authorize", {"idTag": tag}))["idTagInfo"] for tag in ("CARD-1", "CARD-2", "X")]
            assert [answer["status"] for answer in answers] == ["Accepted", "Blocked", "Invalid"]
            with pytest.raises(InvalidStatus) as refused:
                async with station(f"ws://{url}/ocpp", "ELSEWHERE"):
                    pass
            assert refused.value.response.status_code == 401


async def test_own_login(tmp_path):
    with running("own_login.py", tmp_path) as (process, url):
        async with asking(process, url), httpx2.AsyncClient(base_url=f"http://{url}", trust_env=False) as person:
            assert (await person.get("/csms/api/v1/me")).status_code == 401
            assert (await person.get("/csms/api/v1/login")).json()["application"] == "/login?name=ana"
            assert (await person.get("/login?name=nobody")).status_code == 403
            assert (await person.get("/login?name=ben")).headers["location"] == "/csms/"
            assert "<base" in (await person.get("/csms/")).text
            me = (await person.get("/csms/api/v1/me")).json()
            assert (me["username"], me["kind"], me["has_password"]) == ("ben", "application", False)
            assert (await person.put("/csms/api/v1/tags/T")).status_code == 403
            async with person.stream("GET", "/csms/live/events?topic=stats") as stream:
                assert stream.status_code == 200
            cookie = {"Cookie": f"session={person.cookies['session']}"}
            async with connect(f"ws://{url}/csms/live", additional_headers=cookie, origin=f"http://{url}") as live:
                await live.send('{"action": "subscribe", "topics": ["stats"]}')
                assert '"snapshot"' in await live.recv()
