"""Alert rules: those that are ready-made, those that people wrote, and those they changed."""

from typing import Annotated

from fastapi import Body, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from wattdeck.alerts import ready_made, trials
from wattdeck.api.auth import Admin, Operator, Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.in_scope import in_scope, own_of
from wattdeck.api.parameters import Listed, Moment, listed
from wattdeck.api.sending import Payload
from wattdeck.api.v1 import v1_router
from wattdeck.domain.alert_rules import Rule, read_rule
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.errors import NotFound, Unprocessable
from wattdeck.live import alert_shapes as shapes
from wattdeck.live.alert_shapes import AlertRuleShape, BackTestShape, DifferenceShape

router = v1_router(tags=["alerts"])
_MOST = 1_000  # rules at a time
_WEEK_MS = 7 * 86_400_000
Name = Annotated[str, Path(max_length=64)]
Written = Annotated[Payload, Body(description="a rule, see docs/reference/alert-rules.md")]


@router.get("/alert-rules", response_model=Listed[AlertRuleShape])
@in_scope
async def of_all(person: Viewer, house: House) -> Response:
    """All rules by name, those that are switched off too; of those who see but some charge points, what names nobody
    else.
    """
    own, rules = await own_of(house, person), sorted(house.watch.rules.items())
    return listed([_shape(rule) for _, rule in rules if own is None or own.may_know(rule)], None)


class BackTest(BaseModel):
    """Without `from` the last seven days."""

    model_config = ConfigDict(extra="forbid")
    rule: Payload = Field(description="a rule, see docs/reference/alert-rules.md; its name may be missing")
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None


@router.post("/alert-rules/back-test", response_model=BackTestShape)
async def back_test(body: BackTest, person: Operator, house: House) -> Response:
    """Try a rule, saved or not, on what is stored: how often, when and for whom it would have fired, and the `for_s`
    that would halve that. Values in doubt are left out, late ones are in their place.
    """
    rule = read_rule({"name": "back-test", **body.rule})
    until = to_ms(body.to or now())
    since = until - _WEEK_MS if body.from_ is None else to_ms(body.from_)
    async with house.watch.trying:
        report, not_looked_at = await trials.back_test(house.store, rule, since, until)
    return json_response(shapes.back_test(rule.name, report, since, until, not_looked_at))


class Apply(BaseModel):
    """`prune`: rules that people wrote and are not among these are taken back. `dry_run`: only say what would be."""

    model_config = ConfigDict(extra="forbid")
    rules: list[Payload] = Field(max_length=_MOST)
    prune: bool = False
    dry_run: bool = False


@router.post("/alert-rules/apply", response_model=DifferenceShape)
async def apply(body: Apply, person: Admin, house: House) -> Response:
    """Write many rules, all or none: what is added, changed field by field, taken back."""
    found = await house.watch.apply(body.rules, body.prune, body.dry_run, person.name)
    return json_response(shapes.difference(found, not body.dry_run))


@router.get("/alert-rules/{name}", response_model=AlertRuleShape)
@in_scope
async def read(name: Name, person: Viewer, house: House) -> Response:
    """One rule."""
    rule, own = house.watch.rules.get(name), await own_of(house, person)
    if rule is None or not (own is None or own.may_know(rule)):
        raise NotFound(f"no alert rule {name!r}")
    return json_response(_shape(rule))


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


def _shape(rule: Rule) -> AlertRuleShape:
    original = ready_made.BY_NAME.get(rule.name)
    return shapes.rule(rule, original is not None, original is not None and rule != original)
