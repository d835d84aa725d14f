"""A visit: one browser window on one server, and everything it asked and complained about."""

import json
import os
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Response

from tests.houses import House

PASSWORD = "volts-and-amperes-9"
DEADLINE_MS = 40_000
DESK, PHONE = (1440, 900), (390, 844)
ROOT = Path(__file__).parents[2]
# Pictures for a person to look at; with the variable set those of the documentation are made anew from some of them.
SCREENSHOTS = ROOT / "screenshots"
_FOR_DOCS = "WATTDECK_PICTURES"
# What they are called in docs/images; the others bear the name of their page.
_DOCS = {"phone-dark-charge-point": "phone", "desk-light-people-keys": "keys", "desk-light-people-audit": "audit"} | {
    f"desk-light-{page}": page
    for page in (
        *("overview", "charge-points", "charge-point", "history", "log", "configuration", "sessions", "session"),
        *("alerts", "alert", "alert-rules", "alert-rule", "silences", "channels", "deliveries", "energy"),
        *("reservations", "tags", "quarantine", "storage", "people", "settings"),
    )
}

# A question the page asks before anybody has logged in; the browser itself writes its answer to the console.
_NOT_LOGGED_IN = r"401 .*/api/v1/me"

_STAYED = "window.stayed = true"
# Read from a copy: reading a canvas itself makes the browser draw it in another way, and say so.
_PICTURE = """figure => {
  const canvas = figure.querySelector("canvas");
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0, inked = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i]) { inked++; sum = (sum * 31 + i + data[i]) % 1000000007; }
  return { sum, inked };
}"""


class Visit:
    """`page` is playwright's; paths are relative to where the dashboard is mounted."""

    def __init__(self, base: str, context: BrowserContext, page: Page) -> None:
        self.base, self.context, self.page = f"{base.rstrip('/')}/", context, page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.expected = [_NOT_LOGGED_IN]
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("response", self._answered)
        context.on("console", self._written)
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(f"exception {error}"))

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def _written(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        status = re.match(r"Failed to load resource: .* status of (\d+)", message.text)
        what = f"{status[1]} {message.location.get('url')}" if status else f"console {message.text}"
        self.complaints.append(what)

    # going about

    async def log_in(self) -> None:
        """Through the API: what a person does at the form has a test of its own."""
        url = f"{self.base}api/v1/login"
        answer = await self.context.request.post(url, data={"username": "admin", "password": PASSWORD})
        assert answer.ok, await answer.text()

    async def go(self, path: str = "") -> None:
        """Open a page by its address; from here on a reload would be noticed."""
        await self.page.goto(self.base + path)
        await self.page.evaluate(_STAYED)

    async def go_to_charge_point(self, identifier: str) -> None:
        await self.go(f"charge-points/{quote(identifier, safe='')}")

    async def wear(self, scheme: str) -> None:
        """Change the colours of the system, which the page follows."""
        await self.page.emulate_media(color_scheme=scheme)
        await self.page.wait_for_selector(f"html[data-mantine-color-scheme={scheme}]")

    async def stayed(self) -> bool:
        """Whether the page is still the one that `go` opened."""
        return bool(await self.page.evaluate("window.stayed === true"))

    # looking

    def total(self, label: str) -> Locator:
        """The card of one of the six totals."""
        cards = self.page.get_by_label("Totals").locator(".panel")
        return cards.filter(has=self.page.get_by_text(label, exact=True))

    async def show_all_rows(self) -> None:
        """The list draws the rows that are near the window: in a tall one they all are."""
        await self.page.set_viewport_size({"width": 1440, "height": 4000})

    def row(self, identifier: str) -> Locator:
        link = self.page.get_by_role("link", name=identifier, exact=True)
        return self.page.get_by_label("Charge points", exact=True).get_by_role("row").filter(has=link)

    def connector(self, number: int) -> Locator:
        return self.page.get_by_label(f"Connector {number}", exact=True).and_(self.page.locator("section"))

    def chart(self, title: str) -> Locator:
        return self.page.get_by_role("figure", name=title)

    async def changes(self, what: Locator, times: int = 1) -> list[str]:
        """Wait until the text of an element has changed so often; the texts it had."""
        return await self._changing(what, "element => element.textContent", times)

    async def redraws(self, chart: Locator, times: int = 1) -> list[Any]:
        """Wait until the picture of a chart has changed so often; checksum and number of inked pixels of each."""
        return await self._changing(chart, _PICTURE, times)

    async def _changing(self, what: Locator, read: str, times: int) -> list[Any]:
        element = await what.element_handle(timeout=DEADLINE_MS)
        assert element is not None
        seen = [await element.evaluate(read)]
        for _ in range(times):
            function = f"([element, before]) => JSON.stringify(({read})(element)) !== before"
            before = json.dumps(seen[-1], ensure_ascii=False, separators=(",", ":"))
            await self.page.wait_for_function(function, arg=[element, before], timeout=DEADLINE_MS, polling=100)
            seen.append(await element.evaluate(read))
        return seen

    async def picture(self, path: Path, *, whole: bool = False) -> None:
        """A screenshot, once the fonts are there."""
        path.parent.mkdir(exist_ok=True)
        await self.page.evaluate("document.fonts.ready.then(() => true)")
        await self.page.screenshot(path=path, full_page=whole)
        if os.environ.get(_FOR_DOCS) and path.stem in _DOCS:
            # as much as fits the window: a picture beside words is looked at, not scrolled
            await self.page.screenshot(path=ROOT / f"docs/images/{_DOCS[path.stem]}.png")

    async def photograph(self, name: str, size: tuple[int, int], scheme: str, *, whole: bool = True) -> None:
        """A picture of a page that must fit its window."""
        assert await self.overhang() == 0
        window = "desk" if size == DESK else "phone"
        await self.picture(SCREENSHOTS / f"{window}-{scheme}-{name}.png", whole=whole)

    async def overhang(self) -> int:
        """How many pixels the page is wider than the window."""
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(await self.page.evaluate(width))

    # afterwards

    async def leave(self) -> None:
        """Close the window: before a server that ends inside the test, so that nobody misses it."""
        await self.context.close()

    @property
    def strangers(self) -> set[str]:
        """Hosts that were asked and are not ours."""
        ours = urlsplit(self.base).netloc
        asked = {urlsplit(url) for url in self.asked}
        return {url.netloc for url in asked if url.scheme not in ("data", "blob") and url.netloc != ours}

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(re.search(known, one) for known in self.expected)]


OpenVisit = Callable[..., Awaitable[Visit]]
OpenHouse = Callable[..., AbstractAsyncContextManager[House]]
