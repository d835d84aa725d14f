"""What the API answers comes compressed to who takes that: lists of meter values shrink to less than a twentieth."""

import asyncio

from starlette.datastructures import Headers
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattdeck.api.pages import encodings
from wattdeck.api.paths import path_of

_SMALLEST = 1_024  # bytes; what is less goes into one packet anyway
_LEVEL = 3  # six milliseconds for a megabyte; level 9 takes five times that for a little less
_SLICE = 131_072  # bytes, compressed at a time: a millisecond in which nobody else is answered
# Files are given as they are kept; Parquet is compressed within.
_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream", "application/vnd.apache.parquet")


class Compressed:
    """ASGI middleware. Only what GET is answered: a secret is told but once, in the answer to what made it, and
    compressed beside words of the request's own its length would tell of it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._gzip = GZipMiddleware(self._in_slices, _SMALLEST, _LEVEL, exclude_content_types=_AS_THEY_ARE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = scope["type"] == "http" and scope["method"] == "GET" and _is_ours(scope) and _takes_gzip(scope)
        await (self._gzip if wanted else self._app)(scope, receive, send)

    async def _in_slices(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sliced(message: Message) -> None:
            body = message.get("body", b"")
            rest = max(0, len(body) - 1) // _SLICE * _SLICE
            for at in range(0, rest, _SLICE):
                await send({"type": message["type"], "body": body[at : at + _SLICE], "more_body": True})
                await asyncio.sleep(0)
            await send({**message, "body": body[rest:]} if rest else message)

        await self._app(scope, receive, sliced)


def _is_ours(scope: Scope) -> bool:
    path = path_of(scope)
    return path.startswith("/api/") or path == "/openapi.json"


def _takes_gzip(scope: Scope) -> bool:
    return "gzip" in encodings(Headers(scope=scope).get("accept-encoding", ""))
