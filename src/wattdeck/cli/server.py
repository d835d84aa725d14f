"""What the verbs share that talk to a running server: where it is, the key, and what went wrong in one line."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn
from urllib.parse import quote

import httpx2
import typer

WRONG, CANNOT = 1, 2
DEFAULT_URL = "http://localhost:8080"
Url = Annotated[str, typer.Option(envvar="WATTDECK_URL", help="Where the server is.", show_envvar=False)]
ApiKey = Annotated[
    str | None, typer.Option(envvar="WATTDECK_API_KEY", help="Better: WATTDECK_API_KEY.", show_default=False)
]
_GRACE_S = 30.0


def fail(line: str, code: int = CANNOT) -> NoReturn:
    """End with one line: it went wrong, or it cannot work as asked."""
    typer.echo(f"wattdeck: {line}", err=True)
    raise typer.Exit(code)


class Server:
    """The API; whatever is wrong with an answer ends the program with one line."""

    def __init__(self, url: str, api_key: str | None) -> None:
        self._url = url
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        try:
            self._http = httpx2.Client(base_url=f"{url.rstrip('/')}/api/v1/", headers=headers)
        except (httpx2.InvalidURL, ValueError, UnicodeError):
            fail(f"not an address: {url}")

    def close(self) -> None:
        self._http.close()

    def get(self, path: str) -> Any:
        return self._said(self.ask("GET", path))

    def post(self, path: str, body: dict[str, Any], wait: float) -> Any:
        return self._said(self.ask("POST", path, wait, json=body))

    def items(self, path: str) -> list[Any]:
        """All pages of a list."""
        found, cursor = [], ""
        while True:
            page = self.get(f"{path}?limit=1000{cursor}")
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={quote(page['next'], safe='')}"

    def ask(self, method: str, path: str, wait: float = 0, **options: Any) -> httpx2.Response:
        """A request that must succeed; `wait`: seconds that its answer may take by itself."""
        answer = self.send(method, path, wait, **options)
        if not answer.is_success:
            self.refused(answer)
        return answer

    def _said(self, answer: httpx2.Response) -> Any:
        try:
            return answer.json()
        except ValueError:
            fail(f"no wattdeck at {self._url}", WRONG)

    def refused(self, answer: httpx2.Response) -> NoReturn:
        # a conflict (it is not connected) or a surprise may be over later; the rest was asked wrongly
        may_be_over = answer.status_code in (409, 429) or answer.is_server_error
        fail(answer.json().get("detail", f"HTTP {answer.status_code}"), WRONG if may_be_over else CANNOT)

    def send(self, method: str, path: str, wait: float = 0, **options: Any) -> httpx2.Response:
        """A request that may be refused, in JSON."""
        with self._problems():
            answer = self._http.request(method, path, timeout=wait + _GRACE_S, **options)
            _check(answer)
        return answer

    @contextmanager
    def streaming(self, path: str, query: Mapping[str, str]) -> Iterator[Iterator[bytes]]:
        """A file, part by part as it comes."""
        with self._problems(), self._http.stream("GET", path, params=query, timeout=_GRACE_S) as answer:
            if not answer.is_success:
                answer.read()
            _check(answer)
            if not answer.is_success:
                self.refused(answer)
            yield answer.iter_bytes()

    @contextmanager
    def _problems(self) -> Iterator[None]:
        try:
            yield
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            fail(f"not an address: {self._url}")
        except httpx2.HTTPError as error:
            refused = isinstance(error, httpx2.ConnectError) and "refused" in str(error)
            fail(f"no answer from {self._url}: {'connection refused' if refused else error}", WRONG)
        except ValueError:
            fail(f"no wattdeck at {self._url}", WRONG)


def _check(answer: httpx2.Response) -> None:
    """Raises ValueError where it is none of our API: every other path is a page of the dashboard."""
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    if is_page or not (answer.is_success or isinstance(answer.json(), dict)):
        raise ValueError("no answer of our API")
