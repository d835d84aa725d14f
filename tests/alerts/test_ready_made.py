"""Each ready-made rule fires when a simulated charge point gets into trouble, and clears when it is out of it again."""

import asyncio
from collections.abc import AsyncIterator
from math import inf
from typing import Any

import pytest
import pytest_asyncio

from tests.alerts.scenes import DRIVER, SCENES, Scene, play, shorten
from tests.houses import open_house
from wattdeck.alerts import ready_made
from wattdeck.domain.alert_rules import LIMIT

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Those that nothing a charge point does makes fire at once: test_ready_made_elsewhere.py, test_certificates.py.
ELSEWHERE = {
    *(rule.name for rule in ready_made.OURSELVES),
    "session-too-old",
    "certificate-expires",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, "asyncio.Task[Any]"]]:
    """All scenes at once, in one central system."""
    folder = tmp_path_factory.mktemp("scenes")
    async with open_house(folder, unknown_tags="refuse", alerts_grace_s=0) as house:
        (await house.http.put(f"tags/{DRIVER}", json={})).raise_for_status()
        for scene in SCENES:
            await shorten(house, scene.rule, scene.waits)
        tasks = {scene.name: asyncio.create_task(play(house, scene)) for scene in SCENES}
        yield tasks
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def test_each_rule_has_a_scene() -> None:
    assert {*(scene.rule for scene in SCENES), *ELSEWHERE} == set(ready_made.BY_NAME)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_a_rule_fires_and_clears(played: dict[str, "asyncio.Task[Any]"], scene: Scene) -> None:
    alert, rule = await played[scene.name], ready_made.BY_NAME[scene.rule]
    told = [change["what"] for change in alert["timeline"]]
    assert "fired" in told
    assert told[-1] == "resolved"
    # by itself: nobody ended it, nor was it the end of the session or of the connection
    assert alert["timeline"][-1]["detail"] is None
    assert alert["severity"] == rule.severity
    if rule.kind == LIMIT:
        above, below = inf if rule.above is None else rule.above, -inf if rule.below is None else rule.below
        assert not below <= alert["peak"] <= above
