"""What axe, the accessibility checker among the dashboard's build tools, finds grave on a page."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.browser.visits import Visit

_AXE = Path(__file__).parents[2] / "dashboard/node_modules/axe-core/axe.min.js"
# What is another in dark colours than in light ones.
OF_COLOURS = ("color-contrast", "link-in-text-block")

# A colour that is still on its way to another one is none to be judged.
_RUN = """async rules => {
  const moving = document.getAnimations().filter(one => one instanceof CSSTransition);
  await Promise.allSettled(moving.map(one => one.finished));
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...rules && { runOnly: rules } });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}"""


async def grave(visit: Visit, rules: Sequence[str] | None = None) -> list[str]:
    """Each serious or critical complaint about the page as it is now, among all rules or some."""
    if not _AXE.is_file():
        pytest.skip("axe-core is not there (make setup)")
    # Not by a script tag, which the page's own policy would refuse.
    await visit.page.evaluate(_AXE.read_text())
    found: list[str] = await visit.page.evaluate(_RUN, rules)
    return found
