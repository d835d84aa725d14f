"""Composite schedules: what limits a connector, as we reckon it and as the charge point says."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import Field
from sqlalchemy import Connection

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import find_charge_point
from wattdeck.api.sending import DeliveryBody, reachable
from wattdeck.api.v1 import v1_router
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.charging_profiles import LARGEST_NUMBER
from wattdeck.domain.clock import from_iso, now
from wattdeck.domain.commands import FINAL
from wattdeck.domain.composite_schedules import Composite, compose
from wattdeck.live import charging_shapes, shapes
from wattdeck.live.charging_shapes import CompositeScheduleShape, CompositeSchedulesShape
from wattdeck.store import installed_profiles, sessions

router = v1_router(tags=["charging profiles"])

LONGEST_S = 7 * 86_400
_CLOCKS_DIFFER = timedelta(hours=1)
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
    return json_response(charging_shapes.composite_schedule(await _reckon(house, one, connector_id, duration, unit)))


@router.post("/charge-points/{identifier}/composite-schedule", status_code=202, response_model=CompositeSchedulesShape)
async def ask(
    identifier: str,
    body: AskSchedule,
    person: Operator,
    house: House,
    wait: Annotated[float, Query(ge=0, le=300, description="seconds to wait for the result")] = 30,
) -> Response:
    """Ask it for its composite schedule; ours beside it, from its start on and in its unit. 409 where it is offline."""
    one = await reachable(house, identifier, body)
    payload: dict[str, Any] = {"connectorId": body.connector_id, "duration": body.duration}
    if body.unit is not None:
        payload["chargingRateUnit"] = body.unit
    command = await house.commands.send(
        one, "GetCompositeSchedule", payload, asked_by=person.name, wait_s=wait, delivery=body.delivery()
    )
    start, unit = _its_own(command.result or {})
    reckoned = await _reckon(house, one, body.connector_id, body.duration, body.unit or unit, start)
    shape = {"command": shapes.command(command), "ours": charging_shapes.composite_schedule(reckoned)}
    return json_response(shape, 200 if wait and command.state in FINAL else 202)


def _its_own(result: dict[str, Any]) -> tuple[datetime | None, str | None]:
    """Start and unit of the schedule that the charge point answered, so that ours can be laid beside it."""
    start, schedule = from_iso(result.get("scheduleStart")), result.get("chargingSchedule")
    unit = schedule.get("chargingRateUnit") if isinstance(schedule, dict) else None
    believable = start is not None and abs(start - now()) < _CLOCKS_DIFFER
    return start if believable else None, unit if unit in ("A", "W") else None


async def _reckon(
    house: ApiHouse,
    one: ChargePoint,
    connector_id: int,
    duration_s: int,
    unit: str | None,
    start: datetime | None = None,
) -> Composite:
    """From now on where no start is given. In a reader's thread: a week of many daily profiles takes its time."""
    begins = start or now().replace(microsecond=0)

    def reckon(connection: Connection) -> Composite:
        held = installed_profiles.of(connection, one.id)
        running = [each for each in sessions.active(connection, [one.id]) if each.connector_id == connector_id]
        begun = running[0].started_at if running else None
        return compose(held, connector_id, begins, duration_s, begun, unit)

    return await house.store.read(reckon)
