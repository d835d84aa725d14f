"""Errors as problem+json (RFC 9457): what went wrong in words, and never our internals."""

import time
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from wattdeck.api import pages
from wattdeck.domain.errors import Conflict, NotFound, NotIdentified, Refused, StoreUnavailable, Unprocessable
from wattdeck.domain.records import to_json
from wattdeck.telemetry import logger

_STATUS = {NotFound: 404, Conflict: 409, Unprocessable: 422}
_TITLES = {
    400: "Bad request",
    401: "Not logged in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    413: "Too large",
    422: "Cannot be done as asked",
    429: "Too many requests",
    500: "Internal error",
    502: "Log-in service unusable",
    503: "Not available now",
    504: "Log-in service too slow",
    507: "No room",
}
DOCUMENTED: dict[str, Any] = {
    "description": "A problem (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {"type": "array", "items": {"type": "object"}},
                },
                "required": ["type", "title", "status", "detail"],
            }
        }
    },
}
_NOT_JSON = "body: it is JSON, and must say so: Content-Type: application/json"
_log = logger("wattdeck.api")


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    title = _TITLES.get(status, "Error")
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(to_json(body), status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Turn every error into its problem, in one place."""

    @app.exception_handler(Refused)
    async def _refused(request: Request, error: Refused) -> Response:
        return problem(_STATUS.get(type(error), 400), str(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == 405 and request.scope.get("endpoint") is pages.dashboard:
            path = request.path_params.get("path", "")
            if path.startswith(pages.BESIDE):  # nobody has this path: the dashboard takes any, but has no page here
                return problem(404, f"no such path: /{path[:200]}")
        elif error.status_code == 405:
            headers["Allow"] = ", ".join(sorted(_methods(request)))
        return problem(error.status_code, str(error.detail), headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [{"where": ".".join(str(step) for step in one["loc"]), "what": one["msg"]} for one in error.errors()]
        unread = any(one["loc"] == ("body",) and one["type"] != "missing" for one in error.errors())
        if unread and "json" not in request.headers.get("content-type", ""):
            return problem(422, _NOT_JSON, errors=[{"where": "body", "what": _NOT_JSON}])
        first = errors[0] if errors else {"where": "request", "what": "invalid"}
        return problem(422, f"{first['where']}: {first['what']}", errors=errors)

    @app.exception_handler(StoreUnavailable)
    async def _unavailable(request: Request, error: StoreUnavailable) -> Response:
        if request.app.state.house.store.trouble == "full":
            return problem(507, "no room on the disk")
        return problem(503, "the database cannot be written now", {"Retry-After": "5"})

    @app.exception_handler(NotIdentified)
    async def _not_identified(request: Request, error: NotIdentified) -> Response:
        return problem(503, str(error), {"Retry-After": "5"})

    @app.exception_handler(Exception)
    async def _surprise(request: Request, error: Exception) -> Response:
        reference = f"{time.time_ns() % 10**12:x}"
        _log.error("request failed", reference=reference, path=request.url.path, exc_info=error)
        return problem(500, f"internal error, reference {reference}")


def _methods(request: Request) -> set[str]:
    """What a path takes, of all its routes: the framework names those of the first (RFC 9110 §15.5.6)."""
    mine = (
        route
        for route in request.app.routes
        if isinstance(route, Route) and route.endpoint is not pages.dashboard
        if route.matches(request.scope)[0] is not Match.NONE
    )
    return {method for route in mine for method in route.methods or ()}
