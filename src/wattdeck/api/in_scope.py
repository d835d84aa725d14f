"""Who may see but some charge points is told of no others: what a route is about is looked up before it runs.

What is about one charge point is refused as if it did not exist (404). All else is refused (403), unless its route
says with `in_scope` that it looks at the scope itself.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import HTTPException, Request
from sqlalchemy import Connection

from wattdeck.api.house import ApiHouse
from wattdeck.api.paths import PREFIX
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.errors import NotFound
from wattdeck.domain.in_scope import Own
from wattdeck.domain.people import Person, Scope
from wattdeck.domain.records import Record
from wattdeck.store import alerts, certificates, charge_points, commands, file_jobs, reservations, scopes, sessions

R = TypeVar("R", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MARK = "answers_in_scope"
_LARGEST_ROW_NUMBER = 2**63 - 1


class Thing(Record, frozen=True):
    """What paths of this beginning are about: `owner` finds its charge point's number, or the site's name."""

    parameter: str
    noun: str
    owner: Callable[[Connection, int], Any]


_THINGS = {
    "sessions": Thing("session_id", "session", sessions.get),
    "commands": Thing("command_id", "command", commands.get),
    "file-jobs": Thing("job_id", "file job", file_jobs.get),
    "certificate-requests": Thing("request_id", "certificate request", certificates.request),
    "reservations": Thing("id", "reservation", reservations.get),
    "alerts": Thing("alert_id", "alert", lambda c, id: None if (one := alerts.get(c, id)) is None else one.subject),
}


def in_scope(route: R) -> R:
    """Says of a route that it answers only what is in the scope of whoever asks."""
    setattr(route, _MARK, True)
    return route


def covers(scope: Scope | None, one: ChargePoint) -> bool:
    return scope is None or scope.covers(one.identifier, one.site)


async def own_of(house: ApiHouse, person: Person) -> Own | None:
    """What is theirs, to judge rules, silences and strangers by; None: they see everything."""
    scope = person.scope
    return None if scope is None else await house.store.read(lambda connection: scopes.own(connection, scope))


async def owner_of(request: Request, house: ApiHouse) -> ChargePoint | None:
    """The charge point that the request's path is about, also one that was removed."""
    found = _about(request)
    if found is None:
        return None
    thing, value = found
    if thing is None:
        return await house.store.read(lambda connection: charge_points.find(connection, value, True))
    return await house.store.read(lambda connection: _owner(connection, thing, value))


async def check(request: Request, house: ApiHouse, person: Person) -> None:
    """Raises NotFound or HTTPException 403 for what is not in the person's scope; notes in the request's state whom it
    is about.
    """
    if person.scope is None and request.method in SAFE:
        return
    one = request.state.charge_point = await owner_of(request, house)
    if person.scope is None or (one is not None and covers(person.scope, one)):
        return
    about = _about(request)
    if about is not None:
        thing, value = about
        if one is None and thing is not None and person.scope.covers_site(await _site_of(house, thing, value)):
            return
        raise NotFound(f"no charge point {value!r}" if thing is None else f"no {thing.noun} {value}")
    if not getattr(request.scope["endpoint"], _MARK, False):
        raise HTTPException(403, "this is for those who may see all charge points")


def route_of(request: Request) -> str:
    """The path of the request's route below /api/v1, its parameters by name."""
    path: str = request.scope["route"].path
    return path.removeprefix(f"{PREFIX}/").replace(":path}", "}")


def _about(request: Request) -> tuple[Thing | None, str] | None:
    """What the path names: a charge point (None), or something that belongs to one; and which."""
    noun, _, rest = route_of(request).partition("/")
    if noun == "charge-points" and rest.startswith("{identifier}"):
        return None, request.path_params["identifier"]
    thing = _THINGS.get(noun)
    if thing is None or not rest.startswith(f"{{{thing.parameter}}}"):
        return None
    return thing, str(request.path_params[thing.parameter])


async def _site_of(house: ApiHouse, thing: Thing, value: str) -> str | None:
    """The site that it is about as a whole, and about no charge point."""
    found = await house.store.read(lambda connection: _find(connection, thing, value))
    return found.site if found is not None and found.charge_point_id is None else None


def _find(connection: Connection, thing: Thing, value: str) -> Any:
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else 0
    return thing.owner(connection, number) if 0 < number <= _LARGEST_ROW_NUMBER else None


def _owner(connection: Connection, thing: Thing, value: str) -> ChargePoint | None:
    found = _find(connection, thing, value)
    id = None if found is None else found.charge_point_id
    return None if id is None else charge_points.get(connection, id, True)
