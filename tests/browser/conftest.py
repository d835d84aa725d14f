"""One browser and one lively server for all tests of this folder; a window per test, checked when it closes."""

import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.visits import DEADLINE_MS, DESK, PASSWORD, OpenVisit, Visit
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


@pytest_asyncio.fixture(loop_scope="package")
async def open_visit(browser: Browser) -> AsyncIterator[OpenVisit]:
    """Open windows: `await open_visit(server.http_url)`. None may ask a stranger or complain unexpectedly."""
    visits: list[Visit] = []

    async def open_visit(
        base: str, size: tuple[int, int] = DESK, scheme: str = "light", *, logged_in: bool = True
    ) -> Visit:
        width, height = size
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            timezone_id="Europe/Berlin",
            locale="en-GB",
            service_workers="block",
        )
        context.set_default_timeout(DEADLINE_MS)
        visit = Visit(base, context, await context.new_page())
        visits.append(visit)
        if logged_in:
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
def fleet(_possible: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with twelve charge points of two connectors; so slowly cars that are there stay for all the tests."""
    with serving(tmp_path_factory.mktemp("fleet"), admin_password=PASSWORD) as server:
        options = ("--connectors", "2", "--profile", "mixed", "--interval", "1", "--seed", "4", "--speed", "0.01")
        with simulating(server.ocpp_url, "DEPOT", "--count", str(_COUNT), *options):
            deadline = time.monotonic() + 30
            while server.get("stats")["active_sessions"] < _COUNT / 2 and time.monotonic() < deadline:
                time.sleep(0.2)
            yield server
