"""An alert of a ready-made rule fires on after a restart, and clears though its trouble ended while nobody watched."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.alerts.scenes import DRIVER, SCENES, Scene, in_trouble, out_of_trouble, shorten
from tests.houses import House
from tests.servers import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def serve(folder: Path, ports: dict[str, int]) -> tuple[Server, House]:
    server = await asyncio.to_thread(Server, folder, **ports, unknown_tags="refuse", alerts_grace_s=60)
    return server, House(None, server.ocpp_url.split("/")[2], server.http_url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, "asyncio.Task[Any]"]]:
    """All scenes at once: their troubles end while the server is away."""
    folder = tmp_path_factory.mktemp("scenes")
    server, house = await serve(folder, {})
    async with AsyncExitStack() as stack:
        (await house.http.put(f"tags/{DRIVER}", json={})).raise_for_status()
        for scene in SCENES:
            await shorten(house, scene.rule, scene.waits)
        entered = [stack.enter_async_context(in_trouble(house, scene)) for scene in SCENES]
        raised = await asyncio.gather(*entered)
        ports = server.ports
        await asyncio.to_thread(server.stop)
        await house.http.aclose()
        for scene, (fleet, _) in zip(SCENES, raised, strict=True):
            fleet.get_out_of(scene.trouble)
        server, house = await serve(folder, ports)
        tasks = {
            scene.name: asyncio.create_task(out_of_trouble(house, scene, *each))
            for scene, each in zip(SCENES, raised, strict=True)
        }
        yield tasks
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    await house.http.aclose()
    await asyncio.to_thread(server.end)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_an_alert_clears_after_a_restart(played: dict[str, "asyncio.Task[Any]"], scene: Scene) -> None:
    alert = await played[scene.name]
    told = [change["what"] for change in alert["timeline"]]
    assert "fired" in told
    assert told[-1] == "resolved"
