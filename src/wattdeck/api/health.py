"""How we are: totals, health, readiness, metrics, and the settings in force."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from wattdeck.api.auth import Admin, Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.in_scope import in_scope
from wattdeck.api.problems import problem
from wattdeck.api.v1 import v1_router
from wattdeck.live.shapes import StatsShape

router = APIRouter(tags=["health"])
api = v1_router(tags=["health"])


@api.get("/stats", response_model=StatsShape)
@in_scope
async def stats(person: Viewer, house: House) -> Response:
    """The totals of all charge points that you may see; energy in kWh since midnight of the configured zone."""
    return json_response(await house.stats(person.scope))


@api.get("/settings")
async def settings(person: Admin, house: House) -> Response:
    """The settings in force; secrets are left out."""
    secret = {"admin_password", "api_key", "oidc_client_secret"}
    return json_response(house.settings.model_dump(mode="json", exclude=secret))


@router.get("/healthz")
async def healthz() -> Response:
    """200 while the process answers."""
    return json_response({"status": "ok"})


@router.get("/readyz")
async def readyz(house: House) -> Response:
    """200 when charge points are served and the database can be read and written."""
    if not house.is_ready():
        return problem(503, "starting or closing")
    if (trouble := house.store.trouble) is not None:
        return problem(503, f"the database cannot be written now: {trouble}", {"Retry-After": "5"})
    await house.store.glance(lambda connection: None)
    return json_response({"status": "ready"} | ({"warning": "the disk is nearly full"} if house.storage.is_low else {}))


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(house: House) -> Response:
    """Prometheus text: counts and times, no names of charge points or people."""
    return Response(house.telemetry.page(), media_type=CONTENT_TYPE_LATEST)
