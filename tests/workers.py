"""How tests are shared out where they run in several processes: by the file, and all that drive the browser together.

A file's tests share servers, and so do those of the browser's folder. What takes long is begun first.
"""

from pathlib import PurePosixPath
from typing import Any

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser",)
LONG_FIRST = ("tests/browser", "tests/api/test_openapi.py", "tests/faults")


def scope_of(nodeid: str) -> str:
    """What stays in one process."""
    file = nodeid.split("::", 1)[0]
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def rank(nodeid: str) -> int:
    file = nodeid.split("::", 1)[0]
    return next((n for n, place in enumerate(LONG_FIRST) if PurePosixPath(file).is_relative_to(place)), len(LONG_FIRST))


class Sharing(LoadScopeScheduling):
    """xdist's own, with our scopes in our order."""

    def __init__(self, config: Any, log: Any) -> None:
        config.option.loadscopereorder = False  # theirs: by how many tests there are
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    items.sort(key=lambda item: rank(item.nodeid))


def pytest_xdist_make_scheduler(config: Any, log: Any) -> Sharing:
    return Sharing(config, log)
