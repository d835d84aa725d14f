"""Debian's chromium for measurements: a window of its own, cold, with somebody logged in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.servers import Server

PASSWORD = "volts-and-amperes-9"  # noqa: S105 - of a server that lives for a measurement
PATIENCE_MS = 60_000
# Headless and as root, and silent: a host that is not ours is not even looked up.
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("no chromium on this machine (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_SWITCHES)
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, server: Server) -> Page:
    """A window that has nothing in its cache, of an admin of a server that was started with PASSWORD."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.http_port}", viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(PATIENCE_MS)
    answer = context.request.post("/api/v1/login", data={"username": "admin", "password": PASSWORD})
    if not answer.ok:
        raise RuntimeError(f"logging in failed: {answer.status}")
    return context.new_page()
