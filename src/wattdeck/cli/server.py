"""What the verbs share that talk to a running server: where it is, the key, and what went wrong in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import httpx2
import typer

DEFAULT_URL = "http://127.0.0.1:8080"
Url = Annotated[str, typer.Option(envvar="WATTDECK_URL", help="Of the server.")]
ApiKey = Annotated[
    str | None, typer.Option(envvar="WATTDECK_API_KEY", help="Better in the environment, which no process list shows.")
]
_TIMEOUT_S = 60


def fail(text: str) -> NoReturn:
    """It cannot work as asked."""
    typer.echo(f"wattdeck: {text}", err=True)
    raise typer.Exit(2)


@contextmanager
def talking_to(url: str, api_key: str | None) -> Iterator[httpx2.Client]:
    """A client for paths below /api/v1. Ends the program where the server cannot be reached."""
    if not url.startswith(("http://", "https://")):
        fail(f"{url}: an address begins with http:// or https://")
    headers = {} if api_key is None else {"Authorization": f"Bearer {api_key}"}
    try:
        with httpx2.Client(base_url=f"{url.rstrip('/')}/api/v1/", headers=headers, timeout=_TIMEOUT_S) as client:
            yield client
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        fail(f"{url}: {error or type(error).__name__}")


def problem_of(response: httpx2.Response) -> dict[str, Any] | None:
    """What the server says is wrong (RFC 9457); None where nothing is. Ends the program where it is no wattdeck."""
    # any path that is not the API's is a page of the dashboard
    is_page = response.headers.get("content-type", "").startswith("text/html")
    if response.is_success and not is_page:
        return None
    try:
        problem = response.json()
        return {"errors": [], **problem, "detail": str(problem["detail"])}
    except (ValueError, KeyError, TypeError):
        fail(f"{response.url}: HTTP {response.status_code}, but no answer of wattdeck's API")


def ask(client: httpx2.Client, method: str, path: str, **options: Any) -> httpx2.Response:
    """One request that must succeed."""
    response = client.request(method, path, **options)
    problem = problem_of(response)
    if problem is not None:
        fail(problem["detail"])
    return response
