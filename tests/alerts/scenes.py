"""What makes each ready-made rule fire and clear: a trouble of a simulated charge point; the rule waits less long."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.houses import House
from tests.stations import until
from wattdeck.simulator.fleet import Fleet, Plan, identifiers_for

DRIVER = "DRIVER"
_INTERVAL_S = 0.25

Ask = Callable[[House, str], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """`waits`: of the rule, made short; its limits stay. `plan`: what is special about the charge points. `count`: so
    many of them, at one site. `ask`, `ask_again`: what is asked of it during the trouble and after.
    """

    rule: str
    trouble: str
    waits: Mapping[str, float] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    ask: Ask | None = None
    ask_again: Ask | None = None

    @property
    def name(self) -> str:
        return f"{self.rule}-{self.trouble}"


async def ask_thrice(house: House, identifier: str) -> None:
    for _ in range(3):
        await _ask(house, identifier, timeout=0.2)


async def ask_once(house: House, identifier: str) -> None:
    assert (await _ask(house, identifier))["state"] == "accepted"


async def _ask(house: House, identifier: str, **more: Any) -> Any:
    response = await house.post(f"charge-points/{identifier}/commands", action="ClearCache", payload={}, **more)
    response.raise_for_status()
    return await house.settled(response.json()["id"])


async def update_firmware(house: House, identifier: str) -> None:
    """Any file will do."""
    location = f"{house.http_url}/"
    (await house.post(f"charge-points/{identifier}/update-firmware", location=location)).raise_for_status()


SCENES = (
    Scene("power", "power"),
    Scene("temperature", "heat"),
    Scene("temperature", "cold"),
    Scene("voltage", "overvoltage"),
    Scene("voltage", "undervoltage"),
    Scene("current", "current", plan={"profile": "ac1"}),
    Scene("charge-point-silent", "silence", {"for_s": 1}),
    Scene("site-silent", "silence", {"for_s": 1}, count=2),
    Scene("reconnecting", "reconnecting", {"within_s": 10}),
    Scene("deaf", "deaf", ask=ask_thrice, ask_again=ask_once),
    Scene("boot-loop", "boot_loop", {"within_s": 8}),
    Scene("connector-faulted", "faulted", {"for_s": 1}),
    Scene("session-without-energy", "no_energy", {"within_s": 2}),
    Scene("soc-stalled", "soc_stalled", {"within_s": 5}, {"speed": 250.0}),
    Scene("derated", "derated", {"for_s": 1}),
    Scene("phase-missing", "phase_missing", {"for_s": 1}),
    Scene("not-charging", "suspended", {"for_s": 1}),
    Scene("not-started", "not_started", {"for_s": 1}),
    Scene("samples-missing", "no_samples", {"within_s": 2}),
    Scene("register-odd", "register_falls", {"within_s": 3}),
    Scene("unknown-tags", "unknown_tags", {"within_s": 5}),
    Scene("clock-drift", "wrong_clock", {"for_s": 1}),
    Scene("file-job-stuck", "firmware_fails", ask=update_firmware, ask_again=update_firmware),
    Scene("security-event", "security_event", {"within_s": 3}),
)


async def shorten(house: House, name: str, waits: Mapping[str, float]) -> None:
    """The same rule, with other waits."""
    written = (await house.get(f"alert-rules/{name}"))["rule"]
    (await house.http.put(f"alert-rules/{name}", json={**written, **waits})).raise_for_status()


@asynccontextmanager
async def in_trouble(house: House, scene: Scene) -> AsyncIterator[tuple[Fleet, Any]]:
    """The charge points of a scene in their trouble, and the alert that it has raised."""
    identifiers = identifiers_for(scene.name, scene.count)
    site = f"site of {scene.name}"
    for identifier in identifiers:
        (await house.post("charge-points", identifier=identifier, site=site)).raise_for_status()
    plan = {"profile": "ac3", "interval_s": _INTERVAL_S, "id_tag": DRIVER, "cars_come": False, "trouble_pace_s": 0.2}
    fleet = Fleet(Plan(house.url, identifiers, **{**plan, **scene.plan}))
    playing = asyncio.create_task(fleet.run())
    try:
        await until(lambda: playing.done() or all(one.is_online for one in fleet.stations))
        fleet.get_into(scene.trouble)
        if scene.ask is not None:
            await scene.ask(house, identifiers[0])
        query = {"rule": scene.rule, **({"site": site} if scene.count > 1 else {"charge_point": identifiers[0]})}
        [raised, *_] = await until(lambda: house.items("alerts", state="open", **query))
        yield fleet, raised
    finally:
        fleet.end()
        await playing


async def out_of_trouble(house: House, scene: Scene, fleet: Fleet, raised: Any) -> Any:
    """The same alert with its timeline, once it is resolved."""
    fleet.get_out_of(scene.trouble)
    for one in fleet.stations:
        await until(lambda identifier=one.identifier: _is_connected(house, identifier))
    if scene.ask_again is not None:
        await scene.ask_again(house, fleet.stations[0].identifier)
    return await until(lambda: _resolved(house, raised["id"]))


async def play(house: House, scene: Scene) -> Any:
    """The alert with its timeline, once the trouble has come and gone."""
    async with in_trouble(house, scene) as (fleet, raised):
        return await out_of_trouble(house, scene, fleet, raised)


async def _is_connected(house: House, identifier: str) -> bool:
    return bool((await house.get(f"charge-points/{identifier}"))["connected"])


async def _resolved(house: House, id: int) -> Any:
    alert = await house.get(f"alerts/{id}")
    return alert if alert["state"] == "resolved" else None
