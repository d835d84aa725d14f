"""Composite schedules: what limits a connector, as we reckon it and as the charge point says."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlalchemy import Connection

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import find_charge_point
from wattdeck.api.sending import DeliveryBody, reachable
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.charging_profiles import LARGEST_NUMBER
from wattdeck.domain.clock import now
from wattdeck.domain.commands import FINAL
from wattdeck.domain.composite_schedules import Composite, compose
from wattdeck.live import shapes
from wattdeck.live.shapes import CompositeScheduleShape, CompositeSchedulesShape
from wattdeck.store import installed_profiles, sessions

router = APIRouter(tags=["charging profiles"])

LONGEST_S = 7 * 86_400
Unit = Literal["A", "W"]


class AskSchedule(DeliveryBody):
    connector_id: int = Field(ge=0, le=LARGEST_NUMBER)
    duration: int = Field(86_400, ge=1, le=LONGEST_S)
    unit: Unit | None = None


@router.get("/charge-points/{identifier}/composite-schedule", response_model=CompositeScheduleShape)
async def ours(
    identifier: str,
    person: Viewer,
    house: House,
    connector_id: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
    duration: Annotated[int, Query(ge=1, le=LONGEST_S)] = 86_400,
    unit: Unit | None = None,
) -> Response:
    """From now on, reckoned from the profiles it is believed to hold; it is not asked."""
    one = await find_charge_point(house, identifier)
    asked = AskSchedule(connector_id=connector_id, duration=duration, unit=unit)
    return json_response(shapes.composite_schedule(await _reckon(house, one, asked)))


@router.post("/charge-points/{identifier}/composite-schedule", status_code=202, response_model=CompositeSchedulesShape)
async def ask(
    identifier: str,
    body: AskSchedule,
    person: Operator,
    house: House,
    wait: Annotated[float, Query(ge=0, le=300, description="seconds to wait for the result")] = 30,
) -> Response:
    """Ask it for its composite schedule; ours beside it. 409 where it is offline."""
    one = await reachable(house, identifier, body)
    payload: dict[str, Any] = {"connectorId": body.connector_id, "duration": body.duration}
    if body.unit is not None:
        payload["chargingRateUnit"] = body.unit
    command = await house.commands.send(
        one, "GetCompositeSchedule", payload, asked_by=person.name, wait_s=wait, delivery=body.delivery()
    )
    reckoned = shapes.composite_schedule(await _reckon(house, one, body))
    shape = {"command": shapes.command(command), "ours": reckoned}
    return json_response(shape, 200 if wait and command.state in FINAL else 202)


async def _reckon(house: ApiHouse, one: ChargePoint, asked: AskSchedule) -> Composite:
    """In a reader's thread: a week of many daily profiles takes its time."""
    start = now().replace(microsecond=0)

    def reckon(connection: Connection) -> Composite:
        held = installed_profiles.of(connection, one.id)
        running = [each for each in sessions.active(connection, [one.id]) if each.connector_id == asked.connector_id]
        begun = running[0].started_at if running else None
        return compose(held, asked.connector_id, start, asked.duration, begun, asked.unit)

    return await house.store.read(reckon)
