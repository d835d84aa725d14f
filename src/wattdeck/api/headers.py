"""The headers that every answer has, HEAD, and the answer to whoever asks while the house starts or closes."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattdeck.api.paths import path_of
from wattdeck.api.problems import problem

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    # Mantine sets styles from script
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'self'",
}
# Swagger's page starts itself with a script of its own inside the page.
_DOCS_POLICY = _HEADERS["Content-Security-Policy"] + "; script-src 'self' 'unsafe-inline'"
_ALWAYS_ANSWERED = ("healthz", "readyz")
# Fetching a file is noted, looking at it is not; a stream has no end.
_OWN_HEAD = ("/files/", "/live")


class Headers:
    """ASGI middleware; plain, for an event stream passes through it thousands of times."""

    def __init__(self, app: ASGIApp, is_ready: Callable[[], bool]) -> None:
        self._app, self._is_ready = app, is_ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = path_of(scope)
        if scope["method"] == "HEAD" and not path.startswith(_OWN_HEAD):
            # RFC 9110 §9.3.2: what GET would answer, without the content
            scope, send = {**scope, "method": "GET"}, _without_content(send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if path.endswith("/docs"):
                    headers["Content-Security-Policy"] = _DOCS_POLICY
            await send(message)

        if self._is_ready() or path.rpartition("/")[2] in _ALWAYS_ANSWERED:
            await self._app(scope, receive, with_headers)
        else:
            answer = problem(503, "starting or closing", {"Retry-After": "2"})
            await answer(scope, receive, with_headers)


def _without_content(send: Send) -> Send:
    async def bare(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return bare
