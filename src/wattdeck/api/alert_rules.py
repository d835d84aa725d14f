"""Alert rules: those that are ready-made, those that people wrote, and those they changed."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response

from wattdeck.alerts import ready_made
from wattdeck.api.auth import Admin, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import Listed, listed
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.errors import NotFound, Unprocessable
from wattdeck.live import alert_shapes as shapes
from wattdeck.live.alert_shapes import AlertRuleShape

router = APIRouter(tags=["alerts"])
Name = Annotated[str, Path(max_length=64)]
Written = Annotated[dict[str, Any], Body(description="a rule, see docs/reference/alert-rules.md")]


@router.get("/alert-rules", response_model=Listed[AlertRuleShape])
async def of_all(person: Viewer, house: House) -> Response:
    """All rules by name, those that are switched off too."""
    return listed([_shape(rule) for _, rule in sorted(house.watch.rules.items())], None)


@router.get("/alert-rules/{name}", response_model=AlertRuleShape)
async def read(name: Name, person: Viewer, house: House) -> Response:
    """One rule."""
    return json_response(_shape(_find(house, name)))


@router.put("/alert-rules/{name}", response_model=AlertRuleShape)
async def put(name: Name, rule: Written, person: Admin, house: House) -> Response:
    """Write a rule, or change one; alerts of it go on where they still can. 422 with what is wrong with it."""
    if rule.setdefault("name", name) != name:
        raise Unprocessable(f"the rule is called {name} in the address and {rule['name']} in the body")
    return json_response(_shape(await house.watch.put_rule(rule, person.name)))


@router.delete("/alert-rules/{name}", status_code=204)
async def remove(name: Name, person: Admin, house: House) -> Response:
    """Take back what was written: a ready-made rule is as it was, another is gone and its alerts end."""
    await house.watch.remove_rule(name)
    return Response(status_code=204)


def _find(house: ApiHouse, name: str) -> Rule:
    rule = house.watch.rules.get(name)
    if rule is None:
        raise NotFound(f"no alert rule {name!r}")
    return rule


def _shape(rule: Rule) -> AlertRuleShape:
    original = ready_made.BY_NAME.get(rule.name)
    return shapes.rule(rule, original is not None, original is not None and rule != original)
