"""One browser and one lively server for all tests of this folder; a window per test, checked when it closes."""

import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.visits import DEADLINE_MS, DESK, PASSWORD, OpenHouse, OpenVisit, Visit
from tests.houses import House, open_house
from tests.servers import Server, environment, serving
from wattdeck.api.pages import DASHBOARD

# Headless and as root, and silent: a host that is not ours is not even looked up.
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # Of what playwright turns off, which this replaces, that which concerns us; and the pages of chromium's own address
    # bar, which nobody sees: they took a third of the processor time of a window.
    "--disable-features=DestroyProfileOnBrowserClose,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
)


_COUNT = 12
expect.set_options(timeout=DEADLINE_MS)  # its own five seconds are few on a busy machine


@pytest.fixture(scope="package", autouse=True)
def _possible() -> None:
    if shutil.which("chromium") is None:
        pytest.skip("no chromium on this machine (Debian: apt install chromium)")
    if not (DASHBOARD / "index.html").is_file():
        pytest.skip("the dashboard is not built (make setup)")


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser(_possible: None) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_SWITCHES)
        yield browser
        await browser.close()


@dataclass(frozen=True)
class FirstLogIn:
    """A database in which the admin has logged in, that log-in's cookie, and the servers that began with a copy of it:
    passwords are slow to check, on purpose.
    """

    database: Path
    cookie: dict[str, str]
    servers: set[str] = field(default_factory=set)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def first_log_in(_possible: None, tmp_path_factory: pytest.TempPathFactory) -> FirstLogIn:
    folder = tmp_path_factory.mktemp("first")
    async with open_house(folder, admin_password=PASSWORD) as house:
        (await house.http.post("login", json={"username": "admin", "password": PASSWORD})).raise_for_status()
        [cookie] = house.http.cookies.jar
    return FirstLogIn(
        folder / "wattdeck.sqlite3", {"name": cookie.name, "value": cookie.value or "", "domain": cookie.domain}
    )


@pytest.fixture
def admins_house(first_log_in: FirstLogIn, tmp_path: Path) -> OpenHouse:
    """Open a house whose admin is logged in: `async with admins_house(unknown_tags="refuse") as house`."""

    @asynccontextmanager
    async def open_it(**given: Any) -> AsyncIterator[House]:
        shutil.copy(first_log_in.database, tmp_path)
        async with open_house(tmp_path, **given) as house:
            first_log_in.servers.add(house.http_url)
            yield house

    return open_it


@pytest_asyncio.fixture(loop_scope="package")
async def house(admins_house: OpenHouse) -> AsyncIterator[House]:
    async with admins_house() as house:
        yield house


@pytest_asyncio.fixture(loop_scope="package")
async def open_visit(browser: Browser, first_log_in: FirstLogIn) -> AsyncIterator[OpenVisit]:
    """Open windows: `await open_visit(server.http_url)`. None may ask a stranger or complain unexpectedly."""
    visits: list[Visit] = []

    async def open_visit(
        base: str, size: tuple[int, int] = DESK, scheme: str = "light", *, logged_in: bool = True, touch: bool = False
    ) -> Visit:
        width, height = size
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=touch,
            timezone_id="Europe/Berlin",
            locale="en-GB",
            service_workers="block",
        )
        context.set_default_timeout(DEADLINE_MS)
        visit = Visit(base, context, await context.new_page())
        visits.append(visit)
        if logged_in and base in first_log_in.servers:
            await context.add_cookies([{**first_log_in.cookie, "path": "/"}])
        elif logged_in:
            await visit.log_in()
        return visit

    yield open_visit
    for visit in visits:
        await visit.leave()
    for visit in visits:
        assert visit.asked, "no request was seen: the check of hosts would be void"
        assert not visit.strangers
        assert visit.unexpected == []


@contextmanager
def simulating(url: str, *arguments: str) -> Iterator[None]:
    """`wattdeck simulate` against `url` as a child process."""
    command = [sys.executable, "-m", "wattdeck", "simulate", url, *arguments]
    process = subprocess.Popen(command, env=environment({}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()  # its last words are of no interest here
        process.wait()


@pytest.fixture(scope="package")
def fleet(first_log_in: FirstLogIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with twelve charge points of two connectors; so slowly cars that are there stay for all the tests."""
    folder = tmp_path_factory.mktemp("fleet")
    shutil.copy(first_log_in.database, folder)
    with serving(folder) as server:
        first_log_in.servers.add(server.http_url)
        options = ("--connectors", "2", "--profile", "mixed", "--interval", "1", "--seed", "4", "--speed", "0.01")
        with simulating(server.ocpp_url, "DEPOT", "--count", str(_COUNT), *options):
            deadline = time.monotonic() + 30
            while server.get("stats")["active_sessions"] < _COUNT / 2 and time.monotonic() < deadline:
                time.sleep(0.2)
            yield server
