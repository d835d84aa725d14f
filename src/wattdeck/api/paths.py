"""Where a request goes, as we name it: without the prefix at which an application has mounted us."""

from collections.abc import MutableMapping
from typing import Any

PREFIX = "/api/v1"  # of every route of the API


def prefix_of(scope: MutableMapping[str, Any]) -> str:
    """Where in somebody's application we are: `/csms`, or nothing."""
    return str(scope.get("root_path", "")).rstrip("/")


def path_of(scope: MutableMapping[str, Any]) -> str:
    """The path below the prefix: `/api/v1/stats`."""
    return str(scope.get("path", "")).removeprefix(prefix_of(scope))
