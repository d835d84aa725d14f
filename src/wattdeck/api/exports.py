"""Every list as a file: CSV and Parquet of whatever a list answers, page by page, with the same filters and rights.

One mechanism for all of them, in front of the routes: a request for a list in another form asks the list itself for
its pages, one after the other, and writes them as they come. So memory holds one page, whatever the length.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattdeck.api import csv_files, parquet_files
from wattdeck.api.columns import Column, columns_of, shape_of
from wattdeck.api.paths import PREFIX, path_of
from wattdeck.api.problems import problem
from wattdeck.api.query_names import FORMAT, parameters
from wattdeck.domain.records import Record, from_json
from wattdeck.telemetry import logger

JSON, CSV, PARQUET = "json", "csv", "parquet"
_MEDIA = {JSON: "application/json", CSV: csv_files.MEDIA, PARQUET: parquet_files.MEDIA}
_PAGE = 1000
_LARGEST_PAGE = 10_000  # where a list gives so many at once
_log = logger("wattdeck.api")


class Writer(Protocol):
    """Turns pages of items into bytes of a file."""

    def write(self, items: list[dict[str, Any]]) -> bytes: ...

    def end(self) -> bytes: ...


_WRITERS: dict[str, Callable[[list[Column]], Writer]] = {CSV: csv_files.CsvFile, PARQUET: parquet_files.ParquetFile}


class Exportable(Record, frozen=True):
    """A list: its path, the columns of its items, and how many of them a page has; None: it comes whole."""

    path: str
    pattern: re.Pattern[str]
    columns: list[Column]
    page: int | None


def exportable(routes: Iterable[Any]) -> list[Exportable]:
    """The lists among these routes: what answers `Listed` of a shape."""
    found = []
    for route in routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and (shape := shape_of(route.response_model)):
            names = {parameter.alias: parameter for parameter in parameters(route.dependant)}
            page = _page_of(names["limit"].field_info.metadata) if "limit" in names else None
            found.append(Exportable(route.path, route.path_regex, columns_of(shape), page))
    return found


def _page_of(bounds: Iterable[Any]) -> int:
    most = next((bound.le for bound in bounds if hasattr(bound, "le")), _PAGE)
    return min(most, _LARGEST_PAGE)


class Exports:
    """ASGI middleware: hands lists on as they are, or as the file that is asked for."""

    def __init__(self, app: ASGIApp, lists: list[Exportable]) -> None:
        self._app = app
        self._lists = lists

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = self._find(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if wanted is None:
            await self._app(scope, receive, send)
            return
        query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        asked = [value for name, value in query if name == FORMAT]
        form = asked[0] if asked else _accepted(scope)
        if form == JSON:
            await self._app(scope, receive, send)
        elif form not in _WRITERS:
            await problem(422, f"query.format: {form[:40]!r} is none of {', '.join(_MEDIA)}")(scope, receive, send)
        elif form == PARQUET and not parquet_files.available():
            await problem(501, parquet_files.MISSING)(scope, receive, send)
        else:
            query = [(name, value) for name, value in query if name != FORMAT]
            await self._export(wanted, form, query, scope, receive, send)

    def _find(self, scope: Scope) -> Exportable | None:
        path = path_of(scope)
        return next((one for one in self._lists if one.pattern.match(path)), None)

    async def _export(
        self, wanted: Exportable, form: str, query: list[tuple[str, str]], scope: Scope, receive: Receive, send: Send
    ) -> None:
        asked = dict(query)
        filters = [(name, value) for name, value in query if name not in ("limit", "cursor")]
        limit = asked.get("limit", "")
        left = int(limit) if limit.isascii() and limit.isdecimal() and len(limit) < 19 and int(limit) else None

        async def page(cursor: str | None) -> tuple[Message, bytes]:
            fits = wanted.page or _PAGE
            most = fits if left is None else min(left, fits)
            more = [("limit", str(most)), *([("cursor", cursor)] if cursor is not None else [])]
            return await self._ask(scope, [*filters, *more])

        # what comes whole has no pages, and a limit that is none is for the list itself to refuse
        as_asked = wanted.page is None or ("limit" in asked and left is None)
        start, body = await (self._ask(scope, query) if as_asked else page(asked.get("cursor")))
        if start["status"] != 200:
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return
        writer = _WRITERS[form](wanted.columns)

        async def file() -> AsyncIterator[bytes]:
            nonlocal body, left
            while True:
                found = await asyncio.to_thread(from_json, body)
                yield await asyncio.to_thread(writer.write, found["items"])
                left = None if left is None else left - len(found["items"])
                if found.get("next") is None or (left is not None and left <= 0):
                    break
                answer, body = await page(found["next"])
                if answer["status"] != 200:
                    _log.error("export broken off", path=scope["path"], status=answer["status"])
                    raise ConnectionAbortedError("the list cannot be read any more")
            yield writer.end()

        name = re.sub(r"[^A-Za-z0-9._-]+", "_", path_of(scope).removeprefix(f"{PREFIX}/").replace("/", "-"))
        headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Vary": "Accept"}
        await StreamingResponse(file(), 200, headers, media_type=_MEDIA[form])(scope, receive, send)

    async def _ask(self, scope: Scope, query: list[tuple[str, str]]) -> tuple[Message, bytes]:
        """One page of the list: how its answer begins, and its body."""
        start: Message = {}
        parts: list[bytes] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        headers = [(name, value) for name, value in scope["headers"] if name != b"accept"]
        inner = {**scope, "query_string": urlencode(query).encode(), "headers": headers}
        await self._app(inner, receive, send)
        return start, b"".join(parts)


def _accepted(scope: Scope) -> str:
    """The form that `Accept` likes best of those we have; JSON where it does not say."""
    text = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept"), "")
    best, best_weight = JSON, 0.0
    for part in text.split(","):
        media, *parameters = (one.strip() for one in part.split(";"))
        form = next((form for form, one in _MEDIA.items() if one == media.lower()), None)
        weight = next((_number(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
        if form is not None and weight > best_weight:
            best, best_weight = form, weight
    return best


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def describe(app: FastAPI, lists: list[Exportable]) -> None:
    """Let the application's description of itself say that its lists come as files, too."""
    plain = app.openapi
    parameter = {
        "name": FORMAT,
        "in": "query",
        "required": False,
        "schema": {"type": "string", "enum": list(_MEDIA)},
        "description": "as a file: all pages, or `limit` items. `Accept` says the same",
    }

    def openapi() -> dict[str, Any]:
        document = plain()
        for one in lists:
            operation = document["paths"][one.path]["get"]
            parameters = operation.setdefault("parameters", [])
            if not any(each["name"] == FORMAT for each in parameters):
                parameters.append(parameter)
                content = operation["responses"]["200"]["content"]
                content[_MEDIA[CSV]] = {"schema": {"type": "string"}}
                content[_MEDIA[PARQUET]] = {"schema": {"type": "string", "format": "binary"}}
        return document

    app.openapi = openapi  # type: ignore[method-assign]
