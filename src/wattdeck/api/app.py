"""The web application: its routes, its errors, its headers, and charge points' sockets beside it."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from fastapi import FastAPI, HTTPException
from starlette.routing import BaseRoute

from wattdeck.api import (
    activity,
    alert_channels,
    alert_deliveries,
    alert_links,
    alert_rules,
    alerts,
    api_keys,
    audit,
    bulk_commands,
    certificates,
    charge_point_password,
    charge_points,
    charging_profiles,
    command_schemas,
    commands,
    composite_schedules,
    connections,
    file_jobs,
    files,
    firmware,
    flags,
    fleet,
    health,
    history,
    live,
    live_events,
    local_lists,
    log_in,
    meter_values,
    oidc,
    pages,
    problems,
    quarantine,
    reservations,
    rollups,
    security_events,
    sending,
    sessions,
    signed_values,
    silences,
    sites,
    storage,
    tag_files,
    tags,
    triggers,
    unknown_tags,
    users,
)
from wattdeck.api.compression import Compressed
from wattdeck.api.exports import Exportable, Exports, describe, exportable
from wattdeck.api.headers import Headers
from wattdeck.api.house import ApiHouse
from wattdeck.api.paths import PREFIX, path_of

LARGEST_BODY = 1_048_576


@cache
def _routes() -> tuple[list[BaseRoute], list[Exportable]]:
    """All routes but the application's own, and which are lists. They know no house, and reading them takes a moment:
    once a process.
    """
    routes: list[BaseRoute] = []
    for router in (
        log_in.router,
        oidc.router,
        users.router,
        api_keys.router,
        audit.router,
        charge_points.router,
        charge_point_password.router,
        sites.router,
        quarantine.router,
        sessions.router,
        signed_values.router,
        meter_values.router,
        alerts.router,
        alert_rules.router,
        alert_channels.router,
        alert_deliveries.router,
        silences.router,
        flags.router,
        history.router,
        rollups.router,
        fleet.router,
        activity.router,
        commands.router,
        connections.router,
        command_schemas.router,
        bulk_commands.router,
        file_jobs.router,
        firmware.router,
        certificates.router,
        security_events.router,
        triggers.router,
        reservations.router,
        charging_profiles.router,
        composite_schedules.router,
        tag_files.router,
        tags.router,
        unknown_tags.router,
        local_lists.router,
        storage.router,
        health.api,
        health.router,
        live.router,
        live_events.router,
        files.router,
        alert_links.router,
        pages.router,
    ):
        routes += router.routes
    return routes, exportable(routes)


def create_app(house: ApiHouse, version: str) -> FastAPI:
    """The application over the rooms in `house`."""
    app = FastAPI(title="wattdeck", version=version, docs_url=None, redoc_url=None)
    routes, lists = _routes()
    app.router.routes.extend(routes)
    app.state.house = house
    problems.install(app)
    describe(app, lists)
    app.add_middleware(Exports, lists=lists)
    app.add_middleware(Compressed)
    app.add_middleware(audit.Auditing, house=house)
    sending.install(app)
    app.add_middleware(Headers, is_ready=lambda: house.is_ready())
    return app


def _bounds_itself(path: str) -> bool:
    """Whether a route writes its body to the disk as it comes, and says itself when that is too much."""
    return path.startswith(files.UPLOAD) or path == f"{PREFIX}/firmware"


def _bounded(receive: Any) -> Any:
    """`receive` that ends a request whose body grows beyond all bounds without having announced it."""
    left = LARGEST_BODY

    async def bounded() -> Any:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"more than {LARGEST_BODY} bytes")
        return message

    return bounded


Serve = Callable[[Any, Any, Any], Awaitable[None]]


def beside(app: FastAPI, serve_charge_point: Serve) -> Serve:
    """`app`, with charge points' sockets at `/ocpp/…` handed to the gateway: raw ASGI, no cost per message."""

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        path = path_of(scope)
        if scope["type"] == "http" and not _bounds_itself(path):
            announced = dict(scope["headers"]).get(b"content-length", b"0")
            if not announced.isdigit() or int(announced) > LARGEST_BODY:
                await problems.problem(413, f"more than {LARGEST_BODY} bytes")(scope, receive, send)
                return
            receive = _bounded(receive)
        if scope["type"] == "websocket" and path.startswith("/ocpp/"):
            await serve_charge_point(scope, receive, send)
            return
        await app(scope, receive, send)

    return asgi
