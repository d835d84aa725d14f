"""What the demo shows of alerts: a few that come and go, none about fast chargers that do what they are made for."""

from collections.abc import Mapping
from random import Random
from typing import Any

import httpx2

from wattdeck.simulator.fleet import identifiers_for
from wattdeck.simulator.meter import Supply
from wattdeck.simulator.scenario import supply_for

IDENTIFIER, PROFILE = "DEMO", "mixed"
_MARGIN = 1.1
_DC_VOLTS = 500.0
# The trouble, whose (by phases; none: direct current), and when: after, for and every so many seconds.
_TROUBLES = (("heat", 0, "20:40:300"), ("undervoltage", 1, "75:30:360"), ("faulted", 3, "40:100:600"))


def supplies(count: int) -> dict[str, Supply]:
    """The charge points of the demo, and what each can give: as `wattdeck simulate` draws it."""
    return {name: supply_for(PROFILE, Random(name)) for name in identifiers_for(IDENTIFIER, count)}


def troubles(known: Mapping[str, Supply]) -> list[str]:
    """What `wattdeck simulate --trouble` is told: one charge point each, as far as there are such."""
    told = []
    for trouble, phases, when in _TROUBLES:
        name = next((name for name, supply in known.items() if supply.phases == phases), None)
        if name is not None:
            told.append(f"{name}={trouble}@{when}")
    return told


def overrides(known: Mapping[str, Supply]) -> dict[str, dict[str, dict[str, float]]]:
    """By rule: the limits of fast chargers, which the ready-made ones are not for."""
    fast = {name: supply for name, supply in known.items() if supply.is_dc}
    return {
        "power": {name: {"above": round(supply.power_w * _MARGIN)} for name, supply in fast.items()},
        "current": {name: {"above": round(supply.amps * _MARGIN)} for name, supply in fast.items()},
        "voltage": {name: {"above": _DC_VOLTS} for name in fast},
    }


async def write_overrides(client: httpx2.AsyncClient, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """Into the ready-made rules; what somebody wrote there before stays."""
    for name, ours in wanted.items():
        path = f"/api/v1/alert-rules/{name}"
        rule = (await client.get(path)).raise_for_status().json()["rule"]
        merged = {**ours, **rule.get("overrides", {})}
        if merged != rule.get("overrides", {}):
            (await client.put(path, json={**rule, "overrides": merged})).raise_for_status()
