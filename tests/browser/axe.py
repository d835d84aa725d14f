"""What axe, the accessibility checker among the dashboard's build tools, finds grave on a page."""

from pathlib import Path

import pytest

from tests.browser.visits import Visit

_AXE = Path(__file__).parents[2] / "dashboard/node_modules/axe-core/axe.min.js"
_RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}"""


async def grave(visit: Visit) -> list[str]:
    """Each serious or critical complaint about the page as it is now."""
    if not _AXE.is_file():
        pytest.skip("axe-core is not there (make setup)")
    # Not by a script tag, which the page's own policy would refuse.
    await visit.page.evaluate(_AXE.read_text())
    found: list[str] = await visit.page.evaluate(_RUN)
    return found
